//! Checks dossiers that come back from others.

use std::path::Path;

use super::report::signature::signature;
use super::{Check, Judged};
use crate::dossier::{CellResult, Dossier, Innocents, TestOutcome};
use crate::envelope::dossier_file::HandedIn;
use crate::hash::hash_file;
use leakmark_core::error::Result;

/// Checks a dossier: with the public key `key` (64 hexadecimal digits) and against a
/// film, if they are given.
///
/// # Errors
/// [`Error::Unreadable`](leakmark_core::error::Error::Unreadable) if the film cannot be read.
pub(super) fn check_dossier(
    handed: &HandedIn,
    key: Option<&str>,
    film: Option<&Path>,
) -> Result<Vec<Check>> {
    let mut checks = vec![signature("dossier", handed.envelope.as_ref(), key)];
    let dossier = match &handed.dossier {
        Ok(dossier) => dossier,
        Err(fault) => {
            checks.push(Check::fails("schema", fault.as_str()));
            return Ok(checks);
        }
    };
    checks.push(Check::holds(
        "schema",
        format!("a dossier of version {}", dossier.schema),
    ));
    checks.push(match film {
        Some(film) => Check::judged("film", same_film(dossier, film)?),
        None => Check::skipped("film", "name a film with --exhibit to compare its hash"),
    });
    checks.push(Check::judged("figures", figures(dossier)));
    checks.push(Check::skipped(
        "results",
        "that the attacks gave these results shows by running `leakmark validate` again on the same films with the same seed, program and ffmpeg",
    ));
    Ok(checks)
}

fn same_film(dossier: &Dossier, film: &Path) -> Result<Judged> {
    let sha256 = hash_file(film, &mut |_| Ok(()))?.sha256;
    Ok(match dossier.films.iter().find(|f| f.sha256 == sha256) {
        Some(film) => Ok(format!("it is {}, SHA-256 {sha256}", film.name)),
        None => Err(format!("the dossier is not about it: SHA-256 {sha256}")),
    })
}

/// Whether the figures that follow from others do.
fn figures(dossier: &Dossier) -> Judged {
    let cells = dossier.cells.iter().filter_map(|c| c.outcome.as_ref());
    let controls = dossier.controls.iter().filter_map(|c| c.outcome.as_ref());
    let outcomes: Vec<&TestOutcome> = cells.chain(controls).collect();
    if Innocents::of(outcomes.iter().copied()) != dossier.innocents {
        return Err("what innocents scored does not follow from cells and controls".into());
    }
    for cell in &dossier.cells {
        let Some(outcome) = &cell.outcome else {
            continue;
        };
        let reached = outcome
            .log10_likelihood_ratio
            .is_some_and(|lr| lr + 0.001 >= outcome.threshold_log10_likelihood_ratio);
        if dossier.result(cell) == CellResult::Attributed && !reached {
            return Err(format!(
                "excerpt {} under {} is attributed below the threshold",
                cell.excerpt, dossier.attacks[cell.attack as usize].name
            ));
        }
    }
    Ok(format!(
        "{} cells and {} controls: thresholds and what innocents scored follow from them",
        dossier.cells.len(),
        dossier.controls.len()
    ))
}
