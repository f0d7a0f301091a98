//! Says what an exhibit shows title by title: several films may have been put together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Verdict;
use super::attribution::{Attribution, EvidenceReference, TitleFacts};
use super::scores::Decoys;
use super::trail::Trail;
use leakmark_core::detect::Piece;

/// What the exhibit shows of a title beside that of the report: several films were put together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TitleResult {
    /// The title that this is about.
    pub title: TitleFacts,
    /// What was found of it, in one word.
    pub verdict: Verdict,
    /// Stretches of it that the exhibit runs through without a jump, in order of exhibit time.
    pub pieces: Vec<Piece>,
    /// The distributors whose likelihood ratio reaches the threshold, strongest first; else empty.
    pub attributions: Vec<Attribution>,
    /// What distributors who never got a copy score on the same evidence; null without evidence.
    pub decoys: Option<Decoys>,
    /// How the evidence came together over the exhibit's time; null without evidence.
    pub trail: Option<Trail>,
    /// log10 likelihood ratio that the true source is expected to reach; null without evidence.
    pub expected_log10_likelihood_ratio: Option<f64>,
    /// The house's soft symbols that these scores were computed from; null if no mark was found.
    pub evidence: Option<EvidenceReference>,
}

/// What a report says of one title.
#[derive(Debug, Clone, Copy)]
pub struct OfTitle<'a> {
    /// The title; `None` if none was found.
    pub title: Option<&'a TitleFacts>,
    /// What was found of it.
    pub verdict: Verdict,
    /// Those named, strongest first.
    pub attributions: &'a [Attribution],
    /// What decoys scored.
    pub decoys: Option<&'a Decoys>,
    /// How the evidence came together.
    pub trail: Option<&'a Trail>,
    /// What the true source is expected to reach, log10 likelihood ratio.
    pub expected_log10_likelihood_ratio: Option<f64>,
    /// The house's soft symbols.
    pub evidence: Option<&'a EvidenceReference>,
}

impl TitleResult {
    /// What it says.
    pub fn of_title(&self) -> OfTitle<'_> {
        OfTitle {
            title: Some(&self.title),
            verdict: self.verdict,
            attributions: &self.attributions,
            decoys: self.decoys.as_ref(),
            trail: self.trail.as_ref(),
            expected_log10_likelihood_ratio: self.expected_log10_likelihood_ratio,
            evidence: self.evidence.as_ref(),
        }
    }
}
