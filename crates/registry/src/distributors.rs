//! Keeps the distributors: who may be issued copies.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row};

use super::chain::{Head, next_place};
use super::change::{Change, Standing, What};
use super::entry::{Entry, TOGETHER};
use super::fault::fault;
use super::import::{self, ImportRow};
use super::imported::{Imported, Known, Renamed};
use super::names::{Kind, check_name, check_new};
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
        self.import_distributors([Ok(row)], Known::Refused)
            .map(drop)
    }

    /// Adds all `rows` or, if any is wrong, none; what is there already is an
    /// error or brought up to date, as `known` says.
    ///
    /// # Errors
    /// As [`Registry::add_distributor`], naming the line.
    pub fn import_distributors(
        &self,
        rows: impl IntoIterator<Item = Result<ImportRow>>,
        known: Known,
    ) -> Result<Imported> {
        let doing = "adding distributors";
        self.write(doing, |conn| {
            let mut work = Work {
                registry: self,
                conn,
                at: naming::now()?,
                later: self.later_names()?,
                standings: self.standings()?,
                head: self.end()?.1,
                entry: next_place(conn).map_err(fault(doing))?,
                together: Vec::new(),
                changes: Vec::new(),
                seen: BTreeSet::new(),
                imported: Imported::default(),
            };
            for row in rows {
                let row = row?;
                work.take(row.distributor, known)
                    .map_err(|error| import::at_line(row.line, error))?;
            }
            work.finish()
        })
    }

    /// All distributors as they were added, sorted by id (by byte); see
    /// [`Registry::records`] for what became of them.
    pub fn distributors(&self) -> Result<Vec<Distributor>> {
        let query = format!("{COLUMNS} ORDER BY id");
        self.rows("listing distributors", &query, [], read)
    }

    /// The distributor with this id, as it was added.
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

/// An import under way.
struct Work<'a> {
    registry: &'a Registry,
    conn: &'a Connection,
    /// When it began.
    at: String,
    /// Who was given which name after the first.
    later: BTreeMap<String, String>,
    standings: BTreeMap<String, Standing>,
    /// The chain's end.
    head: Head,
    /// Where in the chain's table the next distributors will be.
    entry: i64,
    /// Added, and not in the chain yet.
    together: Vec<Distributor>,
    /// Changed, and not in the chain yet.
    changes: Vec<Change>,
    /// Ids of lines that were taken, if known ones are brought up to date.
    seen: BTreeSet<String>,
    imported: Imported,
}

impl Work<'_> {
    fn take(&mut self, distributor: Distributor, known: Known) -> Result<()> {
        if known == Known::Updated {
            if !self.seen.insert(distributor.id.clone()) {
                let problem = format!("{} is in the file twice", naming::shown(&distributor.id));
                return Err(Error::usage(problem).advise("keep one line for each"));
            }
            if let Some(added) = self.registry.distributor(&distributor.id)? {
                return self.update(added, distributor);
            }
        }
        let distributor = self.insert(distributor)?;
        self.imported.added.push(distributor.id.clone());
        self.together.push(distributor);
        match self.together.len() {
            TOGETHER => self.chain_added(),
            _ => Ok(()),
        }
    }

    /// Brings a distributor up to date; what the file leaves empty stays.
    fn update(&mut self, added: Distributor, row: Distributor) -> Result<()> {
        let id = added.id.clone();
        let now = match self.standings.get(&id) {
            Some(standing) => standing.of(added),
            None => added,
        };
        let name = validate_name(&row.name)?;
        let mut changed = false;
        if name != now.name {
            let folded = check_name(self.conn, Kind::Distributor, &id, &name, &self.later)?;
            self.later.insert(folded, id.clone());
            self.imported.renamed.push(Renamed {
                id: id.clone(),
                from: now.name,
                to: name.clone(),
            });
            self.push(&id, What::Renamed(name));
            changed = true;
        }
        let differs = |(column, note): &(String, String)| now.notes.get(column) != Some(note);
        let notes: BTreeMap<_, _> = row.notes.into_iter().filter(differs).collect();
        if !notes.is_empty() {
            self.push(&id, What::Noted(notes));
            self.imported.noted.push(id);
            changed = true;
        }
        self.imported.unchanged += u64::from(!changed);
        Ok(())
    }

    fn push(&mut self, id: &str, what: What) {
        self.changes.push(Change {
            id: id.to_owned(),
            at: self.at.clone(),
            what,
        });
    }

    /// Adds it to the table, and returns it as it was added.
    fn insert(&self, distributor: Distributor) -> Result<Distributor> {
        validate_id(&distributor.id)?;
        let distributor = Distributor {
            name: validate_name(&distributor.name)?,
            ..distributor
        };
        let Distributor { id, name, notes } = &distributor;
        let folded = check_new(self.conn, Kind::Distributor, id, name, &self.later)?;
        let notes =
            serde_json::to_string(notes).map_err(|error| Error::Internal(error.to_string()))?;
        let adding = || format!("adding distributor {id}");
        self.conn
            .prepare_cached("INSERT INTO distributors VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .map_err(fault(adding()))?
            .execute((id, name, folded, notes, &self.at, self.entry))
            .map_err(fault(adding()))?;
        Ok(distributor)
    }

    /// Puts those added into the chain.
    fn chain_added(&mut self) -> Result<()> {
        let added = std::mem::take(&mut self.together);
        let all = Entry::Distributors(&added);
        self.head = self
            .registry
            .append_after(self.conn, &self.head, &all)?
            .head;
        self.entry += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<Imported> {
        if !self.together.is_empty() {
            self.chain_added()?;
        }
        for some in self.changes.chunks(TOGETHER) {
            let all = Entry::Changes(some);
            self.head = self
                .registry
                .append_after(self.conn, &self.head, &all)?
                .head;
        }
        Ok(self.imported)
    }
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
