//! Makes evidence packs: it opens a codeword where a report of this
//! registry names its owner, and refuses to open anything else.
//!
//! A report may come back from strangers who would like to see more than they
//! are entitled to. So it must be as this registry signed it, the soft symbols must
//! carry its seal, the likelihood ratio must follow from them, and it must be one that
//! names somebody: then, but for the bound, the codeword opened is the leaked copy's.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::evidence::ReceiptText;
use crate::evidence::envelope::report_file::read_report_file;
use crate::evidence::files::write_new;
use crate::evidence::pack::{follows, ratio};
use crate::evidence::reference::PackedReference;
use crate::evidence::seal::Sealed;
use crate::evidence::{
    Attribution, EvidenceFile, EvidencePack, OfTitle, OpenedSlot, PACK_SCHEMA, Report, evidence_of,
};
use crate::job::home::Home;
use crate::job::prove::references::packed_references;
use crate::job::prove::registry_logs::Codewords;
use crate::key::Signer;
use crate::registry::KeptReceipt;
use crate::trace::{Commitment, Threshold};
use crate::units::SlotIndex;

/// What was packed.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The pack.
    pub pack: EvidencePack,
    /// The exhibit's path, as the report gives it.
    pub exhibit: PathBuf,
    /// Where it was written.
    pub path: PathBuf,
}

/// Opens the codeword of `distributor` for `title` (without them: of the one that alone
/// is named) where the report at `report` used it, and writes the pack to `to`.
///
/// # Errors
/// [`Error::Usage`] if the report names nobody, somebody else, or is not as this
/// registry made it; [`Error::Registry`] if there is no receipt;
/// [`Error::Unreadable`], [`Error::Unwritable`].
pub fn evidence_pack(
    home: &Home,
    report: &Path,
    title: Option<&str>,
    distributor: Option<&str>,
    to: &Path,
) -> Result<Packed> {
    let parsed = read_report_file(report)?.report.map_err(Error::usage)?;
    if !parsed.exhibit.parts.is_empty() {
        return Err(Error::usage(format!(
            "the report is on {} files that were examined together; a pack is of a report on one file",
            parsed.exhibit.parts.len()
        ))
        .advise("scan the files one by one, and make a pack of a report that names the distributor"));
    }
    let (of_title, named) = named(&parsed, title, distributor)?;
    signed_here(home, &parsed)?;
    let evidence = evidence_of(of_title.evidence, report, None)?;
    sealed_here(home, &parsed, &evidence)?;
    let (kept, said) = receipt_of(home, &evidence.title, named)?;
    let commitment = committed(home, &kept, &said)?;
    let references = packed_references(home, &evidence.readings)?;
    let pack = open(&parsed, &evidence, named, (kept, references), &commitment)?;
    check_ratio(&parsed, &pack)?;
    let text = serde_json::to_string_pretty(&pack)
        .map_err(|e| Error::Internal(format!("a pack could not be written as JSON: {e}")))?;
    write_new(to, format!("{text}\n").as_bytes())?;
    Ok(Packed {
        pack,
        exhibit: PathBuf::from(&parsed.exhibit.path),
        path: to.to_owned(),
    })
}

/// The attribution to be opened, and what the report says of its title.
fn named<'a>(
    report: &'a Report,
    title: Option<&str>,
    distributor: Option<&str>,
) -> Result<(OfTitle<'a>, &'a Attribution)> {
    let all = report.of_titles().flat_map(|of| {
        let named = of.attributions.iter();
        named.map(move |named| (of, named))
    });
    let all: Vec<(OfTitle<'_>, &Attribution)> = all.collect();
    let id = |of: &OfTitle<'a>| of.title.map_or("", |title| title.id.as_str());
    let asked = |(of, named): &&(OfTitle<'a>, &Attribution)| {
        title.is_none_or(|title| title == id(of))
            && distributor.is_none_or(|id| id == named.distributor)
    };
    let words =
        |(of, named): &(OfTitle<'a>, &Attribution)| format!("{} for {}", named.distributor, id(of));
    let who = || all.iter().map(words).collect::<Vec<_>>().join(", ");
    match all.iter().filter(asked).collect::<Vec<_>>()[..] {
        [one] => Ok(*one),
        _ if all.is_empty() => Err(Error::usage(
            "the report names nobody, so no codeword is opened",
        )),
        [] => Err(Error::usage(format!(
            "the report does not name {} for {}, so that codeword is not opened; it names {}",
            distributor.map_or("anybody".into(), |d| format!("{d:?}")),
            title.map_or("any title".into(), |t| format!("{t:?}")),
            who()
        ))),
        _ => Err(Error::usage(format!("the report names {}", who())).advise(
            "say whose codeword to open with --distributor, and for which title with --title",
        )),
    }
}

/// Refuses a report that is not as this registry signed it.
fn signed_here(home: &Home, report: &Report) -> Result<()> {
    let own = Signer::of_registry(&home.secret).public_key();
    if report.signature.public_key != own {
        return Err(Error::usage(format!(
            "the report was signed by {:?}; this registry's key is {own}: it is another registry's",
            report.signature.public_key
        )));
    }
    if !report.is_as_signed() {
        return Err(Error::usage(
            "the report was changed since this registry signed it",
        ));
    }
    Ok(())
}

/// Refuses soft symbols that this registry did not seal for the report.
fn sealed_here(home: &Home, report: &Report, evidence: &EvidenceFile) -> Result<()> {
    let about = Sealed {
        registry: home.registry.id(),
        exhibit_sha256: &report.exhibit.sha256,
        title: &evidence.title,
        hypotheses: report.threshold.hypotheses,
    };
    let key = Signer::of_registry(&home.secret).public_key();
    if about.is_signed(evidence.slots.iter(), &key, &evidence.signature) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "the soft symbols do not carry the seal of this registry ({}) for this report",
        home.registry.id()
    )))
}

/// The receipt of the copy that was read.
fn receipt_of(home: &Home, title: &str, named: &Attribution) -> Result<(KeptReceipt, ReceiptText)> {
    for kept in home.registry.receipts()? {
        let said = kept.receipt.check().map_err(|fault| {
            Error::registry(format!("receipt {}: {fault}", kept.number))
                .advise("see `leakmark registry verify`")
        })?;
        if said.title == title && said.distributor == named.distributor && said.copy == named.copy {
            return Ok((kept, said));
        }
    }
    Err(Error::registry(format!(
        "there is no receipt of copy {} of {title} to {}, so nothing shows when its codeword was fixed",
        named.copy, named.distributor
    )))
}

/// The commitment of a receipt, made again.
fn committed<'a>(
    home: &'a Home,
    kept: &KeptReceipt,
    said: &'a ReceiptText,
) -> Result<Commitment<'a>> {
    let mut salt = [0; 32];
    if let Some(variants) = said.variants {
        return Err(Error::usage(format!(
            "copy {} of {} was put together from {variants} variants; packs of such copies cannot be made yet",
            said.copy, said.title
        ))
        .advise("the report, its receipt and the registry's chain stand without one"));
    }
    if !Codewords::new(&home.secret).fit(said, &kept.salt)
        || base16ct::lower::decode(&kept.salt, &mut salt).is_err()
    {
        return Err(Error::registry(format!(
            "receipt {} does not commit to the codeword that the secret gives",
            kept.number
        ))
        .advise("see `leakmark registry verify`"));
    }
    Ok(Commitment::new(
        &home.secret,
        &said.title,
        &said.distributor,
        said.copy,
        salt,
        said.codeword_slots,
    ))
}

fn open(
    report: &Report,
    evidence: &EvidenceFile,
    named: &Attribution,
    (kept, references): (KeptReceipt, Vec<PackedReference>),
    commitment: &Commitment<'_>,
) -> Result<EvidencePack> {
    let one = |soft: &crate::evidence::SoftSlot| {
        let opening = commitment.open(SlotIndex(soft.slot));
        opening.map(|opening| OpenedSlot::new(soft, &opening))
    };
    let slots: Option<Vec<OpenedSlot>> = evidence.slots.iter().map(one).collect();
    Ok(EvidencePack {
        schema: PACK_SCHEMA.into(),
        exhibit_sha256: report.exhibit.sha256.clone(),
        registry: report.registry.id.clone(),
        title: evidence.title.clone(),
        distributor: named.distributor.clone(),
        hypotheses: report.threshold.hypotheses,
        log10_likelihood_ratio: named.log10_likelihood_ratio,
        log10_p_false: named.log10_p_false,
        receipt: kept.receipt,
        evidence_signature: evidence.signature.clone(),
        clock_rate: report.exhibit.video.clock_rate,
        readings: evidence.readings.clone(),
        references,
        slots: slots.ok_or_else(|| {
            Error::usage("the report uses slots beyond those that the receipt commits to")
        })?,
    })
}

/// Refuses a report whose likelihood ratio does not follow, or names nobody.
fn check_ratio(report: &Report, pack: &EvidencePack) -> Result<()> {
    let computed = ratio(pack).unwrap_or(f64::NAN);
    if !follows(computed, pack.log10_likelihood_ratio) {
        return Err(Error::usage(format!(
            "the report gives {} a log10 LR of {}, but from its soft symbols follows {computed:.3}: the report was changed",
            pack.distributor, pack.log10_likelihood_ratio
        )));
    }
    let loosest = Threshold::LOOSEST.log10_lr(pack.hypotheses).0;
    if computed < loosest {
        return Err(Error::usage(format!(
            "a log10 LR of {computed:.3} names nobody among {} hypotheses ({loosest:.3} is the least), so no codeword is opened; the report's threshold is {}",
            pack.hypotheses, report.threshold.log10_likelihood_ratio
        )));
    }
    Ok(())
}
