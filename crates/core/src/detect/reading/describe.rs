//! Puts a judged candidate into the words of a reading.

use super::piece::Piece;
use super::placement::Placement;
use super::sync::Sync;
use crate::detect::align::Run;
use crate::detect::detector::Detector;
use crate::detect::judge::Judged;
use crate::detect::pilot::PilotKey;
use crate::detect::register::{Candidate, Scale};

impl Detector<'_> {
    /// Where the picture and its time were found, and what decoys find there.
    pub fn described(&self, judged: &Judged) -> Sync {
        let best = &judged.candidate;
        let (pilot_z, decoy_z) = match (best.path_z, &best.alignment.seen) {
            (Some(z), _) => {
                let whitened = &self.level(best.scale).whitened;
                let still = self.key.tracks(whitened, |_| best.geometry);
                let path = |decoy: &PilotKey| decoy.strongest_path(&still);
                (z, self.key.strongest_decoy(path))
            }
            (None, Some(times)) => {
                let z = |decoy: &PilotKey| decoy.decoy_z_along(&judged.tracks, times);
                (best.alignment.z, self.key.strongest_decoy(z))
            }
            (None, None) => {
                let z = |decoy: &PilotKey| decoy.decoy_z(&judged.tracks, self.rates, best.swept);
                (best.alignment.z, self.key.strongest_decoy(z))
            }
        };
        let all: Vec<usize> = (0..judged.tracks.len()).collect();
        let mut pieces = match judged.shown.as_slice() {
            [] => self.pieces(judged, &all),
            shown => shown
                .iter()
                .flat_map(|s| self.pieces(judged, &s.bins))
                .collect(),
        };
        pieces.sort_by(|a, b| a.exhibit_start_s.total_cmp(&b.exhibit_start_s));
        let seen = (best.alignment.seen.is_some(), judged.is_borne_out());
        Sync::new((f64::from(pilot_z), f64::from(decoy_z)), pieces, seen)
    }

    /// What is said of the runs of these of its bins.
    pub fn pieces(&self, judged: &Judged, bins: &[usize]) -> Vec<Piece> {
        let best = &judged.candidate;
        let runs = best.alignment.runs(&judged.tracks, bins).into_iter();
        runs.map(|run| self.piece(best, run)).collect()
    }

    fn piece(&self, best: &Candidate, run: Run) -> Piece {
        let region = self.search.regions.first().copied().unwrap_or_default();
        let middle_s = (run.exhibit_start_s + run.exhibit_end_s) / 2.0;
        let factor = self.level(best.scale).factor;
        let onto_bins = best.geometry_at(middle_s).rescaled(1.0 / factor);
        let dim = self.level(Scale::Whole).dim();
        let geometry = Placement::new(&onto_bins, best.orientation, region, best.extent, dim);
        Piece {
            exhibit_start_s: run.exhibit_start_s,
            exhibit_end_s: run.exhibit_end_s,
            title_start_s: run.title_start_s,
            rate: best.alignment.times().0,
            geometry: Placement {
                inverted: best.scale == Scale::Negative,
                moving: !best.waypoints.is_empty(),
                ..geometry
            },
        }
    }
}
