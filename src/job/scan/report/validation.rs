//! Cites a dossier: where an exhibit lies in what was tested.

use crate::evidence::{
    CitedDossier, Finding, FindingCode as Code, Interval, Place, Report, Validation,
};
use crate::render::format::several;

/// Where the report's exhibit lies in what the dossier tested.
pub(crate) fn validation(cited: &CitedDossier, report: &Report) -> Validation {
    Validation::of(
        &cited.dossier,
        cited.sha256.clone(),
        cited.signed_by.clone(),
        &report.exhibit,
        &report.tool,
    )
}

/// Where the exhibit lies in what the dossier tested, in words.
pub(crate) fn finding(validation: &Validation) -> Finding {
    let digest = &validation.dossier_sha256;
    let outside: Vec<String> = [
        outside("size", &validation.size_px),
        outside("bitrate", &validation.bitrate_bps),
        outside("length", &validation.length_s),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (code, place) = match validation.is_inside() {
        true => (
            Code::InsideValidation,
            format!(
                "Size, bitrate and length of this exhibit lie inside what the dossier with SHA-256 {digest} tested."
            ),
        ),
        false => (
            Code::OutsideValidation,
            format!(
                "This exhibit lies outside what the dossier with SHA-256 {digest} tested: {}.",
                outside.join(", ")
            ),
        ),
    };
    let program = match validation.same_program {
        true => "",
        false => " The dossier was made with another version of this program.",
    };
    Finding::new(code, format!("{place} {}{program}", no_better(validation)))
}

fn outside(what: &str, interval: &Interval) -> Option<String> {
    let place = match interval.place {
        Place::Inside => return None,
        Place::Below => "below the least tested",
        Place::Above => "above the most tested",
        Place::Unknown => "not known",
    };
    Some(format!("its {what} is {place}"))
}

/// What became of the exhibits tested that were no better than this one.
fn no_better(validation: &Validation) -> String {
    let attributed = validation.no_better_attributed;
    match validation.no_better {
        0 => "No exhibit tested had as few pixels, bits a second and seconds.".into(),
        tested => format!(
            "Of {} with no more pixels, bits a second and seconds, {attributed} {} attributed to the source.",
            several(tested.into(), "exhibit tested", "exhibits tested"),
            if attributed == 1 { "was" } else { "were" },
        ),
    }
}
