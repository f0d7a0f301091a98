//! This module reads one window of an exhibit from its bins to soft symbols.

use rayon::prelude::*;

use super::absent::absent;
use super::align::{Run, rates};
use super::bins::Bin;
use super::geometry::Region;
use super::illustrate::{Sight, sight};
use super::judge::{Judged, best, without};
use super::level::{Levels, View};
use super::piece::Piece;
use super::pilot::{PilotKey, tracks};
use super::place::Placement;
use super::register::decoy_z;
use super::search::Effort;
use super::soft::TitleReading;
use super::wander::strongest_path;
use crate::luma::Plane;

/// The pilot is found if it stands this many times above what the strongest decoy
/// shows on the same pictures,
const OVER_DECOYS: f64 = 1.15;
/// and beyond that by so many standard deviations.
const BEYOND_DECOYS: f64 = 2.5;
/// Parts of a window with geometries of their own that are looked for.
const MOST_PARTS: usize = 6;
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
    /// Width of a grid sample over its height, as shown.
    pub sample_aspect: f64,
    /// How hard to look for other geometries.
    pub effort: Effort,
    /// Keep what was seen, as pictures.
    pub sights: bool,
    /// The titles of the registry.
    pub titles: Vec<String>,
}

/// Synchronisation: where the title's picture and time were found.
#[derive(Debug, Clone)]
pub struct Sync {
    /// The pilot's strength in standard deviations of what one place gives by chance.
    pub pilot_z: f64,
    /// The strongest that any of the decoy secrets found on the same pictures.
    pub decoy_pilot_z: f64,
    /// True if the pilot is beyond what chance explains.
    pub found: bool,
    /// Stretches of the title, in order of exhibit time, at least one.
    pub pieces: Vec<Piece>,
}

impl Sync {
    /// True if the pilot stands half as far above the decoys as it must to be
    /// found: not enough to go by, but a reason to read on.
    pub fn hinted(&self) -> bool {
        self.pilot_z > OVER_DECOYS * self.decoy_pilot_z + BEYOND_DECOYS / 2.0
    }
}

/// What was read from a window.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Synchronisation.
    pub sync: Sync,
    /// The title whose key fits best, with its soft symbols; `None` if the
    /// registry has no titles or the window no slot.
    pub title: Option<TitleReading>,
    /// What was seen, if it was asked for.
    pub sight: Option<Sight>,
}

/// Reads a window: what the whole of it shows first, then what other stretches
/// of it show in geometries of their own. Empty if there are no bins.
pub fn read(key: &PilotKey, mut bins: Vec<Bin>, search: &Search) -> Vec<Reading> {
    let dim = bins.first().map_or((0, 0), |b| b.picture.dim());
    bins.retain(|b| b.picture.dim() == dim);
    let mut waiting = vec![bins];
    let mut readings: Vec<Reading> = Vec::new();
    for _ in 0..MOST_PARTS {
        let Some(bins) = waiting.pop() else {
            break;
        };
        let Some((reading, rest)) = read_part(key, &bins, search) else {
            continue;
        };
        if readings.is_empty() || reading.sync.found {
            readings.push(reading);
            waiting.extend(rest);
        }
    }
    readings
}

/// Reads keyframes, whitened cluster by cluster ([`whitened`](super::whitened)),
/// in order of time; `None` if there are none. They may be hours apart, so that
/// a speed must be right to one part in ten thousand: only those are tried that
/// films are really run at. Only whole pictures are looked for.
pub fn read_keyframes(
    key: &PilotKey,
    keyframes: &[(f64, Plane)],
    search: &Search,
) -> Option<Reading> {
    if keyframes.is_empty() {
        return None;
    }
    let levels = Levels::of_whitened(keyframes);
    let search = Search {
        effort: Effort::Quick,
        ..search.clone()
    };
    let best = best(key, &levels, &search, &FILM_RATES)?;
    let sync = describe(key, &levels, &best, &search, &FILM_RATES);
    Some(Reading {
        sync,
        title: best.title,
        sight: None,
    })
}

/// Reads bins in one geometry; with the stretches in which the pilot is missing.
fn read_part(key: &PilotKey, bins: &[Bin], search: &Search) -> Option<(Reading, Vec<Vec<Bin>>)> {
    if bins.is_empty() {
        return None;
    }
    let levels = Levels::new(bins);
    let rates = rates();
    let mut best = best(key, &levels, search, &rates)?;
    let missing = absent(key, &best.tracks, &best.candidate.alignment);
    if !missing.is_empty() {
        best = without(key, best, &missing, search);
    }
    let sync = describe(key, &levels, &best, search, &rates);
    let sight = search.sights.then(|| {
        let candidate = &best.candidate;
        let factor = levels.get(candidate.view).factor;
        let middle_s = bins[bins.len() / 2].time_s;
        let onto_bins = candidate.geometry_at(middle_s).rescaled(1.0 / factor);
        sight(key, bins, &best.tracks, candidate, &onto_bins)
    });
    let rest = missing.into_iter().map(|range| bins[range].to_vec());
    let reading = Reading {
        sync,
        title: best.title,
        sight,
    };
    Some((reading, rest.collect()))
}

fn describe(
    key: &PilotKey,
    levels: &Levels<'_>,
    judged: &Judged,
    search: &Search,
    rates: &[f64],
) -> Sync {
    let best = &judged.candidate;
    let level = levels.get(best.view);
    let (pilot_z, decoy) = match best.path_z {
        Some(z) => {
            let still = tracks(key, &level.whitened, |_| best.geometry);
            (z, strongest(key, |decoy| strongest_path(decoy, &still)))
        }
        None => {
            let z = |decoy: &PilotKey| decoy_z(decoy, &judged.tracks, rates, best.swept);
            (best.alignment.z, strongest(key, z))
        }
    };
    let region = search.regions.first().copied().unwrap_or_default();
    let piece = |run: Run| {
        let middle_s = (run.exhibit_start_s + run.exhibit_end_s) / 2.0;
        let onto_bins = best.geometry_at(middle_s).rescaled(1.0 / level.factor);
        let dim = levels.get(View::Whole).dim();
        let geometry = Placement::new(&onto_bins, best.orientation, region, best.extent, dim);
        Piece {
            exhibit_start_s: run.exhibit_start_s,
            exhibit_end_s: run.exhibit_end_s,
            title_start_s: run.title_start_s,
            rate: best.alignment.rate,
            geometry: Placement {
                inverted: best.view == View::Inverted,
                moving: !best.waypoints.is_empty(),
                ..geometry
            },
        }
    };
    Sync {
        pilot_z: f64::from(pilot_z),
        decoy_pilot_z: f64::from(decoy),
        found: f64::from(pilot_z) > OVER_DECOYS * f64::from(decoy) + BEYOND_DECOYS,
        pieces: best
            .alignment
            .runs(&judged.tracks)
            .into_iter()
            .map(piece)
            .collect(),
    }
}

/// The most that any decoy finds.
fn strongest(key: &PilotKey, z: impl Fn(&PilotKey) -> f32 + Send + std::marker::Sync) -> f32 {
    let found: Vec<f32> = key.decoys().par_iter().map(&z).collect();
    found.into_iter().fold(0.0, f32::max)
}
