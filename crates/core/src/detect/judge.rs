//! This module judges candidates: which one's pilot and data fit best.
//!
//! The data take part only by how well the cells of each symbol agree with each
//! other, whatever the symbol: no distributor's symbols are looked at. A pilot
//! that lies on the wrong slots reads cells that do not agree.

use std::ops::Range;

use rayon::prelude::*;

use super::align::align;
use super::drift::followed;
use super::level::Levels;
use super::pilot::{PilotKey, Track, tracks};
use super::place::anchored;
use super::read::Search;
use super::register::{BEYOND_DOUBT, Candidate, realigned, refined};
use super::search::{Effort, Lattice, restless, search as search_geometry};
use super::soft::{TitleReading, read_title, slot_tiles};
use super::wander::{Wander, wanders};

/// Candidates that are refined and judged by how well their data agree.
const JUDGED: usize = 4;
/// A candidate whose pilot is less likely than the best's by this much (ln) is not judged.
const BEHIND: f64 = 30.0;
/// Candidates whose lattices are looked at for a picture that wanders.
const WANDERING: usize = 2;
/// ln by which all slots that disagree together may do so, before the picture is
/// taken to wander: slots that are read rightly but weakly do by a little.
const DISAGREES: f64 = -8.0;
/// A path whose bins show less of the pilot than this on average, standard
/// deviations, is what chance finds: 2.1 in half a minute of noise.
const LEAST_PATH: f32 = 2.6;
/// How often the geometries along a path are refined and the time aligned anew.
const ROUNDS: usize = 2;

/// A candidate, refined, with what it reads.
pub(super) struct Judged {
    pub candidate: Candidate,
    pub tracks: Vec<Track>,
    pub title: Option<TitleReading>,
}

impl Judged {
    /// ln of the likelihood of pilot and data, as far as they tell candidates apart.
    fn weight(&self) -> f64 {
        self.candidate.likelihood() + self.title.as_ref().map_or(0.0, |t| t.agreement)
    }

    /// True if the pilot is beyond doubt and lies on slots whose data agree.
    fn settled(&self) -> bool {
        let disagrees = self.title.as_ref().map_or(0.0, TitleReading::disagreement);
        self.candidate.alignment.z > BEYOND_DOUBT && disagrees > DISAGREES
    }
}

/// The candidate whose pilot and data fit best.
pub(super) fn best(
    key: &PilotKey,
    levels: &Levels<'_>,
    search: &Search,
    rates: &[f64],
) -> Option<Judged> {
    let found = search_geometry(key, levels, search, rates);
    let likeliest = found.first().map_or(0.0, Candidate::likelihood);
    let heavier = |a: &Judged, b: &Judged| a.weight().total_cmp(&b.weight());
    let best = found
        .iter()
        .take(JUDGED)
        .filter(|c| c.likelihood() > likeliest - BEHIND)
        .map(|candidate| judge(key, levels, candidate, search, rates))
        .max_by(heavier)?;
    if search.effort == Effort::Quick || best.settled() {
        return Some(best);
    }
    let known = lattices(&found);
    let wandering = wandering(key, levels, &known, search)
        .filter(|found| found.settled() && found.weight() > best.weight())
        .or_else(|| wandering(key, levels, &restless(key, levels, search), search));
    [Some(best), wandering]
        .into_iter()
        .flatten()
        .max_by(heavier)
}

/// The lattices of the likeliest candidates that are beyond doubt.
fn lattices(found: &[Candidate]) -> Vec<Lattice> {
    let mut kept: Vec<Lattice> = Vec::new();
    for candidate in found.iter().filter(|c| c.alignment.z > BEYOND_DOUBT) {
        let pitch = |g: &super::geometry::Geometry| g.jacobian(0.0, 0.0)[0][0];
        let same = |k: &Lattice| {
            (pitch(&k.geometry) / pitch(&candidate.geometry)).ln().abs() < 1e-3
                && k.orientation == candidate.orientation
        };
        if kept.len() < WANDERING && !kept.iter().any(same) {
            kept.push(Lattice {
                geometry: candidate.geometry,
                orientation: candidate.orientation,
                view: candidate.view,
            });
        }
    }
    kept
}

/// A candidate that stands still, or nearly so.
fn judge(
    key: &PilotKey,
    levels: &Levels<'_>,
    candidate: &Candidate,
    search: &Search,
    rates: &[f64],
) -> Judged {
    let level = levels.get(candidate.view);
    let (mut candidate, mut tracks) = refined(key, level, candidate, rates);
    if candidate.swept {
        anchored(key, level, &mut candidate, &search.extents);
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

/// The picture that wanders over one of the lattices and fits best, if there is one.
fn wandering(
    key: &PilotKey,
    levels: &Levels<'_>,
    lattices: &[Lattice],
    search: &Search,
) -> Option<Judged> {
    let paths = |lattice: &Lattice| {
        let level = levels.get(lattice.view);
        let tracks = tracks(key, &level.whitened, |_| lattice.geometry);
        let paths = wanders(key, &tracks).into_iter();
        let least = LEAST_PATH * (tracks.len() as f32).sqrt();
        let paths = paths.filter(|path| path.z > least);
        let of = |path: Wander| path.candidate(*lattice, &tracks);
        paths.map(of).collect::<Vec<Candidate>>()
    };
    let judged = lattices.iter().flat_map(paths).map(|candidate| {
        let level = levels.get(candidate.view);
        let (candidate, tracks) = realigned(key, level, candidate);
        let title = best_title(key, &tracks, &candidate, search);
        Judged {
            candidate,
            tracks,
            title,
        }
    });
    let best = judged.max_by(|a, b| a.weight().total_cmp(&b.weight()))?;
    let level = levels.get(best.candidate.view);
    let mut candidate = best.candidate;
    let mut tracks = best.tracks;
    for round in 0..ROUNDS {
        if round + 1 == ROUNDS {
            anchored(key, level, &mut candidate, &search.extents);
        }
        candidate.waypoints = followed(key, level, &candidate);
        (candidate, tracks) = realigned(key, level, candidate);
    }
    let title = best_title(key, &tracks, &candidate, search);
    Some(Judged {
        candidate,
        tracks,
        title,
    })
}

/// What is read if the bins in `missing` are left out.
pub(super) fn without(
    key: &PilotKey,
    judged: Judged,
    missing: &[Range<usize>],
    search: &Search,
) -> Judged {
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
