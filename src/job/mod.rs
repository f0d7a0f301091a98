//! This module holds the use cases: mark, scan, verify a copy, batches. It
//! plans threads and emits events; it prints nothing.

mod events;
mod home;
mod hash;
mod exhibits;
mod window;
mod still;
mod scan;
mod batch;
mod marking;
mod verify;

pub use batch::{BatchOutcome, scan_batch};
pub use events::{Event, Observer, Silent, Stage};
pub use exhibits::{Found, find_exhibits};
pub use home::{Home, KEY_FILE};
pub use marking::{Codec, MarkRequest, MarkedCopy, Marked, add_title, mark};
pub use scan::{ScanContext, ScanSettings, scan};
pub use verify::{VerifyOutcome, verify_copy};
