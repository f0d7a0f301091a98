//! What the pilot says against the pictures and the data.

use crate::detect::align::{Alignment, MOVED_FROM};
use crate::detect::judge::Judged;
use crate::detect::register::{BEYOND_DOUBT, Candidate};
use crate::mark::SLOT_S;

/// A pilot that was tampered with: it can be learnt from a copy and moved, turned over or taken
/// out, which leaves the data where they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contradiction {
    /// It says another time: at `exhibit_s` of the exhibit it is `title_s` of the title, seconds.
    Elsewhere {
        /// Exhibit time, seconds.
        exhibit_s: f64,
        /// Title time that the pilot says, seconds.
        title_s: f64,
    },
    /// It is where the pictures are, with the other sign.
    Opposite,
    /// It is not there.
    Missing,
}

impl Contradiction {
    /// Of what was read where the pictures are and the data bear that out, and the whole
    /// picture in which the pilot is strongest.
    pub(crate) fn between(seen: &Judged, strongest: Option<&Candidate>) -> Option<Self> {
        let there = seen.candidate.alignment.z;
        if !seen.is_borne_out() || there >= MOVED_FROM {
            return None;
        }
        let elsewhere = strongest.and_then(|pilot| elsewhere(seen, &pilot.alignment));
        Some(elsewhere.unwrap_or(match there <= -MOVED_FROM {
            true => Self::Opposite,
            false => Self::Missing,
        }))
    }
}

fn elsewhere(seen: &Judged, pilot: &Alignment) -> Option<Contradiction> {
    if pilot.z < BEYOND_DOUBT || pilot.offsets_s.len() != seen.tracks.len() {
        return None;
    }
    // Of several places, that of most bins.
    let runs = pilot.offsets_s.chunk_by(|a, b| a == b);
    let ends = runs.scan(0, |end, run| {
        *end += run.len();
        Some((run.len(), *end))
    });
    let (length, end) = ends.max()?;
    let bin = end - length.div_ceil(2);
    let exhibit_s = seen.tracks[bin].time_s;
    let title_s = pilot.offsets_s[bin] + pilot.rate * exhibit_s;
    let differs = (title_s - seen.title_s(exhibit_s)?).abs() > SLOT_S / 2.0;
    differs.then_some(Contradiction::Elsewhere { exhibit_s, title_s })
}
