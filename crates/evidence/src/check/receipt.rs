//! Checks receipts by themselves: whole, signed, chained, of one registry, and of
//! the file that was handed out. It needs neither registry nor secret.

use std::path::Path;

use super::Judged;
use crate::files::read_text;
use crate::hash::hash_file;
use crate::{Check, Receipt, ReceiptText};
use leakmark_core::error::{Error, Result};

/// Checks the receipts in the file at `path`, JSON: one, or a list of several in
/// the order of their numbers; against the registry's public key (64 hexadecimal
/// digits) and the file `copy` that was handed out, if they are given.
///
/// # Errors
/// [`Error::Unreadable`] if a file cannot be read, [`Error::Usage`] if the first
/// holds no receipt.
pub fn verify_receipts(path: &Path, key: Option<&str>, copy: Option<&Path>) -> Result<Vec<Check>> {
    let text = read_text(path)?;
    let one = serde_json::from_str(&text).map(|receipt| vec![receipt]);
    let receipts: Vec<Receipt> = one
        .or_else(|_| serde_json::from_str(&text))
        .map_err(|e| Error::usage(format!("{} holds no receipt: {e}", path.display())))?;
    if receipts.is_empty() {
        return Err(Error::usage(format!(
            "{} is an empty list; expected one receipt or several",
            path.display()
        )));
    }
    let mut checks = check_receipts(&receipts, key);
    checks.push(match copy {
        Some(copy) => Check::judged("copy", same_copy(&receipts, copy)?),
        None => Check::skipped(
            "copy",
            "name the file that was handed out with --copy to compare its hash",
        ),
    });
    checks.push(Check::skipped(
        "time",
        "it is what the registry says: compare a receipt's SHA-256 with one that was noted, or stamped by somebody else, at the time",
    ));
    Ok(checks)
}

/// [`verify_receipts`] for receipts that were read, without the copy.
pub fn check_receipts(receipts: &[Receipt], key: Option<&str>) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut said = Vec::new();
    for receipt in receipts {
        match receipt.check() {
            Ok(text) => {
                checks.push(Check::holds("receipt", stated(&text)));
                said.push((receipt, text));
            }
            Err(fault) => checks.push(Check::fails("receipt", fault)),
        }
    }
    checks.push(registry_key(receipts, key));
    if said.len() > 1 {
        checks.push(Check::judged("chain", chain(&said)));
    }
    checks
}

fn stated(said: &ReceiptText) -> String {
    format!(
        "number {} of registry {}, signed: {} to {}, issued {}",
        said.number, said.registry, said.title, said.distributor, said.issued_at
    )
}

/// Whether all were signed with one key, and whether that is the one given.
fn registry_key(receipts: &[Receipt], key: Option<&str>) -> Check {
    const WHAT: &str = "registry's key";
    let Some(first) = receipts.first() else {
        return Check::skipped(WHAT, "there is no receipt");
    };
    let expected = key.unwrap_or(&first.public_key);
    if let Some(other) = receipts.iter().find(|r| r.public_key != expected) {
        return Check::fails(
            WHAT,
            format!(
                "a receipt was signed by {}, not by {expected}",
                other.public_key
            ),
        );
    }
    match key {
        Some(_) => Check::authenticated(WHAT, "it is the one given"),
        None => Check::skipped(
            WHAT,
            format!(
                "the receipt's own is {expected}: compare it with the one that the registry's owner made known, or name that with --registry-key"
            ),
        ),
    }
}

/// Whether each comes after the one before it, in the same registry, and names it
/// if it follows at once.
fn chain(said: &[(&Receipt, ReceiptText)]) -> Judged {
    for pair in said.windows(2) {
        let [(receipt, before), (_, after)] = pair else {
            continue;
        };
        if before.registry != after.registry {
            return Err(format!(
                "receipt {} is of registry {}, the one before it of {}",
                after.number, after.registry, before.registry
            ));
        }
        if after.number <= before.number {
            return Err(format!(
                "receipt {} does not come after receipt {}",
                after.number, before.number
            ));
        }
        if after.number == before.number + 1 && after.previous != receipt.sha256 {
            return Err(format!(
                "receipt {} does not follow on receipt {}: one of them was put in",
                after.number, before.number
            ));
        }
    }
    Ok("in order; each that follows at once names the one before it".into())
}

/// Whether one of the receipts is that of the file at `copy`.
fn same_copy(receipts: &[Receipt], copy: &Path) -> Result<Judged> {
    let hash = hash_file(copy, &mut |_| Ok(()))?;
    let mut said = receipts.iter().filter_map(|r| r.check().ok());
    Ok(match said.find(|s| s.copy_sha256 == hash.sha256) {
        Some(said) => Ok(format!("it is the file of receipt {}", said.number)),
        None => Err(format!(
            "SHA-256 {} is in none of the receipts: another file was handed out",
            hash.sha256
        )),
    })
}
