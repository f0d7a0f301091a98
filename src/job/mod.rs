//! This module holds the use cases: mark, scan, verify a copy, batches. It
//! plans threads and emits events; it prints nothing.

mod ahead;
mod batch;
mod compose;
mod context;
mod encode;
mod events;
mod evidence;
mod exhibits;
mod findings;
mod hash;
mod home;
mod issue;
mod keyframes;
mod marking;
mod outputs;
mod plan;
mod request;
mod scan;
mod settled;
mod still;
mod titles;
mod verify;
mod window;

pub use batch::{BatchOutcome, scan_batch};
pub use context::{ScanContext, ScanSettings};
pub use events::{Event, Observer, Silent, Stage};
pub use exhibits::{Found, find_exhibits};
pub use home::{Home, KEY_FILE};
pub use marking::{Marked, MarkedCopy, mark};
pub use request::{Codec, MarkRequest};
pub use scan::scan;
pub use titles::add_title;
pub use verify::{VerifyOutcome, verify_copy};

pub use crate::media::{Limits, library_version};
pub use crate::trace::Threshold;
pub use crate::units::Log10;
