//! This module decides how strongly each place of a picture is marked.

use ndarray::Array2;

use crate::luma::Plane;
use crate::luma::activity::Blocks;
use crate::luma::blur::gaussian;

/// The amplitude as a function of the local activity, in 8-bit code values:
/// `min(floor + slope · deviation, cap)`, times a factor for the dark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Amplitude where nothing happens.
    pub floor: f32,
    /// Added per code value of local standard deviation.
    pub slope: f32,
    /// Never more than this.
    pub cap: f32,
}

impl Gain {
    /// The default. Found by measuring picture quality against evidence; the
    /// README's table has the figures.
    pub const DEFAULT: Self = Self {
        floor: 0.72,
        slope: 0.012,
        cap: 1.1,
    };

    /// Everything times `strength`.
    pub fn scaled(self, strength: f32) -> Self {
        Self {
            floor: self.floor * strength,
            slope: self.slope * strength,
            cap: self.cap * strength,
        }
    }

    /// The amplitude of every block, axes (block row, block column).
    pub fn of(&self, blocks: &Blocks) -> Plane {
        let busy = gaussian(&blocks.deviation, 1.0);
        let mut gain = Array2::zeros(busy.dim());
        for (out, &busy) in gain.iter_mut().zip(&busy) {
            *out = (self.floor + self.slope * busy).min(self.cap);
        }
        gain
    }
}
