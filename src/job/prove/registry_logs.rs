//! Checks the registry: its chain, its tables, and with the secret its codewords.

use std::path::Path;

use crate::error::Result;
use crate::evidence::Check;
use crate::evidence::ReceiptText;
use crate::job::home::{Home, KEY_FILE};
use crate::job::scan::copies::alphabet;
use crate::key::Secret;
use crate::mark::segment_of;
use crate::registry::{ChainCheck, Head, Registry};
use crate::trace::{Commitment, Hash, VariantCodeword, VariantSlots, is_committed};
use crate::units::SlotIndex;

/// What the check of a registry came to.
#[derive(Debug)]
pub struct LogsChecked {
    /// The registry, to log in.
    pub registry: Registry,
    /// What was checked.
    pub checks: Vec<Check>,
    /// The chain's end, to be noted elsewhere.
    pub head: Head,
}

/// Checks the registry in `dir`, and that the entry whose hash is `head` is still
/// in its chain.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if it cannot be read, or if its secret is there and the
/// wrong one.
pub fn verify_registry(dir: &Path, head: Option<&str>) -> Result<LogsChecked> {
    let (registry, secret) = if dir.join(KEY_FILE).exists() {
        let home = Home::open(dir)?;
        (home.registry, Some(home.secret))
    } else {
        (Registry::open(dir)?, None)
    };
    let found = registry.verify(head)?;
    let mut checks = vec![chain(&found)];
    checks.extend(
        found
            .faults
            .iter()
            .map(|f| Check::fails("chain", f.as_str())),
    );
    checks.push(end(&found, head));
    checks.extend(keys(&registry, secret.as_ref())?);
    Ok(LogsChecked {
        registry,
        checks,
        head: found.head,
    })
}

/// How much was looked at; the faults follow one by one.
fn chain(found: &ChainCheck) -> Check {
    let words = format!(
        "{} entries, {} receipts and {} lines of the audit log among them",
        found.entries, found.receipts, found.audit_lines
    );
    match found.faults.len() {
        0 => Check::holds(
            "chain",
            format!("{words}: chained, signed, and the tables say what they say"),
        ),
        1 => Check::fails("chain", format!("{words}: 1 fault")),
        more => Check::fails("chain", format!("{words}: {more} faults")),
    }
}

/// Whether the chain still holds what it held when `head` was noted.
fn end(found: &ChainCheck, head: Option<&str>) -> Check {
    const WHAT: &str = "head noted earlier";
    match (head, found.noted) {
        (None, _) => Check::skipped(
            WHAT,
            "that the last entries are all there shows only against a head noted elsewhere: name one with --head",
        ),
        (Some(_), Some(number)) => Check::authenticated(WHAT, format!("it is entry {number}")),
        (Some(_), None) => Check::fails(
            WHAT,
            "no entry has this hash: the end of the chain was cut off, or it is another registry's",
        ),
    }
}

/// Whether chain and codewords are those of the secret.
fn keys(registry: &Registry, secret: Option<&Secret>) -> Result<Vec<Check>> {
    const KEY: &str = "signing key";
    const WORDS: &str = "codewords";
    let Some(secret) = secret else {
        let why = format!("the secret ({KEY_FILE}) is not in the home folder");
        return Ok(vec![
            Check::skipped(KEY, why.clone()),
            Check::skipped(WORDS, why),
        ]);
    };
    let receipts = registry.receipts()?;
    let mut checks = vec![Check::authenticated(
        KEY,
        "it is the one that the secret gives",
    )];
    let mut faults = 0;
    let mut codewords = Codewords::new(secret);
    for kept in &receipts {
        // What does not read as a receipt has been told already.
        let Ok(said) = kept.receipt.check() else {
            continue;
        };
        if !codewords.fit(&said, &kept.salt) {
            faults += 1;
            checks.push(Check::fails(WORDS, format!(
                "receipt {}: with the salt kept, the codeword of copy {} of {} in {} is not the one committed to",
                said.number, said.copy, said.distributor, said.title
            )));
        }
    }
    if faults == 0 {
        let words = format!(
            "{} commitments are to the codewords that the secret gives",
            receipts.len()
        );
        checks.push(Check::holds(WORDS, words));
    }
    Ok(checks)
}

/// Computes commitments again.
pub(crate) struct Codewords<'a> {
    secret: &'a Secret,
    /// What the copies put together that were looked at last have in common.
    slots: Option<(Film, VariantSlots)>,
}

/// A title, its first slot, how many there are, and of how many variants they are.
type Film = (String, SlotIndex, u32, u32);

impl<'a> Codewords<'a> {
    /// Those that the secret gives.
    pub fn new(secret: &'a Secret) -> Self {
        Self {
            secret,
            slots: None,
        }
    }

    /// Whether the receipt commits to the codeword that the secret gives.
    pub fn fit(&mut self, said: &ReceiptText, salt: &str) -> bool {
        let mut bytes = [0; 32];
        if !base16ct::lower::decode(salt, &mut bytes).is_ok_and(|s| s.len() == 32) {
            return false;
        }
        let root = match said.variants {
            // No tree is larger, whatever is said: it would have to be made.
            None if !is_committed(said.codeword_slots) => None,
            None => {
                let (title, distributor) = (&said.title, &said.distributor);
                let (copy, slots) = (said.copy, said.codeword_slots);
                let made = Commitment::new(self.secret, title, distributor, copy, bytes, slots);
                Some(made.root())
            }
            Some(variants) => self.put_together(said, variants, &bytes),
        };
        let encoded = root.map(|root| base16ct::lower::encode_string(&root));
        encoded.as_ref() == Some(&said.codeword_root)
    }

    /// The root of a copy put together from variants.
    fn put_together(&mut self, said: &ReceiptText, variants: u32, salt: &Hash) -> Option<Hash> {
        let alphabet = alphabet(variants)?;
        let first = segment_of(said.title_start_s);
        let film = (said.title.clone(), first, said.codeword_slots, variants);
        if self.slots.as_ref().is_none_or(|(own, _)| *own != film) {
            let end = SlotIndex(first.0.checked_add(said.codeword_slots)?);
            let slots = VariantSlots::new(self.secret, &said.title, (first, end), alphabet);
            self.slots = Some((film, slots));
        }
        let (_, slots) = self.slots.as_ref()?;
        let copy = (said.title.as_str(), said.distributor.as_str(), said.copy);
        let mut codeword = VariantCodeword::new(self.secret, copy.0, copy.1, copy.2, alphabet);
        let symbols = slots.symbols(&mut codeword);
        let made = slots.commit(self.secret, copy, salt, &symbols);
        (made.slots == said.codeword_slots).then_some(made.root)
    }
}
