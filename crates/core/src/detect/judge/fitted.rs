//! Notes where exactly a candidate is read.

use crate::detect::detector::Detector;
use crate::detect::fit::{Fit, FitGeometry, FitRun};
use crate::detect::pilot::Track;
use crate::detect::register::{Candidate, Scale};

impl Detector<'_> {
    /// Where those of a candidate's bins, `tracks`, that `bins` names are read.
    pub fn fitted(&self, candidate: &Candidate, tracks: &[Track], bins: &[usize]) -> Fit {
        let first_s = tracks.first().map_or(0.0, |t| t.time_s);
        let still = FitGeometry {
            from_s: first_s,
            map: candidate.geometry_at(first_s),
        };
        let waypoints = candidate.waypoints.iter();
        let moving = waypoints.take_while(|w| w.from_s.is_finite());
        let mut geometries: Vec<FitGeometry> = moving
            .map(|w| FitGeometry {
                from_s: w.from_s,
                map: w.geometry,
            })
            .collect();
        if geometries.is_empty() {
            geometries.push(still);
        }
        Fit {
            frames: self.frames.clone(),
            grid: self.level(Scale::Whole).dim(),
            scale: candidate.scale,
            rate: candidate.alignment.rate,
            runs: self.fit_runs(candidate, tracks, bins),
            geometries,
            hosts: self.hosts.clone(),
        }
    }

    /// Bins as runs, cut where the offset jumps or a bin was left out.
    fn fit_runs(&self, candidate: &Candidate, tracks: &[Track], bins: &[usize]) -> Vec<FitRun> {
        let offsets_s = &candidate.alignment.offsets_s;
        let read = bins.iter().map(|&bin| (&tracks[bin], &offsets_s[bin]));
        let mut read = read.peekable();
        let mut runs: Vec<FitRun> = Vec::new();
        let mut open = false;
        for (time_s, _) in self.level(candidate.scale).whitened.iter() {
            let Some((_, &offset_s)) = read.next_if(|(track, _)| track.time_s == *time_s) else {
                open = false;
                continue;
            };
            match runs.last_mut() {
                Some(run) if open && run.offset_s == offset_s => run.last_s = *time_s,
                _ => runs.push(FitRun {
                    first_s: *time_s,
                    last_s: *time_s,
                    offset_s,
                }),
            }
            open = true;
        }
        runs
    }
}
