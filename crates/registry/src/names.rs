//! Refuses ids and names that a reader could mistake for others.

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
/// one that is there.
///
/// # Errors
/// [`Error::Registry`] if there is one that differs in the case of letters
/// alone, or whose name reads the same.
pub(super) fn check_new(conn: &Connection, kind: Kind, id: &str, name: &str) -> Result<String> {
    let (table, word) = (kind.table(), kind.word());
    let folded = folded(name);
    let find = |condition: &str, value: &str| -> Result<Option<String>> {
        let query = format!("SELECT id FROM {table} WHERE {condition}");
        let mut statement = conn
            .prepare_cached(&query)
            .map_err(fault(format!("looking for {word} {id}")))?;
        let found = statement.query_row([value], |row| row.get(0)).optional();
        found.map_err(fault(format!("looking for {word} {id}")))
    };
    match find("id = ?1 COLLATE NOCASE", id)? {
        Some(known) if known == id => {
            return Err(Error::registry(format!("there is a {word} {id} already"))
                .advise("ids are given once"));
        }
        Some(known) => {
            return Err(Error::registry(format!(
                "there is a {word} {known} already, and {id} differs from it in the case of letters alone"
            )).advise("choose another id"));
        }
        None => {}
    }
    match find("folded = ?1", &folded)? {
        Some(known) => Err(Error::registry(format!(
            "{word} {known} is called {} already",
            shown(name)
        ))
        .advise(format!("give {id} a name that tells it from that one"))),
        None => Ok(folded),
    }
}
