//! Says a report in words and pictures, once for all renderings.
//!
//! ```text
//! Report, Illustrations, VerbalScale ─ document ─ Document ─┬─ html
//!                                                          └─ pdf
//! ```
//!
//! What may be said is decided here. No sentence says that somebody is guilty
//! or probably is, or that somebody is not; a verdict that names nobody says
//! what it does not mean.

mod answer;
mod content;
mod custody;
mod exhibit;
mod guide;
mod method;
mod model;
mod occasion;
mod phrases;
mod pictures;
mod strength;
mod subject;

pub use answer::verdict_words;
pub use custody::quoted;
#[cfg(test)]
pub use model::Column;
pub use model::{
    Answer, Block, Document, Fact, Figure, Section, Span, Style, Table, Text, code_fact, fact,
    number_column, paragraph, words_column,
};
pub use phrases::{chance, decimal, moment};
pub use strength::power;

use super::illustrations::Illustrations;
use super::verbal::VerbalScale;
use leakmark_core::error::Result;
use leakmark_evidence::report::Report;
use phrases::{called_in, day, title_name};
use subject::Subject;

/// The document for a report.
///
/// # Errors
/// [`Error::Internal`](leakmark_core::error::Error::Internal) if a picture cannot be drawn.
pub fn document(
    report: &Report,
    illustrations: &Illustrations,
    scale: &VerbalScale,
) -> Result<Document> {
    let subject = Subject {
        report,
        illustrations,
        scale,
    };
    let exhibit = leakmark_evidence::escape::plain(&file_name(&report.exhibit.path));
    Ok(Document {
        title: "Forensic watermark examination".into(),
        tool: format!("{} {}", report.tool.name, report.tool.version),
        made_at: report.timing.started_at.clone(),
        foot: format!("SHA-256 {}", report.exhibit.sha256),
        exhibit,
        answer: answer::answer(report),
        glance: glance(report),
        sections: sections(subject)?,
    })
}

fn sections(subject: Subject<'_>) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    let mut push = |heading, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            let number = (sections.len() + 1).to_string();
            sections.push(section(number, heading, blocks));
        }
    };
    push("Strength of the evidence", strength::strength(subject));
    push(
        "What weakens or supports the result",
        strength::findings(subject),
    );
    push("Controls", occasion::controls(subject));
    push("The evidence in pictures", pictures::pictures(subject)?);
    push("Identity of the exhibit", exhibit::identity(subject));
    push("Synchronisation found", exhibit::synchronisation(subject));
    push("Method and its limits", method::method(subject));
    push("What made this report", custody::tool(subject));
    push("Chain of custody", custody::custody(subject));
    push("How to check and re-run", custody::again(subject));
    for (letter, heading, blocks) in [
        ("A", "Reader’s guide for lawyers", guide::lawyers(subject)),
        ("B", "Reader’s guide for experts", guide::experts(subject)),
    ] {
        sections.push(section(letter.into(), heading, blocks));
    }
    if let Some(first) = sections.iter_mut().find(|s| s.number == "A") {
        first.fresh_page = true;
    }
    Ok(sections)
}

fn section(number: String, heading: &'static str, blocks: Vec<Block>) -> Section {
    Section {
        number,
        heading,
        fresh_page: false,
        blocks,
    }
}

/// The last part of a path, whatever system wrote it.
fn file_name(path: &str) -> String {
    let name = path.rsplit('/').next().filter(|n| !n.is_empty());
    name.unwrap_or(path).to_owned()
}

fn glance(report: &Report) -> Vec<Fact> {
    let mut facts = vec![code_fact("SHA-256", &report.exhibit.sha256)];
    if let Some(case) = &report.case {
        let stated = [
            ("Exhibit number", &case.exhibit_id),
            ("Case", &case.case_id),
            ("Examiner", &case.examiner),
            ("Source", &case.source_url),
            ("Note", &case.note),
        ];
        let stated = stated.into_iter();
        facts.extend(stated.filter_map(|(label, value)| Some(fact(label, value.as_ref()?))));
    }
    facts.push(fact("Examined", moment(&report.timing.started_at)));
    facts
}
