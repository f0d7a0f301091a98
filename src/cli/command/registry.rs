//! The command `registry`.

use serde::Serialize;

use super::checks::{show, summary};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::{Error, Result};
use crate::job::{LogsChecked, verify_registry};

/// What `--json` prints beside the checks.
#[derive(Serialize)]
struct Head<'a> {
    /// The hash of the last receipt.
    head: &'a str,
}

/// Prints the registry's public key.
///
/// # Errors
/// [`Error::Registry`] if the registry cannot be read.
pub fn key(session: &Session) -> Result<Exit> {
    let registry = session.registry()?;
    let key = registry.log_key().ok_or_else(|| {
        Error::registry("it has no key yet: run any command that uses its secret once")
    })?;
    session.console.result(key)?;
    session
        .console
        .words("Publish it: whoever checks a report or a pack names it with --registry-key.");
    Ok(Exit::Done)
}

/// Checks the registry's logs.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
pub fn verify(session: &Session, head: Option<&str>, json: bool) -> Result<Exit> {
    let LogsChecked {
        registry,
        checks,
        head,
    } = verify_registry(&session.setting.home_dir()?, head)?;
    session.log(&registry, "registry verify", &head, &summary(&checks));
    if !json {
        session.console.result(&format!("head         {head}"))?;
    }
    show(session, &checks, Head { head: &head }, json)
}
