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
mod mix;
mod warp;

pub use host::hosts_of;

use std::ops::Range;

use super::bins::Bin;
use super::content::{MasterPictures, Masters, first_tile};
use super::detector::Detector;
use super::fit::{Fit, FitGeometry, HostFit};
use super::judge::{Judged, Shown};
use super::register::{Candidate, Pyramid, Scale};

/// A slot whose pilot shows this plainly, standard deviations, has its symbols read without
/// error: nothing is gained by reading them again.
const PLAIN: f32 = 14.0;

impl<'a> Detector<'a> {
    /// The same window with the hosts that a candidate points to taken away, and what is
    /// read then but in the bins `missing`, in which it was not; `None` if all is plain as it is, no master's picture can be had, or it reads
    /// no better.
    pub fn informed(
        &self,
        bins: &'a [Bin],
        (judged, missing): (&Judged, &[Range<usize>]),
        masters: &dyn Masters,
    ) -> Option<(Self, Judged)> {
        if judged.is_plain() {
            return None;
        }
        let found = self.host_fits(bins, judged, masters);
        let hosts = hosts_of(bins, found.iter().map(|(fit, master)| (fit, master)));
        if hosts.iter().all(Option::is_none) {
            return None;
        }
        let informed = Self {
            key: self.key,
            frames: self.frames.clone(),
            pyramid: Pyramid::informed(bins, hosts),
            search: self.search,
            hosts: found.into_iter().map(|(fit, _)| fit).collect(),
            rates: self.rates,
        };
        let mut again = informed.judged_again(&judged.candidate);
        if !missing.is_empty() {
            again = informed.without(again, missing);
        }
        (again.weight() > judged.weight()).then_some((informed, again))
    }

    /// A candidate of the same window, moved to where it fits best now. The pictures bear
    /// its place out, so it is one of few, not of all that were swept.
    fn judged_again(&self, candidate: &Candidate) -> Judged {
        let candidate = Candidate {
            swept: false,
            ..candidate.clone()
        };
        let (candidate, tracks) = match candidate.waypoints.is_empty() {
            true => self.registered(&candidate),
            false => self.realigned(candidate, &[]),
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
