//! What is said of an exhibit that cannot be read, in a report's place.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::hash::FileHash;
use leakmark_core::error::{Error, Result};
use leakmark_core::problem::{Problem, ProblemKind};

/// The name and version of the format.
pub const UNREADABLE_SCHEMA: &str = "leakmark/unreadable/1";

/// An exhibit that could not be read: `scan` says this where its report would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unreadable {
    /// Which file, and why.
    pub unreadable: UnreadableFile,
}

/// A file that could not be read as pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadableFile {
    /// Its path as given or found; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// Size of the file, bytes; null if its bytes could not be read.
    pub size_bytes: Option<u64>,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits; null if they could
    /// not be read.
    pub sha256: Option<String>,
    /// Why, in a word that stays the same from version to version.
    pub kind: ProblemKind,
    /// What was got and what was expected.
    pub message: String,
    /// What to do; null if there is nothing to say beyond the message.
    pub hint: Option<String>,
}

impl Unreadable {
    /// About the file at `path`, which `error` is about.
    pub fn new(path: &Path, hash: Option<FileHash>, error: &Error) -> Self {
        let other = || Problem::new(ProblemKind::Other, error.to_string(), "");
        let problem = Problem::of(error).unwrap_or_else(other);
        let (size_bytes, sha256) = hash.map(|h| (h.bytes, h.sha256)).unzip();
        Self {
            unreadable: UnreadableFile {
                path: path.to_string_lossy().into_owned(),
                size_bytes,
                sha256,
                kind: problem.kind,
                message: problem.message,
                hint: Some(problem.hint).filter(|hint| !hint.is_empty()),
            },
        }
    }

    /// One line of JSON.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self)
            .map_err(|e| Error::Internal(format!("no JSON of an unreadable exhibit: {e}")))
    }
}
