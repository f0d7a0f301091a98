//! Lists the exhibits of a batch: as a page and as a CSV.

use maud::html;

use super::page::shell;
use crate::document::{chance, verdict_words};
use crate::format::{count, several};
use crate::spreadsheet::harmless;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::escape::plain;
use leakmark_evidence::report::{Attribution, Report, Unreadable};

/// What became of one exhibit of a batch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchRow {
    /// The exhibit's path as given.
    pub exhibit: String,
    /// The verdict in a few words; empty if it could not be read.
    pub verdict: &'static str,
    /// The title's name; empty if none was found.
    pub title: String,
    /// Those named: id, name, log10 likelihood ratio, log10 of the bound.
    pub named: Vec<(String, String, f64, f64)>,
    /// Its SHA-256; empty if its bytes could not be read.
    pub sha256: String,
    /// The page's file name in the same folder; empty if there is none.
    pub page: String,
    /// Why it could not be read; empty if it could.
    pub problem: String,
}

impl BatchRow {
    /// For a report whose page is `page` in the same folder.
    pub fn of(report: &Report, page: &str) -> Self {
        let named = |a: &Attribution| {
            let (id, name) = (a.distributor.clone(), a.name.clone());
            (id, name, a.log10_likelihood_ratio, a.log10_p_false)
        };
        Self {
            exhibit: report.exhibit.path.clone(),
            verdict: verdict_words(report.verdict),
            title: report
                .of_titles()
                .filter_map(|of| Some(of.title?.name.as_str()))
                .collect::<Vec<_>>()
                .join(", "),
            named: report.named().map(named).collect(),
            sha256: report.exhibit.sha256.clone(),
            page: page.to_owned(),
            problem: String::new(),
        }
    }

    /// For a file that could not be read.
    pub fn failed(unreadable: &Unreadable) -> Self {
        let file = &unreadable.unreadable;
        let hint = file.hint.iter().map(String::as_str);
        let said: Vec<&str> = [file.message.as_str()].into_iter().chain(hint).collect();
        Self {
            exhibit: file.path.clone(),
            sha256: file.sha256.clone().unwrap_or_default(),
            problem: said.join(": "),
            ..Self::default()
        }
    }
}

/// The page that lists a batch.
pub fn index(rows: &[BatchRow]) -> String {
    let named = rows.iter().filter(|r| !r.named.is_empty()).count() as u64;
    let failed = rows.iter().filter(|r| !r.problem.is_empty()).count() as u64;
    let body = html! {
        header { p.kind { "Forensic watermark examination" } h1 { (several(rows.len() as u64, "exhibit", "exhibits")) } }
        p { (count(named)) " attributed, " (count(rows.len() as u64 - named - failed)) " not attributed, "
            (count(failed)) " not readable. That an exhibit is not attributed clears nobody." }
        table {
            thead { tr {
                th scope="col" { "Exhibit" } th scope="col" { "Verdict" } th scope="col" { "Title" }
                th scope="col" { "Distributor" } th.n scope="col" { "log10 LR" }
                th scope="col" { "Chance against anybody innocent" } th scope="col" { "SHA-256" }
            } }
            tbody { @for row in rows { (line(row)) } }
        }
    };
    shell("Forensic watermark examination: batch", true, &body).into_string()
}

fn line(row: &BatchRow) -> maud::Markup {
    let exhibit = plain(&row.exhibit);
    html! {
        tr {
            td { @if row.page.is_empty() { bdi { (exhibit) } } @else { a href={ "./" (escaped(&row.page)) } { bdi { (exhibit) } } } }
            @if row.problem.is_empty() {
                td { (row.verdict) }
                td { bdi { (plain(&row.title)) } }
                td { @for (id, name, ..) in &row.named { div { bdi { (plain(name)) } @if name != id { " (" bdi { (plain(id)) } ")" } } } }
                td.n { @for (_, _, lr, _) in &row.named { div { (format!("{lr:.1}")) } } }
                td { @for (_, _, _, p) in &row.named { div { (chance(*p)) } } }
                td { code { (row.sha256.get(..12).unwrap_or_default()) @if !row.sha256.is_empty() { "…" } } }
            } @else {
                td colspan="6" { "not readable: " bdi { (plain(&row.problem)) } }
            }
        }
    }
}

/// A file name as a part of an address: everything but the plainest letters as
/// %XX (RFC 3986).
fn escaped(name: &str) -> String {
    let one = |b: u8| match b {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            (b as char).to_string()
        }
        other => format!("%{other:02X}"),
    };
    name.bytes().map(one).collect()
}

const HEADS: [&str; 10] = [
    "exhibit",
    "sha256",
    "verdict",
    "title",
    "distributor",
    "distributor_name",
    "log10_likelihood_ratio",
    "log10_p_false",
    "report",
    "problem",
];

/// The batch as CSV, one line for each exhibit and distributor named. A text
/// that a spreadsheet would take for a formula begins with an apostrophe.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written as CSV.
pub fn summary_csv(rows: &[BatchRow]) -> Result<Vec<u8>> {
    let wrong = |e: csv::Error| Error::Internal(format!("the summary as CSV: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADS).map_err(wrong)?;
    for row in rows {
        let nobody = [Default::default()];
        let named: &[(String, String, f64, f64)] = match row.named.is_empty() {
            true => &nobody,
            false => &row.named,
        };
        for (id, name, lr, p) in named {
            let number = |value: &f64| match row.named.is_empty() {
                true => String::new(),
                false => value.to_string(),
            };
            let words = [
                row.exhibit.as_str(),
                &row.sha256,
                row.verdict,
                &row.title,
                id,
                name,
            ]
            .map(harmless);
            let numbers = [number(lr), number(p)];
            let ends = [&row.page, &row.problem].map(|text| harmless(text));
            let cells = words.iter().chain(&numbers).chain(&ends);
            writer.write_record(cells).map_err(wrong)?;
        }
    }
    writer
        .into_inner()
        .map_err(|e| Error::Internal(format!("the summary as CSV: {e}")))
}
