//! A candidate with what it reads.

use std::ops::Range;

use super::titles::Shown;
use crate::detect::detector::Detector;
use crate::detect::pilot::Track;
use crate::detect::register::{BEYOND_DOUBT, Candidate};

/// ln by which all slots that disagree together may do so, before the picture is
/// taken to wander: slots that are read rightly but weakly do by a little.
const DISAGREES: f64 = -8.0;

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
        if judged.seeming.is_empty() {
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
        let tracks: Vec<Track> = judged
            .tracks
            .into_iter()
            .enumerate()
            .filter(|(bin, _)| !missing.iter().any(|range| range.contains(bin)))
            .map(|(_, track)| track)
            .collect();
        let mut candidate = judged.candidate;
        let again = self.key.align(&tracks, &[candidate.alignment.rate]);
        if let Some(alignment) = again.first() {
            candidate.alignment = self.key.align_finely(alignment, &tracks);
        }
        self.judged(candidate, tracks)
    }
}
