//! Walks along the chain and says where it is broken.

use super::Registry;
use super::chain::{Head, Kept, NOTHING, sha256};
use super::entry::{Link, Said, kind, read};
use leakmark_core::error::Result;

/// What is done with every entry on the way: its number, its row's place, what
/// it says, and the row.
type Visit<'a> = dyn FnMut(i64, Said, Kept) -> Result<()> + 'a;

/// How closely rows are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Each names the hash of the one before; the last one's signature is over
    /// all of them.
    Hashes,
    /// Each signature as well: tells a row that was put in from one that was changed.
    Signatures,
}

/// What a walk came to.
pub(super) struct Walked {
    /// The chain's end.
    pub head: Head,
    /// True if every entry follows on the one before it.
    pub whole: bool,
    /// What is wrong, rows that were put in among it.
    pub faults: Vec<String>,
}

/// A walk along the chain.
struct Walk<'a> {
    registry: &'a Registry,
    care: Care,
    /// Where it has come to.
    head: Head,
    /// Places of rows passed over since, none of which is signed.
    passed: Vec<i64>,
    whole: bool,
    faults: Vec<String>,
}

impl Registry {
    /// Hands every entry of the chain to `visit`.
    pub(super) fn walk(&self, care: Care, visit: &mut Visit<'_>) -> Result<Walked> {
        let (end, _) = match care {
            Care::Hashes => self.end()?,
            Care::Signatures => (i64::MAX, Head::nothing()),
        };
        let mut walk = Walk {
            registry: self,
            care,
            head: Head::nothing(),
            passed: Vec::new(),
            whole: true,
            faults: Vec::new(),
        };
        self.each_kept(&mut |row| {
            if row.place > end {
                return Ok(());
            }
            match walk.step(&row) {
                Some((number, said)) => visit(number, said, row),
                None => Ok(()),
            }
        })?;
        walk.finish();
        Ok(Walked {
            head: walk.head,
            whole: walk.whole,
            faults: walk.faults,
        })
    }
}

impl Head {
    /// Before the first entry.
    fn nothing() -> Self {
        Self {
            number: 0,
            sha256: NOTHING.to_owned(),
        }
    }
}

impl Walk<'_> {
    /// What the row says, if it is an entry of the chain.
    fn step(&mut self, row: &Kept) -> Option<(i64, Said)> {
        let own = match self.care {
            Care::Hashes => row.sha256 == sha256(&row.text),
            Care::Signatures => row.is_signed_by(self.registry.public_key()),
        };
        let link = Link::of(&row.text).filter(|link| own && link.registry == self.registry.id());
        let Some(link) = link else {
            self.passed.push(row.place);
            return None;
        };
        let follows = link.number == self.head.number + 1 && link.previous == self.head.sha256;
        if self.care == Care::Hashes && !follows {
            return None;
        }
        self.judge(&link, follows);
        self.head = Head {
            number: link.number,
            sha256: row.sha256.clone(),
        };
        let said = read(&row.text);
        if said.is_none() || kind(&row.text) != row.kind {
            self.faults.push(format!(
                "entry {} of the chain is kept as {:?}, which it is not",
                link.number, row.kind
            ));
        }
        Some((link.number, said?))
    }

    /// Says what is wrong between the last entry and this one.
    fn judge(&mut self, link: &Link<'_>, follows: bool) {
        let passed = std::mem::take(&mut self.passed);
        if follows {
            self.faults.extend(passed.into_iter().map(put_in));
            return;
        }
        self.whole = false;
        let (expected, number) = (self.head.number + 1, link.number);
        self.faults.push(if number < expected {
            format!(
                "entry {number} of the chain comes after entry {}: entries were put in another order, or the end was cut off and written anew",
                self.head.number
            )
        } else if number == expected {
            format!(
                "entry {number} of the chain does not follow on the one before it: one of the two is not the one that was there"
            )
        } else if passed.len() as i64 == number - expected {
            format!("{} changed: the registry's key did not sign what is there", entries(expected, number, "was", "were"))
        } else {
            format!("{} missing: deleted", entries(expected, number, "is", "are"))
        });
    }

    fn finish(&mut self) {
        let passed = std::mem::take(&mut self.passed);
        self.faults.extend(passed.into_iter().map(put_in));
    }
}

fn put_in(place: i64) -> String {
    format!(
        "row {place} of the chain is not signed by the registry's key: it was put in, or changed"
    )
}

/// The entries from `first` to before `end`, in words.
fn entries(first: i64, end: i64, is: &str, are: &str) -> String {
    match end - first {
        1 => format!("entry {first} of the chain {is}"),
        _ => format!("entries {first} to {} of the chain {are}", end - 1),
    }
}
