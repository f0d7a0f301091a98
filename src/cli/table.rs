//! Lays text out in columns.

use unicode_width::UnicodeWidthStr;

use crate::evidence::escape::plain;

/// Between two columns.
const GAP: &str = "  ";

/// The cells on one line, each but the last as wide as `widths` says; what is
/// longer pushes the rest to the right and is never cut.
pub fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = plain(cell);
        let missing = width.saturating_sub(cell.width());
        line.push_str(&cell);
        line.push_str(&" ".repeat(missing));
        line.push_str(GAP);
    }
    line.trim_end().to_owned()
}

/// How much room `cell` takes on a terminal.
pub fn width(cell: &str) -> usize {
    plain(cell).width()
}

/// All rows under a head, every column as wide as its widest cell.
pub fn aligned(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let head: Vec<String> = head.iter().map(|&title| title.to_owned()).collect();
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .chain(head.get(column))
                .map(|cell| width(cell))
                .max()
                .unwrap_or(0)
        })
        .collect();
    std::iter::once(&head)
        .chain(rows)
        .map(|row| line(row, &widths))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_and_hostile_ones_stay_in_their_column() {
        let rows = [
            vec!["株式".to_owned(), "b".to_owned()],
            vec!["\u{1b}[2J".to_owned(), "c".to_owned()],
        ];
        let lines = aligned(&["ID", "NAME"], &rows);
        assert_eq!(lines, ["ID         NAME", "株式       b", r"\u{1b}[2J  c"]);
    }
}
