//! An issue: which distributor got which copy, and what is said of it in public.

use serde::{Deserialize, Serialize};

use super::Reference;

/// The fact that a distributor got a copy of a title.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Its number, from 1. [`Registry::record_issue`](crate::Registry::record_issue) gives it.
    pub id: i64,
    /// The title's id.
    pub title: String,
    /// The distributor's id.
    pub distributor: String,
    /// The number among the distributor's copies of the title, from 1: what their
    /// codewords are told apart by. [`Registry::next_copy`](crate::Registry::next_copy) gives it.
    pub copy: u32,
    /// SHA-256 of the master file, lower-case hexadecimal.
    pub master_sha256: String,
    /// SHA-256 of the marked copy, lower-case hexadecimal.
    pub copy_sha256: String,
    /// Where the copy was written, as text.
    pub copy_path: String,
    /// Size of the copy.
    pub copy_bytes: u64,
    /// Time in the title at which the copy begins, in seconds.
    pub title_start_s: f64,
    /// Length of the copy, in seconds.
    pub duration_s: f64,
    /// How it was marked and encoded.
    pub parameters: serde_json::Value,
    /// The version of leakmark that made it.
    pub tool_version: String,
    /// When it was recorded, RFC 3339 UTC. [`Registry::record_issue`](crate::Registry::record_issue) sets it.
    pub issued_at: String,
}

/// A commitment to the codeword of a copy, as its receipt carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodewordCommitment {
    /// Slots that are committed to.
    pub slots: u32,
    /// What is made public, 64 lower-case hexadecimal digits.
    pub root: String,
    /// What is needed to open it, 64 lower-case hexadecimal digits. It stays
    /// in the registry.
    pub salt: String,
}

/// What the chain says of an issue's title, distributor and master.
pub(super) struct OfChain {
    /// What the title is called.
    pub title: String,
    /// What the distributor is called.
    pub distributor: String,
    /// SHA-256 of the reference that is kept of the master; `None` if none is.
    pub reference: Option<String>,
}

impl Issue {
    /// Kinds of what the copy lacks of its master, separated by commas: the list `lost`
    /// of its parameters.
    pub(super) fn lost(&self) -> String {
        self.listed("lost").join(",")
    }

    /// What was missing of the master, in words: the list `damaged` of its parameters.
    pub(super) fn damaged(&self) -> String {
        self.listed("damaged").join("; ")
    }

    /// Of how many variants the copy was put together; `None` if it was marked by itself: the
    /// number `variants` of its parameters.
    pub fn variants(&self) -> Option<u32> {
        let number = self.parameters.get("variants")?.as_u64()?;
        u32::try_from(number).ok()
    }

    /// SHA-256 of the reference that is of this master at this time of the title.
    pub(super) fn reference(&self, all: &[Reference]) -> Option<String> {
        let own = |r: &&Reference| {
            let master = (&r.title, &r.master_sha256) == (&self.title, &self.master_sha256);
            master && r.title_start_s == self.title_start_s
        };
        all.iter().rev().find(own).map(|r| r.sha256.clone())
    }

    fn listed(&self, name: &str) -> Vec<&str> {
        let list = self.parameters.get(name).and_then(|list| list.as_array());
        list.map_or_else(Vec::new, |list| {
            list.iter().filter_map(|v| v.as_str()).collect()
        })
    }
}
