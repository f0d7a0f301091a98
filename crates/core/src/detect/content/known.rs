//! What pictures alone say of an exhibit.

use crate::detect::geometry::{Geometry, Orientation};

/// Pictures that are known must be so much alike: those of ten clips are by 0.78 to 0.93
/// where another film's were by 0.19.
const ALIKE: f32 = 0.4;

/// A stretch of exhibit whose pictures are known to be a title's.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The title's id.
    pub title: String,
    /// Where it begins in the exhibit, seconds.
    pub exhibit_start_s: f64,
    /// Where it ends in the exhibit, seconds.
    pub exhibit_end_s: f64,
    /// Title time is this, seconds, plus `rate` times exhibit time.
    pub offset_s: f64,
    /// Seconds of title time a second of exhibit time.
    pub rate: f64,
    /// From chips of the title to samples of the bins; chip (0, 0) is the picture's first.
    pub geometry: Geometry,
    /// Chips across and down the title's picture.
    pub extent: (f64, f64),
    /// The nearest of the eight ways in which the picture can be turned.
    pub orientation: Orientation,
    /// True if it is shown black for white.
    pub negative: bool,
    /// How alike the pictures are, 0 to 1.
    pub likeness: f32,
}

impl Known {
    /// Its length, seconds of exhibit time.
    pub fn length_s(&self) -> f64 {
        self.exhibit_end_s - self.exhibit_start_s
    }

    /// Title time less `rate` times exhibit time in its middle: its offset at that speed.
    pub(crate) fn offset_at(&self, rate: f64) -> f64 {
        let middle_s = (self.exhibit_start_s + self.exhibit_end_s) / 2.0;
        self.offset_s + (self.rate - rate) * middle_s
    }

    /// How far a time is from it, seconds; 0 inside.
    pub(crate) fn away_s(&self, time_s: f64) -> f64 {
        (self.exhibit_start_s - time_s)
            .max(time_s - self.exhibit_end_s)
            .max(0.0)
    }
}

/// Those stretches that are surely the title's: of others the search decides.
pub(crate) fn likely(mut known: Vec<Known>) -> Vec<Known> {
    known.retain(|k| k.likeness >= ALIKE);
    known
}
