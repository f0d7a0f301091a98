//! Looks for whole pictures: their shift and scale are known.

use rayon::prelude::*;

use crate::detect::align::Alignment;
use crate::detect::detector::Detector;
use crate::detect::geometry::{Geometry, Orientation};
use crate::detect::register::{BEYOND_DOUBT, Candidate, Scale};

/// Alignments kept of each place of a whole picture.
const ALIGNMENTS: usize = 3;
/// Speeds tried for turned and mirrored pictures and negatives: the first ones.
const FIRST_RATES: usize = 3;

/// A place where a whole picture may lie.
struct Try {
    geometry: Geometry,
    orientation: Orientation,
    extent: (f64, f64),
}

impl Detector<'_> {
    /// The best candidates, best first: every region × extent × orientation × rate,
    /// in that order of likelihood, stopping once one is beyond doubt. The upright
    /// ones are also looked for black for white: where white is black, the pilot is
    /// its own negative.
    pub fn whole_candidates(&self) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        // Few exhibits are turned, fewer are turned and re-timed.
        let first = &self.rates[..FIRST_RATES.min(self.rates.len())];
        for (orientations, rates) in [
            (&Orientation::ALL[..1], self.rates),
            (&Orientation::ALL[1..], first),
        ] {
            let of = |t: &Try| self.tried(t, rates, first);
            let tries = self.tries(orientations);
            found.extend(tries.par_iter().flat_map_iter(of).collect::<Vec<_>>());
            found.sort_by(|a, b| b.alignment.merit().total_cmp(&a.alignment.merit()));
            if found.first().is_some_and(|c| c.alignment.z > BEYOND_DOUBT) {
                break;
            }
        }
        found
    }

    fn tries(&self, orientations: &[Orientation]) -> Vec<Try> {
        let extents = &self.search.extents;
        orientations
            .iter()
            .flat_map(|&orientation| extents.iter().map(move |&extent| (orientation, extent)))
            .flat_map(|(orientation, extent)| {
                self.search.regions.iter().map(move |&region| Try {
                    geometry: Geometry::whole(region, extent, orientation),
                    orientation,
                    extent,
                })
            })
            .collect()
    }

    /// The best alignments at a place, and at the `first` rates that of a negative.
    fn tried(&self, place: &Try, rates: &[f64], first: &[f64]) -> Vec<Candidate> {
        let candidate = |scale: Scale| {
            move |alignment: Alignment| Candidate {
                geometry: place.geometry,
                orientation: place.orientation,
                alignment,
                extent: place.extent,
                waypoints: Vec::new(),
                path_z: None,
                scale,
                swept: false,
            }
        };
        let whitened = &self.level(Scale::Whole).whitened;
        let mut tracks = self.key.tracks(whitened, |_| place.geometry);
        let aligned = self.key.align(&tracks, rates).into_iter().take(ALIGNMENTS);
        let mut found: Vec<Candidate> = aligned.map(candidate(Scale::Whole)).collect();
        if place.orientation == Orientation::default() {
            tracks.iter_mut().for_each(|t| t.weight = -t.weight);
            let negative = self.key.align(&tracks, first).into_iter().take(1);
            found.extend(negative.map(candidate(Scale::Negative)));
        }
        found
    }
}
