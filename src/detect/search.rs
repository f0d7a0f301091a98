//! This module looks for the picture's geometry, the likeliest places first.
//!
//! ```text
//! whole picture, 8 orientations, shapes of the titles  (shift and scale known)     ~ 30 folds
//!   └ not beyond doubt: sweep over shapes (shift and time open), in passes
//!       1 scale 0.38–2.6                                   ~   100 shapes
//!       2 the same, mirrored and turned by quarters        ~   700
//!       3 scale 0.7–1.7 × angle ±15.5°                     ~ 2,000
//!       4 scale 0.7–1.7 × aspect ±25 %                     ~ 1,000
//!       5 3 and 4 at all scales, also mirrored     (deep)  ~ 9,000
//!       6 scale × aspect × angle                   (deep)  ~ 60,000
//!       └ each pass: best shapes ─ refine ─ locate (shift, time) ─ align ─ candidate
//! ```
//!
//! Where none of this yields a pilot whose data agree, the picture may move too
//! fast for all of it: pass 1 is swept once more, bin by bin, and the picture
//! followed along its path ([`wander`](super::wander)).
//!
//! A pass ends the search when its candidate is beyond doubt. Steps and
//! what they cost are [`sweep`](super::sweep)'s.

use std::sync::OnceLock;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::align::align;
use super::bins::Bin;
use super::geometry::{Geometry, Orientation};
use super::level::{Level, Pace};
use super::locate::{RATES, locate};
use super::pilot::{PilotKey, tracks};
use super::read::Search;
use super::register::{BEYOND_DOUBT, Candidate, candidates};
use super::sweep::{Range, Shape};
use crate::luma::Plane;
use crate::mark::LONG_CHIPS;

/// How hard to look.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// Whole pictures only: rescaled, stretched, mirrored, turned by quarters.
    Quick,
    /// Also cropped, zoomed, turned or stretched pictures, pictures in pictures.
    #[default]
    Normal,
    /// Also pictures that are turned and stretched at once.
    Deep,
}

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
const REFINED: usize = 20;
/// Of those, shapes that are looked for in time.
const SHAPES: usize = 10;
/// Shapes in which a picture that moves is looked for.
const RESTLESS: usize = 2;
/// A shape that scores less is not worth it: chance alone gives as much.
const LEAST_SCORE: f32 = 4.0;
/// A shape that scores more is looked at before the sweep goes on: chance does
/// not give as much.
const CLEAR_SCORE: f32 = 25.0;
/// ln of the number of places that a sweep chooses from, over that of the whole
/// picture: shifts × independent shapes. A candidate of the sweep must be
/// likelier than one of the whole picture by this much.
pub(super) const BREADTH: f64 = 22.0;

/// The bins at all sizes; the smaller one is made when first needed.
pub(super) struct Levels<'a> {
    bins: &'a [Bin],
    whole: Level<'a>,
    halved: OnceLock<Level<'a>>,
}

impl std::fmt::Display for Effort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Quick => "quick",
            Self::Normal => "normal",
            Self::Deep => "deep",
        })
    }
}

impl<'a> Levels<'a> {
    /// Of bins of one size.
    pub fn new(bins: &'a [Bin]) -> Self {
        Self {
            bins,
            whole: Level::whole(bins),
            halved: OnceLock::new(),
        }
    }

    /// Of bins that are whitened already; there is no smaller size of them.
    pub fn of_whitened(whitened: &'a [(f64, Plane)]) -> Self {
        Self {
            bins: &[],
            whole: Level::of_whitened(whitened),
            halved: OnceLock::new(),
        }
    }

    /// The bins as they are, or at half their size.
    pub fn get(&self, halved: bool) -> &Level<'a> {
        if halved {
            self.halved.get_or_init(|| Level::halved(self.bins))
        } else {
            &self.whole
        }
    }
}

/// Candidates for the picture's geometry, best first.
pub(super) fn search(
    key: &PilotKey,
    levels: &Levels<'_>,
    search: &Search,
    rates: &[f64],
) -> Vec<Candidate> {
    let whole = levels.get(false);
    let mut found = candidates(
        key,
        &whole.whitened,
        &search.regions,
        &search.extents,
        rates,
    );
    let beyond_doubt =
        |found: &[Candidate]| found.first().is_some_and(|c| c.alignment.z > BEYOND_DOUBT);
    if search.effort == Effort::Quick || beyond_doubt(&found) {
        return found;
    }
    let unit = unit(levels, search);
    let mut waiting: Vec<Scored> = Vec::new();
    for ranges in passes(search.effort) {
        waiting.extend(swept(key, levels, unit, &ranges, Pace::Steady));
        waiting.sort_by(|a, b| b.score.total_cmp(&a.score));
        waiting.dedup_by(|a, b| a.shape == b.shape);
        let clear = waiting
            .iter()
            .take_while(|w| w.score > CLEAR_SCORE)
            .count()
            .min(SHAPES);
        let mut more = placed_all(key, levels, waiting.drain(..clear));
        more.sort_by(|a, b| b.alignment.merit().total_cmp(&a.alignment.merit()));
        let settled = beyond_doubt(&more);
        found.extend(more);
        if settled {
            waiting.clear();
            break;
        }
    }
    waiting.truncate(REFINED);
    let mut waiting = refined_all(key, levels, &waiting);
    waiting.truncate(SHAPES);
    found.extend(placed_all(key, levels, waiting.drain(..)));
    found.sort_by(|a, b| b.likelihood().total_cmp(&a.likelihood()));
    found
}

/// A geometry but for where its chips begin.
#[derive(Clone, Copy)]
pub(super) struct Lattice {
    pub geometry: Geometry,
    pub orientation: Orientation,
    /// True if the geometry is one of the halved grid.
    pub halved: bool,
}

/// Lattices on which the pilot shows bin by bin, wherever it lies in each, best
/// first: for pictures that move too fast for stretches of two seconds. Only
/// the first pass is swept, or the first two.
pub(super) fn restless(key: &PilotKey, levels: &Levels<'_>, search: &Search) -> Vec<Lattice> {
    let unit = unit(levels, search);
    let count = if search.effort == Effort::Deep { 2 } else { 1 };
    let mut scored: Vec<Scored> = passes(search.effort)
        .iter()
        .take(count)
        .flat_map(|ranges| swept(key, levels, unit, ranges, Pace::Restless))
        .collect();
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
    scored.truncate(RESTLESS);
    refined_all(key, levels, &scored)
        .into_iter()
        .map(|scored| Lattice {
            geometry: levels
                .get(scored.halved)
                .stack(Pace::Restless)
                .geometry(&scored.shape),
            orientation: scored.shape.orientation,
            halved: scored.halved,
        })
        .collect()
}

/// The pitch of a whole picture on the bins' grid, across and down.
fn unit(levels: &Levels<'_>, search: &Search) -> (f64, f64) {
    let (rows, columns) = levels.get(false).dim();
    let (width, height) = search
        .regions
        .first()
        .map_or((columns as f64, rows as f64), |r| (r.width, r.height));
    let aspect = search.sample_aspect;
    let down = (width * aspect).max(height) / LONG_CHIPS;
    (down / aspect, down)
}

/// What each pass sweeps over.
fn passes(effort: Effort) -> Vec<Vec<Range>> {
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
struct Scored {
    score: f32,
    shape: Shape,
    halved: bool,
    pace: Pace,
}

/// The best shapes of one pass.
fn swept(
    key: &PilotKey,
    levels: &Levels<'_>,
    unit: (f64, f64),
    ranges: &[Range],
    pace: Pace,
) -> Vec<Scored> {
    let parts = [
        (false, SCALES.0, HALVED_FROM),
        (true, HALVED_FROM, SCALES.1),
    ];
    let part = |(halved, from, to): (bool, f64, f64)| {
        let level = levels.get(halved);
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
                halved,
                pace,
            })
    };
    parts.into_iter().flat_map(part).collect()
}

/// The shapes moved to where the pilot stands out most, best first.
fn refined_all(key: &PilotKey, levels: &Levels<'_>, scored: &[Scored]) -> Vec<Scored> {
    let mut refined: Vec<Scored> = scored
        .par_iter()
        .map(|s| refined(key, levels, *s))
        .collect();
    refined.sort_by(|a, b| b.score.total_cmp(&a.score));
    refined
}

fn refined(key: &PilotKey, levels: &Levels<'_>, scored: Scored) -> Scored {
    let stack = levels.get(scored.halved).stack(scored.pace);
    let (score, shape) = stack.refined(key, (scored.score, scored.shape));
    Scored {
        score,
        shape,
        ..scored
    }
}

/// The candidates of all places that shapes can have.
fn placed_all(
    key: &PilotKey,
    levels: &Levels<'_>,
    scored: impl Iterator<Item = Scored>,
) -> Vec<Candidate> {
    let scored: Vec<Scored> = scored.collect();
    scored
        .par_iter()
        .flat_map(|scored| placed(key, levels, *scored))
        .collect()
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

/// The places that a shape can have, aligned.
fn placed(key: &PilotKey, levels: &Levels<'_>, scored: Scored) -> Vec<Candidate> {
    let level = levels.get(scored.halved);
    let shape = refined(key, levels, scored).shape;
    let anywhere: Geometry = level.stack(Pace::Steady).geometry(&shape);
    let base = tracks(key, &level.whitened, |_| anywhere);
    let at = |shift: super::locate::Shift| {
        let geometry = anywhere.renamed(shift.columns as f64, shift.rows as f64);
        let tracks = tracks(key, &level.whitened, |_| geometry);
        align(key, &tracks, &RATES)
            .into_iter()
            .take(1)
            .map(move |alignment| Candidate {
                geometry,
                orientation: shape.orientation,
                alignment,
                extent: (LONG_CHIPS, LONG_CHIPS),
                waypoints: Vec::new(),
                path_z: None,
                halved: scored.halved,
                swept: true,
            })
    };
    locate(key, &base).into_iter().flat_map(at).collect()
}
