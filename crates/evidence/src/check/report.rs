//! Checks reports that come back from others: signature, format,
//! hashes, receipts and figures. It needs neither registry nor secret.

use std::path::Path;

use crate::envelope::report_file::read_report_file;
use crate::hash::hash_file;
use crate::key_file::{key_id, read_public_key};
use crate::pack::follows;
use crate::seal::Sealed;
use crate::{Attribution, Check, Envelope, Report};
use leakmark_core::error::Result;
use leakmark_core::key::is_signed;
use leakmark_core::trace::log10_p_false;
use leakmark_core::units::Log10;

/// What came of a check, in words.
type Judged = std::result::Result<String, String>;

/// Checks the report at `path`, which may be a signed envelope: with the public
/// key in the file `key` and against the exhibit in the file `exhibit`, if they
/// are given.
///
/// # Errors
/// [`Error::Unreadable`](leakmark_core::error::Error::Unreadable) if a file cannot be read,
/// [`Error::Usage`](leakmark_core::error::Error::Usage) if `key` is no key.
pub fn verify_report(
    path: &Path,
    key: Option<&Path>,
    exhibit: Option<&Path>,
) -> Result<Vec<Check>> {
    let key = key.map(read_public_key).transpose()?;
    let handed = read_report_file(path)?;
    let mut checks = vec![signature(handed.envelope.as_ref(), key.as_deref())];
    let report = match &handed.report {
        Ok(report) => report,
        Err(fault) => {
            checks.push(Check::fails("schema", fault.as_str()));
            return Ok(checks);
        }
    };
    checks.push(Check::holds(
        "schema",
        format!("a report of version {}", report.schema),
    ));
    if let Some(bare) = &handed.bare {
        checks.push(Check::judged("bare report", same(bare, report)));
    }
    checks.push(match exhibit {
        Some(exhibit) => Check::judged("exhibit", same_file(report, exhibit)?),
        None => Check::skipped(
            "exhibit",
            "name the file with --exhibit to compare its hash",
        ),
    });
    checks.push(Check::judged("figures", figures(report)));
    checks.extend(report.attributions.iter().map(|a| receipts(report, a)));
    checks.push(soft_symbols(report));
    checks.push(Check::skipped(
        "likelihood ratio",
        "it follows from the soft symbols and the codeword, which only an evidence pack opens: see `pack verify`",
    ));
    checks.push(Check::skipped(
        "time of signing",
        "see `report timestamp check`",
    ));
    Ok(checks)
}

fn signature(envelope: Option<&Envelope>, key: Option<&str>) -> Check {
    const WHAT: &str = "signature";
    match (envelope, key) {
        (None, None) => Check::skipped(
            WHAT,
            "the report is not in a signed envelope, nor is one beside it",
        ),
        (None, Some(_)) => Check::fails(
            WHAT,
            "the report is not signed: it is not in an envelope, nor is one beside it",
        ),
        (Some(envelope), None) => Check::skipped(
            WHAT,
            format!(
                "name the public key with --key; the envelope names key {:?}, which proves nothing by itself",
                envelope.signatures.first().map_or("", |s| s.keyid.as_str())
            ),
        ),
        (Some(envelope), Some(key)) => {
            let verify = |message: &[u8], signature: &[u8]| {
                is_signed(key, message, &base16ct::lower::encode_string(signature))
            };
            let id = key_id(key);
            let judged = envelope.verify(verify);
            Check::judged(
                WHAT,
                judged
                    .map(|()| format!("made with key {id}"))
                    .map_err(|fault| other_key(envelope, &id).unwrap_or(fault)),
            )
            .by_a_known_key()
        }
    }
}

/// What is wrong, if the envelope itself says that another key signed it.
fn other_key(envelope: &Envelope, id: &str) -> Option<String> {
    let mut named = envelope.signatures.iter().map(|s| s.keyid.as_str());
    let first = named.clone().next().filter(|first| !first.is_empty())?;
    (!named.any(|keyid| keyid == id)).then(|| {
        format!("it was made with another key: the envelope names {first:?}, the key given is {id}")
    })
}

fn same(bare: &Report, enveloped: &Report) -> Judged {
    if bare == enveloped {
        Ok("it is the report in the signed envelope".into())
    } else {
        Err("it is not the report in the signed envelope beside it: it was changed".into())
    }
}

fn same_file(report: &Report, exhibit: &Path) -> Result<Judged> {
    let hash = hash_file(exhibit, &mut |_| Ok(()))?;
    let stated = &report.exhibit;
    Ok(
        if (&hash.sha256, hash.bytes) == (&stated.sha256, stated.size_bytes) {
            Ok(format!("SHA-256 {}", hash.sha256))
        } else {
            Err(format!(
                "it is another file: SHA-256 {} ({} bytes); the report is on {} ({} bytes)",
                hash.sha256, hash.bytes, stated.sha256, stated.size_bytes
            ))
        },
    )
}

/// Whether the figures that follow from others do.
fn figures(report: &Report) -> Judged {
    let threshold = &report.threshold;
    let bound = |lr: f64| log10_p_false(Log10(lr), threshold.hypotheses).0;
    let least = (threshold.hypotheses.max(1) as f64).log10() - threshold.log10_p_false;
    if !follows(least, threshold.log10_likelihood_ratio) {
        return Err(format!(
            "a threshold of log10 LR {least:.3} follows; the report states {:.3}",
            threshold.log10_likelihood_ratio
        ));
    }
    for found in &report.attributions {
        let follows_from = bound(found.log10_likelihood_ratio);
        if !follows(follows_from, found.log10_p_false) {
            return Err(format!(
                "log10 p false {follows_from:.3} follows for {}; the report states {:.3}",
                found.distributor, found.log10_p_false
            ));
        }
        if found.log10_likelihood_ratio + 0.001 < threshold.log10_likelihood_ratio {
            return Err(format!(
                "{} is named with log10 LR {:.3}, below the threshold of {:.3}",
                found.distributor, found.log10_likelihood_ratio, threshold.log10_likelihood_ratio
            ));
        }
    }
    let named = report.verdict == crate::report::Verdict::Attributed;
    if named == report.attributions.is_empty() {
        return Err("the verdict and the attributions contradict each other".into());
    }
    Ok("threshold, bounds and verdict follow from likelihood ratios and hypotheses".into())
}

/// Whether the receipts of a distributor are whole and about this attribution.
fn receipts(report: &Report, named: &Attribution) -> Check {
    let what = format!("receipts of {}", named.distributor);
    let issue = named.issue.as_ref();
    let of_copy = issue.and_then(|i| i.receipt.as_ref());
    let mut count = 0;
    for receipt in [of_copy, named.earliest_receipt.as_ref()]
        .into_iter()
        .flatten()
    {
        let said = match receipt.check() {
            Ok(said) => said,
            Err(fault) => return Check::fails(what, fault),
        };
        let title = report.title.as_ref().map(|t| t.id.as_str());
        let about = said.registry == report.registry.id
            && said.distributor == named.distributor
            && title == Some(said.title.as_str());
        if !about {
            return Check::fails(
                what,
                "a receipt is about another registry, distributor or title",
            );
        }
        count += 1;
    }
    if let (Some(Ok(said)), Some(issue)) = (of_copy.map(|r| r.check()), issue)
        && (said.copy_sha256 != issue.copy_sha256
            || said.issued_at != issue.issued_at
            || said.issue != issue.id)
    {
        return Check::fails(
            what,
            "the receipt is not that of the issue record in the report",
        );
    }
    match count {
        0 => Check::skipped(
            what,
            "there is none: the copy was issued before there were receipts",
        ),
        _ => Check::holds(
            what,
            "whole, signed by the registry's key that they name, about this title and distributor",
        ),
    }
}

fn soft_symbols(report: &Report) -> Check {
    const WHAT: &str = "soft symbols";
    let Some(evidence) = &report.evidence else {
        return Check::skipped(WHAT, "the report carries none");
    };
    let about = Sealed {
        registry: &report.registry.id,
        exhibit_sha256: &report.exhibit.sha256,
        title: &evidence.title,
        hypotheses: report.threshold.hypotheses,
    };
    let signed =
        |text: String| is_signed(&evidence.public_key, text.as_bytes(), &evidence.signature);
    if about
        .text(evidence.slots.iter())
        .is_none_or(|text| !signed(text))
    {
        return Check::fails(
            WHAT,
            "they are not those that the registry's key sealed for this exhibit",
        );
    }
    let keys = report
        .attributions
        .iter()
        .filter_map(|a| a.earliest_receipt.as_ref());
    match keys
        .into_iter()
        .find(|r| r.public_key != evidence.public_key)
    {
        Some(_) => Check::fails(WHAT, "they were sealed by another key than the receipts"),
        None => Check::holds(
            WHAT,
            format!("sealed by the registry's key {}", evidence.public_key),
        ),
    }
}
