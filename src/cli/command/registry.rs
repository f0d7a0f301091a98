//! The command `registry`.

use serde::Serialize;

use super::backup;
use super::checks::{show, summary};
use super::log::{self, json_text};
use crate::cli::args::RegistryCommand;
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

/// What `registry key --json` prints.
#[derive(Serialize)]
struct KeyJson<'a> {
    /// 64 hexadecimal digits.
    public_key: &'a str,
    /// The registry's id.
    registry: &'a str,
}

/// Does what was typed after `registry`.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read or written.
pub fn run(session: &Session, command: &RegistryCommand) -> Result<Exit> {
    match command {
        RegistryCommand::Audit(list) => log::run(session, list.json),
        RegistryCommand::Key { json } => key(session, *json),
        RegistryCommand::Backup { file, json } => backup::backup(session, file, *json),
        RegistryCommand::Restore(typed) => backup::restore(session, typed),
        RegistryCommand::Verify { head, json } => verify(session, head.as_deref(), *json),
    }
}

/// Prints the registry's public key.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
fn key(session: &Session, json: bool) -> Result<Exit> {
    let registry = session.registry()?;
    match json {
        true => session.console.json(&json_text(&KeyJson {
            public_key: registry.public_key(),
            registry: registry.id(),
        })?)?,
        false => session.console.result(registry.public_key())?,
    }
    session
        .console
        .words("Publish it: whoever checks a report or a pack names it with --registry-key.");
    Ok(Exit::Done)
}

/// Checks the registry's chain and tables.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
fn verify(session: &Session, head: Option<&str>, json: bool) -> Result<Exit> {
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
