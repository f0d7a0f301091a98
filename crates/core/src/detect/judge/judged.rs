//! A candidate with what it reads.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::detect::detector::Detector;
use crate::detect::pilot::Track;
use crate::detect::register::{BEYOND_DOUBT, Candidate};
use crate::detect::symbols::TitleReading;

/// ln by which all slots that disagree together may do so, before the picture is
/// taken to wander: slots that are read rightly but weakly do by a little.
const DISAGREES: f64 = -8.0;

/// A candidate, registered, with what it reads.
pub(crate) struct Judged {
    pub candidate: Candidate,
    pub tracks: Vec<Track>,
    pub title: Option<TitleReading>,
}

impl Judged {
    /// ln of the likelihood of pilot and data, as far as they tell candidates apart.
    pub fn weight(&self) -> f64 {
        self.candidate.likelihood() + self.title.as_ref().map_or(0.0, |t| t.agreement)
    }

    /// True if the pilot is beyond doubt and lies on slots whose data agree.
    pub fn agrees(&self) -> bool {
        let disagrees = self.title.as_ref().map_or(0.0, TitleReading::disagreement);
        self.candidate.alignment.z > BEYOND_DOUBT && disagrees > DISAGREES
    }
}

impl Detector<'_> {
    /// The candidate with what its bins read.
    pub fn judged(&self, candidate: Candidate, tracks: Vec<Track>) -> Judged {
        let title = self.best_title(&tracks, &candidate);
        Judged {
            candidate,
            tracks,
            title,
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

    /// The title whose key fits best.
    fn best_title(&self, tracks: &[Track], candidate: &Candidate) -> Option<TitleReading> {
        let tiles = self.key.slot_tiles(tracks, &candidate.alignment);
        let fit = Arc::new(self.fitted(candidate, tracks));
        let readings: Vec<TitleReading> = self
            .search
            .titles
            .par_iter()
            .map(|title| self.key.read_title(&tiles, title, &fit))
            .collect();
        readings
            .into_iter()
            .filter(|r| !r.slots.is_empty())
            .max_by(|a, b| a.agreement.total_cmp(&b.agreement))
    }
}
