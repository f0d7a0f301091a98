//! Checks the registry's logs, with the secret if it is there.

use std::path::Path;

use crate::error::Result;
use crate::evidence::Check;
use crate::evidence::ReceiptText;
use crate::job::home::{Home, KEY_FILE};
use crate::key::Secret;
use crate::registry::{LogCheck, Registry};
use crate::trace::{COMMITTED_SLOTS, Commitment};

/// What the check of a registry's logs came to.
#[derive(Debug)]
pub struct LogsChecked {
    /// The registry, to log in.
    pub registry: Registry,
    /// What was checked.
    pub checks: Vec<Check>,
    /// The hash of the last receipt, to be noted elsewhere.
    pub head: String,
}

/// Checks the logs of the registry in `dir`, and that the receipt whose hash is
/// `head` is still among them.
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
    let found = registry.verify()?;
    let mut checks = vec![logs(&found)];
    checks.extend(
        found
            .faults
            .iter()
            .map(|f| Check::fails("logs", f.as_str())),
    );
    checks.push(ends(&registry, head)?);
    checks.extend(keys(&registry, secret.as_ref())?);
    checks.extend(unreceipted(&found));
    Ok(LogsChecked {
        registry,
        checks,
        head: found.head,
    })
}

/// How much was looked at; the faults follow one by one.
fn logs(found: &LogCheck) -> Check {
    let words = format!(
        "{} receipts, {} lines of the audit log (signed up to line {})",
        found.receipts, found.audit_lines, found.audit_signed_to
    );
    match found.faults.len() {
        0 => Check::holds(
            "logs",
            format!("{words}: chained, signed, and as the issue records say"),
        ),
        1 => Check::fails("logs", format!("{words}: 1 fault")),
        more => Check::fails("logs", format!("{words}: {more} faults")),
    }
}

/// Whether the log still holds what it held when `head` was noted.
fn ends(registry: &Registry, head: Option<&str>) -> Result<Check> {
    const WHAT: &str = "head noted earlier";
    let Some(head) = head else {
        return Ok(Check::skipped(
            WHAT,
            "that the last entries are all there shows only against a head noted elsewhere: name one with --head",
        ));
    };
    let receipts = registry.receipts()?;
    let none = head.bytes().all(|b| b == b'0') && head.len() == 64;
    Ok(
        match receipts.iter().find(|kept| kept.receipt.sha256 == head) {
            Some(kept) => Check::authenticated(WHAT, format!("it is receipt {}", kept.number)),
            None if none => Check::holds(WHAT, "it stands for a log without receipts"),
            None => Check::fails(
                WHAT,
                "no receipt has this hash: the log was cut off and written anew, or it is another registry's",
            ),
        },
    )
}

/// Whether the logs are those of the secret.
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
    for kept in &receipts {
        // What does not read as a receipt has been told already.
        let Ok(said) = kept.receipt.check() else {
            continue;
        };
        if !fits(secret, &said, &kept.salt) {
            faults += 1;
            checks.push(Check::fails(WORDS, format!(
                "receipt {}: with the salt kept, the codeword of {} in {} is not the one committed to",
                said.number, said.distributor, said.title
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

/// Whether the receipt commits to the codeword that the secret gives.
pub(crate) fn fits(secret: &Secret, said: &ReceiptText, salt: &str) -> bool {
    let mut bytes = [0; 32];
    let read = base16ct::lower::decode(salt, &mut bytes).is_ok_and(|s| s.len() == 32);
    let commitment = Commitment::new(secret, &said.title, &said.distributor, bytes);
    read && said.codeword_slots == COMMITTED_SLOTS
        && base16ct::lower::encode_string(&commitment.root()) == said.codeword_root
}

fn unreceipted(found: &LogCheck) -> Option<Check> {
    (found.without_receipt > 0).then(|| {
        Check::skipped(
            "copies without a receipt",
            format!(
                "{} issue records were made before there were receipts: nothing shows that they were not changed",
                found.without_receipt
            ),
        )
    })
}
