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

mod found;
mod host;
mod known;
mod mix;
mod warp;

pub use host::hosts_of;

use std::ops::Range;

use super::align::{Alignment, MOVED_FROM, Times};
use super::bins::Bin;
use super::content::{Known, MasterPictures, Masters, Told, by_pictures, likely};
use super::detector::Detector;
use super::fit::HostFit;
use super::judge::Judged;
use super::pilot::Track;
use super::register::{Candidate, Scale};

/// Data must stand out this much more where the pictures are than where the pilot is, standard
/// deviations.
const STANDS_OUT: f64 = 8.0;
/// A slot whose pilot shows this plainly, standard deviations, has its symbols read without
/// error: nothing is gained by reading them again.
const PLAIN: f32 = 14.0;

/// What was read.
pub struct Read<'a> {
    /// What read it.
    pub detector: Detector<'a>,
    /// What it is.
    pub judged: Judged,
    /// The bins in which the pilot is missing.
    pub missing: Vec<Range<usize>>,
    /// What the pictures are known to show, if that was asked.
    pub known: Vec<Known>,
}

impl<'a> Read<'a> {
    /// The same, where the pictures are known.
    pub fn knowing(self, known: Vec<Known>) -> Self {
        Self { known, ..self }
    }

    /// What is read where the pictures are, if the data bear that out rather than the place
    /// where the pilot is: a pilot can be learnt from a copy and moved.
    fn contradicted(self, bins: &'a [Bin], masters: &dyn Masters) -> Self {
        let known = likely(masters.known(bins));
        match self.detector.seen(bins, &known, masters) {
            Some((detector, seen)) if is_likelier(&seen, &self.judged) => {
                detector.complete(seen).knowing(known)
            }
            _ => self,
        }
    }
}

impl<'a> Detector<'a> {
    /// What is read without the bins in which the pilot is missing, and which these are.
    pub fn complete(self, judged: Judged) -> Read<'a> {
        let alignment = &judged.candidate.alignment;
        // A pilot that was tampered with says nothing of where it is missing.
        let missing = match judged.is_borne_out() && alignment.z < MOVED_FROM {
            true => Vec::new(),
            false => self.key.absent(&judged.tracks, alignment),
        };
        let judged = match missing.is_empty() {
            true => judged,
            false => self.without(judged, &missing),
        };
        Read {
            detector: self,
            judged,
            missing,
            known: Vec::new(),
        }
    }

    /// What is read with the hosts that a candidate points to taken away, and at
    /// the times that the pictures give; as it was read if all is plain as it is, no master's
    /// picture can be had, or it reads no better. Where the pictures are others than the
    /// title's they are asked what they are, unless they were `asked` before.
    pub fn informed(
        self,
        bins: &'a [Bin],
        judged: Judged,
        (masters, asked): (&dyn Masters, bool),
    ) -> Read<'a> {
        let blind = self.complete(judged);
        let detector = &blind.detector;
        let found = detector.host_fits(bins, &blind.judged, masters);
        let upright = || detector.is_upright(bins, &blind.judged, masters);
        if !asked && (found.is_empty() || upright()) {
            return blind.contradicted(bins, masters);
        }
        let told = match (&found[..], blind.missing.is_empty()) {
            ([(fit, master)], true) => by_pictures(bins, fit, master),
            _ => None,
        };
        // What is in pieces is asked what it is, piece by piece.
        let in_pieces = found.len() > 1 || found.iter().any(|(fit, _)| fit.runs.len() > 1);
        let elsewhen = match in_pieces && !asked {
            true => detector.elsewhen(bins, masters),
            false => None,
        };
        let informed = match told {
            Some(told) => detector.retimed(bins, (&blind.judged, &told), found),
            // Of several titles the pictures tell the times better than one pilot for all.
            None if found.len() > 1 && elsewhen.is_some() => None,
            None if blind.judged.is_plain() => None,
            None => detector.without_hosts(bins, found).map(|informed| {
                let mut judged = informed.judged_again(&blind.judged.candidate);
                if !blind.missing.is_empty() {
                    judged = informed.without(judged, &blind.missing);
                }
                Read {
                    detector: informed,
                    judged,
                    missing: blind.missing.clone(),
                    known: Vec::new(),
                }
            }),
        };
        let heavier =
            |best: Read<'a>, read: Read<'a>| match read.judged.weight() > best.judged.weight() {
                true => read,
                false => best,
            };
        let again = [informed, elsewhen].into_iter().flatten();
        again.fold(blind, heavier)
    }

    /// What is read where and when the pictures say that it is.
    fn elsewhen(&self, bins: &'a [Bin], masters: &dyn Masters) -> Option<Read<'a>> {
        let known = likely(masters.known(bins));
        let (detector, judged) = self.seen(bins, &known, masters)?;
        Some(detector.complete(judged).knowing(known))
    }

    /// What is read at the times that the pictures tell.
    fn retimed(
        &self,
        bins: &'a [Bin],
        (judged, told): (&Judged, &Told),
        mut found: Vec<(HostFit, MasterPictures)>,
    ) -> Option<Read<'a>> {
        let (fit, _) = found.first_mut()?;
        let mut offsets_s = judged.candidate.alignment.offsets_s.clone();
        for (run, told_s) in fit.runs.iter_mut().zip(&told.offsets_s) {
            let bins = judged.tracks.iter().zip(&mut offsets_s);
            bins.filter(|(track, _)| run.holds(track.time_s))
                .for_each(|(_, offset_s)| *offset_s = *told_s);
            run.offset_s = *told_s;
        }
        fit.rate = told.rate;
        let times = Times {
            rate: told.rate,
            offsets_s,
        };
        let candidate = Candidate {
            alignment: Alignment::at(times, judged.candidate.alignment.z),
            ..judged.candidate.clone()
        };
        let informed = self.without_hosts(bins, found)?;
        let judged = informed.judged_again(&candidate);
        Some(informed.complete(judged))
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
            moved.alignment.seen.is_none() || moved.alignment.z >= MOVED_FROM
        };
        let (candidate, tracks) = match moved.filter(believed) {
            Some(moved) => moved,
            None => self.realigned(candidate, &[]),
        };
        let judged = self.judged(candidate, tracks);
        self.borne_out(judged)
    }
}

/// True if the data bear out a place that the pictures say rather than the pilot's. Black
/// for white, they are as far from noise and say the contrary: there the pictures decide.
fn is_likelier(seen: &Judged, judged: &Judged) -> bool {
    let negative = |judged: &Judged| judged.candidate.scale == Scale::Negative;
    match negative(seen) == negative(judged) {
        true => seen.data_z() > judged.data_z() + STANDS_OUT,
        false => seen.is_borne_out(),
    }
}

impl Judged {
    fn is_plain(&self) -> bool {
        let mut slots = self.shown.iter().flat_map(|s| &s.reading.slots);
        !self.shown.is_empty() && slots.all(|slot| slot.pilot_z >= PLAIN)
    }
}
