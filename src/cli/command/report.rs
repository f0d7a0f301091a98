//! The commands `report keygen` and `report verify`.

use super::checks::{NOTHING_MORE, show};
use super::log::json_text;
use crate::cli::args;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::evidence::check::ReportGiven;
use crate::job::{keygen_report, verify_report};

/// Makes a key to sign reports with.
///
/// # Errors
/// As for [`keygen_report`].
pub fn keygen(session: &Session, typed: &args::KeygenReport) -> Result<Exit> {
    let file = &typed.file;
    let made = keygen_report(file)?;
    let console = &session.console;
    if typed.json {
        let answer = serde_json::json!({
            "private_key": file.display().to_string(),
            "public_key": made.public_path.display().to_string(),
            "key_id": made.key_id,
        });
        console.json(&json_text(&answer)?)?;
        return Ok(Exit::Done);
    }
    console.result(&format!("private key  {}", file.display()))?;
    console.result(&format!("public key   {}", made.public_path.display()))?;
    console.result(&format!("key id       {}", made.key_id))?;
    console.words("Give the public key to those who check reports, by a way that they trust.");
    Ok(Exit::Done)
}

/// Checks a report.
///
/// # Errors
/// As for [`verify_report`].
pub fn verify(session: &Session, typed: &args::Verify) -> Result<Exit> {
    let given = ReportGiven {
        key: typed.key.as_deref(),
        registry_key: typed.registry_key.as_deref(),
        exhibit: typed.exhibit.as_deref(),
    };
    let checks = verify_report(&typed.report, &given)?;
    show(session, &checks, NOTHING_MORE, typed.json)
}
