//! This module looks for the picture's geometry, the likeliest places first.
//!
//! ```text
//! whole picture, 8 orientations, shapes of the titles  (shift and scale known)     ~ 30 folds
//!   also black for white, if upright
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

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::align::align;
use super::geometry::{Geometry, Orientation};
use super::level::{Levels, Pace, View};
use super::locate::{RATES, Shift, locate};
use super::pilot::{PilotKey, tracks};
use super::read::Search;
use super::register::{BEYOND_DOUBT, Candidate, candidates};
use super::shapes::{REFINED, Scored, passes, refined, refined_all, swept, unit};
use crate::mark::LONG_CHIPS;

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// Whole pictures only: rescaled, stretched, mirrored, turned by quarters, black for white.
    Quick,
    /// Also cropped, zoomed, turned or stretched pictures, pictures in pictures.
    #[default]
    Normal,
    /// Also pictures that are turned and stretched at once.
    Deep,
}

/// Refined shapes that are looked for in time.
const SHAPES: usize = 10;
/// Shapes in which a picture that moves is looked for.
const RESTLESS: usize = 2;
/// A shape that scores more is looked at before the sweep goes on: chance does
/// not give as much.
const CLEAR_SCORE: f32 = 25.0;
/// ln of the number of places that a sweep chooses from, over that of the whole
/// picture: shifts × independent shapes. A candidate of the sweep must be
/// likelier than one of the whole picture by this much.
pub(super) const BREADTH: f64 = 22.0;

impl std::fmt::Display for Effort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Quick => "quick",
            Self::Normal => "normal",
            Self::Deep => "deep",
        })
    }
}

/// Candidates for the picture's geometry, best first.
pub(super) fn search(
    key: &PilotKey,
    levels: &Levels<'_>,
    search: &Search,
    rates: &[f64],
) -> Vec<Candidate> {
    let whole = levels.get(View::Whole);
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
    /// The view whose grid the geometry is of.
    pub view: View,
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
                .get(scored.view)
                .stack(Pace::Restless)
                .geometry(&scored.shape),
            orientation: scored.shape.orientation,
            view: scored.view,
        })
        .collect()
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

/// The places that a shape can have, aligned.
fn placed(key: &PilotKey, levels: &Levels<'_>, scored: Scored) -> Vec<Candidate> {
    let level = levels.get(scored.view);
    let shape = refined(key, levels, scored).shape;
    let anywhere: Geometry = level.stack(Pace::Steady).geometry(&shape);
    let base = tracks(key, &level.whitened, |_| anywhere);
    let at = |shift: Shift| {
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
                view: scored.view,
                swept: true,
            })
    };
    locate(key, &base).into_iter().flat_map(at).collect()
}
