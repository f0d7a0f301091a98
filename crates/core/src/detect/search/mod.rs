//! Looks for the picture's geometry, the likeliest places first.
//!
//! ```text
//! whole picture, 8 orientations, extents of the titles  (shift and scale known)   ~ 30 folds
//!   also black for white, if upright
//!   └ not beyond doubt: sweep over lattices (shift and time open), in passes
//!       1 scale 0.38–2.6                                   ~   100 bases
//!       2 the same, mirrored and turned by quarters        ~   700
//!       3 scale 0.7–1.7 × angle ±15.5°                     ~ 2,000
//!       4 scale 0.7–1.7 × aspect ±25 %                     ~ 1,000
//!       5 3 and 4 at all scales, also mirrored     (deep)  ~ 9,000
//!       6 scale × aspect × angle                   (deep)  ~ 60,000
//!       └ each pass: best bases ─ refine ─ locate (shift, time) ─ align ─ candidate
//! ```
//!
//! Where none of this yields a pilot whose data agree, the picture may move too
//! fast for all of it: pass 1 is swept once more, bin by bin, and the picture
//! followed along its path ([`motion`](super::motion)).
//!
//! A pass ends the search when its candidate is beyond doubt. Steps and
//! what they cost are [`sweep`](super::sweep)'s.

mod passes;
mod swept;
mod whole;

use rayon::prelude::*;

pub use passes::{ASPECT, SCALES, TURN, USUAL_SCALES};

use self::passes::passes;
pub(crate) use self::swept::HALVED_FROM;
use self::swept::{REFINED, Scored};
use super::align::{COMMON_RATES, Shift};
use super::detector::Detector;
use super::question::Effort;
use super::register::{BEYOND_DOUBT, Candidate, Lattice, Motion};
use crate::mark::LONG_CHIPS;

/// Refined bases that are looked for in time.
const PLACED: usize = 10;
/// Bases on which a picture that moves is looked for.
const RESTLESS: usize = 2;
/// A basis that scores more is looked at before the sweep goes on: chance does
/// not give as much.
const CLEAR_SCORE: f32 = 25.0;

impl Detector<'_> {
    /// Candidates for the picture's geometry, best first: those of whole pictures that were
    /// `found`, and others where these leave a doubt.
    pub fn candidates(&self, mut found: Vec<Candidate>) -> Vec<Candidate> {
        if self.search.effort == Effort::Quick || beyond_doubt(&found) {
            return found;
        }
        let mut waiting: Vec<Scored> = Vec::new();
        for ranges in passes(self.search.effort) {
            waiting.extend(self.swept(&ranges, Motion::Steady));
            waiting.sort_by(|a, b| b.score.total_cmp(&a.score));
            waiting.dedup_by(|a, b| a.basis == b.basis);
            let clear = waiting
                .iter()
                .take_while(|w| w.score > CLEAR_SCORE)
                .count()
                .min(PLACED);
            let mut more = self.placed_all(waiting.drain(..clear));
            more.sort_by(|a, b| b.alignment.merit().total_cmp(&a.alignment.merit()));
            let settled = beyond_doubt(&more);
            found.extend(more);
            if settled {
                waiting.clear();
                break;
            }
        }
        waiting.truncate(REFINED);
        let mut waiting = self.best_near_all(&waiting);
        waiting.truncate(PLACED);
        found.extend(self.placed_all(waiting.drain(..)));
        found.sort_by(|a, b| b.likelihood().total_cmp(&a.likelihood()));
        found
    }

    /// Lattices on which the pilot shows bin by bin, wherever it lies in each, best
    /// first: for pictures that move too fast for segments of two seconds. Only
    /// the first pass is swept, or the first two.
    pub fn restless(&self) -> Vec<Lattice> {
        let deep = self.search.effort == Effort::Deep;
        let mut scored: Vec<Scored> = passes(self.search.effort)
            .iter()
            .take(if deep { 2 } else { 1 })
            .flat_map(|ranges| self.swept(ranges, Motion::Restless))
            .collect();
        scored.sort_by(|a, b| b.score.total_cmp(&a.score));
        scored.truncate(RESTLESS);
        let lattice = |scored: Scored| Lattice {
            geometry: self
                .level(scored.scale)
                .stack(Motion::Restless)
                .grid
                .geometry(&scored.basis),
            orientation: scored.basis.orientation,
            scale: scored.scale,
        };
        self.best_near_all(&scored)
            .into_iter()
            .map(lattice)
            .collect()
    }

    /// The candidates of all places that lattices can have.
    fn placed_all(&self, scored: impl Iterator<Item = Scored>) -> Vec<Candidate> {
        let scored: Vec<Scored> = scored.collect();
        scored
            .par_iter()
            .flat_map(|scored| self.placed(*scored))
            .collect()
    }

    /// The places that a lattice can have, aligned.
    fn placed(&self, scored: Scored) -> Vec<Candidate> {
        let level = self.level(scored.scale);
        let basis = self.best_near(scored).basis;
        let anywhere = level.stack(Motion::Steady).grid.geometry(&basis);
        let base = self.key.tracks(&level.whitened, |_| anywhere);
        let at = |shift: Shift| {
            let geometry = anywhere.renamed(shift.columns as f64, shift.rows as f64);
            let tracks = self.key.tracks(&level.whitened, |_| geometry);
            self.key
                .align(&tracks, &COMMON_RATES)
                .into_iter()
                .take(1)
                .map(move |alignment| Candidate {
                    geometry,
                    orientation: basis.orientation,
                    alignment,
                    extent: (LONG_CHIPS, LONG_CHIPS),
                    waypoints: Vec::new(),
                    path_z: None,
                    scale: scored.scale,
                    swept: true,
                })
        };
        self.key.locate(&base).into_iter().flat_map(at).collect()
    }
}

/// True if the best of candidates needs no other to be tried.
pub(crate) fn beyond_doubt(found: &[Candidate]) -> bool {
    found.first().is_some_and(|c| c.alignment.z > BEYOND_DOUBT)
}
