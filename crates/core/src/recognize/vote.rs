//! Finds what features that are alike agree on: a title, a time, a geometry.
//!
//! Every pair of alike features says by itself where the title's picture would lie. Pairs
//! that say the same of one title around one offset in time are a hypothesis; its geometry
//! is then fitted to all that agree.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::describe::Variant;
use super::similarity::{Similarity, Spot, angle_between};
use super::solve::{AXES, Equations, adjust, moves};
use crate::detect::Geometry;

/// Offsets in time that count together, seconds, and how far apart they are tried.
const WINDOW_S: f64 = 3.0;
const STEP_S: f64 = 1.5;
/// Pairs looked at of one title and window, those most alike.
const MOST: usize = 300;
/// Pairs of which each is tried as what the others agree with.
const SEEDS: usize = 80;
/// Pairs agree if one is within this share of its distance from where the other says,
/// which leaves room for stretched and tilted pictures, and so many of its sizes;
const STRETCH: f64 = 0.22;
const BESIDE: f64 = 1.5;
/// if their scales are within this factor, and their directions within so many radians.
const SCALE: f64 = 1.6;
const TURN: f64 = 0.5;
/// How far the fitted geometry leaves a pair, chips, beside its size.
const FITTED: f64 = 1.5;
/// A title's picture has between so many samples a chip on the exhibit's grid.
const PITCH: std::ops::RangeInclusive<f64> = 0.75..=12.0;
/// Places that must agree, chips apart.
const PLACES: usize = 4;
const APART: f64 = 5.0;

/// A feature of the exhibit and one of a title that are alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub title: u32,
    pub variant: Variant,
    /// The number of the exhibit's bin.
    pub bin: usize,
    /// Title time less exhibit time, seconds.
    pub offset_s: f64,
    /// In chips of the title, and in samples of the exhibit's grid.
    pub from: Spot,
    pub to: Spot,
    /// How much it counts, 0 to 1.
    pub weight: f32,
}

/// Where an exhibit may show a title.
#[derive(Debug, Clone)]
pub(super) struct Hypothesis {
    pub title: u32,
    pub variant: Variant,
    /// Title time less exhibit time, seconds, about.
    pub offset_s: f64,
    pub geometry: Geometry,
    /// How many places of the title agree, weighted.
    pub score: f32,
    /// The bins in which they were seen, ascending, each as often as it was.
    pub bins: Vec<usize>,
}

/// The matches of one title, variant and window of time, those most alike first.
#[derive(Debug, Clone)]
pub(super) struct Window(Vec<Match>);

impl Window {
    /// Takes out the bins that are not `free`; true if there were any.
    pub fn without_taken(&mut self, free: &[bool]) -> bool {
        let before = self.0.len();
        self.0.retain(|m| free[m.bin]);
        self.0.len() < before
    }

    /// What its pairs agree on; `extents` are those of the titles.
    pub fn hypothesis(&self, extents: &[(f64, f64)]) -> Option<Hypothesis> {
        let said: Vec<Said<'_>> = self.0.iter().take(MOST).map(Said::of).collect();
        let agreeing = |seed: &Said<'_>| -> Vec<&Match> {
            said.iter()
                .filter(|s| s.agrees(seed))
                .map(|s| s.found)
                .collect()
        };
        let seeds = said.iter().take(SEEDS).filter(|s| PITCH.contains(&s.size));
        let (seed, _) = seeds
            .map(|seed| (seed, worth(&agreeing(seed))))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        let extent = *extents.get(seed.found.title as usize)?;
        let all: Vec<&Match> = said.iter().map(|s| s.found).collect();
        let (geometry, fitted) = fitted(seed.map.geometry(extent), &agreeing(seed), &all, extent)?;
        let mut bins: Vec<usize> = fitted.iter().map(|m| m.bin).collect();
        bins.sort_unstable();
        let mut offsets: Vec<f64> = fitted.iter().map(|m| m.offset_s).collect();
        offsets.sort_by(f64::total_cmp);
        (places(&fitted).len() >= PLACES).then(|| Hypothesis {
            title: seed.found.title,
            variant: seed.found.variant,
            offset_s: offsets[offsets.len() / 2],
            geometry,
            score: worth(&fitted),
            bins,
        })
    }
}

/// The windows that hold enough pairs, in order of title, variant and time.
pub(super) fn windows(matches: &[Match]) -> Vec<Window> {
    let mut windows: BTreeMap<(u32, Variant, i64), Vec<Match>> = BTreeMap::new();
    for found in matches {
        let number = (found.offset_s / STEP_S).floor() as i64;
        for window in [number - (WINDOW_S / STEP_S) as i64 + 1, number] {
            windows
                .entry((found.title, found.variant, window))
                .or_default()
                .push(*found);
        }
    }
    let mut windows: Vec<Window> = windows
        .into_values()
        .filter(|w| w.len() >= PLACES)
        .map(Window)
        .collect();
    windows
        .par_iter_mut()
        .for_each(|w| w.0.sort_by(|a, b| b.weight.total_cmp(&a.weight)));
    windows
}

/// A pair, and what it says of the whole picture.
struct Said<'a> {
    found: &'a Match,
    map: Similarity,
    size: f64,
    angle: f64,
}

impl<'a> Said<'a> {
    fn of(found: &'a Match) -> Self {
        let map = Similarity::between(&found.from, &found.to, found.variant.mirrored);
        Self {
            found,
            size: map.size(),
            angle: map.angle(),
            map,
        }
    }

    fn agrees(&self, seed: &Said<'_>) -> bool {
        let ratio = self.size / seed.size;
        if !(1.0 / SCALE..=SCALE).contains(&ratio) {
            return false;
        }
        let (from, to) = (&self.found.from, &self.found.to);
        let (x, y) = seed.map.at(from.x, from.y);
        let off = (x - to.x).hypot(y - to.y);
        let distance = (x - seed.found.to.x).hypot(y - seed.found.to.y);
        off <= STRETCH * distance + BESIDE * to.size
            && angle_between(self.angle, seed.angle).abs() <= TURN
    }
}

/// The places of the title's picture that agree, in units of [`APART`], each with the
/// weights of those that do.
fn places(matches: &[&Match]) -> BTreeMap<(i64, i64), Vec<f32>> {
    let mut places: BTreeMap<(i64, i64), Vec<f32>> = BTreeMap::new();
    for found in matches {
        let place = |at: f64| (at / APART).floor() as i64;
        let key = (place(found.from.x), place(found.from.y));
        places.entry(key).or_default().push(found.weight);
    }
    places
}

/// Each place counts with the best of its pairs, and a little for how many there are.
fn worth(matches: &[&Match]) -> f32 {
    let places = places(matches);
    let place = |weights: &Vec<f32>| {
        let best = weights.iter().copied().fold(0.0, f32::max);
        best * (1.0 + 0.3 * (weights.len() as f32).log2())
    };
    places.values().map(place).sum()
}

/// The geometry that all pairs agree on best, begun with those that agree with one, and the
/// pairs that it leaves where they are.
fn fitted<'a>(
    mut geometry: Geometry,
    first: &[&'a Match],
    window: &[&'a Match],
    extent: (f64, f64),
) -> Option<(Geometry, Vec<&'a Match>)> {
    // Chips, and shares, by which a similarity through one pair is off.
    const USUAL: [f64; AXES] = [20.0, 20.0, 0.2, 0.2, 0.2, 0.15, 0.06, 0.06, 0.0, 0.0, 0.0];
    let middle = ((extent.0 - 1.0) / 2.0, (extent.1 - 1.0) / 2.0);
    let mut agreeing: Vec<&Match> = first.to_vec();
    for round in 0..4 {
        let mut equations = Equations::expecting(USUAL);
        for found in &agreeing {
            let (u, v) = geometry.chip_at(found.to.x, found.to.y);
            let off = (u - found.from.x, v - found.from.y);
            let usual = FITTED + 0.3 * found.from.size;
            let far = off.0.hypot(off.1) / (3.0 * usual);
            let weight = f64::from(found.weight) / (usual * usual) / (1.0 + far * far);
            let each = moves(found.from.x - middle.0, found.from.y - middle.1);
            equations.add_place(&each.map(|m| m.0), off.0, weight);
            equations.add_place(&each.map(|m| m.1), off.1, weight);
        }
        geometry = geometry.adjusted(adjust(&equations.solve()?));
        let slack = [4.0, 3.0, 2.0, 2.0][round];
        agreeing = window
            .iter()
            .copied()
            .filter(|m| is_left(&geometry, m, slack))
            .collect();
    }
    Some((geometry, agreeing))
}

fn is_left(geometry: &Geometry, found: &Match, slack: f64) -> bool {
    let (x, y) = geometry.at(found.from.x, found.from.y);
    let [[a, b], [c, d]] = geometry.jacobian(found.from.x, found.from.y);
    let pitch = (a * d - b * c).abs().sqrt();
    let ratio = found.to.size / (found.from.size * pitch);
    let off = (x - found.to.x).hypot(y - found.to.y) / pitch;
    off <= slack * (FITTED + 0.3 * found.from.size) && (1.0 / SCALE..=SCALE).contains(&ratio)
}
