//! Sweeps over lattices, and says which of them are worth a closer look.

use rayon::prelude::*;

use super::passes::SCALES;
use crate::detect::detector::Detector;
use crate::detect::register::{Level, Motion, Scale};
use crate::detect::sweep::{Basis, SweepRange};
use crate::mark::LONG_CHIPS;

/// From this scale of the picture on, the grid is halved.
pub(crate) const HALVED_FROM: f64 = 1.45;
/// Bases of a pass, and of all passes together, that are worth refining.
pub(super) const REFINED: usize = 20;
/// A basis that scores less is not worth it: chance alone gives as much.
const LEAST_SCORE: f32 = 4.0;

/// A basis on the grid of a scale, and how far the pilot stands out under it: ln
/// of its likelihood less that of the number of bases it was chosen from.
#[derive(Clone, Copy)]
pub(super) struct Scored {
    pub score: f32,
    pub basis: Basis,
    pub scale: Scale,
    pub motion: Motion,
}

impl Detector<'_> {
    /// The best bases of one pass.
    pub(super) fn swept(&self, ranges: &[SweepRange], motion: Motion) -> Vec<Scored> {
        let unit = self.unit();
        let parts = [
            (Scale::Whole, SCALES.0, HALVED_FROM),
            (Scale::Half, HALVED_FROM, SCALES.1),
        ];
        let part = |(scale, from, to): (Scale, f64, f64)| {
            let level = self.level(scale);
            let stack = level.stack(motion);
            let unit = (unit.0 / level.factor, unit.1 / level.factor);
            let within = |r: &SweepRange| SweepRange {
                scale: (from.max(r.scale.0), to.min(r.scale.1)),
                ..*r
            };
            let bases: Vec<Basis> = ranges
                .iter()
                .flat_map(|r| stack.grid.bases(unit, &within(r)))
                .collect();
            let count = bases.len() as f32;
            distinct(level, stack.sweep(self.key, &bases))
                .into_iter()
                .map(move |(score, basis)| Scored {
                    score: score - count.ln(),
                    basis,
                    scale,
                    motion,
                })
        };
        parts.into_iter().flat_map(part).collect()
    }

    /// The pitch of a whole picture on the bins' grid, across and down.
    fn unit(&self) -> (f64, f64) {
        let (rows, columns) = self.level(Scale::Whole).dim();
        let (width, height) = self
            .search
            .regions
            .first()
            .map_or((columns as f64, rows as f64), |r| (r.width, r.height));
        let aspect = self.search.sample_aspect;
        let down = (width * aspect).max(height) / LONG_CHIPS;
        (down / aspect, down)
    }

    /// The bases near by under which the pilot stands out most, best first.
    pub(super) fn best_near_all(&self, scored: &[Scored]) -> Vec<Scored> {
        let mut best: Vec<Scored> = scored.par_iter().map(|s| self.best_near(*s)).collect();
        best.sort_by(|a, b| b.score.total_cmp(&a.score));
        best
    }

    /// The basis near by under which the pilot stands out most.
    pub(super) fn best_near(&self, scored: Scored) -> Scored {
        let stack = self.level(scored.scale).stack(scored.motion);
        let (score, basis) = stack.best_near(self.key, (scored.score, scored.basis));
        Scored {
            score,
            basis,
            ..scored
        }
    }
}

/// The best bases of which none is a neighbour of a better one.
fn distinct(level: &Level<'_>, scored: Vec<(f32, Basis)>) -> Vec<(f32, Basis)> {
    const NEAR: f64 = 2.5;
    let mut kept: Vec<(f32, Basis)> = Vec::new();
    for (score, basis) in scored {
        if score < LEAST_SCORE || kept.len() == REFINED {
            break;
        }
        let (across, down) = level.stack(Motion::Steady).grid.reach(&basis);
        let near = |other: &Basis| {
            other.orientation == basis.orientation
                && (other.pitch.0 / basis.pitch.0).ln().abs() * across < NEAR
                && (other.pitch.1 / basis.pitch.1).ln().abs() * down < NEAR
                && (other.turn - basis.turn).abs() * across.max(down) < NEAR
        };
        if !kept.iter().any(|(_, k)| near(k)) {
            kept.push((score, basis));
        }
    }
    kept
}
