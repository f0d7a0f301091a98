//! Keeps the registry: which titles there are, which distributors,
//! who was issued which copy, and who did what when.
//!
//! It is one SQLite file, `leakmark.db`, in the home folder:
//!
//! ```text
//!   chain           everything that was ever said, entry by entry, signed (append-only)
//!   identity        one row: registry id, commitment to the secret, signal format ─┐
//!   titles          one row a master                                              ─┤ as in
//!   distributors    one row a recipient                                           ─┤ the chain
//!   issue_records   distributor D got copy C of title T                           ─┘
//! ```
//!
//! The chain holds the registry's identity, its distributors and titles, a
//! receipt for each issue record, what became of distributors since, which references
//! there are, and the audit log: each entry names the one before it and is signed with
//! the key that the secret gives. What a scan goes
//! by is the chain ([`Registry::signed`]); the other tables serve to look things
//! up, and are compared with it by [`Registry::verify`].
//!
//! The secret itself is never here; neither are codewords, which are derived
//! from it, but for a commitment to each that was issued. Triggers keep the
//! tables as they are; the chain shows what was done to them with other means.
//! Each writing method is one `BEGIN IMMEDIATE` transaction, so that two
//! processes writing at once queue up instead of failing; readers do not wait.

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod audit;
mod audit_entry;
mod backup;
mod chain;
mod change;
mod changes;
mod create;
mod distributor;
mod distributors;
mod dropped_reference;
mod entry;
mod fault;
mod host;
mod identity;
mod import;
mod imported;
mod issue;
mod issue_batch;
mod issues;
mod lock;
mod names;
mod open;
mod receipts;
mod records;
mod references;
mod registry;
mod roster;
mod schema;
mod sent;
mod signed;
mod sql;
mod tables;
mod text;
mod title;
mod titles;
mod unlock;
mod verify;
mod walk;
mod writable;

pub use audit_entry::AuditEntry;
pub use backup::Backup;
pub use chain::Head;
pub use change::{Change, Revocation, Standing, What};
pub use distributor::Distributor;
pub use dropped_reference::DroppedReference;
pub use import::{CsvFile, ImportRow};
pub use imported::{Imported, Known, Renamed};
pub use issue::{CodewordCommitment, Issue};
pub use leakmark_evidence::reference::Reference;
pub use receipts::KeptReceipt;
pub use records::Record;
pub use registry::Registry;
pub use roster::{Listed, Roster};
pub use schema::{FILE_NAME, SCHEMA_VERSION};
pub use sent::{Asked, Sent};
pub use signed::{Issued, Signed};
pub use title::Title;
pub use verify::ChainCheck;
