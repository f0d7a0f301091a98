//! The command `registry`.

use serde::Serialize;

use super::checks::{show, summary};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::job::{LogsChecked, verify_registry};
use crate::registry::Head;

/// What `--json` prints beside the checks.
#[derive(Serialize)]
struct End<'a> {
    /// The last entry of the chain.
    head: &'a Head,
}

/// Prints the registry's public key.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
pub fn key(session: &Session) -> Result<Exit> {
    let registry = session.registry()?;
    session.console.result(registry.public_key())?;
    session
        .console
        .words("Publish it: whoever checks a report or a pack names it with --registry-key.");
    Ok(Exit::Done)
}

/// Checks the registry's chain and tables.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
pub fn verify(session: &Session, head: Option<&str>, json: bool) -> Result<Exit> {
    let LogsChecked {
        registry,
        checks,
        head,
    } = verify_registry(&session.setting.home_dir()?, head)?;
    session.log(
        &registry,
        "registry verify",
        &head.sha256,
        &summary(&checks),
    );
    if !json {
        session.console.result(&format!(
            "head         {} (entry {})",
            head.sha256, head.number
        ))?;
    }
    show(session, &checks, End { head: &head }, json)
}
