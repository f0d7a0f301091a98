//! What a document is made of.

use crate::illustrations::Illustrations;
use crate::verbal::VerbalScale;
use leakmark_evidence::report::Report;

/// What the document is about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The report.
    pub report: &'a Report,
    /// The pictures that go with it.
    pub illustrations: &'a Illustrations,
    /// The words for likelihood ratios.
    pub scale: &'a VerbalScale,
}
