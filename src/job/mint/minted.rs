//! What putting copies together came to.

use std::path::PathBuf;

use crate::error::Error;
use crate::registry::Issue;

/// What a run made.
#[derive(Debug, Default)]
pub struct Minted {
    /// The title's id.
    pub title: String,
    /// The copies made, in the order asked for.
    pub copies: Vec<MintedCopy>,
    /// Those that were issued in an earlier run and are at their place.
    pub already: Vec<Issue>,
    /// What ended the run, after those copies were issued.
    pub failure: Option<Error>,
}

/// A copy that was put together, or listed.
#[derive(Debug, Clone, PartialEq)]
pub struct MintedCopy {
    /// For whom.
    pub distributor: String,
    /// The number among the distributor's copies of the title, from 1.
    pub copy: u32,
    /// Where it, or its list of ranges, is.
    pub path: PathBuf,
    /// SHA-256 of the file, or of the line with its ranges.
    pub sha256: String,
    /// The size of the copy.
    pub bytes: u64,
    /// The number of its issue record.
    pub issue: i64,
}
