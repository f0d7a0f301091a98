//! This module reads one window of an exhibit from its bins to soft symbols.

use rayon::prelude::*;
use serde::Serialize;

use super::align::{Piece, rates};
use super::bins::Bin;
use super::cancel::whitened;
use super::geometry::{Orientation, Region};
use super::pilot::{PilotKey, Track};
use super::register::{Candidate, candidates, decoy_z, refined};
use super::soft::{TitleReading, read_title, slot_tiles};
use crate::luma::Plane;

/// Candidates that are refined and judged by how well their data agree.
const JUDGED: usize = 4;
/// A candidate further behind the best than this, in standard deviations, is not judged.
const BEHIND: f32 = 3.0;
/// Speeds of keyframes: unchanged, PAL's for 24 and for 23.976 frames a second,
/// and 24 for 23.976, each both ways.
const FILM_RATES: [f64; 7] = [
    1.0,
    25.0 / 24.0,
    24.0 / 25.0,
    25.025 / 24.0,
    24.0 / 25.025,
    1.001,
    1.0 / 1.001,
];

/// Where to look.
#[derive(Debug, Clone)]
pub struct Search {
    /// Active pictures to try, on the analysis grid, likeliest first.
    pub regions: Vec<Region>,
    /// Chips (across, down) of the pictures to try, likeliest first.
    pub extents: Vec<(f64, f64)>,
    /// The titles of the registry.
    pub titles: Vec<String>,
}

/// Synchronisation: where the title's picture and time were found.
#[derive(Debug, Clone, Serialize)]
pub struct Sync {
    /// The pilot's strength in standard deviations of what one place gives by chance.
    pub pilot_z: f64,
    /// The strongest that any of the decoy secrets found on the same pictures.
    pub decoy_pilot_z: f64,
    /// True if the pilot is beyond what chance explains.
    pub found: bool,
    /// The exhibit's picture over the title's whole picture, across.
    pub scale_x: f64,
    /// The same, down.
    pub scale_y: f64,
    /// Degrees by which the picture is turned clockwise, beside quarter turns.
    pub angle_deg: f64,
    /// Quarter turns and mirror.
    #[serde(flatten)]
    pub orientation: Orientation,
    /// Stretches of the title, in order of exhibit time.
    pub pieces: Vec<Piece>,
}

/// What was read from a window.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Synchronisation.
    pub sync: Sync,
    /// The title whose key fits best, with its soft symbols; `None` if the
    /// registry has no titles or the window no slot.
    pub title: Option<TitleReading>,
}

/// Reads a window; `None` if it holds no bins.
pub fn read(key: &PilotKey, bins: &[Bin], search: &Search) -> Option<Reading> {
    read_whitened(key, &whitened(bins), search, &rates())
}

/// Reads keyframes, whitened cluster by cluster ([`whitened`]), in order of
/// time; `None` if there are none. They may be hours apart, so that a speed
/// must be right to one part in ten thousand: only those are tried that films
/// are really run at.
pub fn read_keyframes(
    key: &PilotKey,
    keyframes: &[(f64, Plane)],
    search: &Search,
) -> Option<Reading> {
    read_whitened(key, keyframes, search, &FILM_RATES)
}

fn read_whitened(
    key: &PilotKey,
    whitened: &[(f64, Plane)],
    search: &Search,
    rates: &[f64],
) -> Option<Reading> {
    if whitened.is_empty() {
        return None;
    }
    let found = candidates(key, whitened, &search.regions, &search.extents, rates);
    let best = found.first().map_or(0.0, |c| c.alignment.merit());
    let judged: Vec<Judged> = found
        .iter()
        .take(JUDGED)
        .filter(|c| c.alignment.merit() > best - BEHIND)
        .map(|candidate| judge(key, whitened, candidate, &search.titles))
        .collect();
    let best = judged
        .into_iter()
        .max_by(|a, b| a.weight().total_cmp(&b.weight()))?;
    let sync = describe(key, &best, rates);
    Some(Reading {
        sync,
        title: best.title,
    })
}

/// A candidate, refined, with what it reads.
struct Judged {
    candidate: Candidate,
    tracks: Vec<Track>,
    title: Option<TitleReading>,
}

impl Judged {
    /// ln of the likelihood of pilot and data, as far as they tell candidates apart.
    fn weight(&self) -> f64 {
        let merit = f64::from(self.candidate.alignment.merit().max(0.0));
        merit.powi(2) / 2.0 + self.title.as_ref().map_or(0.0, |t| t.agreement)
    }
}

fn judge(
    key: &PilotKey,
    whitened: &[(f64, Plane)],
    candidate: &Candidate,
    titles: &[String],
) -> Judged {
    let (candidate, tracks) = refined(key, whitened, candidate);
    let tiles = slot_tiles(key, &tracks, &candidate.alignment);
    let readings: Vec<TitleReading> = titles
        .par_iter()
        .map(|title| read_title(key, &tiles, title))
        .collect();
    let title = readings
        .into_iter()
        .filter(|r| !r.slots.is_empty())
        .max_by(|a, b| a.agreement.total_cmp(&b.agreement));
    Judged {
        candidate,
        tracks,
        title,
    }
}

fn describe(key: &PilotKey, best: &Judged, rates: &[f64]) -> Sync {
    let Judged {
        candidate: best,
        tracks,
        ..
    } = best;
    let decoys: Vec<f32> = key
        .decoys()
        .par_iter()
        .map(|decoy| decoy_z(decoy, tracks, rates))
        .collect();
    let decoy = f64::from(decoys.into_iter().fold(0.0, f32::max));
    let pilot_z = f64::from(best.alignment.z);
    Sync {
        pilot_z,
        decoy_pilot_z: decoy,
        found: pilot_z > 1.15 * decoy + 1.5,
        scale_x: best.adjust.grow_x.exp(),
        scale_y: best.adjust.grow_y.exp(),
        angle_deg: best.adjust.turn.to_degrees(),
        orientation: best.orientation,
        pieces: best.alignment.pieces(tracks),
    }
}
