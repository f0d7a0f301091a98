//! This module says which shapes are swept over, pass by pass, and which of them
//! are worth a closer look.

use rayon::prelude::*;

use super::geometry::Orientation;
use super::level::{Level, Levels, Pace, View};
use super::pilot::PilotKey;
use super::read::Search;
use super::search::Effort;
use super::sweep::{Range, Shape};
use crate::mark::LONG_CHIPS;

/// Scales of the picture, 1 being the whole.
pub const SCALES: (f64, f64) = (0.38, 2.6);
/// Scales at which pictures that are also turned or stretched are looked for
/// without being asked to.
const USUAL_SCALES: (f64, f64) = (0.7, 1.7);
/// ln of the greatest change of aspect.
const ASPECT: f64 = 0.23;
/// The greatest turn, radians.
const TURN: f64 = 0.27;
/// From this scale on, the grid is halved.
const HALVED_FROM: f64 = 1.45;
/// Shapes of a pass, and of all passes together, that are worth refining.
pub(super) const REFINED: usize = 20;
/// A shape that scores less is not worth it: chance alone gives as much.
const LEAST_SCORE: f32 = 4.0;

/// The pitch of a whole picture on the bins' grid, across and down.
pub(super) fn unit(levels: &Levels<'_>, search: &Search) -> (f64, f64) {
    let (rows, columns) = levels.get(View::Whole).dim();
    let (width, height) = search
        .regions
        .first()
        .map_or((columns as f64, rows as f64), |r| (r.width, r.height));
    let aspect = search.sample_aspect;
    let down = (width * aspect).max(height) / LONG_CHIPS;
    (down / aspect, down)
}

/// What each pass sweeps over.
pub(super) fn passes(effort: Effort) -> Vec<Vec<Range>> {
    let range = |scale: (f64, f64), aspect: f64, turn: f64, orientation: Orientation| Range {
        scale,
        aspect,
        turn,
        orientation,
    };
    let [upright, mirrored, ..] = Orientation::ALL;
    let other = Orientation::ALL[1..].iter();
    let mut passes = vec![
        vec![range(SCALES, 0.0, 0.0, upright)],
        other.map(|&o| range(SCALES, 0.0, 0.0, o)).collect(),
        vec![range(USUAL_SCALES, 0.0, TURN, upright)],
        vec![range(USUAL_SCALES, ASPECT, 0.0, upright)],
    ];
    if effort == Effort::Deep {
        passes.push(vec![
            range(SCALES, 0.0, TURN, upright),
            range(SCALES, ASPECT, 0.0, upright),
            range(SCALES, 0.0, TURN, mirrored),
            range(SCALES, ASPECT, 0.0, mirrored),
        ]);
        passes.push(vec![range(SCALES, ASPECT, TURN, upright)]);
    }
    passes
}

/// A shape of a level, and how far the pilot stands out under it: ln of its
/// likelihood less that of the number of shapes it was chosen from.
#[derive(Clone, Copy)]
pub(super) struct Scored {
    pub score: f32,
    pub shape: Shape,
    pub view: View,
    pub pace: Pace,
}

/// The best shapes of one pass.
pub(super) fn swept(
    key: &PilotKey,
    levels: &Levels<'_>,
    unit: (f64, f64),
    ranges: &[Range],
    pace: Pace,
) -> Vec<Scored> {
    let parts = [
        (View::Whole, SCALES.0, HALVED_FROM),
        (View::Halved, HALVED_FROM, SCALES.1),
    ];
    let part = |(view, from, to): (View, f64, f64)| {
        let level = levels.get(view);
        let unit = (unit.0 / level.factor, unit.1 / level.factor);
        let within = |r: &Range| Range {
            scale: (from.max(r.scale.0), to.min(r.scale.1)),
            ..*r
        };
        let shapes: Vec<Shape> = ranges
            .iter()
            .flat_map(|r| level.stack(pace).shapes(unit, &within(r)))
            .collect();
        let count = shapes.len() as f32;
        distinct(level, level.stack(pace).sweep(key, &shapes))
            .into_iter()
            .map(move |(score, shape)| Scored {
                score: score - count.ln(),
                shape,
                view,
                pace,
            })
    };
    parts.into_iter().flat_map(part).collect()
}

/// The shapes moved to where the pilot stands out most, best first.
pub(super) fn refined_all(key: &PilotKey, levels: &Levels<'_>, scored: &[Scored]) -> Vec<Scored> {
    let mut refined: Vec<Scored> = scored
        .par_iter()
        .map(|s| refined(key, levels, *s))
        .collect();
    refined.sort_by(|a, b| b.score.total_cmp(&a.score));
    refined
}

pub(super) fn refined(key: &PilotKey, levels: &Levels<'_>, scored: Scored) -> Scored {
    let stack = levels.get(scored.view).stack(scored.pace);
    let (score, shape) = stack.refined(key, (scored.score, scored.shape));
    Scored {
        score,
        shape,
        ..scored
    }
}

/// The best shapes of which none is a neighbour of a better one.
fn distinct(level: &Level<'_>, scored: Vec<(f32, Shape)>) -> Vec<(f32, Shape)> {
    const NEAR: f64 = 2.5;
    let mut kept: Vec<(f32, Shape)> = Vec::new();
    for (score, shape) in scored {
        if score < LEAST_SCORE || kept.len() == REFINED {
            break;
        }
        let (across, down) = level.stack(Pace::Steady).reach(&shape);
        let near = |other: &Shape| {
            other.orientation == shape.orientation
                && (other.pitch.0 / shape.pitch.0).ln().abs() * across < NEAR
                && (other.pitch.1 / shape.pitch.1).ln().abs() * down < NEAR
                && (other.turn - shape.turn).abs() * across.max(down) < NEAR
        };
        if !kept.iter().any(|(_, k)| near(k)) {
            kept.push((score, shape));
        }
    }
    kept
}
