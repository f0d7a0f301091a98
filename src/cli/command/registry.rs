//! The command `registry`.

use serde::Serialize;

use super::checks::{show, summary};
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::job::{LogsChecked, verify_registry};

/// What `--json` prints beside the checks.
#[derive(Serialize)]
struct Head<'a> {
    /// The hash of the last receipt.
    head: &'a str,
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
