//! Keeps the distributors: who may be issued copies.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::chain::next_place;
use super::entry::{Entry, TOGETHER};
use super::fault::fault;
use super::import::{self, ImportRow};
use super::names::{Kind, check_new};
use super::sql::from_json;
use super::{Distributor, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming::{self, validate_id, validate_name};

const COLUMNS: &str = "SELECT id, name, notes FROM distributors";

impl Registry {
    /// Adds one distributor. Id and name must be new.
    ///
    /// # Errors
    /// [`Error::Usage`] for an impossible id or name,
    /// [`Error::Registry`] if either is there already or
    /// nothing can be written, [`Error::Internal`] if the registry was not unlocked.
    pub fn add_distributor(&self, distributor: &Distributor) -> Result<()> {
        let row = ImportRow::from(distributor.clone());
        self.import_distributors([Ok(row)]).map(drop)
    }

    /// Adds all `rows` or, if any is wrong or there already, none. Returns how
    /// many were added.
    ///
    /// # Errors
    /// As [`Registry::add_distributor`], naming the line.
    pub fn import_distributors(
        &self,
        rows: impl IntoIterator<Item = Result<ImportRow>>,
    ) -> Result<usize> {
        let added_at = naming::now()?;
        self.write("adding distributors", |conn| {
            let (_, mut head) = self.end()?;
            let mut entry = next_place(conn).map_err(fault("adding distributors"))?;
            let (mut added, mut together) = (0, Vec::new());
            for row in rows {
                let row = row?;
                let distributor = insert(conn, row.distributor, &added_at, entry)
                    .map_err(|error| import::at_line(row.line, error))?;
                together.push(distributor);
                added += 1;
                if together.len() == TOGETHER {
                    let all = Entry::Distributors(&together);
                    head = self.append_after(conn, &head, &all)?.head;
                    entry += 1;
                    together.clear();
                }
            }
            if !together.is_empty() {
                self.append_after(conn, &head, &Entry::Distributors(&together))?;
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

/// Adds it to the table, and returns it as it was added.
fn insert(
    conn: &Connection,
    distributor: Distributor,
    added_at: &str,
    entry: i64,
) -> Result<Distributor> {
    validate_id(&distributor.id)?;
    let distributor = Distributor {
        name: validate_name(&distributor.name)?,
        ..distributor
    };
    let Distributor { id, name, notes } = &distributor;
    let folded = check_new(conn, Kind::Distributor, id, name)?;
    let notes = serde_json::to_string(notes).map_err(|error| Error::Internal(error.to_string()))?;
    let adding = || format!("adding distributor {id}");
    conn.prepare_cached("INSERT INTO distributors VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .map_err(fault(adding()))?
        .execute((id, name, folded, notes, added_at, entry))
        .map_err(fault(adding()))?;
    Ok(distributor)
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
