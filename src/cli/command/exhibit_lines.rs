//! Describes what a scan found, for people.
//!
//! ```text
//! EXHIBIT   FOUND           DISTRIBUTOR   TITLE AND START    LOG10 LR  FALSE ACCUSATION
//! leak.mp4  copy issued to  Aurora (aur)  Film from 0:16:40  23.5      < 1 in 10^19
//!     a finding
//! free.mp4  no mark of this registry found (this does not clear anybody)
//! ```

use crate::cli::table::{line, width};
use crate::cli::words::{
    attribution, bound, named, other_title_and_start, title_and_start, verdict,
};
use crate::evidence::{Attribution, Report};

const HEAD: [&str; 6] = [
    "EXHIBIT",
    "FOUND",
    "DISTRIBUTOR",
    "TITLE AND START",
    "LOG10 LR",
    "FALSE ACCUSATION",
];

/// Columns that an exhibit's or a distributor's name may take before it pushes the others.
const LONGEST: usize = 40;

/// The widths of the table's columns, known before the first exhibit is read,
/// so that each can be shown as soon as it is done.
pub struct Layout([usize; 6]);

impl Layout {
    /// For these exhibits, distributors ("name (id)") and titles.
    pub fn new(
        exhibits: impl Iterator<Item = String>,
        distributors: impl Iterator<Item = String>,
        titles: impl Iterator<Item = String>,
    ) -> Self {
        Self([
            longest(exhibits, 0, HEAD[0]),
            "carries the symbols of".len(),
            longest(distributors, 0, HEAD[2]),
            longest(titles, " from 0:00:00".len(), HEAD[3]),
            HEAD[4].len(),
            HEAD[5].len(),
        ])
    }

    /// The head of the table.
    pub fn head(&self) -> String {
        line(&HEAD.map(str::to_owned), &self.0)
    }

    /// The rows for one exhibit, called `name`, with what weakens or supports the result.
    pub fn rows(&self, name: &str, report: &Report) -> Vec<String> {
        let mut rows = match report.attributions.is_empty() {
            true => vec![line(&[name.to_owned(), unattributed(report)], &self.0)],
            false => self.attributed(name, report),
        };
        rows.extend(findings(report));
        rows
    }

    fn attributed(&self, name: &str, report: &Report) -> Vec<String> {
        let title = title_and_start(report).unwrap_or_default();
        let own = report
            .attributions
            .iter()
            .map(|found| (title.clone(), found));
        let others = report.other_titles.iter().flat_map(|other| {
            let title = other_title_and_start(other);
            other
                .attributions
                .iter()
                .map(move |found| (title.clone(), found))
        });
        let names = std::iter::once(name).chain(std::iter::repeat(""));
        let cells = |(name, (title, found)): (&str, (String, &Attribution))| {
            [
                name.to_owned(),
                attribution(report.verdict, found).to_owned(),
                named(&found.name, &found.distributor),
                title,
                format!("{:.1}", found.log10_likelihood_ratio),
                bound(found.log10_p_false),
            ]
        };
        names
            .zip(own.chain(others))
            .map(cells)
            .map(|cells| line(&cells, &self.0))
            .collect()
    }
}

/// The width of the longest of `texts`, with `extra` behind it, or of the head.
fn longest(texts: impl Iterator<Item = String>, extra: usize, head: &str) -> usize {
    let widths = texts.map(|text| width(&text) + extra);
    let longest = widths.filter(|&width| width <= LONGEST).max();
    longest.unwrap_or(0).max(head.len())
}

fn unattributed(report: &Report) -> String {
    match title_and_start(report) {
        Some(title) => format!("{}; title {title}", verdict(report)),
        None => verdict(report).to_owned(),
    }
}

/// What weakens or supports the result, a line each.
pub fn findings(report: &Report) -> Vec<String> {
    report
        .findings
        .iter()
        .map(|finding| format!("    {}", finding.words))
        .collect()
}
