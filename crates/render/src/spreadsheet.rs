//! Writes CSV that a spreadsheet opens and does not run.

use leakmark_core::error::{Error, Result};
use leakmark_evidence::escape::plain;

/// A text that no spreadsheet runs (OWASP, "CSV injection") and no terminal obeys.
pub fn harmless(text: &str) -> String {
    let safe = plain(text);
    match safe.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{safe}"),
        _ => safe,
    }
}

/// Rows under a head, as CSV in UTF-8 whose every cell is [`harmless`].
///
/// # Errors
/// [`Error::Internal`] if it cannot be written as CSV.
pub fn sheet(head: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let wrong = |e: csv::Error| Error::Internal(format!("no CSV: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(wrong)?;
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell));
        writer.write_record(cells).map_err(wrong)?;
    }
    writer
        .into_inner()
        .map_err(|e| Error::Internal(format!("no CSV: {e}")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_a_line() {
        let rows = [["=1+1", "@x", " +2", "a,\"b\"\nc", "\t=1"]
            .map(str::to_owned)
            .to_vec()];
        let text = String::from_utf8(sheet(&["a", "b", "c", "d", "e"], &rows).unwrap()).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        let cells: Vec<_> = csv::Reader::from_reader(text.as_bytes())
            .into_records()
            .next()
            .unwrap()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(cells[..3], ["'=1+1", "'@x", "' +2"]);
        assert!(
            !cells
                .iter()
                .any(|c| c.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{cells:?}"
        );
    }
}
