//! Measures what chance finds: the pilots of unrelated secrets.

use rayon::prelude::*;

use crate::detect::align::{Shift, Times};
use crate::detect::pilot::{PilotKey, Track};

impl PilotKey {
    /// The most that any decoy finds.
    pub(super) fn strongest_decoy(&self, z: impl Fn(&PilotKey) -> f32 + Send + Sync) -> f32 {
        let found: Vec<f32> = self.decoys().par_iter().map(&z).collect();
        found.into_iter().fold(0.0, f32::max)
    }

    /// The pilot that this key, of an unrelated secret, finds at the times that the pictures
    /// tell: what chance gives at one place, moved as finely as the pilot itself.
    pub(super) fn decoy_z_along(&self, base: &[Track], times: &Times) -> f32 {
        let again = self.correlated(base);
        let along = self.align_seen(&again, times);
        self.align_finely(&along, &again).z
    }

    /// The strongest pilot that this key, of an unrelated secret, finds under the
    /// geometry of `base` over the same rates: what chance gives on this picture.
    /// With `anywhere` it may lie at any shift, as the pilot of a swept candidate might.
    pub(super) fn decoy_z(&self, base: &[Track], rates: &[f64], anywhere: bool) -> f32 {
        let again = self.correlated(base);
        let strongest = |tracks: &[Track]| self.align(tracks, rates).first().map_or(0.0, |a| a.z);
        if !anywhere {
            return strongest(&again);
        }
        let shifted = |shift: Shift| -> Vec<Track> {
            again
                .iter()
                .map(|t| t.shifted(shift.rows, shift.columns))
                .collect()
        };
        self.locate(&again)
            .into_iter()
            .map(|shift| strongest(&shifted(shift)))
            .fold(0.0, f32::max)
    }
}
