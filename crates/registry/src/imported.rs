//! What an import came to.

use serde::Serialize;

/// What an import does with a distributor that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is an error, and nothing is imported.
    Refused,
    /// Its name and notes become those of the file; what the file leaves empty stays.
    Updated,
}

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Ids of those that are new.
    pub added: Vec<String>,
    /// Those that are called by another name now.
    pub renamed: Vec<Renamed>,
    /// Ids of those whose notes are others now.
    pub noted: Vec<String>,
    /// How many were there already, as the file has them.
    pub unchanged: u64,
    /// What people should know of how the file was read.
    pub remarks: Vec<String>,
}

/// A distributor that was renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// The distributor's id.
    pub id: String,
    /// What it was called.
    pub from: String,
    /// What it is called.
    pub to: String,
}
