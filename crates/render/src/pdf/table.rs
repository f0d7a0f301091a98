//! Lays out tables, row by row; the head is said again on each page.

use super::flow::{Flow, LEFT, Mark, WIDTH};
use super::lines::{Line, RULE, Setting, lines, sans};
use crate::chart::INK;
use crate::document::{Table, Text};
use crate::drawing::Color;

const CELL: Setting = sans(8.3, 11.0, INK);
const MARKED: Color = Color::of(0xe6eef6);
/// A table of no more rows than this is kept on one page.
const TOGETHER: usize = 10;
/// Between columns, and above and below a row.
const GAP: f32 = 10.0;
const AIR: f32 = 2.6;

/// Lays out a table without its caption.
pub fn table(flow: &mut Flow<'_>, table: &Table) {
    let heads: Vec<Text> = table.columns.iter().map(|c| Text::value(c.head)).collect();
    let strong = Setting {
        strong: true,
        ..CELL
    };
    let head = cells(flow, table, &heads, &strong);
    let rows = |row: &Vec<Text>| height(&cells(flow, table, row, &strong));
    let whole: f32 = height(&head) + table.rows.iter().take(TOGETHER).map(rows).sum::<f32>();
    flow.need(if table.rows.len() > TOGETHER {
        4.0 * CELL.leading
    } else {
        whole
    });
    put_head(flow, table, &head);
    for (number, row) in table.rows.iter().enumerate() {
        let marked = table.marked == Some(number);
        let setting = if marked { strong } else { CELL };
        let row = cells(flow, table, row, &setting);
        if flow.need(height(&row)) {
            put_head(flow, table, &head);
        }
        if marked {
            let to = (LEFT + WIDTH, flow.y + height(&row));
            flow.put(Mark::Area((LEFT, flow.y), to, MARKED));
        }
        put(flow, table, row);
        flow.rule(LEFT, WIDTH, 0.5, RULE);
    }
    flow.y += 6.0;
}

/// The width of each column.
fn widths(table: &Table) -> Vec<f32> {
    let all: f32 = table.columns.iter().map(|c| c.share).sum();
    let one = |share: f32| WIDTH * share / all.max(f32::MIN_POSITIVE);
    table.columns.iter().map(|c| one(c.share)).collect()
}

fn cells(flow: &Flow<'_>, table: &Table, row: &[Text], setting: &Setting) -> Vec<Vec<Line>> {
    let widths = widths(table);
    let cell = |(text, width): (&Text, &f32)| lines(flow.fonts, text, setting, width - GAP);
    row.iter().zip(&widths).map(cell).collect()
}

fn height(row: &[Vec<Line>]) -> f32 {
    let most = row.iter().map(Vec::len).max().unwrap_or(1);
    most as f32 * CELL.leading + 2.0 * AIR
}

fn put_head(flow: &mut Flow<'_>, table: &Table, head: &[Vec<Line>]) {
    put(flow, table, head.to_vec());
    flow.rule(LEFT, WIDTH, 0.9, INK);
}

fn put(flow: &mut Flow<'_>, table: &Table, row: Vec<Vec<Line>>) {
    let bottom = flow.y + height(&row);
    let mut x = LEFT;
    for ((cell, column), width) in row.into_iter().zip(&table.columns).zip(widths(table)) {
        for (number, line) in cell.into_iter().enumerate() {
            let y = flow.y + AIR + (number as f32 + 0.78) * CELL.leading;
            let left = match column.numbers {
                true => x + width - GAP - line.width,
                false => x + 4.0,
            };
            flow.line(left, y, line, CELL.color);
        }
        x += width;
    }
    flow.y = bottom;
}
