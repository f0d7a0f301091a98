//! Records the issue of copies that were put together, many at once.

use base16ct::lower;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::job::home::Home;
use crate::job::mint::film::Film;
use crate::job::mint::order::Ordered;
use crate::job::mint::ready::Ready;
use crate::job::mint::request::What;
use crate::key::random;
use crate::registry::{CodewordCommitment, Issue};

/// What all copies of a run have in common.
pub(crate) struct Issuing<'a> {
    pub home: &'a Home,
    pub film: &'a Film,
    pub what: What,
}

impl Issuing<'_> {
    /// Records copies in one go; the numbers of their records. Those of an earlier run keep
    /// theirs, and must be the same bytes.
    ///
    /// # Errors
    /// [`Error::Registry`]: then none is recorded.
    pub fn record(&self, ready: &[Ready]) -> Result<Vec<i64>> {
        ready.iter().try_for_each(same_as_before)?;
        let fresh: Vec<&Ready> = ready
            .iter()
            .filter(|own| own.ordered.issued.is_none())
            .collect();
        let codewords: Vec<CodewordCommitment> = fresh
            .par_iter()
            .map(|own| commit(self.film, &own.ordered))
            .collect::<Result<_>>()?;
        let records = fresh.iter().map(|own| self.issue(own)).zip(codewords);
        let records: Vec<(Issue, CodewordCommitment)> = records.collect();
        let mut numbers = self.home.registry.record_issues(&records)?.into_iter();
        let number = |own: &Ready| match &own.ordered.issued {
            Some(issue) => Some(issue.id),
            None => numbers.next(),
        };
        let numbers: Option<Vec<i64>> = ready.iter().map(number).collect();
        numbers.ok_or_else(|| Error::Internal("a copy without a record".into()))
    }

    fn issue(&self, own: &Ready) -> Issue {
        let index = &self.film.index;
        let mut parameters = index.parameters.clone();
        if let Some(said) = parameters.as_object_mut() {
            said.insert("variants".into(), self.film.alphabet.size().into());
            said.insert("segments".into(), index.layout.segments().into());
            said.insert("form".into(), self.what.name().into());
            said.insert("index_sha256".into(), self.film.index_sha256.clone().into());
        }
        Issue {
            title: index.title.clone(),
            distributor: own.ordered.distributor.clone(),
            copy: own.ordered.copy,
            master_sha256: index.master_sha256.clone(),
            copy_sha256: own.sha256.clone(),
            copy_path: own.ordered.path.to_string_lossy().into_owned(),
            copy_bytes: own.bytes,
            title_start_s: index.title_start_s,
            duration_s: index.duration_s,
            parameters,
            tool_version: env!("CARGO_PKG_VERSION").into(),
            ..Issue::default()
        }
    }
}

/// Commits to a codeword, with a salt drawn anew.
fn commit(film: &Film, ordered: &Ordered) -> Result<CodewordCommitment> {
    let salt = random()?;
    let commitment = film.commit(&ordered.distributor, ordered.copy, &salt);
    Ok(CodewordCommitment {
        slots: commitment.slots,
        root: lower::encode_string(&commitment.root),
        salt: lower::encode_string(&salt),
    })
}

/// Makes sure that a copy that was issued before is made again as it was.
fn same_as_before(own: &Ready) -> Result<()> {
    match &own.ordered.issued {
        Some(issue) if issue.copy_sha256 != own.sha256 => Err(Error::registry(format!(
            "copy {} of {} for {} was issued with SHA-256 {}, and would be {} now",
            issue.copy, issue.title, issue.distributor, issue.copy_sha256, own.sha256
        ))
        .advise("mint with the leakmark that issued it, or leave --resume out to issue another")),
        _ => Ok(()),
    }
}
