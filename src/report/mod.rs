//! This module holds the report: what a scan found, as plain data.
//!
//! The report is a contract: [`SCHEMA`] names its version, every field is
//! documented beside its type with unit and null rule, numbers are rounded so
//! that the text is the same from run to run at any number of threads, and only
//! `timing` may differ. Unknown fields are refused when a report is read back.

mod finding;
mod json;
mod types;
mod verdict;

pub use finding::{Finding, FindingCode};
pub use json::{from_json, rounded, to_json};
pub use types::{
    Active, Attribution, Coverage, Decoys, Examined, Exhibit, FrameFacts, IssueFacts,
    RegistryFacts, Report, RunnerUp, SyncFacts, ThresholdFacts, Timing, TitleFacts, Tool,
    VideoFacts,
};
pub use verdict::{Verdict, judge};

/// The name and version of the report's format.
pub const SCHEMA: &str = "leakmark/report/1";
