//! Reads who the distributors are, in little room: a scan needs all
//! their ids, and there may be a million.

use std::cmp::Ordering;

use super::Registry;
use super::fault::fault;
use leakmark_core::error::Result;

/// Ids and names of all distributors, sorted by id (by byte).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// Id and name of one after another.
    text: String,
    /// Where each id and each name ends.
    ends: Vec<(usize, usize)>,
}

/// One entry of a [`Roster`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The distributor's id.
    pub id: &'a str,
    /// As printed in reports.
    pub name: &'a str,
}

impl Roster {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The distributor with this index, in the order of ids.
    pub fn get(&self, index: usize) -> Option<Listed<'_>> {
        let (id, name) = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].1);
        Some(Listed {
            id: &self.text[start..id],
            name: &self.text[id..name],
        })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Listed<'_>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The distributor with this id, if the roster is sorted.
    pub fn find(&self, id: &str) -> Option<Listed<'_>> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from + (to - from) / 2;
            match self.get(middle)?.id.cmp(id) {
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
                Ordering::Equal => return self.get(middle),
            }
        }
        None
    }

    /// This roster sorted by id (by byte).
    pub(super) fn sorted(self) -> Self {
        if self.iter().is_sorted_by_key(|listed| listed.id) {
            return self;
        }
        let mut order: Vec<Listed<'_>> = self.iter().collect();
        order.sort_unstable_by_key(|listed| listed.id);
        let mut sorted = Self {
            text: String::with_capacity(self.text.len()),
            ends: Vec::with_capacity(self.ends.len()),
        };
        order
            .iter()
            .for_each(|listed| sorted.push(listed.id, listed.name));
        sorted
    }

    pub(super) fn push(&mut self, id: &str, name: &str) {
        self.text.push_str(id);
        let id = self.text.len();
        self.text.push_str(name);
        self.ends.push((id, self.text.len()));
    }
}

impl Registry {
    /// Ids and names of all distributors as the table has them: what was signed
    /// is in [`Registry::signed`].
    pub fn roster(&self) -> Result<Roster> {
        let doing = "listing distributors";
        let mut statement = self
            .conn
            .prepare_cached("SELECT id, name FROM distributors ORDER BY id")
            .map_err(fault(doing))?;
        let mut rows = statement.query([]).map_err(fault(doing))?;
        let mut roster = Roster::default();
        while let Some(row) = rows.next().map_err(fault(doing))? {
            let text = |column| row.get_ref(column).and_then(|v| Ok(v.as_str()?));
            let (id, name) = (text(0), text(1));
            roster.push(id.map_err(fault(doing))?, name.map_err(fault(doing))?);
        }
        Ok(roster)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_found_again() {
        let mut roster = Roster::default();
        let all = [("a", "Aurora"), ("k", ""), ("ø", "Øst")];
        all.iter().for_each(|(id, name)| roster.push(id, name));
        assert_eq!((roster.len(), roster.is_empty()), (3, false));
        for (index, (listed, &(id, name))) in roster.iter().zip(&all).enumerate() {
            assert_eq!(listed, Listed { id, name });
            assert_eq!(roster.get(index), Some(listed));
        }
        assert_eq!(roster.get(3), None);
        for (id, name) in all {
            assert_eq!(roster.find(id), Some(Listed { id, name }));
        }
        assert_eq!(roster.find("b"), None);
    }

    #[test]
    fn a_roster_is_sorted_by_id() {
        let mut roster = Roster::default();
        for (id, name) in [("k", "Kernel"), ("B", "Bay"), ("a", "Aurora")] {
            roster.push(id, name);
        }
        let sorted = roster.sorted();
        let ids: Vec<_> = sorted
            .iter()
            .map(|listed| (listed.id, listed.name))
            .collect();
        assert_eq!(ids, [("B", "Bay"), ("a", "Aurora"), ("k", "Kernel")]);
    }
}
