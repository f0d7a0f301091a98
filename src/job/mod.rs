//! This module holds the use cases: mark, scan, verify a copy, batches. It
//! plans threads and emits events; it prints nothing.

mod ahead;
mod batch;
mod compose;
mod context;
mod course;
mod encode;
mod events;
mod evidence;
mod examine;
mod exhibits;
mod findings;
mod gains;
mod home;
mod illustrate;
mod issue;
mod keyframes;
mod marking;
mod outputs;
mod pack;
mod plan;
mod registry_logs;
mod request;
mod scan;
mod seal;
mod settled;
mod sights;
mod standing;
mod still;
mod stretch;
mod titles;
mod trail;
mod verify;
mod window;

pub use batch::{BatchOutcome, scan_batch};
pub use context::{ScanContext, ScanSettings};
pub use events::{Event, Observer, Silent, Stage};
pub use exhibits::{Found, find_exhibits};
pub use home::{Home, KEY_FILE};
pub use marking::{Marked, MarkedCopy, mark};
pub use pack::{Packed, evidence_pack};
pub use registry_logs::{LogsChecked, verify_registry};
pub use request::{Codec, MarkRequest};
pub use scan::{Scanned, scan};
pub use titles::add_title;
pub use verify::{VerifyOutcome, verify_copy};

pub use crate::detect::Effort;
pub use crate::evidence::check::{check_pack, verify_pack, verify_report};
pub use crate::evidence::envelope::{NewReportKey, ReportSigner, keygen_report};
pub use crate::evidence::timestamp::{request_timestamp, verify_timestamp};
pub use crate::media::{Limits, PRESETS, library_version, share_memory};
pub use crate::trace::Threshold;
pub use crate::units::Log10;
