//! The dossier: what a mark withstands on films of the user's own, as plain data.
//!
//! ```text
//! films ─ excerpts ─┬─ marked copy ─── attack ─ exhibit ─ scan ─ cell      is its distributor named?
//!                   ├─ unmarked twin ─ attack ─ exhibit ─ scan ─ control   is nobody named?
//!                   └─ both beside the master: what the mark costs the picture
//! ```
//!
//! Like the report it is a contract: [`DOSSIER_SCHEMA`] names its version, every
//! field is documented with unit and null rule, unknown fields are refused, and only
//! `timing` differs from run to run of one program on one machine.

mod inside;
mod json;
mod tally;
mod types;

pub use json::{dossier_from_json, dossier_to_json};
pub use tally::{ClassTally, Tally};
pub use types::{
    AttackFacts, Cell, CellResult, ControlKind, CopyFacts, Dossier, DossierParameters,
    DossierTiming, Environment, ExcerptFacts, FilmFacts, Innocents, PictureFacts, Reached,
    TestControl, TestExhibit, TestOutcome,
};

/// The name and version of the dossier's format.
pub const DOSSIER_SCHEMA: &str = "leakmark/dossier/1";
