//! The command `report schema`.

use crate::cli::args::SchemaOf;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::{Error, Result};
use crate::evidence::schema::{
    dossier_schema, evidence_schema, failure_schema, pack_schema, report_schema, unreadable_schema,
};

/// Prints the JSON Schema of a format.
///
/// # Errors
/// [`Error::Unwritable`] if standard output cannot take it.
pub fn print(session: &Session, of: SchemaOf) -> Result<Exit> {
    let schema = match of {
        SchemaOf::Report => report_schema(),
        SchemaOf::Unreadable => unreadable_schema(),
        SchemaOf::Evidence => evidence_schema(),
        SchemaOf::EvidencePack => pack_schema(),
        SchemaOf::Dossier => dossier_schema(),
        SchemaOf::Error => failure_schema(),
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Error::Internal(format!("no JSON: {error}")))?;
    session.console.json(&text)?;
    Ok(Exit::Done)
}
