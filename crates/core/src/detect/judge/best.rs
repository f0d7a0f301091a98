//! Judges candidates: which one's pilot and data fit best.
//!
//! The data take part only by how well the cells of each symbol agree with each
//! other, whatever the symbol: no distributor's symbols are looked at. A pilot
//! that lies on the wrong slots reads cells that do not agree.

use super::judged::Judged;
use crate::detect::detector::Detector;
use crate::detect::geometry::Geometry;
use crate::detect::motion::Wander;
use crate::detect::question::Effort;
use crate::detect::register::{BEYOND_DOUBT, Candidate, Lattice};

/// Candidates that are registered and judged by how well their data agree.
const JUDGED: usize = 4;
/// A candidate whose pilot is less likely than the best's by this much (ln) is not judged.
const BEHIND: f64 = 30.0;
/// Candidates whose lattices are looked at for a picture that wanders.
const WANDERING: usize = 2;
/// A path whose bins show less of the pilot than this on average, standard
/// deviations, is what chance finds: 2.1 in half a minute of noise.
const LEAST_PATH: f32 = 2.6;
/// How often the geometries along a path are refined and the time aligned anew.
const ROUNDS: usize = 2;

impl Detector<'_> {
    /// The candidate whose pilot and data fit best: of whole pictures, those that were
    /// `found`, and of others where these leave a doubt.
    pub fn best(&self, found: Vec<Candidate>) -> Option<Judged> {
        let found = self.candidates(found);
        let best = self.best_of(&found)?;
        if self.search.effort == Effort::Quick || best.agrees() {
            return Some(best);
        }
        let heavier = |a: &Judged, b: &Judged| a.weight().total_cmp(&b.weight());
        let wandering = self
            .wandering(&lattices(&found))
            .filter(|found| found.agrees() && found.weight() > best.weight())
            .or_else(|| self.wandering(&self.restless()));
        [Some(best), wandering]
            .into_iter()
            .flatten()
            .max_by(heavier)
    }

    /// The one of these candidates, best first, whose pilot and data fit best.
    pub fn best_of(&self, found: &[Candidate]) -> Option<Judged> {
        let likeliest = found.first().map_or(0.0, Candidate::likelihood);
        let heavier = |a: &Judged, b: &Judged| a.weight().total_cmp(&b.weight());
        let likely = |c: &&Candidate| c.likelihood() > likeliest - BEHIND;
        let candidates = found.iter().take(JUDGED).filter(likely);
        candidates.map(|c| self.still(c)).max_by(heavier)
    }

    /// A candidate that stands still, or nearly so.
    fn still(&self, candidate: &Candidate) -> Judged {
        let (mut candidate, mut tracks) = self.registered(candidate);
        if candidate.swept {
            candidate = self.anchored(candidate);
        }
        candidate.waypoints = self.followed(&candidate);
        if candidate.swept || !candidate.waypoints.is_empty() {
            (candidate, tracks) = self.realigned(candidate, &[]);
        }
        let judged = self.judged(candidate, tracks);
        self.borne_out(judged)
    }

    /// The picture that wanders over one of the lattices and fits best, if there is one.
    fn wandering(&self, lattices: &[Lattice]) -> Option<Judged> {
        let paths = |lattice: &Lattice| {
            let whitened = &self.level(lattice.scale).whitened;
            let tracks = self.key.tracks(whitened, |_| lattice.geometry);
            let paths = self.key.wanders(&tracks).into_iter();
            let least = LEAST_PATH * (tracks.len() as f32).sqrt();
            let paths = paths.filter(|path| path.z > least);
            let of = |path: Wander| path.candidate(*lattice, &tracks);
            paths.map(of).collect::<Vec<Candidate>>()
        };
        let judged = lattices.iter().flat_map(paths).map(|candidate| {
            let (candidate, tracks) = self.realigned(candidate, &[]);
            self.judged(candidate, tracks)
        });
        let best = judged.max_by(|a, b| a.weight().total_cmp(&b.weight()))?;
        let mut candidate = best.candidate;
        let mut tracks = best.tracks;
        for round in 0..ROUNDS {
            if round + 1 == ROUNDS {
                candidate = self.anchored(candidate);
            }
            candidate.waypoints = self.followed(&candidate);
            (candidate, tracks) = self.realigned(candidate, &[]);
        }
        Some(self.judged(candidate, tracks))
    }
}

/// The lattices of the likeliest candidates that are beyond doubt.
fn lattices(found: &[Candidate]) -> Vec<Lattice> {
    let mut kept: Vec<Lattice> = Vec::new();
    for candidate in found.iter().filter(|c| c.alignment.z > BEYOND_DOUBT) {
        let pitch = |g: &Geometry| g.jacobian(0.0, 0.0)[0][0];
        let same = |k: &Lattice| {
            (pitch(&k.geometry) / pitch(&candidate.geometry)).ln().abs() < 1e-3
                && k.orientation == candidate.orientation
        };
        if kept.len() < WANDERING && !kept.iter().any(same) {
            kept.push(Lattice {
                geometry: candidate.geometry,
                orientation: candidate.orientation,
                scale: candidate.scale,
            });
        }
    }
    kept
}
