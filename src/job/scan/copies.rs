//! Says which copies a scan compares with, title by title.
//!
//! ```text
//! issued copies of the title, oldest first ─ distributors without one, by id, under copy 1
//! ```
//!
//! Whoever was issued nothing is compared too: a record that was lost must not
//! hide a leaker. Where copies of the title were put together from variants, each of them is
//! compared under a first copy of every such kind as well.

use std::collections::{BTreeMap, BTreeSet};

use crate::mark::Alphabet;
use crate::registry::{Issued, Roster, Title};
use crate::trace::Label;

/// A copy that was issued, or is about to be.
#[derive(Debug, Clone)]
pub(crate) struct KnownCopy {
    /// The distributor's id.
    pub distributor: String,
    /// The number among the distributor's copies of the title, from 1.
    pub copy: u32,
    /// Of how many variants it was put together; `None` if it was marked by itself.
    pub variants: Option<Alphabet>,
    /// The record of its issue; `None` until there is one.
    pub issued: Option<Issued>,
}

/// The copies of all titles.
#[derive(Debug, Default)]
pub(crate) struct KnownCopies {
    /// By title, oldest first.
    by_title: BTreeMap<String, Vec<KnownCopy>>,
}

impl KnownCopies {
    /// Those that were issued, oldest first.
    pub fn new(issued: Vec<Issued>) -> Self {
        let mut known = Self::default();
        for issued in issued {
            let title = issued.said.title.clone();
            known.add(
                title,
                KnownCopy {
                    distributor: issued.said.distributor.clone(),
                    copy: issued.said.copy,
                    variants: issued.said.variants.and_then(alphabet),
                    issued: Some(issued),
                },
            );
        }
        known
    }

    /// One more, after all others of the title.
    pub fn add(&mut self, title: String, copy: KnownCopy) {
        self.by_title.entry(title).or_default().push(copy);
    }

    /// Those of a title, oldest first.
    pub fn of(&self, title: &str) -> &[KnownCopy] {
        self.by_title.get(title).map_or(&[], Vec::as_slice)
    }

    /// All of them.
    pub fn issued(&self) -> impl Iterator<Item = &Issued> {
        let copies = self.by_title.values().flatten();
        copies.filter_map(|copy| copy.issued.as_ref())
    }

    /// The kinds of copies of a title that a scan compares with: those that were marked by
    /// themselves first.
    pub fn kinds(&self, title: &str) -> Vec<Option<Alphabet>> {
        let kinds: BTreeSet<_> = self.of(title).iter().map(|copy| copy.variants).collect();
        let put_together = kinds.into_iter().filter(Option::is_some);
        std::iter::once(None).chain(put_together).collect()
    }

    /// What a scan compares with for a title, in the order of scores.
    pub fn labels<'a>(&'a self, roster: &'a Roster, title: &str) -> Vec<Label<'a>> {
        let (known, kinds) = (self.of(title), self.kinds(title));
        let with: BTreeSet<&str> = known.iter().map(|c| c.distributor.as_str()).collect();
        let label = |copy: &'a KnownCopy| Label {
            distributor: &copy.distributor,
            copy: copy.copy,
            variants: copy.variants,
        };
        let mut labels = Vec::with_capacity(known.len() + roster.len() * kinds.len());
        labels.extend(known.iter().map(label));
        // Both are in the order of ids: they are gone through side by side.
        let mut with = with.into_iter().peekable();
        for listed in roster.iter() {
            while with.next_if(|id| *id < listed.id).is_some() {}
            if with.peek() != Some(&listed.id) {
                labels.extend(kinds.iter().map(|variants| Label {
                    variants: *variants,
                    ..Label::marked(listed.id, 1)
                }));
            }
        }
        labels
    }

    /// How many labels all titles have; those of the distributors, if there is no title.
    pub fn hypotheses(&self, roster: &Roster, titles: &[Title]) -> u64 {
        let of = |title: &Title| {
            let known = self.of(&title.id);
            let with: BTreeSet<&str> = known.iter().map(|c| c.distributor.as_str()).collect();
            let without = roster.len().saturating_sub(with.len());
            (known.len() + without * self.kinds(&title.id).len()) as u64
        };
        match titles {
            [] => roster.len() as u64,
            titles => titles.iter().map(of).fold(0, u64::saturating_add),
        }
        .max(1)
    }
}

/// The alphabet of so many variants; `None` if no copy is put together so.
pub(crate) fn alphabet(variants: u32) -> Option<Alphabet> {
    Alphabet::of(usize::try_from(variants).ok()?)
}
