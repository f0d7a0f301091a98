//! What a scan found, as plain data.
//!
//! The report is a contract: [`SCHEMA`] names its version, every field is
//! documented beside its type with unit and null rule, numbers are rounded so
//! that the text is the same from run to run at any number of threads. Only
//! `earlier_scans`, `timing` and `signature` may differ. Unknown fields are refused
//! when a report is read back. The registry signs all but `timing`.
//!
//! A report leaves the house. So nothing in it depends on the symbols of anybody who
//! is not named: no scores, no ranks. The soft symbols stay in the house, in a file of
//! their own ([`EvidenceFile`]).

mod attribution;
mod case_fields;
mod clock_rate;
mod content;
mod evidence_file;
mod finding;
mod json;
mod occasion;
mod of_titles;
mod part;
mod rounded;
mod scores;
mod signature;
pub(crate) mod soft_symbols;
mod titles;
mod trail;
mod types;
mod unreadable;
mod validation;

pub use attribution::{
    Attribution, EvidenceReference, IssueFacts, OtherIssue, RevokedFacts, TitleFacts,
};
pub use case_fields::CaseFacts;
pub(crate) use clock_rate::{is_right_clock, right_clock};
pub use content::{ContentFacts, seconds_of};
pub use evidence_file::{EVIDENCE_ENDING, EVIDENCE_SCHEMA, EvidenceFile, evidence_of};
pub use finding::{Finding, FindingCode};
pub use json::{from_json, to_json};
pub use leakmark_core::detect::Content;
pub use leakmark_core::trace::Verdict;
pub use occasion::{Control, EarlierScans};
pub use part::{ExhibitPart, joint_sha256, joint_sha512};
pub use rounded::{rounded, rounded_ratio};
pub use scores::{Decoys, Histogram};
pub use soft_symbols::{SlotReading, SoftSlot};
pub use titles::{OfTitle, TitleResult};
pub use trail::{Cumulative, Stretch, Trail, TrailSlot};
pub use types::{
    Coverage, Examined, Exhibit, HeadFacts, Parameters, RegistryFacts, RegistrySignature, Report,
    SyncFacts, ThresholdFacts, Timing, Tool, VideoFacts,
};
pub use unreadable::{UNREADABLE_SCHEMA, Unreadable, UnreadableFile};
pub use validation::{Interval, Place, Validation};

/// What the files end with that `scan` writes reports to.
pub const REPORT_ENDING: &str = ".report.json";

/// The name and version of the report's format.
pub const SCHEMA: &str = "leakmark/report/2";
