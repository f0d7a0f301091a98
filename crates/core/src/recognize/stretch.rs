//! Looks at a hypothesis picture by picture: whether it holds, for which bins, exactly
//! where and when.

use ndarray::Zip;
use rayon::prelude::*;

use super::flat::{Blurred, Flat, Nodes, alike, negative};
use super::plausible::{is_distinct, is_sound};
use super::register::{Level, Registered, TitlePictures, register};
use super::vote::Hypothesis;
use crate::detect::{
    Bin, Geometry, MasterPictures, Masters, Orientation, SPAN_S, Timed, Timing, USUAL_RATES, When,
};
use crate::luma::Plane;

/// Bins that geometry is found with first: of those whose features agree, the nearest to
/// the middle one, seconds.
const FIRST: usize = 4;
const NEAR_S: f64 = 3.0;
/// Offsets tried to each side of the hypothesis, half seconds.
const OFFSETS: i32 = 4;
/// Pictures that become less alike than this at the first step are others.
const HOPEFUL: f32 = 0.15;
/// Offsets that are tried on nodes closer together.
const FINALISTS: usize = 3;
/// Bins that it is refined with.
const REFINED: usize = 12;
/// Bins this far from the first ones may belong to the same stretch, seconds.
const REACH_S: f64 = 30.0;
/// A bin's picture is alike from here on; and a stretch's.
const ALIKE: f32 = 0.25;
const ALL_ALIKE: f32 = 0.45;
/// Bins in a row that may be unlike it within a stretch: a black frame, a fade.
const GAP: usize = 2;
/// Bins after which offset and speed are found anew.
const FOLLOWED: usize = 4;
/// Seconds by which a speed may be off at the ends of a stretch.
const UNSURE_S: f64 = 0.15;
/// Likeness by which another speed is no worse.
const AS_LIKE: f32 = 0.006;
/// Another time so near would be noticed, seconds.
const ELSEWHERE_S: f64 = 3.0;
/// Nodes that must be shown, a tenth of the picture.
const LEAST_SHOWN: f32 = 0.1;

/// Whether a title's picture is there at all; and about where and when.
const COARSE: [Level; 2] = [
    Level {
        step: 4.0,
        rounds: 8,
        speed: false,
    },
    Level {
        step: 2.0,
        rounds: 5,
        speed: false,
    },
];
/// Where and when exactly; the speed only of bins that last long enough.
fn fine(lasting: bool) -> [Level; 2] {
    let level = |step, rounds| Level {
        step,
        rounds,
        speed: lasting,
    };
    [level(2.0, 5), level(1.0, 6)]
}

/// A stretch of exhibit that shows a title.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    /// The bins, ascending.
    pub bins: Vec<usize>,
    pub when: When,
    pub geometry: Geometry,
    pub negative: bool,
    pub likeness: f32,
    /// The chip in the middle of the title's picture.
    pub middle: (f64, f64),
}

/// What is compared.
struct Look<'a> {
    bins: &'a [&'a Bin],
    /// Pictures of bins that were asked for, black for white if need be.
    pictures: Vec<Option<Plane>>,
    master: MasterPictures,
    geometry: Geometry,
}

/// The stretch that a hypothesis comes to; none if the pictures are not alike. `offsets_s`
/// are those that may be, `free` says which bins may be in it.
pub(super) fn stretch(
    bins: &[&Bin],
    free: &[bool],
    hypothesis: &Hypothesis,
    offsets_s: &[f64],
    title: &str,
    masters: &dyn Masters,
) -> Option<Stretch> {
    let middle = hypothesis.bins[hypothesis.bins.len() / 2];
    let first = first_bins(bins, &hypothesis.bins, middle);
    let within = |b: &usize| free[*b] && (bins[*b].time_s - bins[middle].time_s).abs() <= REACH_S;
    let all: Vec<usize> = (0..bins.len()).filter(within).collect();
    let look = Look::new(bins, &all, hypothesis, offsets_s, title, masters)?;
    let begun = look.begun(hypothesis, &first)?;
    let mut offsets_s = offsets_s.to_vec();
    offsets_s.push(begun.when.offset_s);
    look.grown(begun, &first, &all, &offsets_s, hypothesis)
}

/// The bins in which most features agree, near the middle one.
fn first_bins(bins: &[&Bin], votes: &[usize], middle: usize) -> Vec<usize> {
    let mut counted: Vec<(usize, usize)> = votes
        .chunk_by(|a, b| a == b)
        .map(|same| (same.len(), same[0]))
        .filter(|(_, bin)| (bins[*bin].time_s - bins[middle].time_s).abs() <= NEAR_S)
        .collect();
    counted.sort_by_key(|(count, bin)| (std::cmp::Reverse(*count), *bin));
    let mut first: Vec<usize> = counted.into_iter().take(FIRST).map(|c| c.1).collect();
    first.sort_unstable();
    first
}

impl<'a> Look<'a> {
    fn new(
        bins: &'a [&'a Bin],
        all: &[usize],
        hypothesis: &Hypothesis,
        offsets_s: &[f64],
        title: &str,
        masters: &dyn Masters,
    ) -> Option<Self> {
        let margins = (-3..=3).map(f64::from);
        let around: Vec<f64> = margins
            .flat_map(|m| offsets_s.iter().map(move |o| o + m))
            .collect();
        let times = all
            .iter()
            .flat_map(|b| around.iter().map(|o| bins[*b].time_s + o));
        let mut times: Vec<f64> = times.collect();
        times.sort_by(f64::total_cmp);
        times.dedup_by(|a, b| (*a - *b).abs() < 0.4);
        let master = masters
            .pictures(title, &times)
            .filter(|m| !m.pictures.is_empty())?;
        let mut pictures = vec![None; bins.len()];
        for bin in all {
            let picture = &bins[*bin].picture;
            pictures[*bin] = Some(match hypothesis.variant.negative {
                true => negative(picture),
                false => picture.clone(),
            });
        }
        Some(Self {
            bins,
            pictures,
            geometry: Geometry::whole(master.region, master.extent, Orientation::default()),
            master,
        })
    }

    fn title(&self) -> TitlePictures<'_> {
        TitlePictures {
            geometry: self.geometry,
            extent: self.master.extent,
            pictures: &self.master.pictures,
        }
    }

    /// Geometry and offset with which the first bins are most alike.
    fn begun(&self, hypothesis: &Hypothesis, first: &[usize]) -> Option<Registered> {
        let (bins, title) = (self.timed(first), self.title());
        let begun = |offset_s: f64| Registered {
            geometry: hypothesis.geometry,
            when: When {
                offset_s,
                rate: 1.0,
            },
            likeness: 0.0,
        };
        let usual = register(&bins, &title, begun(hypothesis.offset_s), &COARSE[..1]);
        if usual.likeness < HOPEFUL {
            return None;
        }
        let offsets: Vec<f64> = (-OFFSETS..=OFFSETS)
            .map(|step| hypothesis.offset_s + f64::from(step) * 0.5)
            .collect();
        let tried = offsets
            .par_iter()
            .map(|o| register(&bins, &title, begun(*o), &COARSE[..1]));
        let mut tried: Vec<Registered> = tried.collect();
        tried.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        tried.truncate(FINALISTS);
        let finer = tried
            .into_iter()
            .map(|t| register(&bins, &title, t, &COARSE[1..]));
        let best = finer.max_by(|a, b| a.likeness.total_cmp(&b.likeness));
        best.filter(|b| b.likeness >= ALIKE && is_sound(&b.geometry, self.master.extent))
    }

    /// True if bins are alike to the title's pictures in one place alone.
    fn is_distinct(
        &self,
        members: &[usize],
        now: &Registered,
        title: &[(f64, Flat)],
        nodes: &Nodes,
    ) -> bool {
        let flats = self.flats(&spread(members, FIRST), &now.geometry, nodes);
        let pairs = flats.iter().filter_map(|(time_s, flat)| {
            let (_, title) = nearest(title, now.when.title_s(*time_s))?;
            Some((flat, title))
        });
        is_distinct(&pairs.collect::<Vec<_>>())
    }

    /// The same at the first usual speed that is as good, if one is.
    fn at_usual_rate(&self, free: Registered, members: &[usize]) -> Registered {
        let bins = self.timed(&spread(members, REFINED));
        let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
            return free;
        };
        let (middle_s, half_s) = ((first.0 + last.0) / 2.0, (last.0 - first.0) / 2.0);
        let title = self.title();
        let level = |rounds| {
            [Level {
                step: 2.0,
                rounds,
                speed: false,
            }]
        };
        let as_it_is = register(&bins, &title, free, &level(1)).likeness;
        let near = |rate: &f64| {
            *rate == USUAL_RATES[0] || (rate - free.when.rate).abs() * half_s <= UNSURE_S
        };
        let mut tried = USUAL_RATES.into_iter().filter(near).map(|rate| {
            let when = free.when.changed(middle_s, 0.0, rate - free.when.rate);
            register(&bins, &title, Registered { when, ..free }, &level(4))
        });
        let best = tried.find(|t| t.likeness >= as_it_is - AS_LIKE);
        best.map_or(free, |b| Registered {
            when: b.when,
            ..free
        })
    }

    /// Bins with their times.
    fn timed(&self, bins: &[usize]) -> Vec<(f64, &Plane)> {
        let timed = |bin: &usize| Some((self.bins[*bin].time_s, self.pictures[*bin].as_ref()?));
        bins.iter().filter_map(timed).collect()
    }

    /// Bins on nodes under a geometry.
    fn flats(&self, bins: &[usize], geometry: &Geometry, nodes: &Nodes) -> Vec<(f64, Flat)> {
        let flat = |bin: &usize| {
            let picture = self.pictures[*bin].as_ref()?;
            let flat = Blurred::of(picture, geometry, nodes).flat(geometry, nodes);
            Some((self.bins[*bin].time_s, flat))
        };
        bins.par_iter().filter_map(flat).collect()
    }

    /// The stretch around the first bins: refined, grown bin by bin, and refined again.
    fn grown(
        &self,
        begun: Registered,
        first: &[usize],
        all: &[usize],
        offsets_s: &[f64],
        hypothesis: &Hypothesis,
    ) -> Option<Stretch> {
        let nodes = Nodes {
            extent: self.master.extent,
            step: 2.0,
        };
        let title: Vec<(f64, Flat)> = self
            .master
            .pictures
            .par_iter()
            .map(|(time_s, picture)| {
                let blurred = Blurred::of(picture, &self.geometry, &nodes);
                (*time_s, blurred.flat(&self.geometry, &nodes))
            })
            .collect();
        let mut now = begun;
        let mut members = first.to_vec();
        for round in 0..2 {
            let flats = self.flats(all, &now.geometry, &nodes);
            let maps = likeness_maps(&flats, &title, &now.when);
            let place = |bin: usize| all.iter().position(|b| *b == bin).unwrap_or(0);
            let seeds: Vec<usize> = members.iter().map(|b| place(*b)).collect();
            let weights = weights(&maps, &seeds)?;
            if weights.sum() < LEAST_SHOWN * weights.len() as f32 {
                return None;
            }
            let timing = Timing::new(&timed(&flats), &timed(&title), &weights);
            if round == 0 {
                // What stands still may be at any of the offsets.
                now.when = timing.best(&seeds, offsets_s, None).unwrap_or(now.when);
            }
            let grown = grow(&timing, &flats, &title, &seeds, &mut now.when);
            members = grown.iter().map(|place| all[*place]).collect();
            if members.is_empty() {
                return None;
            }
            let spread = spread(&members, if round == 0 { REFINED / 2 } else { REFINED });
            let lasts_s =
                self.bins[members[members.len() - 1]].time_s - self.bins[members[0]].time_s;
            let levels = fine(lasts_s >= SPAN_S);
            now = register(&self.timed(&spread), &self.title(), now, &levels);
        }
        now = self.at_usual_rate(now, &members);
        let holds = now.likeness >= ALL_ALIKE
            && is_sound(&now.geometry, self.master.extent)
            && self.is_distinct(&members, &now, &title, &nodes);
        holds.then(|| Stretch {
            bins: members,
            when: now.when,
            geometry: now.geometry.within(self.master.extent),
            negative: hypothesis.variant.negative,
            likeness: now.likeness,
            middle: nodes.middle(),
        })
    }
}

/// Values with their times.
fn timed(flats: &[(f64, Flat)]) -> Vec<Timed<'_>> {
    flats
        .iter()
        .map(|(time_s, flat)| (*time_s, &flat.values))
        .collect()
}

/// How alike each bin is to the title's picture of its time, node by node.
fn likeness_maps(
    flats: &[(f64, Flat)],
    title: &[(f64, Flat)],
    when: &When,
) -> Vec<Option<(Plane, f32)>> {
    flats
        .par_iter()
        .map(|(time_s, flat)| likeness(flat, title, when.title_s(*time_s)))
        .collect()
}

/// The title's picture nearest to a time, if one is near.
fn nearest(title: &[(f64, Flat)], title_s: f64) -> Option<&(f64, Flat)> {
    title
        .iter()
        .min_by(|a, b| (a.0 - title_s).abs().total_cmp(&(b.0 - title_s).abs()))
        .filter(|t| (t.0 - title_s).abs() <= 0.5)
}

/// How alike a bin is to the title's picture nearest to a time: node by node, and all in all.
fn likeness(flat: &Flat, title: &[(f64, Flat)], title_s: f64) -> Option<(Plane, f32)> {
    let nearest = nearest(title, title_s)?;
    let map = alike(flat, &nearest.1);
    let all = map.sum() / flat.shown.sum().max(1.0);
    Some((map, all))
}

/// Where the picture is the title's, from the bins given.
fn weights(maps: &[Option<(Plane, f32)>], bins: &[usize]) -> Option<Plane> {
    let mut sum: Option<Plane> = None;
    for (map, _) in bins.iter().filter_map(|b| maps[*b].as_ref()) {
        match &mut sum {
            Some(sum) => *sum += map,
            None => sum = Some(map.clone()),
        }
    }
    let mut sum = sum?;
    let count = bins.len() as f32;
    Zip::from(&mut sum).for_each(|v| *v = if *v > ALIKE * count { 1.0 } else { 0.0 });
    Some(sum)
}

/// The seeds and the bins before and after them that go on as they do; `when` follows them.
fn grow(
    timing: &Timing,
    flats: &[(f64, Flat)],
    title: &[(f64, Flat)],
    seeds: &[usize],
    when: &mut When,
) -> Vec<usize> {
    let belongs = |bin: usize, when: &When| {
        let (time_s, flat) = &flats[bin];
        let alike = likeness(flat, title, when.title_s(*time_s)).is_some_and(|l| l.1 >= ALIKE);
        alike && !timing.is_elsewhere(bin, when, ELSEWHERE_S)
    };
    let mut members: Vec<usize> = seeds
        .iter()
        .copied()
        .filter(|b| belongs(*b, when))
        .collect();
    let Some(&start) = members.get(members.len() / 2) else {
        return members;
    };
    let ways: [Vec<usize>; 2] = [(start..flats.len()).collect(), (0..start).rev().collect()];
    for way in ways {
        let (mut missed, mut added) = (0, 0);
        for bin in way {
            if !members.contains(&bin) {
                if !belongs(bin, when) {
                    missed += 1;
                    if missed > GAP {
                        break;
                    }
                    continue;
                }
                members.push(bin);
                added += 1;
            }
            missed = 0;
            if added == FOLLOWED {
                added = 0;
                follow(timing, flats, &members, when);
            }
        }
        follow(timing, flats, &members, when);
    }
    members.sort_unstable();
    members
}

/// Finds offset and speed anew, near where they were.
fn follow(timing: &Timing, flats: &[(f64, Flat)], members: &[usize], when: &mut When) {
    let times = members.iter().map(|b| flats[*b].0);
    let first = times.clone().fold(f64::INFINITY, f64::min);
    let middle_s = (first + times.fold(f64::NEG_INFINITY, f64::max)) / 2.0;
    if let Some(best) = timing.best(members, &[when.title_s(middle_s) - middle_s], None) {
        *when = best;
    }
}

/// `most` of the bins, spread over all of them.
fn spread(bins: &[usize], most: usize) -> Vec<usize> {
    let step = bins.len().div_ceil(most).max(1);
    bins.iter().copied().step_by(step).collect()
}
