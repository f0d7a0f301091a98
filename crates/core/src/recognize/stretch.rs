//! Looks at a hypothesis picture by picture: whether it holds, for which bins, exactly
//! where and when.

use ndarray::Zip;
use rayon::prelude::*;

use super::flat::{Blurred, Flat, Nodes, alike, negative};
use super::masters::Masters;
use super::register::{FINE, Level, Pair, TitleGrid, register};
use super::timing::{Timing, When};
use super::vote::Hypothesis;
use crate::detect::{Bin, Geometry, MasterPictures, Orientation};
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
const REFINED: usize = 8;
/// Bins this far from the first ones may belong to the same stretch, seconds.
const REACH_S: f64 = 30.0;
/// A bin's picture is alike from here on; and a stretch's.
const ALIKE: f32 = 0.25;
const ALL_ALIKE: f32 = 0.35;
/// Bins in a row that may be unlike it within a stretch: a black frame, a fade.
const GAP: usize = 2;
/// Bins after which offset and speed are found anew.
const FOLLOWED: usize = 4;
/// Another time so near would be noticed, seconds.
const ELSEWHERE_S: f64 = 3.0;
/// A title shows at least so many samples a chip.
const LEAST_PITCH: f64 = 0.7;
/// Nodes that must be shown, a tenth of the picture.
const LEAST_SHOWN: f32 = 0.1;

/// Coarse steps alone.
const COARSE: [Level; 2] = [
    Level {
        step: 4.0,
        rounds: 8,
        bend: false,
    },
    Level {
        step: 2.0,
        rounds: 5,
        bend: false,
    },
];

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
    grid: TitleGrid,
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
    let (geometry, offset_s) = look.begun(hypothesis, &first)?;
    let mut offsets_s = offsets_s.to_vec();
    offsets_s.push(offset_s);
    look.grown(geometry, &first, &all, &offsets_s, offset_s, hypothesis)
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
            grid: TitleGrid {
                geometry: Geometry::whole(master.region, master.extent, Orientation::default()),
                extent: master.extent,
            },
            master,
        })
    }

    /// The title's picture nearest to a time.
    fn nearest(&self, title_s: f64) -> Option<&Plane> {
        let pictures = &self.master.pictures;
        let after = pictures.partition_point(|p| p.0 < title_s);
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten();
        let off = |i: &usize| (pictures[*i].0 - title_s).abs();
        let best = near
            .filter(|i| *i < pictures.len())
            .min_by(|a, b| off(a).total_cmp(&off(b)))?;
        (off(&best) <= 0.5).then(|| &pictures[best].1)
    }

    /// Geometry and offset with which the first bins are most alike.
    fn begun(&self, hypothesis: &Hypothesis, first: &[usize]) -> Option<(Geometry, f64)> {
        let at = |offset_s: f64, geometry: Geometry, levels: &[Level]| {
            let pairs = self.pairs(
                first,
                &When {
                    offset_s,
                    rate: 1.0,
                },
            );
            let enough = pairs.len() == first.len();
            let (geometry, likeness) = register(&pairs, &self.grid, geometry, levels);
            enough.then_some((geometry, likeness, offset_s))
        };
        let usual = at(hypothesis.offset_s, hypothesis.geometry, &COARSE[..1]);
        usual.filter(|u| u.1 >= HOPEFUL)?;
        let offsets: Vec<f64> = (-OFFSETS..=OFFSETS)
            .map(|step| hypothesis.offset_s + f64::from(step) * 0.5)
            .collect();
        let tried = offsets
            .par_iter()
            .map(|o| at(*o, hypothesis.geometry, &COARSE[..1]));
        let mut tried: Vec<_> = tried.collect::<Vec<_>>().into_iter().flatten().collect();
        tried.sort_by(|a, b| b.1.total_cmp(&a.1));
        tried.truncate(FINALISTS);
        let finer = tried
            .into_iter()
            .filter_map(|(g, _, o)| at(o, g, &COARSE[1..]));
        let best = finer.max_by(|a, b| a.1.total_cmp(&b.1));
        best.filter(|b| b.1 >= ALIKE && self.is_sound(&b.0))
            .map(|b| (b.0, b.2))
    }

    fn pairs(&self, bins: &[usize], when: &When) -> Vec<Pair<'_>> {
        let pair = |bin: &usize| {
            Some(Pair {
                exhibit: self.pictures[*bin].as_ref()?,
                title: self.nearest(when.title_s(self.bins[*bin].time_s))?,
            })
        };
        bins.iter().filter_map(pair).collect()
    }

    /// False if a geometry makes nothing of the picture.
    fn is_sound(&self, geometry: &Geometry) -> bool {
        let extent = self.grid.extent;
        [(0.2, 0.2), (0.8, 0.2), (0.5, 0.5), (0.2, 0.8), (0.8, 0.8)]
            .iter()
            .all(|(u, v)| {
                let [[a, b], [c, d]] = geometry.jacobian(u * extent.0, v * extent.1);
                let (across, down) = (a.hypot(c), b.hypot(d));
                let pitch = (a * d - b * c).abs().sqrt();
                pitch >= LEAST_PITCH && (0.5..=2.0).contains(&(across / down))
            })
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
        geometry: Geometry,
        first: &[usize],
        all: &[usize],
        offsets_s: &[f64],
        offset_s: f64,
        hypothesis: &Hypothesis,
    ) -> Option<Stretch> {
        let nodes = Nodes {
            extent: self.grid.extent,
            step: 2.0,
        };
        let title: Vec<(f64, Flat)> = self
            .master
            .pictures
            .par_iter()
            .map(|(time_s, picture)| {
                let blurred = Blurred::of(picture, &self.grid.geometry, &nodes);
                (*time_s, blurred.flat(&self.grid.geometry, &nodes))
            })
            .collect();
        let mut geometry = geometry;
        let mut when = When {
            offset_s,
            rate: 1.0,
        };
        let mut members = first.to_vec();
        let mut likeness = 0.0;
        for round in 0..2 {
            let flats = self.flats(all, &geometry, &nodes);
            let maps = likeness_maps(&flats, &title, &when);
            let place = |bin: usize| all.iter().position(|b| *b == bin).unwrap_or(0);
            let seeds: Vec<usize> = members.iter().map(|b| place(*b)).collect();
            let weights = weights(&maps, &seeds)?;
            if weights.sum() < LEAST_SHOWN * weights.len() as f32 {
                return None;
            }
            let timing = Timing::new(&flats, &title, &weights);
            if let Some(best) = timing.best(&seeds, offsets_s, None) {
                when = best;
            }
            let grown = grow(&timing, &flats, &title, &seeds, &mut when);
            members = grown.iter().map(|place| all[*place]).collect();
            let spread = spread(&members, if round == 0 { REFINED / 2 } else { REFINED });
            let pairs = self.pairs(&spread, &when);
            (geometry, likeness) = register(&pairs, &self.grid, geometry, &FINE[1..]);
        }
        (likeness >= ALL_ALIKE && self.is_sound(&geometry) && !members.is_empty()).then(|| {
            Stretch {
                bins: members,
                when,
                geometry: geometry.within(self.grid.extent),
                negative: hypothesis.variant.negative,
                likeness,
                middle: nodes.middle(),
            }
        })
    }
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

/// How alike a bin is to the title's picture nearest to a time: node by node, and all in all.
fn likeness(flat: &Flat, title: &[(f64, Flat)], title_s: f64) -> Option<(Plane, f32)> {
    let nearest = title
        .iter()
        .min_by(|a, b| (a.0 - title_s).abs().total_cmp(&(b.0 - title_s).abs()))
        .filter(|t| (t.0 - title_s).abs() <= 0.5)?;
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
