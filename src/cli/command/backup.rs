//! The commands `registry backup` and `registry restore`.

use std::path::Path;

use serde::Serialize;

use super::log::json_text;
use crate::cli::args::Restore;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::words::count;
use crate::error::Result;
use crate::job::{KEY_FILE, Restored, backup_registry, restore_registry};
use crate::registry::Backup;

/// What `registry backup --json` prints.
#[derive(Serialize)]
struct BackupJson<'a> {
    /// The file that was written.
    file: String,
    #[serde(flatten)]
    backup: &'a Backup,
    /// Always false: the secret is a matter of its own.
    secret_included: bool,
}

/// What `registry restore --json` prints.
#[derive(Serialize)]
struct RestoreJson<'a> {
    /// The file that it was made of.
    file: String,
    #[serde(flatten)]
    backup: &'a Backup,
    /// True if the secret is there and the registry's own.
    secret_fits: bool,
    /// True unless a head was named that is not in the chain.
    complete: bool,
    /// The same for people.
    words: &'a str,
}

/// Writes a backup.
///
/// # Errors
/// As for [`backup_registry`].
pub fn backup(session: &Session, file: &Path, json: bool) -> Result<Exit> {
    let (registry, backup) = backup_registry(&session.setting.home_dir()?, file)?;
    let name = file.display().to_string();
    let result = format!("sha256 {}; head {}", backup.sha256, backup.head.sha256);
    session.log(&registry, "registry backup", &name, &result);
    let console = &session.console;
    if json {
        let secret_included = false;
        let answer = BackupJson {
            file: name,
            backup: &backup,
            secret_included,
        };
        console.json(&json_text(&answer)?)?;
    } else {
        console.result(&format!("backup    {name}"))?;
        lines(&backup)
            .iter()
            .try_for_each(|line| console.result(line))?;
    }
    console.words(&format!(
        "The secret ({KEY_FILE}) is NOT in it: without the secret no copy can be traced. Keep a copy of it"
    ));
    console.words("apart from this file, off line: whoever has both can read and forge marks.");
    console.words("The pictures of masters (references/) are not in it either: copy that folder, whose files never");
    console.words("change; `leakmark title reference check` says whether all are there.");
    Ok(Exit::Done)
}

/// Makes a registry of a backup.
///
/// # Errors
/// As for [`restore_registry`].
pub fn restore(session: &Session, typed: &Restore) -> Result<Exit> {
    let dir = session.setting.home_dir()?;
    let noted = typed.head.as_deref();
    let Restored { backup, home } = restore_registry(&dir, &typed.file, noted, typed.without_key)?;
    let name = typed.file.display().to_string();
    let complete = noted.is_none() || backup.noted.is_some();
    let words = compared(&backup, noted);
    if let Some(home) = &home {
        let result = format!("restored from sha256 {}; {words}", backup.sha256);
        session.log(&home.registry, "registry restore", &name, &result);
    }
    let console = &session.console;
    if typed.json {
        let answer = RestoreJson {
            file: name,
            backup: &backup,
            secret_fits: home.is_some(),
            complete,
            words: &words,
        };
        console.json(&json_text(&answer)?)?;
    } else {
        console.result(&format!("restored  {name}"))?;
        lines(&backup)
            .iter()
            .try_for_each(|line| console.result(line))?;
        console.result(&format!("compared  {words}"))?;
    }
    if home.is_none() {
        console.warn(&format!(
            "leakmark: {KEY_FILE} is not there: no copy can be traced until it is"
        ));
    }
    if !complete {
        console.warn(
            "leakmark: copies issued since are unknown here: do not mark for the same distributors before a later backup is found, for their codewords would be given again",
        );
    }
    Ok(if complete { Exit::Done } else { Exit::No })
}

fn lines(backup: &Backup) -> [String; 4] {
    let head = &backup.head;
    [
        format!("registry  {}", backup.registry),
        format!("sha-256   {}", backup.sha256),
        format!(
            "size      {} bytes, {} receipts",
            count(backup.bytes),
            backup.receipts
        ),
        format!("head      {} (entry {})", head.sha256, head.number),
    ]
}

/// What the backup holds of what was there when a head was noted.
fn compared(backup: &Backup, noted: Option<&str>) -> String {
    let last = match &backup.last_at {
        Some(at) => format!("entry {} of {at}", backup.head.number),
        None => format!("entry {}", backup.head.number),
    };
    match (noted, backup.noted) {
        (None, _) => format!(
            "with no head noted elsewhere: what was written after {last} is lost; name a head with --head to know whether anything was"
        ),
        (Some(_), Some(number)) => format!(
            "the head noted is entry {number}: nothing up to it is lost; {} more follow",
            backup.head.number - number
        ),
        (Some(_), None) => format!(
            "the head noted is NOT in the backup: what was written after {last} and up to that head is lost"
        ),
    }
}
