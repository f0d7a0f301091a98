//! The frame of a chart: where a value is, lines across, numbers at the edges.
//!
//! ```text
//!   top ┌ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
//!       │                      y rises upwards
//!       │ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
//! bottom└──┴──────┴──────┴──
//!      left    x to the right  right
//! ```

use super::style::{CHANCE, FAINT, label};
use crate::drawing::{Anchor, Color, Drawing, Place, Shape, Stroke};

/// Length of the marks at the edges, points.
const TICK: f32 = 3.0;
/// Air between a mark and its number, points.
const AIR: f32 = 3.0;
/// How far the middle of a number lies above its baseline, points.
const HALF_HEIGHT: f32 = 3.7;
/// How far the baseline of a number lies below the axis it belongs to, points.
const BENEATH: f32 = 14.0;

/// The frame of a chart.
#[derive(Debug, Clone, Copy)]
pub struct Axes {
    /// Where the chart's area begins and ends: left, top, right, bottom, points of the drawing.
    pub area: [f32; 4],
    /// Values at its left and right edge.
    pub x: (f64, f64),
    /// Values at its lower and upper edge.
    pub y: (f64, f64),
}

impl Axes {
    /// Where a value is.
    pub fn at(&self, x: f64, y: f64) -> Place {
        let [left, top, right, bottom] = self.area;
        let share = |value: f64, (from, to): (f64, f64)| ((value - from) / (to - from)) as f32;
        (
            left + (right - left) * share(x, self.x),
            bottom - (bottom - top) * share(y, self.y),
        )
    }

    /// A line through values.
    pub fn line(&self, values: &[(f64, f64)], color: Color, width: f32) -> Shape {
        Shape::Path {
            places: values.iter().map(|(x, y)| self.at(*x, *y)).collect(),
            closed: false,
            fill: None,
            stroke: Some(solid(color, width)),
        }
    }

    /// A filled rectangle from value to value.
    pub fn block(&self, from: (f64, f64), to: (f64, f64), color: Color) -> Shape {
        Shape::rectangle(
            self.at(from.0, from.1),
            self.at(to.0, to.1),
            Some(color),
            None,
        )
    }

    /// Draws the axes, with about so many numbers beneath and beside, put into
    /// words by the functions; no words, no line and no mark.
    pub fn draw(
        &self,
        to: &mut Drawing,
        (across, x_words): (usize, &dyn Fn(f64) -> String),
        (up, y_words): (usize, &dyn Fn(f64) -> String),
    ) {
        let [left, top, right, bottom] = self.area;
        let axis = solid(FAINT, 0.8);
        for (value, words) in worded(self.y, up, y_words) {
            let (_, y) = self.at(self.x.0, value);
            let faint = solid(CHANCE.faint(0.6), 0.6);
            to.shapes.push(Shape::line((left, y), (right, y), faint));
            to.shapes
                .push(Shape::line((left - TICK, y), (left, y), axis));
            let place = (left - TICK - AIR, y + HALF_HEIGHT);
            to.shapes.push(label(place, Anchor::End, FAINT, words));
        }
        for (value, words) in worded(self.x, across, x_words) {
            let (x, _) = self.at(value, self.y.0);
            to.shapes
                .push(Shape::line((x, bottom), (x, bottom + TICK), axis));
            let place = (x, bottom + BENEATH);
            to.shapes.push(label(place, Anchor::Middle, FAINT, words));
        }
        to.shapes
            .push(Shape::line((left, top), (left, bottom), axis));
        to.shapes
            .push(Shape::line((left, bottom), (right, bottom), axis));
    }
}

impl Axes {
    /// The lines across that [`Axes::draw`] draws, from value to value.
    pub fn across(&self, (up, y_words): (usize, &dyn Fn(f64) -> String)) -> Vec<Vec<(f64, f64)>> {
        worded(self.y, up, y_words)
            .map(|(value, _)| vec![(self.x.0, value), (self.x.1, value)])
            .collect()
    }
}

fn solid(color: Color, width: f32) -> Stroke {
    Stroke {
        color,
        width,
        dash: None,
    }
}

fn worded(
    range: (f64, f64),
    about: usize,
    words: &dyn Fn(f64) -> String,
) -> impl Iterator<Item = (f64, String)> {
    ticks(range, about)
        .into_iter()
        .map(|value| (value, words(value)))
        .filter(|(_, words)| !words.is_empty())
}

/// At most `about` + 1 round values in a range: multiples of 1, 2 or 5 times a power of ten.
fn ticks((from, to): (f64, f64), about: usize) -> Vec<f64> {
    let least = (to - from) / about.max(1) as f64;
    if !(least.is_finite() && least > 0.0) {
        return Vec::new();
    }
    let decade = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|round| round * decade)
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * decade);
    let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks((0.0, 10.0), 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(
            ticks((-3.0, 61.0), 8),
            [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]
        );
        assert_eq!(ticks((0.0, 0.21), 4), [0.0, 0.1, 0.2]);
        assert!(ticks((1.0, 1.0), 4).is_empty());
        assert!(ticks((0.0, f64::NAN), 4).is_empty());
    }

    #[test]
    fn values_are_where_the_edges_say() {
        let axes = Axes {
            area: [48.0, 20.0, 148.0, 120.0],
            x: (0.0, 10.0),
            y: (-1.0, 1.0),
        };
        assert_eq!(axes.at(0.0, -1.0), (48.0, 120.0));
        assert_eq!(axes.at(5.0, 0.0), (98.0, 70.0));
        assert_eq!(axes.at(10.0, 1.0), (148.0, 20.0));
    }
}
