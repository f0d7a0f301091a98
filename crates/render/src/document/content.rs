//! Says what the pictures under the mark are.

use super::model::{Block, Table, Text, number_column, paragraph, words_column};
use super::phrases::{MOST_ROWS, rows_left_out};
use leakmark_evidence::report::{Content, ContentFacts, Report};

/// What came of comparing the pictures with the title's own; nothing if there is no mark.
pub fn content(report: &Report) -> Vec<Block> {
    match (report.content.as_slice(), &report.title) {
        ([], None) => Vec::new(),
        ([], Some(_)) => vec![paragraph(
            "The pictures under the mark were not compared with the title’s: the registry has no reference of it for that time.",
            &[],
        )],
        (stretches, _) => vec![Block::Table(table(stretches))],
    }
}

fn table(stretches: &[ContentFacts]) -> Table {
    let row = |c: &ContentFacts| {
        vec![
            Text::value(&format!("{:.1}", c.exhibit_start_s)),
            Text::value(&format!("{:.1}", c.exhibit_end_s)),
            Text::value(words(c.content)),
            Text::value(&format!("{:.2}", c.correlation)),
        ]
    };
    Table {
        columns: vec![
            number_column("Exhibit from, s", 1.0),
            number_column("to, s", 1.0),
            words_column("The pictures are", 2.0),
            number_column("Correlation", 1.0),
        ],
        rows: stretches.iter().take(MOST_ROWS).map(row).collect(),
        marked: None,
        caption: Text::of(
            "The pictures under the mark, compared with the title’s own of that time.{}",
            &[&rows_left_out(stretches.len())],
        ),
    }
}

fn words(content: Content) -> &'static str {
    match content {
        Content::Title => "the title’s",
        Content::Other => "others",
        Content::Unknown => "not to be told",
    }
}
