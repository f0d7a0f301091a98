//! This module reads one window of an exhibit from its bins to soft symbols.

use std::ops::Range;

use rayon::prelude::*;

use super::absent::absent;
use super::align::{Run, align, rates};
use super::bins::Bin;
use super::drift::followed;
use super::geometry::Region;
use super::illustrate::{Sight, sight};
use super::piece::Piece;
use super::pilot::{PilotKey, Track};
use super::place::{Placement, anchored};
use super::register::{Candidate, decoy_z, realigned, refined};
use super::search::{Effort, Levels, search as search_geometry};
use super::soft::{TitleReading, read_title, slot_tiles};
use crate::luma::Plane;

/// Candidates that are refined and judged by how well their data agree.
const JUDGED: usize = 4;
/// A candidate whose pilot is less likely than the best's by this much (ln) is not judged.
const BEHIND: f64 = 30.0;
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
pub fn read(key: &PilotKey, bins: &[Bin], search: &Search) -> Vec<Reading> {
    let dim = bins.first().map_or((0, 0), |b| b.picture.dim());
    let same = bins.iter().filter(|b| b.picture.dim() == dim);
    let mut waiting: Vec<Vec<Bin>> = vec![same.cloned().collect()];
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
        let factor = levels.get(candidate.halved).factor;
        let onto_bins = candidate.geometry.rescaled(1.0 / factor);
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

/// The candidate whose pilot and data fit best.
fn best(key: &PilotKey, levels: &Levels<'_>, search: &Search, rates: &[f64]) -> Option<Judged> {
    let found = search_geometry(key, levels, search, rates);
    let best = found.first().map_or(0.0, Candidate::likelihood);
    found
        .iter()
        .take(JUDGED)
        .filter(|c| c.likelihood() > best - BEHIND)
        .map(|candidate| judge(key, levels, candidate, search, rates))
        .max_by(|a, b| a.weight().total_cmp(&b.weight()))
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
        self.candidate.likelihood() + self.title.as_ref().map_or(0.0, |t| t.agreement)
    }
}

fn judge(
    key: &PilotKey,
    levels: &Levels<'_>,
    candidate: &Candidate,
    search: &Search,
    rates: &[f64],
) -> Judged {
    let level = levels.get(candidate.halved);
    let (mut candidate, mut tracks) = refined(key, level, candidate, rates);
    if candidate.swept {
        let (geometry, extent) = anchored(key, level, &candidate, &search.extents);
        candidate = Candidate {
            geometry,
            extent,
            ..candidate
        };
    }
    candidate.waypoints = followed(key, level, &candidate);
    if candidate.swept || !candidate.waypoints.is_empty() {
        (candidate, tracks) = realigned(key, level, candidate);
    }
    let title = best_title(key, &tracks, &candidate, search);
    Judged {
        candidate,
        tracks,
        title,
    }
}

/// What is read if the bins in `missing` are left out.
fn without(key: &PilotKey, judged: Judged, missing: &[Range<usize>], search: &Search) -> Judged {
    let tracks: Vec<Track> = judged
        .tracks
        .into_iter()
        .enumerate()
        .filter(|(bin, _)| !missing.iter().any(|range| range.contains(bin)))
        .map(|(_, track)| track)
        .collect();
    let mut candidate = judged.candidate;
    if let Some(alignment) = align(key, &tracks, &[candidate.alignment.rate])
        .into_iter()
        .next()
    {
        candidate.alignment = alignment.refined(key, &tracks);
    }
    let title = best_title(key, &tracks, &candidate, search);
    Judged {
        candidate,
        tracks,
        title,
    }
}

/// The title whose key fits best.
fn best_title(
    key: &PilotKey,
    tracks: &[Track],
    candidate: &Candidate,
    search: &Search,
) -> Option<TitleReading> {
    let tiles = slot_tiles(key, tracks, &candidate.alignment);
    let readings: Vec<TitleReading> = search
        .titles
        .par_iter()
        .map(|title| read_title(key, &tiles, title))
        .collect();
    readings
        .into_iter()
        .filter(|r| !r.slots.is_empty())
        .max_by(|a, b| a.agreement.total_cmp(&b.agreement))
}

fn describe(
    key: &PilotKey,
    levels: &Levels<'_>,
    judged: &Judged,
    search: &Search,
    rates: &[f64],
) -> Sync {
    let Judged {
        candidate: best,
        tracks,
        ..
    } = judged;
    let decoys: Vec<f32> = key
        .decoys()
        .par_iter()
        .map(|decoy| decoy_z(decoy, tracks, rates, best.swept))
        .collect();
    let decoy = f64::from(decoys.into_iter().fold(0.0, f32::max));
    let pilot_z = f64::from(best.alignment.z);
    let level = levels.get(best.halved);
    let region = search.regions.first().copied().unwrap_or_default();
    let piece = |run: Run| {
        let middle_s = (run.exhibit_start_s + run.exhibit_end_s) / 2.0;
        let onto_bins = best.geometry_at(middle_s).rescaled(1.0 / level.factor);
        let dim = levels.get(false).dim();
        let geometry = Placement::new(&onto_bins, best.orientation, region, best.extent, dim);
        Piece {
            exhibit_start_s: run.exhibit_start_s,
            exhibit_end_s: run.exhibit_end_s,
            title_start_s: run.title_start_s,
            rate: best.alignment.rate,
            geometry: Placement {
                moving: !best.waypoints.is_empty(),
                ..geometry
            },
        }
    };
    Sync {
        pilot_z,
        decoy_pilot_z: decoy,
        found: pilot_z > 1.15 * decoy + 2.5,
        pieces: best.alignment.runs(tracks).into_iter().map(piece).collect(),
    }
}
