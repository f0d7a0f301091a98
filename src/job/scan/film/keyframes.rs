//! Reads keyframes spread over a film: a look at all of it that
//! costs next to nothing, for an encoder spends its bits there.
//!
//! ```text
//! film   ├────────┼────────┼────────┼────────┤
//! places   ▪▪▪▪     ▪▪▪▪     ▪▪▪▪     ▪▪▪▪      clusters: keyframes one after another,
//!                                               each a slot of its own, near enough for
//!                                               one to tell the host of another
//! ```
//!
//! Places are taken in rounds: every round covers the whole film, the next one
//! falls between the places of those before it. The last round is for films in
//! which those before it showed the pilot, but not beyond doubt, or not enough
//! of anybody's symbols: as many places again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::detect::{Bin, whitened};
use crate::error::Result;
use crate::job::in_order::{Line, in_order};
use crate::job::scan::film::plan::van_der_corput;
use crate::job::scan::film::window::{Decoding, Gathered, Gatherer, Survey};
use crate::luma::Plane;
use crate::media::{Deblock, FrameCounts, ReadOptions, VideoReader};

/// Keyframes of a cluster, at most.
const CLUSTER: usize = 4;
/// The next keyframe of a cluster is at least this much later: most of a slot.
const STEP_S: f64 = 1.5;
/// Places read by the end of each round: 4 keyframes each.
const ROUNDS: [usize; 2] = [16, 32];
/// Places read at most: the last round doubles them.
pub(crate) const MOST_PLACES: usize = 2 * ROUNDS[ROUNDS.len() - 1];
/// Places are at least this far apart.
const APART_S: f64 = 8.0;

/// Places read one after another.
#[derive(Debug, PartialEq)]
pub(crate) struct Round {
    /// Seconds of exhibit time.
    pub places: Vec<f64>,
    /// Read only if the pilot has been seen, if only just ([`Sync::hinted`](crate::detect::Sync::hinted)).
    pub on_hint: bool,
}

/// The rounds of a film.
pub(crate) fn rounds(duration_s: f64) -> Vec<Round> {
    let most = ((duration_s / APART_S) as usize).min(ROUNDS[ROUNDS.len() - 1]);
    let half = 0.5 / most.max(1) as f64;
    let place = |i: usize| ((van_der_corput(i) + half) * duration_s) % duration_s;
    let ends = ROUNDS.map(|end| end.min(most));
    let ends = ends.into_iter().chain([2 * most]);
    let mut from = 0;
    let mut rounds = Vec::new();
    for end in ends {
        if end > from {
            rounds.push(Round {
                places: (from..end).map(place).collect(),
                on_hint: from == most,
            });
        }
        from = end;
    }
    rounds
}

/// The keyframes read so far, in order of time.
pub(crate) struct Keyframes {
    /// Seconds of exhibit time, and the picture with its host cancelled.
    pub whitened: Vec<(f64, Plane)>,
    /// The first picture of each cluster as it is shown.
    pub pictures: Vec<Bin>,
    bars: Gatherer,
    seen: BTreeSet<u64>,
    start_s: f64,
}

impl Keyframes {
    /// None yet of a film that begins at `start_s` seconds of exhibit time.
    pub fn new(survey: &Survey, start_s: f64) -> Self {
        Self {
            start_s,
            whitened: Vec::new(),
            pictures: Vec::new(),
            bars: Gatherer::new(survey),
            seen: BTreeSet::new(),
        }
    }

    /// Where the picture may lie, as after reading a window.
    pub fn gathered(&self) -> Gathered {
        self.bars.clone().finish()
    }

    /// Reads the clusters at `places`, seconds from the film's beginning; says what became of their frames.
    pub fn read(
        &mut self,
        decoding: &Decoding<'_>,
        survey: &Survey,
        places: &[f64],
        pool: &rayon::ThreadPool,
    ) -> Result<FrameCounts> {
        let (clusters, counts) = clusters(decoding, survey, places)?;
        let white: Vec<Vec<(f64, Plane)>> = pool.install(|| {
            let one = |c: &Cluster| whitened(&c.bins, &[]);
            clusters.par_iter().map(one).collect()
        });
        for (cluster, white) in clusters.iter().zip(white) {
            self.bars.add_bars_of(&cluster.bars);
            let first = cluster.bins.first().cloned();
            self.pictures.extend(first.map(|mut bin| {
                bin.shift(self.start_s);
                bin
            }));
            self.pictures.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
            let fresh = white
                .into_iter()
                .filter(|(time_s, _)| self.seen.insert(time_s.to_bits()))
                .map(|(time_s, plane)| (self.start_s + time_s, plane));
            self.whitened.extend(fresh);
        }
        self.whitened.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(counts)
    }
}

/// Keyframes of one place.
struct Cluster {
    bins: Vec<Bin>,
    bars: Gatherer,
}

/// Reads places side by side, each thread with a decoder of its own. What is
/// read at a place does not depend on who reads it.
fn clusters(
    decoding: &Decoding<'_>,
    survey: &Survey,
    places: &[f64],
) -> Result<(Vec<Cluster>, FrameCounts)> {
    let line = Line {
        count: places.len(),
        workers: decoding.threads.clamp(1, places.len().max(1)),
        ahead: places.len(),
    };
    let (mut clusters, mut counts) = (Vec::new(), FrameCounts::default());
    let work = |own: &mut Option<VideoReader>, index: usize, unwanted: &AtomicBool| {
        let read = counted_cluster(decoding, own, survey, places[index]);
        unwanted.fetch_or(read.is_err(), Ordering::Relaxed);
        read
    };
    in_order(line, work, &mut |_, read| {
        let (cluster, of_cluster) = read?;
        clusters.push(cluster);
        counts += of_cluster;
        Ok(true)
    })?;
    Ok((clusters, counts))
}

/// A place, and what became of its frames. The reader is opened when there is none.
fn counted_cluster(
    decoding: &Decoding<'_>,
    own: &mut Option<VideoReader>,
    survey: &Survey,
    place: f64,
) -> Result<(Cluster, FrameCounts)> {
    let reader = match own {
        Some(reader) => reader,
        None => own.insert(open(decoding, survey)?),
    };
    let before = reader.counts();
    let cluster = cluster(decoding, reader, survey, place)?;
    Ok((cluster, reader.counts() - before))
}

fn open(decoding: &Decoding<'_>, survey: &Survey) -> Result<VideoReader> {
    let options = ReadOptions {
        threads: 1,
        keyframes_only: true,
        deblock: Deblock::Nothing,
        clock_rate: survey.clock_rate,
    };
    VideoReader::open(decoding.source, decoding.limits, &options)
}

fn cluster(
    decoding: &Decoding<'_>,
    reader: &mut VideoReader,
    survey: &Survey,
    place: f64,
) -> Result<Cluster> {
    let mut gatherer = Gatherer::new(survey);
    let (mut at, mut last) = (place, f64::NEG_INFINITY);
    for _ in 0..CLUSTER {
        decoding.task.check()?;
        let Some(frame) = reader.keyframe(at)? else {
            break;
        };
        // A format without an index may give the same one again.
        let time_s = frame.time_s();
        if time_s <= last {
            break;
        }
        gatherer.push(time_s, &frame.luma())?;
        (at, last) = (time_s + STEP_S, time_s);
    }
    Ok(Cluster {
        bins: gatherer.take_bins(),
        bars: gatherer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_covers_the_whole_film() {
        let film = rounds(7200.0);
        let mut read = 0;
        for (round, end) in film.iter().zip([16, 32, 64]) {
            read += round.places.len();
            assert_eq!(read, end);
            assert_eq!(round.on_hint, end == 64);
        }
        let mut first = film[0].places.clone();
        first.sort_by(f64::total_cmp);
        let gaps = first.windows(2).map(|w| w[1] - w[0]);
        assert!(gaps.fold(0.0, f64::max) < 451.0);
        assert!(first[0] < 450.0 && first[15] > 7200.0 - 451.0);
    }

    #[test]
    fn places_of_a_short_film_do_not_crowd() {
        let short = rounds(100.0);
        let places: Vec<usize> = short.iter().map(|r| r.places.len()).collect();
        assert_eq!(places, [12, 12]);
        let mut all: Vec<f64> = short.into_iter().flat_map(|r| r.places).collect();
        all.sort_by(f64::total_cmp);
        assert!(all.windows(2).all(|w| w[1] - w[0] > 3.0), "{all:?}");
        assert!(all[0] >= 0.0 && all[23] < 100.0);
        assert!(rounds(5.0).is_empty());
    }
}
