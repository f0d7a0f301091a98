//! The program and the library as others use them: one binary, one file for
//! each thing that must hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod kit;

mod backups;
mod changed_files;
mod cli;
mod detect;
mod disclosures;
mod end_to_end;
mod evidence;
mod failures;
mod folders;
mod forgeries;
mod help;
mod informed;
mod issues;
mod joined_films;
mod keyframes;
mod living_list;
mod mark_ledger;
mod media_read;
mod media_transcode;
mod mixed_copies;
mod no_audit;
mod odd_files;
mod pack_programs;
mod pack_reading;
mod packs;
mod receipts;
mod recognize;
mod references;
mod registry;
mod reports;
mod resume;
mod scene;
mod schema;
mod signed;
mod stills;
mod timestamps;
mod together;
mod unwritable;
mod validate;
mod variants;
