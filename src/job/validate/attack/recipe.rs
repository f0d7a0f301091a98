//! How an attack is done: runs of FFmpeg, one after another.

use std::collections::BTreeMap;

use serde::Serialize;

/// How an attack is done. What it makes depends on nothing else of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipe {
    /// How many distributors' copies go into it, 1 or more.
    pub copies: usize,
    /// The ending of the file that comes out.
    pub container: String,
    /// What is done, one step after another; none leaves the copy as it is.
    pub steps: Vec<Step>,
}

/// One run of FFmpeg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Video filters, with places to fill in; `None` for none.
    pub filter: Option<String>,
    /// The encoder.
    pub encoder: Encoder,
}

/// One of FFmpeg's encoders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Encoder {
    /// Its name.
    pub name: String,
    /// Its options by name.
    pub options: BTreeMap<String, String>,
}
