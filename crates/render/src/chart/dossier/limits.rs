//! Draws where the mark ends: the likelihood ratio of the source against the bits that
//! the attack left.
//!
//! ```text
//! log10 LR │        ○ ● ●●
//!          │   ● ● ●●  ●
//!  ────────┼────────────────── threshold
//!          │ ○ ○
//!          └────────────────── bits a second (log)
//! ```

use super::{OUTLINE, WRONG};
use crate::chart::axes::Axes;
use crate::chart::style::{ACCENT, FAINT, INK, WIDTH, drawing, label, whole};
use crate::chart::threshold::threshold;
use crate::drawing::{Anchor, Drawing, Shape};
use leakmark_evidence::dossier::{Cell, CellResult, Dossier};

const HEIGHT: f32 = 244.0;
/// The area: left, top, right, bottom.
const AREA: [f32; 4] = [52.0, 24.0, WIDTH - 14.0, HEIGHT - 42.0];
const RADIUS: f32 = 3.2;
/// About how many lines across, and their words.
const UP: (usize, &dyn Fn(f64) -> String) = (7, &whole);

/// One cell on the chart.
struct Dot {
    log10_bps: f64,
    log10_lr: f64,
    result: CellResult,
}

/// The chart; `None` if no cell has both figures.
pub fn limits(dossier: &Dossier) -> Option<Drawing> {
    let dots: Vec<Dot> = dossier
        .cells
        .iter()
        .filter_map(|c| dot(dossier, c))
        .collect();
    let needed = dossier
        .cells
        .iter()
        .find_map(|c| Some(c.outcome.as_ref()?.threshold_log10_likelihood_ratio))?;
    let first = dots.first()?.log10_bps;
    let bits = dots.iter().map(|d| d.log10_bps);
    let ratios = dots.iter().map(|d| d.log10_lr);
    let axes = Axes {
        area: AREA,
        x: (
            bits.clone().fold(first, f64::min) - 0.1,
            bits.fold(first, f64::max) + 0.1,
        ),
        y: (
            ratios.clone().fold(0.0, f64::min) - 2.0,
            ratios.fold(needed, f64::max) + 3.0,
        ),
    };
    let mut chart = drawing(HEIGHT);
    axes.draw(&mut chart, (1, &|_| String::new()), UP);
    bits_axis(&mut chart, &axes);
    let mut others = axes.across(UP);
    others.extend(dots.iter().map(|d| vec![(d.log10_bps, d.log10_lr); 2]));
    threshold(&mut chart, &axes, needed, &others);
    for dot in &dots {
        let place = axes.at(dot.log10_bps, dot.log10_lr);
        chart.shapes.push(mark(place, dot.result));
    }
    legend(&mut chart);
    Some(chart)
}

fn dot(dossier: &Dossier, cell: &Cell) -> Option<Dot> {
    let exhibit = cell.exhibit.as_ref()?;
    let duration_s = exhibit.duration_s.filter(|d| *d > 0.0)?;
    Some(Dot {
        log10_bps: (exhibit.size_bytes as f64 * 8.0 / duration_s).log10(),
        log10_lr: cell.outcome.as_ref()?.log10_likelihood_ratio?,
        result: dossier.result(cell),
    })
}

fn mark(middle: (f32, f32), result: CellResult) -> Shape {
    let (fill, stroke) = match result {
        CellResult::Attributed => (Some(ACCENT.faint(0.75)), None),
        CellResult::Wrong => (Some(WRONG), None),
        CellResult::NotAttributed | CellResult::NotRun => (None, Some(OUTLINE)),
    };
    Shape::Circle {
        middle,
        radius: RADIUS,
        fill,
        stroke,
    }
}

/// Round numbers of bits a second along the lower edge.
fn bits_axis(to: &mut Drawing, axes: &Axes) {
    for decade in 3..10 {
        for bps in [1.0, 2.0, 5.0].map(|round| round * 10_f64.powi(decade)) {
            if (axes.x.0..=axes.x.1).contains(&bps.log10()) {
                let (x, y) = axes.at(bps.log10(), axes.y.0);
                to.shapes
                    .push(label((x, y + 14.0), Anchor::Middle, FAINT, bits_words(bps)));
                to.shapes.push(Shape::line((x, y), (x, y + 3.0), OUTLINE));
            }
        }
    }
}

/// Bits a second in few letters.
fn bits_words(bps: f64) -> String {
    match bps >= 1e6 {
        true => format!("{:.0} Mb/s", bps / 1e6),
        false => format!("{:.0} kb/s", bps / 1e3),
    }
}

fn legend(to: &mut Drawing) {
    let left = AREA[0];
    for (x, result, words) in [
        (left, CellResult::Attributed, "attributed to its source"),
        (left + 170.0, CellResult::NotAttributed, "not attributed"),
        (left + 290.0, CellResult::Wrong, "wrongly attributed"),
    ] {
        to.shapes.push(mark((x + 4.0, 6.0), result));
        to.shapes
            .push(label((x + 12.0, 10.0), Anchor::Start, FAINT, words));
    }
    let words = "bits a second that the attack left; upwards: log10 likelihood ratio of the source";
    to.shapes.push(label(
        (WIDTH / 2.0, HEIGHT - 6.0),
        Anchor::Middle,
        INK,
        words,
    ));
}
