//! Draws the soft symbols as they were read: one small field each.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::style::{FAINT, INK, WIDTH, drawing, label};
use crate::drawing::{Anchor, Drawing, Encoding, Place, Shape};
use crate::format::clock;
use crate::illustrations::SlotSymbols;
use leakmark_core::error::{Error, Result};

/// Up to so many slots are drawn as rows, more as columns.
const ROWS: usize = 24;
/// Height of a row, points.
const ROW: f32 = 12.0;
/// Where the fields begin, points from the left.
const LEFT: f32 = 76.0;
/// Pixels along a field's side: some viewers smooth what is magnified much.
const FIELD: usize = 6;
/// A symbol this many standard deviations strong is drawn in full color.
const FULL: f32 = 4.0;
/// Plus, minus and erased.
const COLORS: [[f32; 3]; 3] = [
    [31.0, 78.0, 121.0],
    [214.0, 137.0, 54.0],
    [250.0, 250.0, 250.0],
];

/// The strip; `None` without slots. `slots` come in order of exhibit time.
///
/// # Errors
/// [`Error::Internal`] if the picture cannot be encoded.
pub fn symbol_strip(slots: &[SlotSymbols]) -> Result<Option<Drawing>> {
    let Some(symbols) = slots.first().map(|s| s.z.len()).filter(|n| *n > 0) else {
        return Ok(None);
    };
    let in_rows = slots.len() <= ROWS;
    let (columns, rows) = match in_rows {
        true => (symbols, slots.len()),
        false => (slots.len(), symbols),
    };
    let field = |column: usize, row: usize| {
        let (slot, symbol) = if in_rows {
            (row, column)
        } else {
            (column, row)
        };
        color(slots[slot].z.get(symbol).copied().unwrap_or(0.0))
    };
    let height = if in_rows { ROW * rows as f32 } else { 160.0 };
    let mut strip = drawing(height + 40.0);
    strip.shapes.push(Shape::Pixels {
        at: (LEFT, 16.0),
        size: (WIDTH - LEFT - 8.0, height),
        encoding: Encoding::Png,
        bytes: png(columns, rows, field)?,
    });
    words(&mut strip, slots, in_rows, height);
    Ok(Some(strip))
}

/// Blue for +1, amber for −1, the fainter the less is known.
fn color(z: f32) -> [u8; 3] {
    let strength = (z.abs() / FULL).clamp(0.0, 1.0);
    let side = COLORS[usize::from(z < 0.0)];
    std::array::from_fn(|i| (COLORS[2][i] + strength * (side[i] - COLORS[2][i])) as u8)
}

fn png(columns: usize, rows: usize, field: impl Fn(usize, usize) -> [u8; 3]) -> Result<Vec<u8>> {
    let side = if columns * rows > 40_000 { 1 } else { FIELD };
    let (width, height) = (columns * side, rows * side);
    let mut pixels = Vec::with_capacity(3 * width * height);
    for y in 0..height {
        for x in 0..width {
            pixels.extend(field(x / side, y / side));
        }
    }
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(
            &pixels,
            width as u32,
            height as u32,
            ExtendedColorType::Rgb8,
        )
        .map_err(|e| Error::Internal(format!("the picture of the symbols: {e}")))?;
    Ok(bytes)
}

fn words(to: &mut Drawing, slots: &[SlotSymbols], in_rows: bool, height: f32) {
    let mut say = |at: Place, anchor, color, words: String| {
        to.shapes.push(label(at, anchor, color, words));
    };
    let time = |slot: &SlotSymbols| format!("{} s", slot.exhibit_s.round());
    if in_rows {
        for (row, slot) in slots.iter().enumerate() {
            let y = 16.0 + ROW * (row as f32 + 0.78);
            say((LEFT - 6.0, y), Anchor::End, FAINT, time(slot));
        }
        say((LEFT, 11.0), Anchor::Start, FAINT, "symbol 1".into());
        let last = format!("symbol {}", slots.first().map_or(0, |s| s.z.len()));
        say((WIDTH - 8.0, 11.0), Anchor::End, FAINT, last);
    } else if let (Some(first), Some(last)) = (slots.first(), slots.last()) {
        say((LEFT - 6.0, 26.0), Anchor::End, FAINT, "symbol 1".into());
        let lowest = format!("symbol {}", first.z.len());
        say((LEFT - 6.0, 14.0 + height), Anchor::End, FAINT, lowest);
        say((LEFT, 11.0), Anchor::Start, FAINT, clock(first.exhibit_s));
        say(
            (WIDTH - 8.0, 11.0),
            Anchor::End,
            FAINT,
            clock(last.exhibit_s),
        );
    }
    let key = "blue: +1, amber: −1; the paler, the less is known";
    say((LEFT, height + 34.0), Anchor::Start, INK, key.into());
}
