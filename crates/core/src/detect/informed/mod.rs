//! Informed detection: reads again what was found, with the title's own pictures
//! taken away.
//!
//! ```text
//! bin ──────────────────────────────────────────────┐
//!                                                    ├─ canceller ─ registered, aligned, judged again
//! master's pictures ─ mixed in time ─ warped, toned ─┘
//! ```
//!
//! Where the pictures are not the title's they do not cohere with the bins, and
//! nothing is taken away. Of both readings the one whose pilot and data fit better
//! is kept.
//!
//! # Why the bound stays
//!
//! The bound needs the symbols of whoever is innocent to be independent of everything
//! that z is computed from (DESIGN: E\[LR\] = 1 for every z). The master's pictures
//! were kept before a copy was marked, so they know nobody's symbols; where they are
//! put follows from pilot, data energy and pictures, none of which looks at a
//! distributor. What is subtracted from an exhibit is therefore a function of the
//! exhibit and of what was there before all codewords were used: the LR of an
//! innocent distributor averages 1 whatever the pictures are, also if they are wrong.
//! A master that is itself somebody's marked copy lowers that copy's LR, nobody
//! else's is raised.

mod host;
mod known;
mod mix;
mod warp;

pub use host::hosts_of;

use std::ops::Range;

use super::align::MOVED_FROM;
use super::bins::Bin;
use super::content::{MasterPictures, Masters, first_tile, likely};
use super::detector::Detector;
use super::fit::{Fit, FitGeometry, HostFit};
use super::judge::{Judged, Shown};
use super::pilot::Track;
use super::register::{Candidate, Scale};

/// Data must stand out this much more where the pictures are than where the pilot is, standard
/// deviations.
const BORNE_OUT: f64 = 8.0;
/// A slot whose pilot shows this plainly, standard deviations, has its symbols read without
/// error: nothing is gained by reading them again.
const PLAIN: f32 = 14.0;

/// What was read, the detector that read it, and the bins in which the pilot is missing.
type Read<'a> = (Detector<'a>, Judged, Vec<Range<usize>>);

impl<'a> Detector<'a> {
    /// What is read without the bins in which the pilot is missing, and which these are.
    pub fn complete(self, judged: Judged) -> Read<'a> {
        let missing = self.key.absent(&judged.tracks, &judged.candidate.alignment);
        let judged = match missing.is_empty() {
            true => judged,
            false => self.without(judged, &missing),
        };
        (self, judged, missing)
    }

    /// What is read with the hosts that a candidate points to taken away; as it was read
    /// if all is plain as it is, no master's picture can be had, or it reads no better. Where
    /// the pictures are others than the title's they are asked what they are, unless they
    /// were `asked` before.
    pub fn informed(
        self,
        bins: &'a [Bin],
        judged: Judged,
        (masters, asked): (&dyn Masters, bool),
    ) -> Read<'a> {
        let (detector, judged, missing) = self.complete(judged);
        let found = detector.host_fits(bins, &judged, masters);
        if found.is_empty() && !asked {
            return detector.contradicted(bins, (judged, missing), masters);
        }
        if judged.is_plain() {
            return (detector, judged, missing);
        }
        let Some(informed) = detector.without_hosts(bins, found) else {
            return (detector, judged, missing);
        };
        let mut again = informed.judged_again(&judged.candidate);
        if !missing.is_empty() {
            again = informed.without(again, &missing);
        }
        match again.weight() > judged.weight() {
            true => (informed, again, missing),
            false => (detector, judged, missing),
        }
    }

    /// What is read where the pictures are, if the data bear that out rather than the place
    /// where the pilot is: a pilot can be learnt from a copy and moved.
    fn contradicted(
        self,
        bins: &'a [Bin],
        (judged, missing): (Judged, Vec<Range<usize>>),
        masters: &dyn Masters,
    ) -> Read<'a> {
        let known = likely(masters.known(bins));
        match self.seen(bins, &known, masters) {
            Some((detector, seen)) if seen.data_z() > judged.data_z() + BORNE_OUT => {
                detector.complete(seen)
            }
            _ => (self, judged, missing),
        }
    }

    /// A candidate of the same window, moved to where it fits best now. The pictures bear
    /// its place out, so it is one of few, not of all that were swept.
    fn judged_again(&self, candidate: &Candidate) -> Judged {
        let candidate = Candidate {
            swept: false,
            ..candidate.clone()
        };
        let moved = candidate
            .waypoints
            .is_empty()
            .then(|| self.registered(&candidate));
        let believed = |(moved, _): &(Candidate, Vec<Track>)| {
            !moved.alignment.seen || moved.alignment.z >= MOVED_FROM
        };
        let (candidate, tracks) = match moved.filter(believed) {
            Some(moved) => moved,
            None => self.realigned(candidate, &[]),
        };
        let judged = self.judged(candidate, tracks);
        self.borne_out(judged)
    }

    /// Where the titles' pictures are, with the pictures: those titles whose pictures are
    /// what the bins show.
    fn host_fits(
        &self,
        bins: &[Bin],
        judged: &Judged,
        masters: &dyn Masters,
    ) -> Vec<(HostFit, MasterPictures)> {
        let one = |shown: &Shown| {
            let title = &shown.reading.title;
            let fit = self.fitted(&judged.candidate, &judged.tracks, &shown.bins);
            let times: Vec<f64> = bins.iter().filter_map(|b| fit.title_s(b.time_s)).collect();
            let master = masters.pictures(title, &times)?;
            let tile = first_tile(bins, &fit, &master)?;
            Some((host_fit(title, fit, tile), master))
        };
        judged.shown.iter().filter_map(one).collect()
    }
}

impl Judged {
    fn is_plain(&self) -> bool {
        let mut slots = self.shown.iter().flat_map(|s| &s.reading.slots);
        !self.shown.is_empty() && slots.all(|slot| slot.pilot_z >= PLAIN)
    }
}

/// A fit on the bins' own grid, its chips named from the title's first, `tile` (right, down)
/// from where the fit has it.
fn host_fit(title: &str, fit: Fit, tile: (i64, i64)) -> HostFit {
    let whole = |geometry: &FitGeometry| {
        let map = geometry.map.renamed(tile.0 as f64, tile.1 as f64);
        FitGeometry {
            map: match fit.scale {
                Scale::Half => map.rescaled(0.5),
                Scale::Whole | Scale::Negative => map,
            },
            ..*geometry
        }
    };
    HostFit {
        title: title.to_owned(),
        rate: fit.rate,
        geometries: fit.geometries.iter().map(whole).collect(),
        runs: fit.runs,
    }
}
