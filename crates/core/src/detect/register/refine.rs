//! Moves a candidate to where the pilot is strongest.

use super::candidate::Candidate;
use crate::detect::detector::Detector;
use crate::detect::geometry::{Adjust, Geometry};
use crate::detect::pilot::{PilotKey, Track};
use crate::luma::Plane;

/// A pilot weaker than this is not asked whether the picture is bent out of
/// shape: it would answer what chance likes.
const BENDS_FROM: f32 = 7.0;
/// First steps of the refinement, in the order of [`Adjust::axes`]: at the
/// picture's edge each moves the tile by about a third of a chip, which costs a
/// fifth of the pilot.
const FIRST_STEPS: [f64; Adjust::AXES] =
    [0.3, 0.3, 0.003, 0.004, 0.003, 0.006, 0.004, 0.007, 0.004];
/// Axes that move the picture without bending it out of shape, searched first.
pub(crate) const RIGID_AXES: usize = 5;
/// How often the steps are halved.
const HALVINGS: usize = 3;
/// Rounds over all axes at each size of steps, at most.
const ROUNDS: usize = 4;
/// By how much z² must grow: four or five axes searched in pure noise add about
/// this much, twice the log likelihood that each fits by chance.
const BELIEVED: f32 = 8.0;

impl Detector<'_> {
    /// The candidate with its geometry moved to where the pilot is strongest, if
    /// that is worth believing, and the bins as folded there. A swept candidate is
    /// coarse: its alignment may change with its geometry, so it is moved twice.
    pub fn registered(&self, candidate: &Candidate) -> (Candidate, Vec<Track>) {
        let whitened = &self.level(candidate.scale).whitened;
        let mut registered = candidate.clone();
        let mut folded = Vec::new();
        let rounds = if candidate.swept { 2 } else { 1 };
        if candidate.swept {
            folded = self.key.tracks(whitened, |_| registered.geometry);
            if let Some(best) = self.key.align(&folded, self.rates).into_iter().next() {
                registered.alignment = best;
            }
        }
        for _ in 0..rounds {
            let slots = self.key.slot_planes(whitened, &registered.alignment);
            registered.geometry = moved(self.key, &slots, &registered.geometry);
            (registered, folded) = self.realigned(registered, &[]);
        }
        (registered, folded)
    }

    /// The candidate aligned anew under its geometry, but not on slots that only seem to
    /// be there, and the bins as folded there.
    pub fn realigned(&self, candidate: Candidate, seeming: &[usize]) -> (Candidate, Vec<Track>) {
        let whitened = &self.level(candidate.scale).whitened;
        let folded = self
            .key
            .tracks(whitened, |time_s| candidate.geometry_at(time_s));
        let again = match &candidate.alignment.seen {
            Some(times) => self.key.align_seen(&folded, times),
            None => {
                let rates = [candidate.alignment.rate];
                let mut again = self.key.align_without(seeming, &folded, &rates);
                again.swap_remove(0)
            }
        };
        let alignment = self.key.align_finely(&again, &folded);
        (
            Candidate {
                alignment,
                ..candidate
            },
            folded,
        )
    }
}

/// The geometry moved as a whole, then also bent out of shape, each if it pays.
fn moved(key: &PilotKey, slots: &[(usize, Plane)], geometry: &Geometry) -> Geometry {
    let score = |adjust| key.pilot_along(slots, &geometry.adjusted(adjust));
    let rigid = best_adjust(Adjust::default(), RIGID_AXES, &score);
    if score(rigid) < BENDS_FROM {
        return geometry.adjusted(rigid);
    }
    geometry.adjusted(best_adjust(rigid, Adjust::AXES, &score))
}

/// The change for which `score`, a number of standard deviations, is highest, by
/// coordinate search over the first `axes` from `start`; `start` if the best
/// gains too little to be believed.
pub(crate) fn best_adjust(start: Adjust, axes: usize, score: &impl Fn(Adjust) -> f32) -> Adjust {
    let unchanged = score(start);
    let mut best = (unchanged, start.axes());
    let mut scale = 1.0;
    for _ in 0..HALVINGS {
        for _ in 0..ROUNDS {
            let before = best.0;
            for (axis, step) in FIRST_STEPS.iter().enumerate().take(axes) {
                for step in [scale * step, -scale * step] {
                    let mut tried = best.1;
                    tried[axis] += step;
                    let z = score(Adjust::of_axes(tried));
                    if z > best.0 {
                        best = (z, tried);
                        break;
                    }
                }
            }
            if best.0 == before {
                break;
            }
        }
        scale /= 2.0;
    }
    let believed = best.0 * best.0 - unchanged * unchanged > BELIEVED && best.0 > 1.01 * unchanged;
    if believed {
        Adjust::of_axes(best.1)
    } else {
        start
    }
}
