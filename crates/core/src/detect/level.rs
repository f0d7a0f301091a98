//! This module holds the whitened bins at the sizes that pictures are looked at.
//!
//! Whitening is made for chips of three samples. A picture cropped to half has
//! chips of six: there the grid is halved.

use std::borrow::Cow;
use std::sync::OnceLock;

use ndarray::Array2;
use rayon::prelude::*;

use super::bins::Bin;
use super::cancel::whitened;
use super::sweep::Stack;
use crate::luma::Plane;

/// How the picture is taken to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Hardly at all in two seconds.
    Steady,
    /// By chips from bin to bin.
    Restless,
}

/// How the bins are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum View {
    /// As they are.
    Whole,
    /// At half their size.
    Halved,
    /// As they are, black for white.
    Inverted,
}

/// Whitened bins on one grid.
pub(super) struct Level<'a> {
    /// Samples of the bins' grid along each of this one's.
    pub factor: f64,
    /// Time of each bin in seconds, and its samples.
    pub whitened: Cow<'a, [(f64, Plane)]>,
    stack: OnceLock<Stack>,
    restless: OnceLock<Stack>,
}

impl<'a> Level<'a> {
    /// The bins as they are.
    pub fn whole(bins: &[Bin]) -> Self {
        Self::of(1.0, whitened(bins))
    }

    /// The bins at half their size.
    pub fn halved(bins: &[Bin]) -> Self {
        let halved: Vec<Bin> = bins
            .par_iter()
            .map(|bin| Bin {
                picture: half(&bin.picture),
                ..bin.clone()
            })
            .collect();
        Self::of(2.0, whitened(&halved))
    }

    /// The bins of another level, black for white.
    fn inverted(other: &Level<'_>) -> Self {
        let inverted = other
            .whitened
            .par_iter()
            .map(|(time_s, plane)| (*time_s, -plane));
        Self::of(other.factor, inverted.collect::<Vec<_>>())
    }

    /// Bins that are whitened already.
    pub fn of_whitened(whitened: &'a [(f64, Plane)]) -> Self {
        Self::of(1.0, whitened)
    }

    fn of(factor: f64, whitened: impl Into<Cow<'a, [(f64, Plane)]>>) -> Self {
        Self {
            factor,
            whitened: whitened.into(),
            stack: OnceLock::new(),
            restless: OnceLock::new(),
        }
    }

    /// The stretches to sweep over, made when first asked for: of two seconds,
    /// or single bins for a picture that moves.
    pub fn stack(&self, pace: Pace) -> &Stack {
        match pace {
            Pace::Steady => self.stack.get_or_init(|| Stack::new(&self.whitened)),
            Pace::Restless => self.restless.get_or_init(|| Stack::of_bins(&self.whitened)),
        }
    }

    /// (rows, columns) of the grid.
    pub fn dim(&self) -> (usize, usize) {
        self.whitened.first().map_or((0, 0), |w| w.1.dim())
    }
}

/// The bins in all views; all but the first are made when first needed.
pub(super) struct Levels<'a> {
    bins: &'a [Bin],
    whole: Level<'a>,
    halved: OnceLock<Level<'a>>,
    inverted: OnceLock<Level<'a>>,
}

impl<'a> Levels<'a> {
    /// Of bins of one size.
    pub fn new(bins: &'a [Bin]) -> Self {
        Self {
            bins,
            whole: Level::whole(bins),
            halved: OnceLock::new(),
            inverted: OnceLock::new(),
        }
    }

    /// Of bins that are whitened already; there is no smaller size of them.
    pub fn of_whitened(whitened: &'a [(f64, Plane)]) -> Self {
        Self {
            bins: &[],
            whole: Level::of_whitened(whitened),
            halved: OnceLock::new(),
            inverted: OnceLock::new(),
        }
    }

    /// The bins in a view.
    pub fn get(&self, view: View) -> &Level<'a> {
        match view {
            View::Whole => &self.whole,
            View::Halved => self.halved.get_or_init(|| Level::halved(self.bins)),
            View::Inverted => self.inverted.get_or_init(|| Level::inverted(&self.whole)),
        }
    }
}

/// Means of two by two samples; an odd last row or column is left out.
fn half(plane: &Plane) -> Plane {
    let (rows, columns) = plane.dim();
    Array2::from_shape_fn(((rows / 2).max(1), (columns / 2).max(1)), |(y, x)| {
        let at = |dy: usize, dx: usize| {
            plane[[(2 * y + dy).min(rows - 1), (2 * x + dx).min(columns - 1)]]
        };
        (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4.0
    })
}
