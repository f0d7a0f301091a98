//! A candidate with what it reads.

use std::ops::Range;

use super::titles::Shown;
use crate::detect::align::Times;
use crate::detect::detector::Detector;
use crate::detect::pilot::Track;
use crate::detect::register::{BEYOND_DOUBT, Candidate};
use crate::mark::SYMBOLS;

/// ln by which all slots that disagree together may do so, before the picture is
/// taken to wander: slots that are read rightly but weakly do by a little.
const DISAGREES: f64 = -8.0;
/// Where the pictures say the place, data beyond this many standard deviations are a mark:
/// those of ten films without one, under three attacks each, were at most 2.5.
const BORNE_OUT: f64 = 8.0;

/// A candidate, registered, with what it reads.
pub(crate) struct Judged {
    pub candidate: Candidate,
    pub tracks: Vec<Track>,
    /// What its bins show of each title, the likeliest first.
    pub shown: Vec<Shown>,
    /// Slots of runs whose data do not agree: places that only seem to be the pilot's.
    pub seeming: Vec<usize>,
    /// ln of the likelihood of the data, less what changes of title cost.
    agreement: f64,
}

impl Judged {
    /// ln of the likelihood of pilot and data, as far as they tell candidates apart.
    pub fn weight(&self) -> f64 {
        self.candidate.likelihood() + self.agreement
    }

    /// How far the data go beyond noise, in standard deviations, whatever the symbols are.
    pub fn data_z(&self) -> f64 {
        let slots = || self.shown.iter().flat_map(|s| &s.reading.slots);
        let symbols = slots().flat_map(|slot| slot.z);
        let beyond: f64 = symbols.map(|z| f64::from(z * z - 1.0)).sum();
        beyond / (2.0 * (SYMBOLS * slots().count().max(1)) as f64).sqrt()
    }

    /// True if the pictures say where it is and the data that a mark is there, whatever the
    /// pilot says.
    pub fn is_borne_out(&self) -> bool {
        self.candidate.alignment.seen.is_some() && self.data_z() > BORNE_OUT
    }

    /// The title time of the bin at `exhibit_s`, seconds; `None` if there is none.
    pub fn title_s(&self, exhibit_s: f64) -> Option<f64> {
        let (rate, offsets_s) = self.candidate.alignment.times();
        let bin = self.tracks.iter().position(|t| t.time_s == exhibit_s)?;
        Some(offsets_s.get(bin)? + rate * exhibit_s)
    }

    /// True if the pilot is beyond doubt and lies on slots whose data agree.
    pub fn agrees(&self) -> bool {
        let disagrees: f64 = self.shown.iter().map(|s| s.reading.disagreement()).sum();
        self.candidate.alignment.z > BEYOND_DOUBT && disagrees > DISAGREES
    }
}

impl Detector<'_> {
    /// The candidate with what its bins read.
    pub fn judged(&self, candidate: Candidate, tracks: Vec<Track>) -> Judged {
        let all = self.shown(&tracks, &candidate);
        let seeming = all.runs.into_iter().filter(|run| run.agreement < DISAGREES);
        Judged {
            candidate,
            tracks,
            seeming: seeming.flat_map(|run| run.slots).collect(),
            shown: all.titles,
            agreement: all.agreement,
        }
    }

    /// The same, or what is read without the runs that only seem to be the title's, if
    /// that is likelier.
    pub fn borne_out(&self, judged: Judged) -> Judged {
        if judged.seeming.is_empty() || judged.candidate.alignment.seen.is_some() {
            return judged;
        }
        let (candidate, tracks) = self.realigned(judged.candidate.clone(), &judged.seeming);
        let again = self.judged(candidate, tracks);
        match again.weight() > judged.weight() {
            true => again,
            false => judged,
        }
    }

    /// What is read if the bins in `missing` are left out.
    pub fn without(&self, judged: Judged, missing: &[Range<usize>]) -> Judged {
        let left = |bin: &usize| !missing.iter().any(|range| range.contains(bin));
        let mut candidate = judged.candidate;
        let tracks = judged.tracks.into_iter().enumerate();
        let tracks: Vec<Track> = tracks.filter(|t| left(&t.0)).map(|t| t.1).collect();
        let rate = candidate.alignment.rate;
        let again = match &candidate.alignment.seen {
            Some(times) => {
                let offsets_s = times.offsets_s.iter().enumerate();
                let offsets_s = offsets_s.filter(|o| left(&o.0)).map(|o| *o.1);
                let times = Times {
                    rate: times.rate,
                    offsets_s: offsets_s.collect(),
                };
                Some(self.key.align_seen(&tracks, &times))
            }
            None => self.key.align(&tracks, &[rate]).into_iter().next(),
        };
        if let Some(alignment) = again {
            candidate.alignment = self.key.align_finely(&alignment, &tracks);
        }
        self.judged(candidate, tracks)
    }
}
