//! Changes distributors: renames them, notes something, revokes them. The table
//! keeps each as it was added; what became of it is in the chain alone.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::change::{Change, REINSTATE, Revocation, Standing, What};
use super::entry::{CHANGES, Entry, Said, read};
use super::names::{Kind, check_name};
use super::{Distributor, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming::{self, folded, shown, validate_name};

impl Registry {
    /// Calls a distributor by another name from now on; receipts of copies that
    /// were issued before keep the name of their time. Returns the name until now.
    ///
    /// # Errors
    /// [`Error::Usage`] for an impossible name or the one that it has,
    /// [`Error::Registry`] if there is no such distributor, if another one is or
    /// was called so, or nothing can be written.
    pub fn rename_distributor(&self, id: &str, name: &str) -> Result<String> {
        let name = validate_name(name)?;
        self.write("renaming a distributor", |conn| {
            let (before, _) = self.standing_of(id)?;
            if before.name == name {
                return Err(Error::usage(format!(
                    "{id} is called {} already",
                    shown(&name)
                )));
            }
            self.check_unused(conn, id, &name)?;
            self.change(conn, id, What::Renamed(name))?;
            Ok(before.name)
        })
    }

    /// Notes something about a distributor under a column name; an empty text
    /// takes the note away.
    ///
    /// # Errors
    /// [`Error::Usage`] for text that is not one line, [`Error::Registry`] if there
    /// is no such distributor or nothing can be written.
    pub fn note_distributor(&self, id: &str, column: &str, text: &str) -> Result<()> {
        let column = naming::validate_line("the name of a note", column, 1..=COLUMN_CHARS)?;
        let text = naming::validate_line("the note", text, 0..=TEXT_CHARS)?;
        self.write("noting something", |conn| {
            self.standing_of(id)?;
            self.change(conn, id, What::Noted(BTreeMap::from([(column, text)])))
        })
    }

    /// Says that a distributor gets no more copies. What it got is traced all the same.
    ///
    /// # Errors
    /// [`Error::Usage`] if the day is none or the reason not one line,
    /// [`Error::Registry`] if there is no such distributor, if it is revoked
    /// already, or nothing can be written.
    pub fn revoke_distributor(&self, id: &str, revocation: &Revocation) -> Result<()> {
        let revocation = Revocation {
            since: naming::validate_day(&revocation.since)?,
            reason: naming::validate_line("the reason", &revocation.reason, 1..=TEXT_CHARS)?,
        };
        self.write("revoking a distributor", |conn| {
            if let Some(before) = self.standing_of(id)?.1.revoked {
                return Err(Error::registry(format!(
                    "{id} is revoked already, since {}: {}",
                    before.since, before.reason
                ))
                .advise(REINSTATE));
            }
            self.change(conn, id, What::Revoked(revocation))
        })
    }

    /// Says that a distributor gets copies again, and why.
    ///
    /// # Errors
    /// As for [`Registry::revoke_distributor`], or if it is not revoked.
    pub fn reinstate_distributor(&self, id: &str, reason: &str) -> Result<()> {
        let reason = naming::validate_line("the reason", reason, 1..=TEXT_CHARS)?;
        self.write("reinstating a distributor", |conn| {
            match self.standing_of(id)?.1.revoked {
                Some(_) => self.change(conn, id, What::Reinstated(reason)),
                None => Err(Error::registry(format!("{id} is not revoked"))),
            }
        })
    }

    /// All changes of distributors that the registry's key signed, oldest first.
    ///
    /// # Errors
    /// [`Error::Registry`] if the chain cannot be read.
    pub fn changes(&self) -> Result<Vec<Change>> {
        let kept = self.kept_of(CHANGES)?;
        Ok(kept.iter().flat_map(|row| said(&row.text)).collect())
    }

    /// How all distributors stand that were ever changed, by id.
    pub(super) fn standings(&self) -> Result<BTreeMap<String, Standing>> {
        let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
        for change in self.changes()? {
            standings.entry(change.id).or_default().apply(change.what);
        }
        Ok(standings)
    }

    /// Whether a distributor gets copies, and since when not.
    ///
    /// # Errors
    /// [`Error::Registry`] if the chain cannot be read.
    pub fn revocation(&self, id: &str) -> Result<Option<Revocation>> {
        Ok(self.standing(id)?.revoked)
    }

    /// How the distributor with this id stands.
    pub(super) fn standing(&self, id: &str) -> Result<Standing> {
        let mut standing = Standing::default();
        for row in self.kept_with(CHANGES, &format!("\"id\":\"{id}\""))? {
            let own = said(&row.text).into_iter().filter(|change| change.id == id);
            own.for_each(|change| standing.apply(change.what));
        }
        Ok(standing)
    }

    /// The distributor as it is now, and how it stands.
    fn standing_of(&self, id: &str) -> Result<(Distributor, Standing)> {
        let added = self.distributor(id)?.ok_or_else(|| {
            Error::registry(format!("there is no distributor {}", shown(id)))
                .advise("see `leakmark distributor list`")
        })?;
        let standing = self.standing(id)?;
        Ok((standing.of(added), standing))
    }

    /// Refuses a name that another distributor has or had.
    fn check_unused(&self, conn: &Connection, id: &str, name: &str) -> Result<()> {
        check_name(conn, Kind::Distributor, id, name, &self.later_names()?).map(drop)
    }

    /// Who was ever given which name after the first, by the name as it is compared.
    pub(super) fn later_names(&self) -> Result<BTreeMap<String, String>> {
        let renamed = self
            .changes()?
            .into_iter()
            .filter_map(|change| match change.what {
                What::Renamed(name) => Some((folded(&name), change.id)),
                _ => None,
            });
        Ok(renamed.collect())
    }

    fn change(&self, conn: &Connection, id: &str, what: What) -> Result<()> {
        let change = Change {
            id: id.to_owned(),
            at: naming::now()?,
            what,
        };
        self.append(conn, &Entry::Changes(&[change])).map(drop)
    }
}

/// The longest name of a note, in characters.
const COLUMN_CHARS: usize = 60;
/// The longest note or reason, in characters.
const TEXT_CHARS: usize = 1000;

fn said(text: &str) -> Vec<Change> {
    match read(text) {
        Some(Said::Changes(changes)) => changes,
        _ => Vec::new(),
    }
}
