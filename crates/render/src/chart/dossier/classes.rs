//! Draws how the attacks of each class came out.
//!
//! ```text
//! codec   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░   20 of 24
//! scale   ▓▓▓▓▓▓▓▓▓░░         10 of 12
//! ```

use super::WRONG;
use crate::chart::style::{ACCENT, CHANCE, FAINT, INK, WIDTH, drawing, label};
use crate::drawing::{Anchor, Drawing, Shape};
use leakmark_evidence::dossier::Dossier;

const ROW: f32 = 17.0;
const ABOVE: f32 = 20.0;
/// Where bars begin and end.
const BARS: (f32, f32) = (96.0, WIDTH - 90.0);

/// The chart.
pub fn classes(dossier: &Dossier) -> Drawing {
    let rows = dossier.by_class();
    let mut chart = drawing(ABOVE + ROW * rows.len() as f32 + 4.0);
    legend(&mut chart);
    for (number, row) in rows.iter().enumerate() {
        let y = ABOVE + ROW * number as f32;
        let tally = row.tally;
        let baseline = y + ROW - 5.0;
        chart
            .shapes
            .push(label((BARS.0 - 8.0, baseline), Anchor::End, INK, row.class));
        let mut x = BARS.0;
        for (cells, color) in [
            (tally.attributed, ACCENT),
            (tally.wrong, WRONG),
            (tally.not_attributed, CHANCE),
        ] {
            let to = x + (BARS.1 - BARS.0) * cells as f32 / tally.scanned().max(1) as f32;
            if cells > 0 {
                let shape = Shape::rectangle((x, y + 2.0), (to, y + ROW - 2.0), Some(color), None);
                chart.shapes.push(shape);
            }
            x = to;
        }
        let words = format!("{} of {}", tally.attributed, tally.scanned());
        chart
            .shapes
            .push(label((BARS.1 + 8.0, baseline), Anchor::Start, FAINT, words));
    }
    chart
}

fn legend(to: &mut Drawing) {
    let mut x = BARS.0;
    for (words, color) in [
        ("attributed to its source", ACCENT),
        ("not attributed", CHANCE),
        ("wrongly attributed", WRONG),
    ] {
        to.shapes.push(Shape::rectangle(
            (x, 2.0),
            (x + 10.0, 10.0),
            Some(color),
            None,
        ));
        to.shapes
            .push(label((x + 14.0, 10.0), Anchor::Start, FAINT, words));
        x += 30.0 + words.len() as f32 * 6.0;
    }
}
