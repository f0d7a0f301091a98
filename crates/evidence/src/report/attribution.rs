//! Says who is named for which copy of which title, and what that rests on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trail::Stretch;
use crate::Receipt;

/// The house's soft symbols of a title, a line of the file `<name>.evidence` beside the
/// report. It stays in the house; a pack carries what a court needs of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceReference {
    /// The id of the title whose key they were read with.
    pub title: String,
    /// SHA-256 of the line with its line feed, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// A title of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TitleFacts {
    /// The title's id in the registry.
    pub id: String,
    /// The title's name, as the registry's chain has it.
    pub name: String,
    /// The name in the registry's table, if that is another: somebody changed it;
    /// empty if the table has no such title; null if they are the same.
    pub name_in_table: Option<String>,
}

/// A distributor whose likelihood ratio reaches the threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attribution {
    /// The distributor's id.
    pub distributor: String,
    /// The distributor's name: that of the receipt, or without one that under
    /// which the registry's chain has the distributor.
    pub name: String,
    /// The name in the registry's table, if that is another: somebody changed it;
    /// empty if the table has no such distributor; null if they are the same.
    pub name_in_table: Option<String>,
    /// What the registry calls the distributor now, if it was renamed since; null if the
    /// name is the same.
    pub name_now: Option<String>,
    /// Since when and why the distributor gets no more copies; null if it gets some.
    pub revoked: Option<RevokedFacts>,
    /// Which of the distributor's copies of the title was read, from 1: each has
    /// symbols of its own.
    pub copy: u32,
    /// Of how many variants the copy was put together, segment by segment: then it has one
    /// symbol a slot, carried by all 64 together; null if it was marked by itself.
    pub variants: Option<u32>,
    /// The issue of that copy; null if there is no record of one, or if it does not
    /// reach into what was read.
    pub issue: Option<IssueFacts>,
    /// What else of the title was issued to the distributor, oldest first.
    pub other_issues: Vec<OtherIssue>,
    /// log10 of the likelihood ratio "this distributor's copy" : "a copy whose symbols
    /// have nothing to do with this distributor's": somebody else's, or none. It is an e-value.
    pub log10_likelihood_ratio: f64,
    /// log10 of the bound on accusing anyone innocent in the whole registry, in this
    /// examination: `hypotheses` over the likelihood ratio.
    pub log10_p_false: f64,
    /// Where the exhibit shows this copy, in order of exhibit time: all that was read, if
    /// it was made from this copy alone or from several in every picture.
    pub stretches: Vec<Stretch>,
}

/// Since when and why a distributor gets no more copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokedFacts {
    /// The day, `YYYY-MM-DD`.
    pub since: String,
    /// The reason that was given, in the words of whoever gave it.
    pub reason: String,
}

/// The record of a copy's issue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueFacts {
    /// The number of the record in the registry, from 1.
    pub id: i64,
    /// When the copy was issued, RFC 3339 UTC.
    pub issued_at: String,
    /// SHA-256 of the copy as issued, 64 lower-case hexadecimal digits.
    pub copy_sha256: String,
    /// SHA-256 of the master it was made from, 64 lower-case hexadecimal digits.
    pub master_sha256: String,
    /// Title time at which the copy begins, seconds.
    pub title_start_s: f64,
    /// Length of the copy, seconds.
    pub duration_s: f64,
    /// The receipt of this copy.
    pub receipt: Receipt,
}

/// Another copy of the title that the distributor got: it was not what was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherIssue {
    /// The number of the record in the registry, from 1.
    pub id: i64,
    /// Which of the distributor's copies of the title it is, from 1.
    pub copy: u32,
    /// When the copy was issued, RFC 3339 UTC.
    pub issued_at: String,
}
