//! Decides how strongly each place of a picture is marked.

use ndarray::Array2;

use crate::luma::Plane;
use crate::luma::activity::Blocks;
use crate::luma::blur::gaussian;

/// Local standard deviations, in 8-bit code values, between which the mark
/// comes in. A drawn background or a wiped-clean gradient has none: there an
/// encoder spends no bits until it is marked, and nothing hides the mark. The
/// noise that any camera leaves is above.
const FLAT: (f32, f32) = (0.06, 0.28);

/// The amplitude as a function of the local activity, in 8-bit code values:
/// `min(floor + slope · deviation, cap)`, falling to 0 where the picture is
/// perfectly flat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Amplitude where little happens.
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
            let coming_in = ((busy - FLAT.0) / (FLAT.1 - FLAT.0)).clamp(0.0, 1.0);
            *out = coming_in * (self.floor + self.slope * busy).min(self.cap);
        }
        gain
    }
}
