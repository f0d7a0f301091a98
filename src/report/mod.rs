//! This module holds the report: what a scan found, as plain data, and its renderings.
//!
//! ```text
//! Report ─┬─ json
//!         ├─ case_uco: CASE/UCO 1.4 for other tools
//!         └─ document: what may be said, with charts ─┬─ html
//!            (with Illustrations and a VerbalScale)   └─ pdf
//! ```
//!
//! The report is a contract: [`SCHEMA`] names its version, every field is
//! documented beside its type with unit and null rule, numbers are rounded so
//! that the text is the same from run to run at any number of threads, and only
//! `timing` may differ. Unknown fields are refused when a report is read back.

mod case_fields;
mod case_uco;
mod chart;
mod check;
mod cms_words;
mod document;
mod drawing;
mod dsse;
mod evidence;
mod finding;
mod html;
mod illustrations;
mod json;
mod pack;
mod pdf;
pub mod plain;
mod schema;
mod scores;
mod stamped_time;
mod timestamp;
mod token;
mod trail;
mod types;
mod verbal;
mod verdict;
pub mod words;

pub use case_fields::CaseFacts;
pub use case_uco::{CaseGraph, NAMESPACE};
pub use check::{Check, Outcome, all_hold};
pub use document::{Document, document};
pub use dsse::{Envelope, EnvelopeSignature, Statement, Subject, envelope_from_json};
pub use evidence::{EvidenceFacts, SoftSlot};
pub use finding::{Finding, FindingCode};
pub use html::{BatchRow, index, page, summary_csv};
pub use illustrations::{Frame, Illustrations, SlotSymbols};
pub use json::{from_json, rounded, to_json};
pub use pack::{EvidencePack, OpenedSlot, PACK_SCHEMA, pack_from_json};
pub use pdf::pdf;
pub use schema::{pack_schema, report_schema};
pub use scores::{Histogram, LISTED, ScoreFact, ScoreFacts};
pub use timestamp::{Expected, check_timestamp, timestamp_request};
pub use trail::{Cumulative, Trail, TrailSlot};
pub use types::{
    Active, Attribution, Coverage, Decoys, Examined, Exhibit, FrameFacts, IssueFacts, Parameters,
    RegistryFacts, Report, RunnerUp, StreamFacts, SyncFacts, ThresholdFacts, Timing, TitleFacts,
    Tool, VideoFacts,
};
pub use verbal::{Step, VerbalScale};
pub use verdict::{Verdict, judge};

/// The name and version of the report's format.
pub const SCHEMA: &str = "leakmark/report/1";
