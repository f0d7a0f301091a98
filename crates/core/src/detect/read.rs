//! Reads one window of an exhibit from its bins to soft symbols.

use super::align::{FILM_RATES, rates};
use super::bins::Bin;
use super::content::{Known, Masters, likely};
use super::debug_pictures::DebugPictures;
use super::detector::Detector;
use super::fit::Frames;
use super::judge::Judged;
use super::pilot::PilotKey;
use super::question::{Effort, Search};
use super::reading::{Contradiction, Sync};
use super::register::Pyramid;
use super::search::beyond_doubt;
use super::symbols::TitleReading;
use crate::luma::Plane;

/// Parts of a window with geometries of their own that are looked for.
const MOST_PARTS: usize = 6;

/// What was read from a window.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Synchronisation.
    pub sync: Sync,
    /// The titles that it shows, with their soft symbols, the one whose key fits best
    /// first; empty if the registry has no titles or the window no slot.
    pub titles: Vec<TitleReading>,
    /// What of the titles it shows by its pictures alone, where that was asked for: no pilot
    /// was beyond doubt.
    pub known: Vec<Known>,
    /// What the pilot says against pictures and data.
    pub contradiction: Option<Contradiction>,
}

/// Reads a window: what the whole of it shows first, then what other parts of it
/// show in geometries of their own. Empty if there are no bins. Where a title's master
/// is known, its pictures are taken away.
pub fn read(
    key: &PilotKey,
    bins: Vec<Bin>,
    search: &Search,
    masters: &dyn Masters,
) -> Vec<Reading> {
    let readings = read_parts(key, bins, (search, masters), |_, _, _| ());
    readings.into_iter().map(|(reading, ())| reading).collect()
}

/// [`read`], with pictures of what was seen beside each reading.
pub fn read_with_pictures(
    key: &PilotKey,
    bins: Vec<Bin>,
    search: &Search,
    masters: &dyn Masters,
) -> Vec<(Reading, DebugPictures)> {
    read_parts(key, bins, (search, masters), |detector, bins, judged| {
        detector.debug_pictures(bins, judged)
    })
}

/// Reads keyframes, whitened cluster by cluster ([`whitened`](super::whitened)),
/// in order of time; `None` if there are none. They may be hours apart, so that
/// a speed must be right to one part in ten thousand: only those are tried that
/// films are really run at. Only whole pictures are looked for. `places_s`, in
/// seconds, is where in the exhibit clusters were looked for: it is kept with
/// what was read.
pub fn read_keyframes(
    key: &PilotKey,
    keyframes: &[(f64, Plane)],
    places_s: &[f64],
    search: &Search,
) -> Option<Reading> {
    if keyframes.is_empty() {
        return None;
    }
    let search = Search {
        effort: Effort::Quick,
        ..search.clone()
    };
    let detector = Detector {
        key,
        frames: Frames::Keyframes {
            places_s: places_s.to_vec(),
        },
        pyramid: Pyramid::of_whitened(keyframes),
        search: &search,
        hosts: Vec::new(),
        rates: &FILM_RATES,
    };
    let best = detector.best(detector.whole_candidates())?;
    Some(detector.reading(&best))
}

/// Reads a window part by part, and looks at each through `also`.
fn read_parts<T>(
    key: &PilotKey,
    mut bins: Vec<Bin>,
    question: (&Search, &dyn Masters),
    also: impl Fn(&Detector<'_>, &[Bin], &Judged) -> T,
) -> Vec<(Reading, T)> {
    let dim = bins.first().map_or((0, 0), |b| b.picture.dim());
    bins.retain(|b| b.picture.dim() == dim);
    let mut waiting = vec![bins];
    let mut readings: Vec<(Reading, T)> = Vec::new();
    for _ in 0..MOST_PARTS {
        let Some(bins) = waiting.pop() else {
            break;
        };
        let Some((reading, seen, rest)) = read_part(key, &bins, question, &also) else {
            continue;
        };
        if readings.is_empty() || reading.sync.found {
            readings.push((reading, seen));
            waiting.extend(rest);
        }
    }
    readings
}

/// Reads bins in one geometry; with the parts in which the pilot is missing.
fn read_part<T>(
    key: &PilotKey,
    bins: &[Bin],
    (search, masters): (&Search, &dyn Masters),
    also: impl Fn(&Detector<'_>, &[Bin], &Judged) -> T,
) -> Option<(Reading, T, Vec<Vec<Bin>>)> {
    let frames = Frames::of(bins)?;
    let rates = rates();
    let detector = Detector {
        key,
        frames,
        pyramid: Pyramid::new(bins),
        search,
        hosts: Vec::new(),
        rates: &rates,
    };
    let whole = detector.whole_candidates();
    let strongest = whole.first().cloned();
    let asked = !beyond_doubt(&whole);
    let known = match asked {
        true => likely(masters.known(bins)),
        false => Vec::new(),
    };
    let seen = detector.seen(bins, &known, masters);
    let read = match seen {
        Some((detector, judged)) if judged.agrees() => detector.complete(judged).knowing(known),
        Some((informed, judged)) => match detector.best_of(&whole) {
            Some(best) if best.agrees() && best.weight() > judged.weight() => detector
                .informed(bins, best, (masters, true))
                .knowing(known),
            _ => informed.complete(judged).knowing(known),
        },
        None => {
            let best = detector.best(whole)?;
            detector.informed(bins, best, (masters, asked))
        }
    };
    let also = also(&read.detector, bins, &read.judged);
    let rest = read
        .missing
        .iter()
        .map(|range| bins[range.clone()].to_vec());
    let rest = rest.collect();
    let reading = read.detector.reading(&read.judged);
    let reading = Reading {
        known: read.known,
        contradiction: Contradiction::between(&read.judged, strongest.as_ref()),
        ..reading
    };
    Some((reading, also, rest))
}

impl Detector<'_> {
    fn reading(&self, judged: &Judged) -> Reading {
        let titles = judged.shown.iter().map(|shown| TitleReading {
            pieces: self.pieces(judged, &shown.bins),
            ..shown.reading.clone()
        });
        Reading {
            sync: self.described(judged),
            titles: titles.collect(),
            known: Vec::new(),
            contradiction: None,
        }
    }
}
