//! Says a dossier in words and pictures, once for HTML and PDF.
//!
//! What may be said is decided here: that an attack was withstood is said of the
//! excerpts tested, never of films at large.

mod attacks;
mod checks;
mod controls;
mod films;
mod phrases;
mod results;

use crate::document::{Answer, Document, Fact, Section, Text, code_fact, fact};
use crate::format::{count, several};
use leakmark_evidence::dossier::Dossier;
use phrases::short;

/// The document for a dossier.
pub fn dossier_document(dossier: &Dossier) -> Document {
    Document {
        title: "Validation of a forensic watermark".into(),
        exhibit: called(dossier),
        tool: format!("{} {}", dossier.tool.name, dossier.tool.version),
        made_at: dossier.timing.started_at.clone(),
        foot: format!(
            "Seed {}, program {}",
            dossier.parameters.seed,
            short(&dossier.environment.program_sha256)
        ),
        answer: answer(dossier),
        glance: glance(dossier),
        sections: sections(dossier),
    }
}

fn sections(dossier: &Dossier) -> Vec<Section> {
    let mut sections: Vec<Section> = [
        ("What was withstood", results::results(dossier)),
        ("Nobody innocent", controls::controls(dossier)),
        ("What the mark costs the picture", films::picture(dossier)),
        ("Attack by attack", attacks::attacks(dossier)),
        ("Films and excerpts", films::films(dossier)),
        ("What made this dossier", checks::tool(dossier)),
        ("What it does not say", checks::limits(dossier)),
        ("How to check and re-run", checks::again(dossier)),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, (heading, blocks))| Section {
        number: (index + 1).to_string(),
        heading,
        fresh_page: false,
        blocks,
    })
    .collect();
    sections.push(Section {
        number: "A".into(),
        heading: "The commands of the attacks",
        fresh_page: true,
        blocks: attacks::commands(dossier),
    });
    sections
}

/// The films, by name.
fn called(dossier: &Dossier) -> String {
    let names: Vec<&str> = dossier.films.iter().map(|f| f.name.as_str()).collect();
    let shown = match names.len() {
        0..=2 => names.join(", "),
        more => format!("{}, and {} more", names[..2].join(", "), more - 2),
    };
    leakmark_evidence::escape::plain(&shown)
}

fn answer(dossier: &Dossier) -> Answer {
    let tally = dossier.tally(&dossier.cells);
    let wrong = dossier.false_accusations();
    let scans = count(dossier.innocents.scans.into());
    let sentence = Text::of(
        "Of {}, *{} were attributed* to the distributor whose copy it was.",
        &[
            &several(tally.scanned() as u64, "attacked copy", "attacked copies"),
            &count(tally.attributed as u64),
        ],
    );
    let innocents = match wrong {
        0 => Text::of(
            "In {} scans, {} of them controls in which nobody may be named, *nobody was named who had no part in it*.",
            &[&scans, &count(dossier.controls.len() as u64)],
        ),
        _ => Text::of(
            "*In {} of {} scans somebody was named who had no part in it.* Do not rely on this program before that is explained.",
            &[&count(wrong as u64), &scans],
        ),
    };
    let mut beneath = vec![innocents];
    if tally.not_run > 0 {
        beneath.push(Text::of(
            "{} could not be made or scanned; they count neither way, and section 4 says why.",
            &[&several(tally.not_run as u64, "copy", "copies")],
        ));
    }
    Answer {
        verdict: if wrong == 0 {
            "What this mark withstands"
        } else {
            "Somebody innocent was named"
        },
        names: true,
        sentence,
        beneath,
    }
}

fn glance(dossier: &Dossier) -> Vec<Fact> {
    let excerpts = dossier.excerpts.len() as u64;
    let seconds: f64 = dossier.excerpts.iter().map(|e| e.duration_s).sum();
    vec![
        fact(
            "Films",
            several(dossier.films.len() as u64, "film", "films"),
        ),
        fact(
            "Excerpts",
            format!(
                "{}, {seconds:.0} s in all",
                several(excerpts, "excerpt", "excerpts")
            ),
        ),
        fact(
            "Attacks",
            several(dossier.attacks.len() as u64, "attack", "attacks"),
        ),
        fact(
            "Test registry",
            several(
                dossier.parameters.distributors.into(),
                "distributor",
                "distributors",
            ),
        ),
        fact(
            "Finished",
            crate::document::moment(&dossier.timing.ended_at),
        ),
        code_fact("Program’s SHA-256", &dossier.environment.program_sha256),
    ]
}
