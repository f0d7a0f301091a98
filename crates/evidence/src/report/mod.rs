//! What a scan found, as plain data.
//!
//! The report is a contract: [`SCHEMA`] names its version, every field is
//! documented beside its type with unit and null rule, numbers are rounded so
//! that the text is the same from run to run at any number of threads, and only
//! `timing` may differ. Unknown fields are refused when a report is read back.

mod case_fields;
mod finding;
mod json;
mod rounded;
mod scores;
pub(crate) mod soft_symbols;
mod trail;
mod types;

pub use case_fields::CaseFacts;
pub use finding::{Finding, FindingCode};
pub use json::{from_json, to_json};
pub use leakmark_core::trace::Verdict;
pub use rounded::rounded;
pub use scores::{Histogram, LISTED, ScoreFact, ScoreFacts};
pub use soft_symbols::{EvidenceFacts, SoftSlot};
pub use trail::{Cumulative, Stretch, Trail, TrailSlot};
pub use types::{
    Active, Attribution, Coverage, Decoys, Examined, Exhibit, IssueFacts, Parameters,
    RegistryFacts, Report, RunnerUp, SyncFacts, ThresholdFacts, Timing, TitleFacts, Tool,
    VideoFacts,
};

/// The name and version of the report's format.
pub const SCHEMA: &str = "leakmark/report/1";
