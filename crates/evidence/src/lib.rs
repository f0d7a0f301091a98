//! What leakmark hands to others, and how it is checked: plain data, JSON,
//! signatures. No registry, no FFmpeg, no secret.
//!
//! ```text
//! mark   copy ─ receipt: hashes, commitment to the codeword, time ─ signed, chained
//!                  │
//! scan   exhibit ─ report: receipt, soft symbols (sealed), LR, bound ─ envelope ─ timestamp
//!                  │                    │
//! court  pack: the codeword opened where the report used it ─ anybody computes the LR again
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | [`report`] | what a scan found, field by field |
//! | [`dossier`] | what a mark withstands on films of the user's own, field by field |
//! | [`receipt`] | a signed, chained entry for each copy issued |
//! | [`mod@reference`] | pictures of masters, sealed, a few of them in packs |
//! | [`pack`] | a codeword opened where a report used it, and its likelihood ratio computed again |
//! | [`envelope`] | a report in a signed envelope (DSSE, in-toto) |
//! | [`timestamp`] | RFC 3161: requests and stamps |
//! | [`check`] | whether reports, packs and stamps hold, line by line |
//! | [`failure`] | why a command failed, as JSON |
//! | [`key_file`] | secrets and signing keys in files |

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests fail by panicking"
    )
)]

pub mod check;
pub mod dossier;
pub mod envelope;
pub mod escape;
pub mod failure;
pub mod files;
pub mod hash;
pub mod key_file;
pub mod naming;
pub mod pack;
pub mod receipt;
pub mod reference;
pub mod report;
pub mod schema;
pub mod seal;
pub mod timestamp;
pub mod whole;

pub use check::{Check, Conclusion, Outcome, all_hold, conclude};
pub use dossier::*;
pub use envelope::{
    CitedDossier, Envelope, EnvelopeSignature, Predicate, Statement, Subject, cite_dossier,
    envelope_from_json,
};
pub use failure::{FAILURE_SCHEMA, Failure, FailureFacts, FailureKind};
pub use pack::{EvidencePack, OpenedSlot, PACK_SCHEMA, pack_from_json};
pub use receipt::{Receipt, ReceiptText};
pub use report::*;
