//! Finds out for whom a film is to be marked.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::mark_order::Recipients;
use crate::cli::session::Session;
use crate::error::{Error, Result};
use crate::job::Home;
use crate::registry::{Distributor, Record};

/// The distributors who are to receive a copy. Of everybody, those who were
/// revoked are left out, which is said.
///
/// # Errors
/// [`Error::Registry`] if one is unknown or was revoked, or if nobody is left.
pub fn recipients(session: &Session, home: &Home, to: &Recipients) -> Result<Vec<Distributor>> {
    let known = home.registry.records()?;
    match to {
        Recipients::Everybody if known.is_empty() => {
            Err(Error::registry("there are no distributors to mark for")
                .advise("add one with `leakmark distributor add ID --name \"…\"`"))
        }
        Recipients::Everybody => everybody(session, known),
        Recipients::Ids(ids) => ids.iter().map(|id| find(&known, id)).collect(),
        Recipients::List(path) => listed(path)?.iter().map(|id| find(&known, id)).collect(),
    }
}

fn everybody(session: &Session, known: Vec<Record>) -> Result<Vec<Distributor>> {
    let (revoked, all): (Vec<_>, Vec<_>) = known.into_iter().partition(|r| r.revoked.is_some());
    if all.is_empty() {
        return Err(Error::registry("all distributors are revoked").advise(
            "see `leakmark distributor list`, or add one with `leakmark distributor add`",
        ));
    }
    if !revoked.is_empty() {
        let ids: Vec<_> = revoked.into_iter().map(|record| record.id).collect();
        let words = format!(
            "note: no copy for those who were revoked: {}",
            ids.join(", ")
        );
        session.console.warn(&words);
    }
    Ok(all.into_iter().map(distributor).collect())
}

/// The ids in a file, each once: in the column called id, or in the first.
fn listed(path: &Path) -> Result<Vec<String>> {
    let odd = |e: csv::Error| Error::unreadable(path, e.to_string());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(odd)?;
    let (mut column, mut ids) = (0, BTreeSet::new());
    for (number, row) in reader.records().enumerate() {
        let row = row.map_err(odd)?;
        if let Some(head) = row
            .iter()
            .position(|cell| cell == "id")
            .filter(|_| number == 0)
        {
            column = head;
            continue;
        }
        match row.get(column).filter(|id| !id.is_empty()) {
            Some(id) => ids.insert(id.to_owned()),
            None => continue,
        };
    }
    Ok(ids.into_iter().collect())
}

/// `known` is sorted by id.
fn find(known: &[Record], id: &str) -> Result<Distributor> {
    let place = known.binary_search_by(|record| record.id.as_str().cmp(id));
    let record = place
        .ok()
        .and_then(|place| known.get(place))
        .ok_or_else(|| {
            Error::registry(format!("there is no distributor {id:?}")).advise(
                "see `leakmark distributor list`, or add it with `leakmark distributor add`",
            )
        })?;
    match &record.revoked {
        Some(revocation) => Err(revocation.refusal(id)),
        None => Ok(distributor(record.clone())),
    }
}

fn distributor(record: Record) -> Distributor {
    Distributor {
        id: record.id,
        name: record.name,
        notes: record.notes,
    }
}
