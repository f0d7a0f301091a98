//! The report for people and for other tools.
//!
//! ```text
//! Report ─┬─ case_uco: CASE/UCO 1.4 for other tools
//!         └─ document: what may be said, with charts ─┬─ html
//!            (with Illustrations and a VerbalScale)   └─ pdf
//! Dossier ── dossier: the same for what a mark withstands ── html, pdf
//! ```

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests fail by panicking"
    )
)]

mod case_uco;
mod chart;
mod document;
mod dossier;
mod drawing;
pub mod format;
mod html;
mod illustrations;
mod pdf;
pub mod spreadsheet;
mod verbal;

pub use case_uco::{CaseGraph, NAMESPACE};
pub use document::{Document, document};
pub use dossier::dossier_document;
pub use html::{BatchRow, index, page, summary_csv};
pub use illustrations::{Frame, Illustrations, SlotSymbols};
pub use pdf::pdf;
pub use verbal::{Step, VerbalScale};
