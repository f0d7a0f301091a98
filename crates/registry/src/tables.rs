//! Compares the tables with the chain.

use std::collections::{BTreeMap, HashSet};

use super::entry::Said;
use super::identity::Identity;
use super::{Distributor, Issue, Registry, Title};
use leakmark_core::error::Result;
use leakmark_evidence::ReceiptText;

/// What was found in order, or what is wrong with it.
type Agreement = std::result::Result<(), String>;

/// Rows that no entry speaks of and that are named: beyond, they are counted.
const NAMED: usize = 5;

/// The tables, and what the chain said of them so far.
pub(super) struct Tables<'a> {
    registry: &'a Registry,
    issues: BTreeMap<i64, (Issue, i64)>,
    founded: bool,
    distributors: HashSet<String>,
    titles: HashSet<String>,
    receipted: HashSet<i64>,
    faults: Vec<String>,
}

impl<'a> Tables<'a> {
    /// Before the first entry.
    pub fn new(registry: &'a Registry) -> Result<Self> {
        let places = registry.rows(
            "listing issue records",
            "SELECT receipt FROM issue_records ORDER BY id",
            [],
            |row| row.get::<_, i64>(0),
        )?;
        let issues = registry.issues()?.into_iter().zip(places);
        Ok(Self {
            registry,
            issues: issues
                .map(|(issue, place)| (issue.id, (issue, place)))
                .collect(),
            founded: false,
            distributors: HashSet::new(),
            titles: HashSet::new(),
            receipted: HashSet::new(),
            faults: Vec::new(),
        })
    }

    /// Compares what the next entry says, which is number `number` and lies in
    /// row `place`.
    pub fn compare(&mut self, number: i64, place: i64, said: &Said) -> Result<()> {
        match said {
            Said::Registry(identity) => {
                let judged = self.founding(number, identity);
                self.faults.extend(judged.err());
            }
            Said::Distributors(all) => {
                for distributor in all {
                    let kept = self.registry.distributor(&distributor.id)?;
                    let judged = same_distributor(distributor, kept.as_ref());
                    self.faults.extend(judged.err());
                    if !self.distributors.insert(distributor.id.clone()) {
                        self.faults
                            .push(twice("distributor", &distributor.id, number));
                    }
                }
            }
            Said::Changes(all) => {
                let unknown = all.iter().filter(|c| !self.distributors.contains(&c.id));
                let unknown = unknown.map(|change| {
                    format!(
                        "entry {number} of the chain changes distributor {}, whom no entry before it added",
                        change.id
                    )
                });
                self.faults.extend(unknown);
            }
            Said::Title(title) => {
                let kept = self.registry.title(&title.id)?;
                self.faults.extend(same_title(title, kept.as_ref()).err());
                if !self.titles.insert(title.id.clone()) {
                    self.faults.push(twice("title", &title.id, number));
                }
            }
            Said::Receipt(said) => {
                let judged = agree(said, self.issues.get(&said.issue), place);
                self.faults.extend(judged.err());
                if !self.receipted.insert(said.issue) {
                    self.faults.push(format!(
                        "receipt {number}: issue record {} has one already",
                        said.issue
                    ));
                }
            }
            Said::Reference(_) | Said::DroppedReference(_) | Said::Audit(_) => {}
        }
        Ok(())
    }

    fn founding(&mut self, number: i64, identity: &Identity) -> Agreement {
        if std::mem::replace(&mut self.founded, true) || number != 1 {
            return Err(format!(
                "entry {number} of the chain founds the registry anew"
            ));
        }
        match *identity == self.registry.identity {
            true => Ok(()),
            false => Err(
                "the registry's identity was changed: it is not the one that its first entry signed"
                    .to_owned(),
            ),
        }
    }

    /// What is wrong, at the end of the chain.
    pub fn finish(mut self) -> Result<Vec<String>> {
        if !self.founded {
            self.faults
                .push("no entry of the chain says which registry this is".to_owned());
        }
        let unreceipted = self
            .issues
            .keys()
            .filter(|id| !self.receipted.contains(*id));
        let unreceipted = unreceipted.map(|id| {
            format!(
                "issue record {id} has no receipt: the receipt was deleted, or the record put in"
            )
        });
        self.faults.extend(unreceipted);
        for (table, word, known) in [
            ("distributors", "distributor", &self.distributors),
            ("titles", "title", &self.titles),
        ] {
            let unknown = self.unknown(table, known)?;
            let named = unknown
                .iter()
                .take(NAMED)
                .map(|id| format!("{word} {id} is in no entry of the chain: the row was put in"));
            self.faults.extend(named);
            if unknown.len() > NAMED {
                self.faults.push(format!(
                    "{} more {table} are in no entry of the chain: the rows were put in",
                    unknown.len() - NAMED
                ));
            }
        }
        Ok(self.faults)
    }

    /// Ids in the table that the chain does not know.
    fn unknown(&self, table: &str, known: &HashSet<String>) -> Result<Vec<String>> {
        let query = format!("SELECT id FROM {table} ORDER BY id");
        let ids = self.registry.rows("comparing tables", &query, [], |row| {
            let id = row.get_ref(0)?.as_str()?;
            Ok((!known.contains(id)).then(|| id.to_owned()))
        })?;
        Ok(ids.into_iter().flatten().collect())
    }
}

fn twice(word: &str, id: &str, number: i64) -> String {
    format!("{word} {id} was added again by entry {number} of the chain: its row had been deleted")
}

fn same_distributor(said: &Distributor, kept: Option<&Distributor>) -> Agreement {
    let id = &said.id;
    match kept {
        None => Err(format!("distributor {id} is missing: the row was deleted")),
        Some(kept) if kept.name != said.name => Err(format!(
            "distributor {id} was changed: it is called {:?}, and was added as {:?}",
            kept.name, said.name
        )),
        Some(kept) if kept.notes != said.notes => Err(format!(
            "distributor {id} was changed: its notes are others"
        )),
        Some(_) => Ok(()),
    }
}

fn same_title(said: &Title, kept: Option<&Title>) -> Agreement {
    let id = &said.id;
    match kept {
        None => Err(format!("title {id} is missing: the row was deleted")),
        Some(kept) if kept.name != said.name => Err(format!(
            "title {id} was changed: it is called {:?}, and was added as {:?}",
            kept.name, said.name
        )),
        Some(kept) if kept != said => Err(format!(
            "title {id} was changed: its picture, time or master is not what was added"
        )),
        Some(_) => Ok(()),
    }
}

/// Whether a receipt and its issue record say the same.
fn agree(said: &ReceiptText, kept: Option<&(Issue, i64)>, place: i64) -> Agreement {
    let Some((issue, receipt)) = kept else {
        return Err(format!(
            "receipt {}: its issue record {} is missing: it was deleted",
            said.number, said.issue
        ));
    };
    let differs = [
        ("title", said.title == issue.title),
        ("distributor", said.distributor == issue.distributor),
        ("copy", said.copy == issue.copy),
        ("number of variants", said.variants == issue.variants()),
        ("copy's SHA-256", said.copy_sha256 == issue.copy_sha256),
        (
            "master's SHA-256",
            said.master_sha256 == issue.master_sha256,
        ),
        ("start", said.title_start_s == issue.title_start_s),
        ("length", said.duration_s == issue.duration_s),
        ("time of issue", said.issued_at == issue.issued_at),
        ("receipt", *receipt == place),
    ];
    match differs.iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((what, _)) => Err(format!(
            "issue record {} was changed: its {what} is not that of receipt {}",
            issue.id, said.number
        )),
    }
}
