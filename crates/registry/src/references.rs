//! Keeps which references there are: entries of the chain, nothing else. The
//! files lie beside the registry, encrypted.

use super::Registry;
use super::dropped_reference::DroppedReference;
use super::entry::{DROPPED, Entry, REFERENCE, Said, read};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming;
use leakmark_evidence::reference::Reference;

impl Registry {
    /// Adds a reference, whose file is there already. Its time is now, whatever
    /// `added_at` says.
    ///
    /// # Errors
    /// [`Error::Registry`] if there is no such title or nothing can be written,
    /// [`Error::Internal`] if the registry was not unlocked.
    pub fn add_reference(&self, reference: &Reference) -> Result<()> {
        let reference = Reference {
            added_at: naming::now()?,
            ..reference.clone()
        };
        if self.title(&reference.title)?.is_none() {
            return Err(Error::registry(format!(
                "there is no title {} to keep a reference of; add it first",
                reference.title
            )));
        }
        self.write("adding a reference", |conn| {
            self.append(conn, &Entry::Reference(&reference)).map(drop)
        })
    }

    /// Notes that a reference was given up.
    ///
    /// # Errors
    /// As of [`add_reference`](Self::add_reference).
    pub fn drop_reference(&self, sha256: &str) -> Result<()> {
        let dropped = DroppedReference {
            sha256: sha256.to_owned(),
            dropped_at: naming::now()?,
        };
        self.write("dropping a reference", |conn| {
            self.append(conn, &Entry::DroppedReference(&dropped))
                .map(drop)
        })
    }

    /// All references that were not dropped since, oldest first, as the chain has them.
    ///
    /// # Errors
    /// [`Error::Registry`] if the chain cannot be read.
    pub fn references(&self) -> Result<Vec<Reference>> {
        let mut kept = Vec::new();
        let mut rows = self.kept_of(REFERENCE)?;
        rows.extend(self.kept_of(DROPPED)?);
        let mut said: Vec<(i64, Said)> = rows
            .into_iter()
            .filter_map(|row| Some((row.place, read(&row.text)?)))
            .collect();
        said.sort_by_key(|(place, _)| *place);
        for (_, said) in said {
            said.keep_reference(&mut kept);
        }
        Ok(kept)
    }
}

impl Registry {
    /// Text and signature of the entry of the reference with this SHA-256; `None` if the
    /// chain has none.
    ///
    /// # Errors
    /// [`Error::Registry`] if the chain cannot be read.
    pub fn reference_entry(&self, sha256: &str) -> Result<Option<(String, String)>> {
        let is_it = |text: &str| match read(text) {
            Some(Said::Reference(reference)) => reference.sha256 == sha256,
            _ => false,
        };
        let rows = self.kept_of(REFERENCE)?.into_iter();
        let mut its = rows.filter(|row| is_it(&row.text));
        Ok(its.next().map(|row| (row.text, row.signature)))
    }
}

impl Said {
    /// Adds or takes away the reference that the entry speaks of, if it does.
    pub(super) fn keep_reference(&self, kept: &mut Vec<Reference>) {
        match self {
            Self::Reference(reference) => kept.push((**reference).clone()),
            Self::DroppedReference(dropped) => kept.retain(|r| r.sha256 != dropped.sha256),
            _ => {}
        }
    }
}
