//! Draws attacks against excerpts: the likelihood ratio of each cell, its verdict by
//! colour, and the seconds it took.
//!
//! ```text
//!             1        2        3
//! crop80    57 3 s   61 3 s   12 6 s
//! crop50    44 6 s   38 6 s   2.1
//! ```

use super::{OUTLINE, WRONG};
use crate::chart::style::{ACCENT, CHANCE, FAINT, INK, WIDTH, drawing, label, strong_label};
use crate::drawing::{Anchor, Color, Drawing, Shape};
use leakmark_evidence::dossier::{Cell, CellResult, Dossier};

/// Excerpts beside each other, at most.
pub const MOST_COLUMNS: usize = 12;
const ROW: f32 = 17.0;
const ABOVE: f32 = 18.0;
/// Room for the names of attacks.
const NAMES: f32 = 150.0;
const WHITE: Color = Color::of(0xffffff);
/// A cell narrower than this holds no seconds.
const ROOMY: f32 = 58.0;

/// The chart of the attacks with these numbers.
pub fn matrix(dossier: &Dossier, attacks: &[usize]) -> Drawing {
    let columns = dossier.excerpts.len().clamp(1, MOST_COLUMNS);
    let width = ((WIDTH - NAMES) / columns as f32).min(110.0);
    let mut chart = drawing(ABOVE + ROW * attacks.len() as f32 + 4.0);
    for column in 0..columns {
        let middle = NAMES + width * (column as f32 + 0.5);
        let words = (column + 1).to_string();
        chart
            .shapes
            .push(label((middle, 11.0), Anchor::Middle, FAINT, words));
    }
    for (row, &attack) in attacks.iter().enumerate() {
        let y = ABOVE + ROW * row as f32;
        let name = dossier.attacks[attack].name.as_str();
        chart
            .shapes
            .push(label((NAMES - 8.0, y + ROW - 5.0), Anchor::End, INK, name));
        for cell in dossier
            .cells_of(attack)
            .filter(|c| (c.excerpt as usize) < columns)
        {
            let x = NAMES + width * cell.excerpt as f32;
            put(&mut chart, (x, y, width), cell, dossier.result(cell));
        }
    }
    chart
}

fn put(to: &mut Drawing, (x, y, width): (f32, f32, f32), cell: &Cell, result: CellResult) {
    let (fill, ink, outline) = match result {
        CellResult::Attributed => (Some(ACCENT), WHITE, None),
        CellResult::Wrong => (Some(WRONG), WHITE, None),
        CellResult::NotAttributed => (Some(CHANCE.faint(0.55)), INK, None),
        CellResult::NotRun => (None, FAINT, Some(OUTLINE)),
    };
    let corners = ((x + 1.0, y + 1.0), (x + width - 1.0, y + ROW - 1.0));
    to.shapes
        .push(Shape::rectangle(corners.0, corners.1, fill, outline));
    let lr = cell.outcome.as_ref().and_then(|o| o.log10_likelihood_ratio);
    let figure = match (result, lr) {
        (CellResult::NotRun, _) => "not run".to_owned(),
        (_, Some(lr)) => format!("{lr:.0}").replace('-', "−"),
        (_, None) => "none".to_owned(),
    };
    let baseline = y + ROW - 5.0;
    let seconds = cell.seconds_to_attribute.filter(|_| width >= ROOMY);
    match seconds {
        Some(seconds) => {
            to.shapes.push(strong_label(
                (x + width * 0.42, baseline),
                Anchor::End,
                ink,
                figure,
            ));
            let words = format!("{seconds:.0} s");
            to.shapes.push(label(
                (x + width * 0.56, baseline),
                Anchor::Start,
                ink,
                words,
            ));
        }
        None => to.shapes.push(label(
            (x + width / 2.0, baseline),
            Anchor::Middle,
            ink,
            figure,
        )),
    }
}
