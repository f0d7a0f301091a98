//! Finds out for whom a film is to be marked.

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

fn find(known: &[Record], id: &str) -> Result<Distributor> {
    let record = known.iter().find(|record| record.id == id).ok_or_else(|| {
        Error::registry(format!("there is no distributor {id:?}"))
            .advise("see `leakmark distributor list`, or add it with `leakmark distributor add`")
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
