//! Writes and reads the entries of the chain.
//!
//! A receipt is handed out, and defined with [`ReceiptText`]. The others stay in
//! the house: four lines that say where in the chain they stand, one that says
//! what they are, and what they say as JSON, each line ended by a line feed.
//!
//! ```text
//! leakmark registry entry 1
//! registry 3e0f…       the registry's id
//! number 7             from 1, without a gap
//! previous 9c41…       SHA-256 of the text before; 64 zeros for number 1
//! kind distributors    registry, distributors, changes, title, reference, reference dropped or audit
//! {"id":"aurora",…}    one line; of distributors and their changes, up to 1000
//! ```

use std::str::Lines;

use serde::{Deserialize, Serialize};

use super::audit_entry::AuditEntry;
use super::change::Change;
use super::distributor::Distributor;
use super::dropped_reference::DroppedReference;
use super::identity::Identity;
use super::title::Title;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::ReceiptText;
use leakmark_evidence::reference::Reference;

const FIRST_LINE: &str = "leakmark registry entry 1";

/// Distributors in one entry at most: a signature each would make the import
/// of a million take a minute.
pub(super) const TOGETHER: usize = 1000;

const DISTRIBUTORS: &str = "distributors";
/// The word for receipts among the kinds.
pub(super) const RECEIPT: &str = "receipt";
/// The word for changes of distributors.
pub(super) const CHANGES: &str = "changes";
/// The word for references.
pub(super) const REFERENCE: &str = "reference";
/// The words for references given up.
pub(super) const DROPPED: &str = "reference dropped";
/// The word for lines of the audit log.
pub(super) const AUDIT: &str = "audit";

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link<'a> {
    /// The registry's id.
    pub registry: &'a str,
    /// Its number in the chain, from 1.
    pub number: i64,
    /// The hash of the entry before it.
    pub previous: &'a str,
}

/// What an entry says.
#[derive(Debug)]
pub(super) enum Entry<'a> {
    /// Which registry this is: the first entry.
    Registry(Identity),
    /// Distributors were added, at this time.
    Distributors(&'a [Distributor]),
    /// Distributors were changed.
    Changes(&'a [Change]),
    /// A title was added.
    Title(&'a Title),
    /// A copy was issued; where it stands is set when it is written.
    Receipt(Box<ReceiptText>),
    /// A title's master is known by its pictures.
    Reference(&'a Reference),
    /// A reference was given up.
    DroppedReference(&'a DroppedReference),
    /// Somebody did something.
    Audit(&'a AuditEntry),
}

/// What was read of an entry.
#[derive(Debug)]
pub(super) enum Said {
    /// Which registry this is.
    Registry(Identity),
    /// Distributors were added.
    Distributors(Vec<Distributor>),
    /// Distributors were changed.
    Changes(Vec<Change>),
    /// A title was added.
    Title(Box<Title>),
    /// A copy was issued.
    Receipt(Box<ReceiptText>),
    /// A title's master is known by its pictures.
    Reference(Box<Reference>),
    /// A reference was given up.
    DroppedReference(DroppedReference),
    /// Somebody did something.
    Audit(Box<AuditEntry>),
}

impl Entry<'_> {
    /// Its kind, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Registry(_) => "registry",
            Self::Distributors(_) => DISTRIBUTORS,
            Self::Changes(_) => CHANGES,
            Self::Title(_) => "title",
            Self::Receipt(_) => RECEIPT,
            Self::Reference(_) => REFERENCE,
            Self::DroppedReference(_) => DROPPED,
            Self::Audit(_) => AUDIT,
        }
    }
}

impl<'a> Link<'a> {
    /// Where the entry with this text says that it stands.
    pub fn of(text: &'a str) -> Option<Self> {
        let mut lines = text.lines().skip(1);
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        Some(Self {
            registry: value("registry")?,
            number: value("number")?.parse().ok()?,
            previous: value("previous")?,
        })
    }
}

/// The text of an entry.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written.
pub(super) fn text(link: &Link<'_>, entry: &Entry<'_>) -> Result<String> {
    let lines = match entry {
        Entry::Receipt(said) => return receipt(link, said),
        Entry::Registry(identity) => json(identity)?,
        Entry::Title(title) => json(title)?,
        Entry::Reference(reference) => json(reference)?,
        Entry::DroppedReference(dropped) => json(dropped)?,
        Entry::Audit(line) => json(line)?,
        Entry::Distributors(all) => all.iter().map(json).collect::<Result<String>>()?,
        Entry::Changes(all) => all.iter().map(json).collect::<Result<String>>()?,
    };
    let Link {
        registry,
        number,
        previous,
    } = link;
    Ok(format!(
        "{FIRST_LINE}\nregistry {registry}\nnumber {number}\nprevious {previous}\nkind {}\n{lines}",
        entry.kind()
    ))
}

fn receipt(link: &Link<'_>, said: &ReceiptText) -> Result<String> {
    let said = ReceiptText {
        registry: link.registry.to_owned(),
        number: link.number,
        previous: link.previous.to_owned(),
        ..said.clone()
    };
    if !said.is_sound() {
        return Err(Error::Internal(format!(
            "no receipt can say this: {said:?}"
        )));
    }
    Ok(said.to_text())
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map(|line| line + "\n")
        .map_err(|error| Error::Internal(error.to_string()))
}

/// The kind of the entry with this text, as it says itself, and the lines with what it says.
fn parts(text: &str) -> Option<(&str, Lines<'_>)> {
    let mut lines = text.strip_prefix(FIRST_LINE)?.strip_prefix('\n')?.lines();
    let kind = lines.nth(3)?.strip_prefix("kind ")?;
    Some((kind, lines))
}

/// The kind of an entry that [`read`] reads.
pub(super) fn kind(text: &str) -> &str {
    parts(text).map_or(RECEIPT, |(kind, _)| kind)
}

/// What the entry with this text says; `None` if it is none.
pub(super) fn read(text: &str) -> Option<Said> {
    if let Some(said) = ReceiptText::parse(text) {
        return Some(Said::Receipt(Box::new(said)));
    }
    let (kind, mut lines) = parts(text)?;
    if kind == DISTRIBUTORS {
        let all: Option<Vec<_>> = lines.map(parsed).collect();
        return all.map(Said::Distributors);
    }
    if kind == CHANGES {
        let all: Option<Vec<_>> = lines.map(parsed).collect();
        return all.map(Said::Changes);
    }
    let line = lines.next()?;
    if lines.next().is_some() {
        return None;
    }
    match kind {
        "registry" => parsed(line).map(Said::Registry),
        "title" => parsed(line).map(Said::Title),
        REFERENCE => parsed(line).map(Said::Reference),
        DROPPED => parsed(line).map(Said::DroppedReference),
        AUDIT => parsed(line).map(Said::Audit),
        _ => None,
    }
}

fn parsed<'a, T: Deserialize<'a>>(line: &'a str) -> Option<T> {
    serde_json::from_str(line).ok()
}
