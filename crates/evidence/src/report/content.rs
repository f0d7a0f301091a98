//! Says what the exhibit's pictures are, where they could be compared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use leakmark_core::detect::Content;

/// A stretch of the exhibit, compared with the reference of a title: that of the mark that it
/// carries, or the one that its pictures are known by where no mark was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContentFacts {
    /// The title's id.
    pub title: String,
    /// Where it begins in the exhibit, seconds.
    pub exhibit_start_s: f64,
    /// Where it ends in the exhibit, seconds.
    pub exhibit_end_s: f64,
    /// The title time with which it begins, seconds; null if it is not known.
    pub title_start_s: Option<f64>,
    /// What its pictures are.
    pub content: Content,
    /// The correlation of the middle one of all blocks that were compared with the
    /// title's picture of that time, −1 to 1; 0 if none could be.
    pub correlation: f64,
}

/// Seconds of exhibit under the mark of a title whose pictures are of this kind.
pub fn seconds_of(content: &[ContentFacts], title: &str, kind: Content) -> f64 {
    let of_title = content.iter().filter(|c| c.title == title);
    let of_kind = of_title.filter(|c| c.content == kind);
    of_kind.map(|c| c.exhibit_end_s - c.exhibit_start_s).sum()
}
