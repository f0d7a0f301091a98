//! This module holds the use cases: mark, scan, verify a copy, batches. It
//! plans threads and emits events; it prints nothing.

mod events;
mod home;
mod findings;
mod hash;
mod exhibits;
mod window;
mod still;
mod scan;
mod batch;
mod compose;
mod request;
mod outputs;
mod titles;
mod encode;
mod verify;
mod issue;
mod marking;

pub use batch::{BatchOutcome, scan_batch};
pub use events::{Event, Observer, Silent, Stage};
pub use exhibits::{Found, find_exhibits};
pub use home::{Home, KEY_FILE};
pub use marking::{Marked, MarkedCopy, mark};
pub use request::{Codec, MarkRequest};
pub use scan::{ScanContext, ScanSettings, scan};
pub use titles::add_title;
pub use verify::{VerifyOutcome, verify_copy};

pub use crate::media::{Limits, library_version};
pub use crate::trace::Threshold;
pub use crate::units::Log10;
