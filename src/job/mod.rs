//! The use cases: mark, scan, verify a copy, batches. It
//! plans threads and emits events; it prints nothing.

mod backup;
mod events;
mod home;
mod in_order;
mod mark;
mod mint;
mod prove;
mod reference;
mod scan;
mod task;
mod validate;
mod variants;

pub use backup::{Restored, backup_registry, restore_registry};
pub use events::{Event, Observer, Silent, Stage};
pub use home::{Home, KEY_FILE};
pub use mark::issue::MarkedCopy;
pub use mark::read_back::{VerifyOutcome, verify_copy};
pub use mark::request::{Beginning, MarkRequest};
pub use mark::resume::Already;
pub use mark::titles::{AddedTitle, add_title};
pub use mark::{Marked, mark};
pub use mint::check::{Checked, Match, check_copy};
pub use mint::mint;
pub use mint::minted::{Minted, MintedCopy};
pub use mint::request::{MintRequest, What};
pub use prove::pack::{Packed, evidence_pack};
pub use prove::registry_logs::{LogsChecked, verify_registry};
pub use prove::reread::{RereadSettings, verify_pack_on_exhibit};
pub use reference::care::{
    CheckedReference, check_references, drop_references, export_references, import_reference,
};
pub use reference::recognizer::Recognizer;
pub use scan::batch::{BatchOutcome, scan_batch};
pub use scan::context::{SCAN, ScanContext, ScanSettings, case_subject};
pub use scan::controls::scan_controls;
pub use scan::exhibits::{Found, find_exhibits};
pub(crate) use scan::film::window::Gatherer;
pub use scan::report::InHouse;
pub use scan::resume::{EarlierReports, Kept};
pub use scan::spool::STDIN;
pub use scan::{Scanned, scan};
pub use task::Task;
pub use validate::{Attack, Library, Trial, UNTOUCHED, ValidateRequest};
pub use variants::index::Index;
pub use variants::read_back::ReadBack;
pub use variants::request::VariantsRequest;
pub use variants::{MadeVariants, make_variants};

pub use crate::detect::Effort;
pub use crate::evidence::check::{check_pack, verify_pack, verify_report};
pub use crate::evidence::envelope::{NewReportKey, ReportSigner, keygen_report};
pub use crate::evidence::timestamp::{request_timestamp, verify_timestamp};
pub use crate::media::{ARCHIVES, Limits, PRESETS, VideoCodec, library_version, share_memory};
pub use crate::trace::Threshold;
pub use crate::units::Log10;
