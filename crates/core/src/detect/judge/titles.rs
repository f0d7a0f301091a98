//! Says which title each bin shows: the pilot is the same in all of them, the places of
//! the data chips are each title's own.
//!
//! ```text
//! exhibit   ├─ slot 0 ─┼─ slot 1 ─┼─ slot 0 ─┼─ slot 1 ─┤
//! "film"       + 14       + 12       − 6        − 9          ln of how well cells agree
//! "other"      − 8        − 11       + 13       + 10
//!           ├─────── film ────────┼─────── other ───────┤    the best path, changes cost
//! ```

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::detect::detector::Detector;
use crate::detect::pilot::Track;
use crate::detect::register::Candidate;
use crate::detect::symbols::{SlotTile, TitleReading, agreement};
use crate::mark::SLOT_S;

/// Mean time between two cuts of an exhibit, seconds.
const CUTS_EVERY_S: f64 = 600.0;

/// The bins of a candidate that show one title, and what they read.
pub(crate) struct Shown {
    /// Which of its bins, in order.
    pub bins: Vec<usize>,
    pub reading: TitleReading,
}

/// What the bins of a candidate show.
#[derive(Default)]
pub(crate) struct AllShown {
    /// Title by title, the likeliest first.
    pub titles: Vec<Shown>,
    /// ln of the likelihood of the data, less what changes of title cost.
    pub agreement: f64,
    /// Run by run of the path.
    pub runs: Vec<RunOf>,
}

/// A run of the path.
#[derive(Default)]
pub(crate) struct RunOf {
    /// Its slots.
    pub slots: Vec<usize>,
    /// ln of how well their data agree.
    pub agreement: f64,
}

/// Bins one after another that show a slot most of all.
struct Visit {
    bins: Range<usize>,
    slot: usize,
}

impl Detector<'_> {
    /// What the bins show of each title, the likeliest first.
    pub fn shown(&self, tracks: &[Track], candidate: &Candidate) -> AllShown {
        if self.search.titles.is_empty() {
            return AllShown::default();
        }
        let visits = self.visits(tracks, candidate);
        let agreements = self.agreements(&visits, tracks, candidate);
        let change = change_of_title(agreements.len());
        let (of_visit, agreement) = best_path(&agreements, visits.len(), change);
        let mut titles = of_visit.clone();
        titles.sort_unstable();
        titles.dedup();
        let of_title = |title: &usize| {
            let visits = visits.iter().zip(&of_visit).filter(|(_, of)| *of == title);
            let bins = visits.flat_map(|(visit, _)| visit.bins.clone()).collect();
            self.shown_of(*title, bins, tracks, candidate)
        };
        let mut shown: Vec<Shown> = titles.iter().map(of_title).collect();
        shown.retain(|s| !s.reading.slots.is_empty());
        shown.sort_by(|a, b| b.reading.agreement.total_cmp(&a.reading.agreement));
        let offset = |visit: &Visit| candidate.alignment.offsets_s[visit.bins.start];
        let mut runs: Vec<RunOf> = Vec::new();
        let mut last = f64::NAN;
        for (number, visit) in visits.iter().enumerate() {
            if offset(visit) != last {
                runs.push(RunOf::default());
                last = offset(visit);
            }
            if let Some(run) = runs.last_mut() {
                run.slots.push(visit.slot);
                run.agreement += agreements[of_visit[number]][number];
            }
        }
        AllShown {
            titles: shown,
            agreement,
            runs,
        }
    }

    fn shown_of(
        &self,
        title: usize,
        bins: Vec<usize>,
        tracks: &[Track],
        candidate: &Candidate,
    ) -> Shown {
        let tiles = self.key.slot_tiles(tracks, &candidate.alignment, &bins);
        let fit = Arc::new(self.fitted(candidate, tracks, &bins));
        let reading = self.key.read_title(
            &tiles,
            &self.search.titles[title],
            &fit,
            candidate.alignment.seen.is_some(),
        );
        Shown { bins, reading }
    }

    /// The bins cut where the slot changes that they show most of.
    fn visits(&self, tracks: &[Track], candidate: &Candidate) -> Vec<Visit> {
        let alignment = &candidate.alignment;
        let mut visits: Vec<Visit> = Vec::new();
        for (bin, (track, &offset)) in tracks.iter().zip(&alignment.offsets_s).enumerate() {
            let [now, next] = alignment.shown(offset, track.time_s, self.key.codes.len());
            let slot = if now.1 >= next.1 { now.0 } else { next.0 };
            match visits.last_mut() {
                Some(last) if last.slot == slot && alignment.offsets_s[bin - 1] == offset => {
                    last.bins.end = bin + 1;
                }
                _ => visits.push(Visit {
                    bins: bin..bin + 1,
                    slot,
                }),
            }
        }
        visits
    }

    /// (title, visit) → ln of how well the data agree.
    fn agreements(
        &self,
        visits: &[Visit],
        tracks: &[Track],
        candidate: &Candidate,
    ) -> Vec<Vec<f64>> {
        let tile = |(number, visit): (usize, &Visit)| -> Option<(usize, SlotTile)> {
            let bins: Vec<usize> = visit.bins.clone().collect();
            let tiles = self.key.slot_tiles(tracks, &candidate.alignment, &bins);
            let most = tiles
                .into_iter()
                .find(|t| t.slot.0 as usize == visit.slot)?;
            Some((number, most))
        };
        let (numbers, tiles): (Vec<usize>, Vec<SlotTile>) =
            visits.iter().enumerate().filter_map(tile).unzip();
        let all: Vec<usize> = (0..tracks.len()).collect();
        let fit = Arc::new(self.fitted(candidate, tracks, &all));
        let of_title = |title: &String| {
            let mut agreements = vec![0.0; visits.len()];
            let reading =
                self.key
                    .read_title(&tiles, title, &fit, candidate.alignment.seen.is_some());
            for (number, slot) in numbers.iter().zip(&reading.slots) {
                agreements[*number] = agreement(slot);
            }
            agreements
        };
        self.search.titles.par_iter().map(of_title).collect()
    }
}

/// ln by which data must agree better to be taken for another title's than those before
/// them: a cut within a slot, to any of so many titles.
pub fn change_of_title(titles: usize) -> f64 {
    (CUTS_EVERY_S / SLOT_S).ln() + (titles.max(1) as f64).ln()
}

/// The best of all sequences of titles, and its sum: (title, visit) → what it is worth,
/// a change costs `change`.
fn best_path(worth: &[Vec<f64>], visits: usize, change: f64) -> (Vec<usize>, f64) {
    let best = |totals: &[f64]| {
        let numbered = totals.iter().copied().enumerate();
        numbered.fold((0, f64::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a })
    };
    let mut totals = vec![0.0; worth.len()];
    let mut came_from: Vec<Vec<usize>> = Vec::with_capacity(visits);
    for visit in 0..visits {
        let (title, most) = best(&totals);
        let mut from: Vec<usize> = (0..worth.len()).collect();
        for (own, total) in totals.iter_mut().enumerate() {
            if visit > 0 && most - change > *total {
                (*total, from[own]) = (most - change, title);
            }
            *total += worth[own][visit];
        }
        came_from.push(from);
    }
    let (mut title, sum) = best(&totals);
    let mut path = vec![title; visits];
    for visit in (1..visits).rev() {
        title = came_from[visit][title];
        path[visit - 1] = title;
    }
    (path, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_changes_where_the_cells_say_so_by_more_than_a_change_costs() {
        let film = vec![14.0, 12.0, -6.0, -9.0, 1.0, 11.0];
        let other = vec![-8.0, -11.0, 13.0, 10.0, 2.0, -7.0];
        let (path, sum) = best_path(&[film, other], 6, 6.0);
        assert_eq!(path, [0, 0, 1, 1, 1, 0]);
        assert!((sum - (14.0 + 12.0 + 13.0 + 10.0 + 2.0 + 11.0 - 12.0)).abs() < 1e-9);
        let (path, _) = best_path(&[vec![3.0, -1.0, 3.0], vec![-1.0, 2.0, -1.0]], 3, 6.0);
        assert_eq!(path, [0, 0, 0]);
    }
}
