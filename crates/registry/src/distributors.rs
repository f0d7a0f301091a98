//! Keeps the distributors: who may be issued copies.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::Registry;
use super::import::{self, ImportRow};
use super::sql::{fault, from_json, is_duplicate};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming::{self, validate_id, validate_name};

/// Someone who receives marked copies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distributor {
    /// Short, unique, compared case-sensitively; see [`validate_id`].
    pub id: String,
    /// As printed in reports.
    pub name: String,
    /// Whatever else is known, by column name.
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
}

const COLUMNS: &str = "SELECT id, name, notes FROM distributors";

impl Registry {
    /// Adds one distributor. Its id must be new.
    pub fn add_distributor(&self, distributor: &Distributor) -> Result<()> {
        let added_at = naming::now()?;
        self.write("adding a distributor", |conn| {
            insert(conn, distributor, &added_at)
        })
    }

    /// Adds all `rows` or, if any is wrong or there already, none. Returns how
    /// many were added.
    pub fn import_distributors(
        &self,
        rows: impl IntoIterator<Item = Result<ImportRow>>,
    ) -> Result<usize> {
        let added_at = naming::now()?;
        self.write("importing distributors", |conn| {
            let mut added = 0;
            for row in rows {
                let row = row?;
                insert(conn, &row.distributor, &added_at)
                    .map_err(|error| import::at_line(row.line, error))?;
                added += 1;
            }
            Ok(added)
        })
    }

    /// All distributors, sorted by id (by byte).
    pub fn distributors(&self) -> Result<Vec<Distributor>> {
        let query = format!("{COLUMNS} ORDER BY id");
        self.rows("listing distributors", &query, [], read)
    }

    /// The distributor with this id.
    pub fn distributor(&self, id: &str) -> Result<Option<Distributor>> {
        let query = format!("{COLUMNS} WHERE id = ?1");
        let found = self.rows("looking a distributor up", &query, [id], read)?;
        Ok(found.into_iter().next())
    }

    /// How many distributors there are.
    pub fn distributor_count(&self) -> Result<usize> {
        self.count("distributors")
    }
}

fn insert(conn: &Connection, distributor: &Distributor, added_at: &str) -> Result<()> {
    validate_id(&distributor.id)?;
    let name = validate_name(&distributor.name)?;
    let notes = serde_json::to_string(&distributor.notes)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let adding = || format!("adding distributor {}", distributor.id);
    conn.prepare_cached("INSERT INTO distributors VALUES (?1, ?2, ?3, ?4)")
        .map_err(fault(adding()))?
        .execute((&distributor.id, name, notes, added_at))
        .map(drop)
        .map_err(|error| match is_duplicate(&error) {
            true => Error::registry(format!(
                "there is a distributor {} already; ids are given once",
                distributor.id
            )),
            false => fault(adding())(error),
        })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Distributor> {
    let notes = row.get_ref(2)?.as_str()?;
    Ok(Distributor {
        id: row.get(0)?,
        name: row.get(1)?,
        // Most have none, and there may be a million.
        notes: match notes {
            "{}" => BTreeMap::new(),
            notes => from_json(2, notes)?,
        },
    })
}
