//! Makes shell completions and manual pages from the definition
//! of the command line.

use std::path::Path;

use clap_complete::Shell;

use crate::cli::args::definition;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::{Error, Result};

/// Prints completions for `shell`.
///
/// # Errors
/// [`Error::Unwritable`] if standard output cannot take them.
pub fn completions(session: &Session, shell: Shell) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(), "leakmark", &mut script);
    session.console.raw(&script)?;
    Ok(Exit::Done)
}

/// Writes a manual page for each command to `dir`.
///
/// # Errors
/// [`Error::Unwritable`] if it cannot.
pub fn man(dir: &Path) -> Result<Exit> {
    clap_mangen::generate_to(definition(), dir)
        .map_err(|error| Error::unwritable(dir, error.to_string()))?;
    Ok(Exit::Done)
}
