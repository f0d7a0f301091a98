//! Draws how high innocents scored, beside what the bound allows.
//!
//! ```text
//! share │▓ ·
//!  1/10 │▓   ·        ▓ innocents who reached it
//! 1/100 │▓▓    ·      · allowed: one over the likelihood ratio
//!       └─────────── likelihood ratio 1, 10, 100 …
//! ```

use crate::chart::axes::Axes;
use crate::chart::style::{ACCENT, BAR, FAINT, INK, WIDTH, dashed, drawing, label};
use crate::drawing::{Anchor, Drawing, Shape};
use crate::format::{count, ten_to};
use leakmark_evidence::dossier::Dossier;

const HEIGHT: f32 = 204.0;
/// The area: left, top, right, bottom.
const AREA: [f32; 4] = [70.0, 24.0, WIDTH - 14.0, HEIGHT - 42.0];
/// Height of a number with some air, points.
const NUMBER: f64 = 14.0;
/// Half a bar's width, decades.
const HALF: f64 = 0.28;

/// The chart; `None` if nobody was compared.
pub fn innocents(dossier: &Dossier) -> Option<Drawing> {
    let found = &dossier.innocents;
    if found.compared == 0 || found.reached.is_empty() {
        return None;
    }
    let compared = found.compared as f64;
    let decades = compared.log10().ceil().max(1.0);
    // Room for a number between the lowest line across and the axis.
    let room = NUMBER / f64::from(AREA[3] - AREA[1] - NUMBER as f32);
    let lowest = -decades * (1.0 + room);
    let last = found.reached.len() as f64 - 1.0;
    let axes = Axes {
        area: AREA,
        x: (-0.5, last + 0.5),
        y: (lowest, 0.0),
    };
    let mut chart = drawing(HEIGHT);
    let share = |log10: f64| match log10 > -0.01 {
        true => "all".to_owned(),
        false => format!("1 in {}", ten_to(-log10.round() as i64)),
    };
    let ratio = |log10: f64| match log10 < 0.01 {
        true => "1 or more".to_owned(),
        false => ten_to(log10.round() as i64),
    };
    // Twice as many as decades: no decade is left out.
    let (across, up) = (2 * last as usize, 2 * -lowest as usize);
    axes.draw(
        &mut chart,
        (across, &at_decades(ratio)),
        (up, &at_decades(share)),
    );
    for step in &found.reached {
        let decade = step.log10_likelihood_ratio;
        let top = match step.count {
            0 => lowest,
            count => (count as f64 / compared).log10(),
        };
        chart
            .shapes
            .push(axes.block((decade - HALF, lowest), (decade + HALF, top), ACCENT));
        let (x, y) = axes.at(decade, top);
        chart
            .shapes
            .push(label((x, y - 3.0), Anchor::Middle, INK, count(step.count)));
    }
    let end = last.min(decades);
    chart.shapes.push(Shape::line(
        axes.at(0.0, 0.0),
        axes.at(end, -end),
        dashed(BAR),
    ));
    legend(&mut chart);
    Some(chart)
}

/// Words at whole numbers only.
fn at_decades(words: impl Fn(f64) -> String) -> impl Fn(f64) -> String {
    move |value| match (value - value.round()).abs() < 1e-6 {
        true => words(value),
        false => String::new(),
    }
}

fn legend(to: &mut Drawing) {
    let left = AREA[0];
    to.shapes.push(Shape::rectangle(
        (left, 2.0),
        (left + 10.0, 10.0),
        Some(ACCENT),
        None,
    ));
    let words = "innocents who reached it, and how many";
    to.shapes
        .push(label((left + 14.0, 10.0), Anchor::Start, FAINT, words));
    to.shapes
        .push(Shape::line((340.0, 6.0), (354.0, 6.0), dashed(BAR)));
    let words = "what the bound allows on average";
    to.shapes
        .push(label((360.0, 10.0), Anchor::Start, FAINT, words));
    let words = "likelihood ratio against somebody who had no part in it";
    to.shapes.push(label(
        (WIDTH / 2.0, HEIGHT - 6.0),
        Anchor::Middle,
        INK,
        words,
    ));
}
