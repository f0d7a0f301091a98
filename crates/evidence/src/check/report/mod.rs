//! Checks reports that come back from others: signatures, format, hashes, and every
//! field that is stated twice. It needs neither registry nor secret.

mod figures;
mod parts;
mod receipts;
mod registry;
pub(super) mod signature;

use std::path::Path;

use super::Judged;
use super::dossier::check_dossier;
use crate::envelope::dossier_file::dossier_in;
use crate::envelope::report_file::read_report_file;
use crate::files::read_text;
use crate::hash::hash_file;
use crate::key_file::read_public_key;
use crate::{Check, Report};
use leakmark_core::error::Result;

/// What a report is checked against; whatever is not given is not checked, and that
/// is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReportGiven<'a> {
    /// The file with the public key that signed the envelope.
    pub key: Option<&'a Path>,
    /// The registry's public key as its owner made it known, 64 hexadecimal digits.
    pub registry_key: Option<&'a str>,
    /// The file that the report is about.
    pub exhibit: Option<&'a Path>,
}

/// Checks the report or dossier at `path`, which may be a signed envelope; a dossier's
/// exhibit is one of its films.
///
/// # Errors
/// [`Error::Unreadable`](leakmark_core::error::Error::Unreadable) if a file cannot be read,
/// [`Error::Usage`](leakmark_core::error::Error::Usage) if the file of the key holds none.
pub fn verify_report(path: &Path, given: &ReportGiven<'_>) -> Result<Vec<Check>> {
    let key = given.key.map(read_public_key).transpose()?;
    if let Some(dossier) = dossier_in(&read_text(path)?) {
        return check_dossier(&dossier, key.as_deref(), given.exhibit);
    }
    let handed = read_report_file(path)?;
    let mut checks = vec![signature::signature(
        "report",
        handed.envelope.as_ref(),
        key.as_deref(),
    )];
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
    checks.push(match given.exhibit {
        Some(exhibit) => Check::judged("exhibit", same_file(report, exhibit)?),
        None => Check::skipped(
            "exhibit",
            "name the file with --exhibit to compare its hashes",
        ),
    });
    checks.extend(parts::joined(&report.exhibit));
    checks.extend(check_report(report, given.registry_key));
    Ok(checks)
}

/// [`verify_report`] for a report that was read, without envelope and exhibit.
pub fn check_report(report: &Report, registry_key: Option<&str>) -> Vec<Check> {
    let mut checks = vec![
        registry::signature(report),
        registry::key(report, registry_key),
    ];
    checks.extend(figures::figures(report));
    for of in report.of_titles() {
        let named = of.attributions.iter();
        checks.extend(named.map(|named| receipts::receipts(report, of.title, named)));
    }
    checks.extend([
        Check::skipped(
            "likelihood ratio",
            "it follows from the soft symbols and the codeword, which only an evidence pack opens: see `pack verify`",
        ),
        Check::skipped("time of signing", "see `report timestamp check`"),
    ]);
    checks
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
    if !stated.parts.is_empty() {
        let count = stated.parts.len();
        let number = stated.parts.iter().position(|p| {
            p.sha256 == hash.sha256 && p.sha512 == hash.sha512 && p.size_bytes == hash.bytes
        });
        return Ok(match number {
            Some(number) => Ok(format!("it is file {} of {count}", number + 1)),
            None => Err(format!(
                "it is none of the {count} files that the report is on"
            )),
        });
    }
    for (what, found, stated) in [
        ("SHA-256", &hash.sha256, &stated.sha256),
        ("SHA-512", &hash.sha512, &stated.sha512),
        (
            "size",
            &hash.bytes.to_string(),
            &stated.size_bytes.to_string(),
        ),
    ] {
        if found != stated {
            return Ok(Err(format!(
                "it is another file: {what} {found}; the report is on {stated}"
            )));
        }
    }
    Ok(Ok(format!(
        "SHA-256 {}, SHA-512 and size are the report's",
        hash.sha256
    )))
}
