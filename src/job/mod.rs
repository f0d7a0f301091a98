//! This module holds the use cases: mark, scan, verify a copy, batches. It
//! plans threads and emits events; it prints nothing.

mod batch;
mod compose;
mod context;
mod encode;
mod events;
mod evidence;
mod exhibits;
mod files;
mod findings;
mod handed_in;
mod hash;
mod home;
mod illustrate;
mod issue;
mod marking;
mod outputs;
mod pack;
mod pack_check;
mod plan;
mod ratio;
mod registry_logs;
mod request;
mod scan;
mod seal;
mod sights;
mod sign;
mod standing;
mod still;
mod timestamp;
mod titles;
mod trail;
mod verify;
mod verify_report;
mod window;

pub use batch::{BatchOutcome, scan_batch};
pub use context::{ScanContext, ScanSettings};
pub use events::{Event, Observer, Silent, Stage};
pub use exhibits::{Found, find_exhibits};
pub use home::{Home, KEY_FILE};
pub use marking::{Marked, MarkedCopy, mark};
pub use pack::{Packed, evidence_pack};
pub use pack_check::{check_pack, verify_pack};
pub use registry_logs::{LogsChecked, verify_registry};
pub use request::{Codec, MarkRequest};
pub use scan::{Scanned, scan};
pub use sign::{NewReportKey, ReportSigner, keygen_report};
pub use timestamp::{request_timestamp, verify_timestamp};
pub use titles::add_title;
pub use verify::{VerifyOutcome, verify_copy};
pub use verify_report::verify_report;

pub use crate::detect::Effort;
pub use crate::media::{Limits, library_version};
pub use crate::trace::Threshold;
pub use crate::units::Log10;
