//! Refuses ids and names that a reader could mistake for others.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use super::fault::fault;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming::{folded, shown};

/// Whose ids and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of distributors.
    Distributor,
    /// Of titles.
    Title,
}

impl Kind {
    fn table(self) -> &'static str {
        match self {
            Self::Distributor => "distributors",
            Self::Title => "titles",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Distributor => "distributor",
            Self::Title => "title",
        }
    }
}

/// The name as it is compared, if neither the id nor the name can be taken for
/// one that is there. `later` are names that were given after the first, and whose.
///
/// # Errors
/// [`Error::Registry`] if there is one that differs in the case of letters
/// alone, or whose name reads the same.
pub(super) fn check_new(
    conn: &Connection,
    kind: Kind,
    id: &str,
    name: &str,
    later: &BTreeMap<String, String>,
) -> Result<String> {
    let word = kind.word();
    match find(conn, kind, "id = ?1 COLLATE NOCASE", id)? {
        Some(known) if known == id => Err(Error::registry(format!(
            "there is a {word} {id} already"
        ))
        .advise("ids are given once")),
        Some(known) => Err(Error::registry(format!(
            "there is a {word} {known} already, and {id} differs from it in the case of letters alone"
        ))
        .advise("choose another id")),
        None => check_name(conn, kind, id, name, later),
    }
}

/// The name as it is compared, if nobody but `id` has it or had it.
///
/// # Errors
/// [`Error::Registry`] if somebody else's name reads the same.
pub(super) fn check_name(
    conn: &Connection,
    kind: Kind,
    id: &str,
    name: &str,
    later: &BTreeMap<String, String>,
) -> Result<String> {
    let folded = folded(name);
    let first = find(conn, kind, "folded = ?1", &folded)?;
    let known = first.as_ref().or_else(|| later.get(&folded));
    match known.filter(|known| *known != id) {
        None => Ok(folded),
        Some(known) => Err(Error::registry(format!(
            "{} {known} is or was called {} already",
            kind.word(),
            shown(name)
        ))
        .advise(format!("give {id} a name that tells it from that one"))),
    }
}

fn find(conn: &Connection, kind: Kind, condition: &str, value: &str) -> Result<Option<String>> {
    let doing = || format!("looking for {} {value}", kind.word());
    let query = format!("SELECT id FROM {} WHERE {condition}", kind.table());
    let mut statement = conn.prepare_cached(&query).map_err(fault(doing()))?;
    let found = statement.query_row([value], |row| row.get(0)).optional();
    found.map_err(fault(doing()))
}
