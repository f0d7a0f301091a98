//! Checks evidence packs. It needs neither registry nor secret.

use std::path::Path;

use super::Judged;
use super::reading::READING;
use crate::ReceiptText;
use crate::envelope::report_file::read_report_file;
use crate::files::read_text;
use crate::pack::{follows, ratio, values};
use crate::reference::OpenedReference;
use crate::seal::Sealed;
use crate::{Check, EvidencePack, OpenedSlot, Report, pack_from_json};
use leakmark_core::error::{Error, Result};
use leakmark_core::trace::{
    COMMITTED_SLOTS, MOST_COMMITTED_SLOTS, STEPS, is_committed, log10_p_false,
};
use leakmark_core::units::Log10;

/// Checks the pack at `path` without its exhibit: alone, against the registry's public key (64
/// hexadecimal digits) and against the report it was made from, if they are given.
///
/// # Errors
/// [`Error::Unreadable`](leakmark_core::error::Error::Unreadable) if a file cannot be
/// read, [`Error::Usage`](leakmark_core::error::Error::Usage) if it is no pack or report.
pub fn verify_pack(path: &Path, key: Option<&str>, report: Option<&Path>) -> Result<Vec<Check>> {
    let (_, mut checks) = checked_pack(path, key, report)?;
    checks.push(reading_not_checked());
    Ok(checks)
}

/// The pack at `path`, with all that [`verify_pack`] checks of it but the reading.
///
/// # Errors
/// As for [`verify_pack`].
pub fn checked_pack(
    path: &Path,
    key: Option<&str>,
    report: Option<&Path>,
) -> Result<(EvidencePack, Vec<Check>)> {
    let pack = pack_from_json(&read_text(path)?)?;
    let report = report
        .map(|path| read_report_file(path)?.report.map_err(Error::usage))
        .transpose()?;
    let checks = check_pack(&pack, key, report.as_ref());
    Ok((pack, checks))
}

/// [`verify_pack`] for a pack that was read.
pub fn check_pack(pack: &EvidencePack, key: Option<&str>, report: Option<&Report>) -> Vec<Check> {
    let receipt = pack.receipt.check();
    let said = receipt.as_ref().ok();
    let mut checks = vec![
        Check::judged("receipt", receipt.clone().map(|said| issued(&said))),
        registry_key(pack, key),
        Check::judged("slots", slots(pack)),
        Check::judged("reliabilities", reliabilities(pack)),
    ];
    if let Some(said) = said {
        checks.push(Check::judged("names", names(pack, said)));
        checks.push(Check::judged("codeword", codeword(pack, said)));
    }
    let informed = pack.readings.iter().any(|r| !r.fit.hosts.is_empty());
    if informed || !pack.references.is_empty() {
        checks.push(Check::judged("master's pictures", references(pack)));
    }
    checks.extend([
        Check::judged("soft symbols", seal(pack)),
        Check::judged("likelihood ratio", likelihood(pack)),
        Check::judged("bound", bound(pack)),
        against_report(pack, report),
        Check::skipped(
            "time of the receipt",
            "it is what the registry says: compare the receipt's SHA-256 with a head that was noted, or stamped by somebody else, before the leak",
        ),
    ]);
    checks
}

/// What is said where no exhibit was given.
fn reading_not_checked() -> Check {
    Check::skipped(
        READING,
        "that the exhibit holds these soft symbols shows only by reading it again: name it with `leakmark pack verify --exhibit`",
    )
}

/// Whether the masters' pictures are those that the registry kept.
fn references(pack: &EvidencePack) -> Judged {
    let opened = pack.opened_references()?;
    let words = |o: &OpenedReference| {
        let pictures = o.groups.keys().map(|g| o.header.group_range(*g).len());
        format!(
            "{} of {}, kept since {} as the registry's chain says",
            pictures.sum::<usize>(),
            o.reference.title,
            o.reference.added_at
        )
    };
    Ok(opened.iter().map(words).collect::<Vec<_>>().join("; "))
}

fn issued(said: &ReceiptText) -> String {
    format!(
        "receipt {} of registry {}, signed, issued {}: {} to {}",
        said.number, said.registry, said.issued_at, said.title, said.distributor
    )
}

fn registry_key(pack: &EvidencePack, key: Option<&str>) -> Check {
    const WHAT: &str = "registry's key";
    let own = &pack.receipt.public_key;
    match key {
        None => Check::skipped(
            WHAT,
            format!(
                "the pack's own is {own}: compare it with the one that the registry's owner made known, or name that with --registry-key"
            ),
        ),
        Some(key) if key == own => Check::authenticated(WHAT, "it is the one given"),
        Some(key) => Check::fails(WHAT, format!("the pack was signed by {own}, not by {key}")),
    }
}

/// Whether the slots are well formed and in order.
fn slots(pack: &EvidencePack) -> Judged {
    if pack.slots.is_empty() {
        return Err("the pack opens no slot".into());
    }
    if let Some(pair) = pack.slots.windows(2).find(|w| w[0].slot >= w[1].slot) {
        return Err(format!(
            "slot {} does not come after slot {}: each counts once, in order",
            pair[1].slot, pair[0].slot
        ));
    }
    let whole = |slot: &OpenedSlot| slot.opening().is_some() && slot.soft().steps().is_some();
    if let Some(slot) = pack.slots.iter().find(|slot| !whole(slot)) {
        return Err(format!("slot {} is malformed", slot.slot));
    }
    let mut read: Vec<u32> = pack.readings.iter().flat_map(|r| r.slots.clone()).collect();
    read.sort_unstable();
    if !read.iter().eq(pack.slots.iter().map(|slot| &slot.slot)) {
        return Err("the readings are not of the pack's slots, each once".into());
    }
    Ok(format!("{} slots, in order, each once", pack.slots.len()))
}

/// Whether the reliabilities of each slot are one amplitude times the square root of how
/// many cells carry the symbol: nobody weighed symbols one by one.
fn reliabilities(pack: &EvidencePack) -> Judged {
    match pack.slots.iter().find(|slot| !has_one_amplitude(slot)) {
        None => Ok("in every slot one amplitude, times √ of the symbol's cells".into()),
        Some(slot) => Err(format!(
            "the reliabilities of slot {} are not one amplitude times √ of the symbol's cells",
            slot.slot
        )),
    }
}

fn has_one_amplitude(slot: &OpenedSlot) -> bool {
    let (Some(opening), Some((_, reliability))) = (slot.opening(), values(slot)) else {
        return false;
    };
    let roots = opening.cells.counts().map(|n| f32::from(n).sqrt());
    // Rounding, and what single precision loses: half a step, and a little.
    let half = 0.51 / STEPS;
    let (mut least, mut most) = (0.0_f32, f32::INFINITY);
    for (root, mu) in roots.into_iter().zip(reliability) {
        if root > 0.0 {
            least = least.max((mu - half) / root);
            most = most.min((mu + half) / root);
        } else if mu != 0.0 {
            return false;
        }
    }
    least <= most * (1.0 + f32::EPSILON)
}

fn names(pack: &EvidencePack, said: &ReceiptText) -> Judged {
    for (what, stated, received) in [
        ("registry", &pack.registry, &said.registry),
        ("title", &pack.title, &said.title),
        ("distributor", &pack.distributor, &said.distributor),
    ] {
        if stated != received {
            return Err(format!(
                "the pack is about {what} {stated:?}, its receipt about {received:?}"
            ));
        }
    }
    Ok("the receipt is about the pack's registry, title and distributor".into())
}

/// Whether every slot is part of the codeword that the receipt commits to.
fn codeword(pack: &EvidencePack, said: &ReceiptText) -> Judged {
    let slots = said.codeword_slots;
    if !is_committed(slots) {
        return Err(format!(
            "the receipt commits to {slots} slots; this version knows powers of two from {COMMITTED_SLOTS} to {MOST_COMMITTED_SLOTS}"
        ));
    }
    for slot in &pack.slots {
        let inside = slot.slot < slots && slot.path.len() == slots.ilog2() as usize;
        let root = slot.opening().filter(|_| inside).map(|o| o.root());
        if root.is_none_or(|root| base16ct::lower::encode_string(&root) != said.codeword_root) {
            return Err(format!(
                "slot {} is not part of the codeword that the receipt commits to",
                slot.slot
            ));
        }
    }
    Ok("biases, symbols and cells of every slot are those that the receipt commits to".into())
}

fn seal(pack: &EvidencePack) -> Judged {
    let about = Sealed {
        registry: &pack.registry,
        exhibit_sha256: &pack.exhibit_sha256,
        title: &pack.title,
        hypotheses: pack.hypotheses,
    };
    let soft: Vec<_> = pack.slots.iter().map(OpenedSlot::soft).collect();
    let key = &pack.receipt.public_key;
    if about.is_signed(soft.iter(), key, &pack.evidence_signature) {
        Ok("exhibit, hypotheses and soft symbols carry the registry's seal".into())
    } else {
        Err("exhibit, hypotheses or soft symbols are not those that the registry sealed".into())
    }
}

fn likelihood(pack: &EvidencePack) -> Judged {
    let stated = pack.log10_likelihood_ratio;
    match ratio(pack) {
        Some(computed) if follows(computed, stated) => {
            Ok(format!("log10 LR {computed:.3}, stated {stated:.3}"))
        }
        Some(computed) => Err(format!(
            "log10 LR {computed:.3} follows from the soft symbols; the pack states {stated:.3}"
        )),
        None => Err("it cannot be computed: a slot is malformed".into()),
    }
}

fn bound(pack: &EvidencePack) -> Judged {
    let follows_from = log10_p_false(Log10(pack.log10_likelihood_ratio), pack.hypotheses).0;
    let stated = pack.log10_p_false;
    if follows(follows_from, stated) {
        Ok(format!(
            "log10 p false {stated:.3} for all {} hypotheses",
            pack.hypotheses
        ))
    } else {
        Err(format!(
            "log10 p false {follows_from:.3} follows for {} hypotheses; the pack states {stated:.3}",
            pack.hypotheses
        ))
    }
}

fn against_report(pack: &EvidencePack, report: Option<&Report>) -> Check {
    const WHAT: &str = "report";
    let Some(report) = report else {
        return Check::skipped(
            WHAT,
            "name the report with --report to compare it with the pack",
        );
    };
    let of = report
        .of_titles()
        .find(|of| of.title.is_some_and(|t| t.id == pack.title));
    let evidence = of.and_then(|of| of.evidence);
    let named = of.into_iter().flat_map(|of| of.attributions).any(|a| {
        a.distributor == pack.distributor
            && a.log10_likelihood_ratio == pack.log10_likelihood_ratio
            && a.log10_p_false == pack.log10_p_false
    });
    let soft = evidence.is_some() && pack.evidence().reference().ok().as_ref() == evidence;
    let same = [
        ("exhibit", report.exhibit.sha256 == pack.exhibit_sha256),
        ("registry", report.registry.id == pack.registry),
        ("hypotheses", report.threshold.hypotheses == pack.hypotheses),
        ("soft symbols", soft),
        ("attribution", named),
        (
            "key",
            report.signature.public_key == pack.receipt.public_key,
        ),
    ];
    match same.iter().find(|(_, same)| !same) {
        None if !report.is_as_signed() => {
            Check::fails(WHAT, "the report was changed since its registry signed it")
        }
        None => Check::holds(
            WHAT,
            "exhibit, soft symbols and attribution are the report's",
        ),
        Some((what, _)) => Check::fails(WHAT, format!("the pack's {what} is not the report's")),
    }
}
