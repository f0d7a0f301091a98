//! Keeps the whitened bins at the scales at which pictures are looked at.
//!
//! Whitening is made for chips of three samples. A picture cropped to half has
//! chips of six: there the grid is halved.

use std::borrow::Cow;
use std::sync::OnceLock;

use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::detect::bins::{Bin, whitened};
use crate::detect::sweep::Stack;
use crate::luma::Plane;

/// How the picture is taken to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    /// Hardly at all in two seconds.
    Steady,
    /// By chips from bin to bin.
    Restless,
}

/// At what scale the bins are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// As they are.
    Whole,
    /// At half their size.
    Half,
    /// As they are, black for white.
    Negative,
}

/// Whitened bins on one grid.
pub(crate) struct Level<'a> {
    /// Samples of the bins' grid along each of this one's.
    pub factor: f64,
    /// Time of each bin in seconds, and its samples.
    pub whitened: Cow<'a, [(f64, Plane)]>,
    steady: OnceLock<Stack>,
    restless: OnceLock<Stack>,
}

impl<'a> Level<'a> {
    /// The bins and their hosts at half their size.
    fn half(bins: &[Bin], hosts: &[Option<Plane>]) -> Self {
        let halved: Vec<Bin> = bins
            .par_iter()
            .map(|bin| Bin {
                picture: half(&bin.picture),
                ..bin.clone()
            })
            .collect();
        let hosts: Vec<Option<Plane>> = hosts.iter().map(|h| h.as_ref().map(half)).collect();
        Self::of(2.0, whitened(&halved, &hosts))
    }

    /// The bins of another level, black for white.
    fn negative(other: &Level<'_>) -> Self {
        let negative = other
            .whitened
            .par_iter()
            .map(|(time_s, plane)| (*time_s, -plane));
        Self::of(other.factor, negative.collect::<Vec<_>>())
    }

    fn of(factor: f64, whitened: impl Into<Cow<'a, [(f64, Plane)]>>) -> Self {
        Self {
            factor,
            whitened: whitened.into(),
            steady: OnceLock::new(),
            restless: OnceLock::new(),
        }
    }

    /// The segments to sweep over, made when first asked for: of two seconds,
    /// or single bins for a picture that moves.
    pub fn stack(&self, motion: Motion) -> &Stack {
        match motion {
            Motion::Steady => self
                .steady
                .get_or_init(|| Stack::of_seconds(&self.whitened)),
            Motion::Restless => self.restless.get_or_init(|| Stack::of_bins(&self.whitened)),
        }
    }

    /// (rows, columns) of the grid.
    pub fn dim(&self) -> (usize, usize) {
        self.whitened.first().map_or((0, 0), |w| w.1.dim())
    }
}

/// The bins at all scales; all but the first are made when first needed.
pub(crate) struct Pyramid<'a> {
    bins: &'a [Bin],
    hosts: Vec<Option<Plane>>,
    whole: Level<'a>,
    half: OnceLock<Level<'a>>,
    negative: OnceLock<Level<'a>>,
}

impl<'a> Pyramid<'a> {
    /// Of bins of one size.
    pub fn new(bins: &'a [Bin]) -> Self {
        Self::informed(bins, Vec::new())
    }

    /// Of bins of one size whose hosts are taken away, as far as they are known.
    pub fn informed(bins: &'a [Bin], hosts: Vec<Option<Plane>>) -> Self {
        Self {
            bins,
            whole: Level::of(1.0, whitened(bins, &hosts)),
            hosts,
            half: OnceLock::new(),
            negative: OnceLock::new(),
        }
    }

    /// Of bins that are whitened already; there is no smaller size of them.
    pub fn of_whitened(whitened: &'a [(f64, Plane)]) -> Self {
        Self {
            bins: &[],
            hosts: Vec::new(),
            whole: Level::of(1.0, whitened),
            half: OnceLock::new(),
            negative: OnceLock::new(),
        }
    }

    /// The bins at a scale.
    pub fn at(&self, scale: Scale) -> &Level<'a> {
        match scale {
            Scale::Whole => &self.whole,
            Scale::Half => self
                .half
                .get_or_init(|| Level::half(self.bins, &self.hosts)),
            Scale::Negative => self.negative.get_or_init(|| Level::negative(&self.whole)),
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
