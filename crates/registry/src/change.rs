//! What can become of a distributor after it was added: nothing is overwritten,
//! what is new is said in a further entry of the chain.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::distributor::Distributor;
use leakmark_core::error::Error;

/// Since when, and why, a distributor gets no more copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// The day, `YYYY-MM-DD`.
    pub since: String,
    /// Why, in the words of whoever revoked it: one line.
    pub reason: String,
}

/// What to do for a distributor that is revoked and is to get copies again.
pub(super) const REINSTATE: &str =
    "to give it copies again: `leakmark distributor reinstate ID --reason \"…\"`";

impl Revocation {
    /// The error that a copy for the distributor `id` is.
    pub fn refusal(&self, id: &str) -> Error {
        Error::registry(format!(
            "{id} gets no more copies: it was revoked on {} ({})",
            self.since, self.reason
        ))
        .advise(REINSTATE)
    }
}

/// What became of a distributor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// It is called this from now on.
    Renamed(String),
    /// Notes by column name; an empty one takes the note away.
    Noted(BTreeMap<String, String>),
    /// It gets no more copies.
    Revoked(Revocation),
    /// It gets copies again, for this reason.
    Reinstated(String),
}

/// A change of one distributor, as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The distributor's id.
    pub id: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// What became of it.
    pub what: What,
}

/// How a distributor stands after all that became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What it is called now, if it was ever renamed.
    pub name: Option<String>,
    /// Since when it gets no more copies; `None` if it gets some.
    pub revoked: Option<Revocation>,
    /// Notes that were changed; empty if taken away.
    pub notes: BTreeMap<String, String>,
    /// Names that it had after the first, oldest first.
    pub names: Vec<String>,
}

impl Standing {
    /// After one more change.
    pub fn apply(&mut self, what: What) {
        match what {
            What::Renamed(name) => {
                self.names.push(name.clone());
                self.name = Some(name);
            }
            What::Noted(notes) => self.notes.extend(notes),
            What::Revoked(revocation) => self.revoked = Some(revocation),
            What::Reinstated(_) => self.revoked = None,
        }
    }

    /// The distributor as it is now, of what was added.
    pub fn of(&self, added: Distributor) -> Distributor {
        let mut notes = added.notes;
        notes.extend(self.notes.clone());
        notes.retain(|_, note| !note.is_empty());
        Distributor {
            id: added.id,
            name: self.name.clone().unwrap_or(added.name),
            notes,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn changes_read_back_as_they_were_written() {
        let notes = BTreeMap::from([("city".to_owned(), "Oslo".to_owned())]);
        let revocation = Revocation {
            since: "2026-01-31".into(),
            reason: "contract ended".into(),
        };
        for (what, json) in [
            (What::Renamed("A".into()), r#"{"renamed":"A"}"#),
            (What::Noted(notes), r#"{"noted":{"city":"Oslo"}}"#),
            (
                What::Revoked(revocation),
                r#"{"revoked":{"since":"2026-01-31","reason":"contract ended"}}"#,
            ),
            (What::Reinstated("paid".into()), r#"{"reinstated":"paid"}"#),
        ] {
            assert_eq!(serde_json::to_string(&what).unwrap(), json);
            assert_eq!(serde_json::from_str::<What>(json).unwrap(), what);
        }
    }

    #[test]
    fn the_last_word_counts() {
        let mut standing = Standing::default();
        let note = |text: &str| What::Noted(BTreeMap::from([("city".into(), text.into())]));
        for what in [
            What::Renamed("B".into()),
            note("Bergen"),
            What::Renamed("C".into()),
            note(""),
        ] {
            standing.apply(what);
        }
        let now = standing.of(Distributor {
            id: "a".into(),
            name: "A".into(),
            notes: BTreeMap::from([("city".into(), "Oslo".into())]),
        });
        assert_eq!((now.name.as_str(), now.notes.len()), ("C", 0));
        assert_eq!(standing.names, ["B", "C"]);
    }
}
