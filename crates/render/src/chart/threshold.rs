//! Draws the bar that it takes to be named, with its name where nothing runs through it.

use super::axes::Axes;
use super::style::{BAR, dashed, label};
use crate::drawing::{Anchor, Drawing, Place, Shape};

/// Width of a letter, points, on the safe side.
const LETTER: f32 = 6.0;
/// How far words reach above and below their baseline, points, with some air.
const ABOVE: f32 = 9.0;
const BELOW: f32 = 3.0;

/// Draws a dashed line across at `log10_lr`, and says what it is. `others` are the
/// lines of the chart, from value to value.
pub fn threshold(to: &mut Drawing, axes: &Axes, log10_lr: f64, others: &[Vec<(f64, f64)>]) {
    let bar = [axes.at(axes.x.0, log10_lr), axes.at(axes.x.1, log10_lr)];
    to.shapes.push(Shape::line(bar[0], bar[1], dashed(BAR)));
    let words = format!("threshold {log10_lr:.1}");
    let (place, anchor) = free_place(axes, bar, words.chars().count(), others);
    to.shapes.push(label(place, anchor, BAR, words));
}

/// Where along the bar that many letters are crossed by no line, and which end of
/// them is there: at its end rather than at its beginning, above it rather than below.
fn free_place(
    axes: &Axes,
    bar: [Place; 2],
    letters: usize,
    others: &[Vec<(f64, f64)>],
) -> (Place, Anchor) {
    let (left, right, y) = (bar[0].0 + 4.0, bar[1].0 - 2.0, bar[0].1);
    let (above, below) = (y - 4.0, y + 11.0);
    let places = [
        ((right, above), Anchor::End),
        ((right, below), Anchor::End),
        ((left, above), Anchor::Start),
        ((left, below), Anchor::Start),
    ];
    let width = LETTER * letters as f32;
    let is_free = |((x, base), anchor): &(Place, Anchor)| {
        let from = if *anchor == Anchor::End {
            x - width
        } else {
            *x
        };
        let crossed = |pair: &[(f64, f64)]| {
            let (a, b) = (axes.at(pair[0].0, pair[0].1), axes.at(pair[1].0, pair[1].1));
            a.0.max(b.0) >= from
                && a.0.min(b.0) <= from + width
                && a.1.max(b.1) >= base - ABOVE
                && a.1.min(b.1) <= base + BELOW
        };
        *base < axes.area[3] && !others.iter().any(|line| line.windows(2).any(crossed))
    };
    places.into_iter().find(is_free).unwrap_or(places[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_crossed_by_no_line() {
        let axes = Axes {
            area: [48.0, 24.0, 600.0, 174.0],
            x: (0.0, 60.0),
            y: (0.0, 30.0),
        };
        let bar = [axes.at(0.0, 10.0), axes.at(60.0, 10.0)];
        let place = |line: &[(f64, f64)]| free_place(&axes, bar, 13, &[line.to_vec()]);
        let far_above = place(&[(0.0, 0.0), (0.0, 25.0), (60.0, 25.0)]);
        assert!(far_above.1 == Anchor::End && far_above.0.1 < bar[0].1);
        let just_above = place(&[(0.0, 0.0), (50.0, 11.5), (60.0, 11.5)]);
        assert!(just_above.1 == Anchor::End && just_above.0.1 > bar[0].1);
        let through = place(&[(0.0, 0.0), (20.0, 0.0), (55.0, 9.0), (58.0, 11.5)]);
        assert!(through.1 == Anchor::Start && through.0.1 < bar[0].1);
    }
}
