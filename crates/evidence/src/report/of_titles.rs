//! Goes through a report title by title.

use super::attribution::Attribution;
use super::titles::{OfTitle, TitleResult};
use super::types::Report;

impl Report {
    /// What is said of each title, that of the report first: at least one.
    pub fn of_titles(&self) -> impl Iterator<Item = OfTitle<'_>> {
        let first = OfTitle {
            title: self.title.as_ref(),
            verdict: self.verdict,
            attributions: &self.attributions,
            decoys: self.decoys.as_ref(),
            trail: self.trail.as_ref(),
            expected_log10_likelihood_ratio: self.expected_log10_likelihood_ratio,
            evidence: self.evidence.as_ref(),
        };
        std::iter::once(first).chain(self.other_titles.iter().map(TitleResult::of_title))
    }

    /// All that are named, title by title.
    pub fn named(&self) -> impl Iterator<Item = &Attribution> {
        self.of_titles().flat_map(|of| of.attributions)
    }
}
