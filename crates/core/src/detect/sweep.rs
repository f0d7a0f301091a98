//! This module sweeps over scales, shapes and angles of the picture.
//!
//! Nothing is known of time yet: which slot a second shows, and with it the
//! pilot's roll and sign, is open. So each stretch of two seconds is correlated
//! with the pilot at every shift, and what counts is how far its highest peak
//! stands out: ln of the likelihood that the pilot is there, somewhere, is
//! about p²/2 − ln(shifts × signs) for a peak of p standard deviations.
//!
//! ```text
//! whitened bins ─ stretches of two seconds (16 lanes) ─ fold at a shape ─ correlate, two at a time ─ peaks ─ score
//! ```
//!
//! All stretches are folded at once: their samples lie side by side, so that one
//! look-up serves sixteen. Shapes are spaced so that half a step moves the
//! picture's edge by 0.6 chips, at which four tenths of the pilot are
//! lost at the edge and a fifth over the whole picture (from the chip's own
//! spectrum up to 0.81 cycles a chip); refined to an eighth of a step, a
//! hundredth. A shape takes about 0.3 ms of one core: of most, half the
//! stretches promise nothing, and the others are not looked at.

use rayon::prelude::*;
use rustfft::num_complex::Complex32;

use super::geometry::{Geometry, Orientation, RADIUS};
use super::pilot::{PilotKey, root_mean_square};
use crate::luma::Plane;
use crate::luma::twin::TwinScratch;
use crate::mark::TILE;

/// Stretches looked at.
const LANES: usize = 16;
/// Stretches in a row of each of two parts of the exhibit, if there are more than [`LANES`].
const PART: usize = LANES / 2;
/// ln of the places and signs a peak can have.
const PLACES: f32 = 9.01;
/// Chips by which one step of the sweep moves the picture's edge.
const STEP: f64 = 1.2;
/// How often steps are halved when a shape is refined.
const HALVINGS: i32 = 3;
/// What half of the lanes must score before the others are looked at: a shape
/// worth refining scores ten in all, chance mostly less than this in half.
const PROMISING: f32 = 1.5;
/// Standard deviations of a lane at the end of a byte.
const BYTE_END: f32 = 4.0;

/// How the title's chips lie on the grid, but for where they begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// Samples of the grid a chip, across and down the grid.
    pub pitch: (f64, f64),
    /// Radians clockwise.
    pub turn: f64,
    /// Quarter turns and mirror.
    pub orientation: Orientation,
}

/// Stretches of whitened bins, sample by sample, as bytes: a
/// thirtieth of a standard deviation is exact enough, and all of it stays in
/// the cache.
pub(super) struct Stack {
    rows: usize,
    columns: usize,
    samples: Vec<[i8; LANES]>,
    lanes: usize,
}

impl Stack {
    /// Of whitened bins: stretches of two seconds, one begun every second.
    pub fn new(whitened: &[(f64, Plane)]) -> Self {
        Self::of_stretches(stretches(whitened))
    }

    /// Of whitened bins, each a stretch of its own: for a picture that moves.
    pub fn of_bins(whitened: &[(f64, Plane)]) -> Self {
        Self::of_stretches(whitened.iter().map(|(_, plane)| vec![plane]).collect())
    }

    /// All of the stretches if they are few, else two parts of them.
    fn of_stretches(mut stretches: Vec<Vec<&Plane>>) -> Self {
        if stretches.len() > LANES {
            let first = stretches.len() / 4 - PART / 2;
            let second = (first + PART).max(stretches.len() * 3 / 4 - PART / 2);
            let part = |from: usize| stretches.iter().skip(from).take(PART).cloned();
            stretches = part(first).chain(part(second)).collect();
        }
        let first = stretches.first().and_then(|planes| planes.first());
        let (rows, columns) = first.map_or((0, 0), |plane| plane.dim());
        let mut samples = vec![[0_i8; LANES]; rows * columns];
        let lanes: Vec<Vec<i8>> = stretches.par_iter().map(|planes| lane(planes)).collect();
        for (lane, values) in lanes.iter().enumerate() {
            samples
                .iter_mut()
                .zip(values)
                .for_each(|(s, v)| s[lane] = *v);
        }
        Self {
            rows,
            columns,
            samples,
            lanes: lanes.len(),
        }
    }

    /// The geometry of a shape: chip (0, 0) in the middle of the grid.
    pub fn geometry(&self, shape: &Shape) -> Geometry {
        let centre = (
            (self.columns as f64 - 1.0) / 2.0,
            (self.rows as f64 - 1.0) / 2.0,
        );
        Geometry::about(centre, shape.pitch, shape.turn, shape.orientation)
    }

    /// The shapes scored, best first.
    pub fn sweep(&self, key: &PilotKey, shapes: &[Shape]) -> Vec<(f32, Shape)> {
        let mut scored: Vec<(f32, Shape)> = shapes
            .par_iter()
            .map_init(Scratch::default, |scratch, shape| {
                (self.score(key, shape, scratch, true), *shape)
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored
    }

    /// The shape moved to where it scores best, by coordinate search.
    pub fn refined(&self, key: &PilotKey, (score, shape): (f32, Shape)) -> (f32, Shape) {
        let mut scratch = Scratch::default();
        // The score may stand for less than the shape's own, so it is taken anew.
        let handicap = self.score(key, &shape, &mut scratch, false) - score;
        let mut best = (score + handicap, shape);
        for halving in 1..=HALVINGS {
            let part = STEP * 0.5_f64.powi(halving);
            let mut improved = true;
            while improved {
                improved = false;
                for tried in self.around(best.1, part) {
                    let score = self.score(key, &tried, &mut scratch, false);
                    if score > best.0 {
                        best = (score, tried);
                        improved = true;
                    }
                }
            }
        }
        (best.0 - handicap, best.1)
    }

    /// The six shapes beside one, `chips` away at the picture's edge.
    fn around(&self, shape: Shape, chips: f64) -> [Shape; 6] {
        let (across, down) = self.reach(&shape);
        let pitched = |x: f64, y: f64| Shape {
            pitch: (
                shape.pitch.0 * (x / across).exp(),
                shape.pitch.1 * (y / down).exp(),
            ),
            ..shape
        };
        let turned = |by: f64| Shape {
            turn: shape.turn + by / across.max(down),
            ..shape
        };
        [
            pitched(chips, 0.0),
            pitched(-chips, 0.0),
            pitched(0.0, chips),
            pitched(0.0, -chips),
            turned(chips),
            turned(-chips),
        ]
    }

    /// Chips from the middle of the picture to its edges that can be seen.
    pub fn reach(&self, shape: &Shape) -> (f64, f64) {
        let half = |samples: usize, pitch: f64| (samples as f64 / pitch / 2.0).min(RADIUS);
        (
            half(self.columns, shape.pitch.0),
            half(self.rows, shape.pitch.1),
        )
    }

    /// How far the pilot stands out under a shape, in all lanes. With `promising`,
    /// only half of them are looked at if those promise nothing: every second
    /// pair, so that stretches at both phases and of the whole time are among them.
    fn score(&self, key: &PilotKey, shape: &Shape, scratch: &mut Scratch, promising: bool) -> f32 {
        self.fold(&self.geometry(shape), &mut scratch.tile);
        let mut score = 0.0;
        let pairs = |from: usize| (from..self.lanes).step_by(4);
        for (half, first) in pairs(0).map(|p| (0, p)).chain(pairs(2).map(|p| (1, p))) {
            if promising && half == 1 && score < PROMISING {
                break;
            }
            scratch.pair.clear();
            scratch.pair.extend(
                scratch
                    .tile
                    .iter()
                    .map(|c| Complex32::new(c[first].into(), c[first + 1].into())),
            );
            key.twin.correlate(&mut scratch.pair, &mut scratch.fft);
            score += stands_out(&scratch.pair);
        }
        score
    }

    /// Every chip's nearest sample, added to its cell.
    fn fold(&self, geometry: &Geometry, tile: &mut Vec<[i16; LANES]>) {
        tile.clear();
        tile.resize(TILE * TILE, [0; LANES]);
        let [first_u, first_v, last_u, last_v] = geometry.chips_in(self.rows, self.columns);
        let (right, lower) = (self.columns as f32 - 0.5, self.rows as f32 - 0.5);
        for v in first_v..=last_v {
            let cells = &mut tile[v.rem_euclid(TILE as i64) as usize * TILE..][..TILE];
            // A shape knows no perspective: steps are even.
            let from = geometry.at(first_u as f64, v as f64);
            let next = geometry.at(first_u as f64 + 1.0, v as f64);
            let step = ((next.0 - from.0) as f32, (next.1 - from.1) as f32);
            let from = (from.0 as f32, from.1 as f32);
            let mut cell = first_u.rem_euclid(TILE as i64) as usize;
            for along in 0..=last_u - first_u {
                let (x, y) = (
                    from.0 + step.0 * along as f32,
                    from.1 + step.1 * along as f32,
                );
                if x > -0.5 && y > -0.5 && x < right && y < lower {
                    let at = (y + 0.5) as usize * self.columns + (x + 0.5) as usize;
                    let (sum, samples) = (cells[cell], self.samples[at]);
                    cells[cell] = std::array::from_fn(|lane| sum[lane] + i16::from(samples[lane]));
                }
                cell = (cell + 1) % TILE;
            }
        }
    }
}

/// Working memory of one thread.
#[derive(Default)]
struct Scratch {
    tile: Vec<[i16; LANES]>,
    pair: Vec<Complex32>,
    fft: TwinScratch,
}

/// The planes of each stretch of two seconds.
fn stretches(whitened: &[(f64, Plane)]) -> Vec<Vec<&Plane>> {
    let mut seconds: Vec<(i64, Vec<&Plane>)> = Vec::new();
    for (time_s, plane) in whitened {
        let number = time_s.floor() as i64;
        match seconds.last_mut() {
            Some((n, planes)) if *n == number => planes.push(plane),
            _ => seconds.push((number, vec![plane])),
        }
    }
    let mut stretches: Vec<Vec<&Plane>> = seconds
        .windows(2)
        .filter(|two| two[0].0 + 1 == two[1].0)
        .map(|two| [two[0].1.as_slice(), &two[1].1].concat())
        .collect();
    if stretches.is_empty() {
        stretches = seconds.into_iter().map(|(_, planes)| planes).collect();
    }
    stretches
}

/// The sum of planes, as bytes.
fn lane(planes: &[&Plane]) -> Vec<i8> {
    let Some((first, others)) = planes.split_first() else {
        return Vec::new();
    };
    let mut sum: Vec<f32> = first.iter().copied().collect();
    for plane in others {
        sum.iter_mut().zip(plane.iter()).for_each(|(s, p)| *s += p);
    }
    let scale = f32::from(i8::MAX) / (BYTE_END * root_mean_square(&sum)).max(f32::MIN_POSITIVE);
    sum.iter().map(|s| (s * scale) as i8).collect()
}

/// By how much, in ln of likelihood, the highest peak of each of two maps
/// stands out from what its scatter gives by chance.
fn stands_out(pair: &[Complex32]) -> f32 {
    const SIDE_BY_SIDE: usize = 4;
    let (mut power, mut most) = ([[0.0_f32; 2]; SIDE_BY_SIDE], [[0.0_f32; 2]; SIDE_BY_SIDE]);
    for chunk in pair.chunks_exact(SIDE_BY_SIDE) {
        for (i, value) in chunk.iter().enumerate() {
            let squares = [value.re * value.re, value.im * value.im];
            for (part, square) in squares.into_iter().enumerate() {
                power[i][part] += square;
                if square > most[i][part] {
                    most[i][part] = square;
                }
            }
        }
    }
    let of = |part: usize| {
        let variance = power.iter().map(|p| p[part]).sum::<f32>() / pair.len() as f32;
        let most = most.iter().map(|m| m[part]).fold(0.0, f32::max);
        if variance > 0.0 {
            (most / variance / 2.0 - PLACES).max(0.0)
        } else {
            0.0
        }
    };
    of(0) + of(1)
}

/// A range of shapes to sweep over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    /// Least and greatest scale of the picture, 1 being the whole.
    pub scale: (f64, f64),
    /// ln of the greatest change of its aspect, each way.
    pub aspect: f64,
    /// Greatest turn, radians, each way.
    pub turn: f64,
    /// How the picture lies.
    pub orientation: Orientation,
}

impl Stack {
    /// All shapes in `range`, `unit` being the pitch of scale 1.
    pub fn shapes(&self, unit: (f64, f64), range: &Range) -> Vec<Shape> {
        let mut shapes = Vec::new();
        let mut scale = range.scale.0;
        while scale <= range.scale.1 {
            let pitch = (unit.0 * scale, unit.1 * scale);
            let middle = Shape {
                pitch,
                turn: 0.0,
                orientation: range.orientation,
            };
            let (across, down) = self.reach(&middle);
            let turns = steps(range.turn, STEP / across.max(down));
            for aspect in steps(range.aspect, STEP / down) {
                let pitch = (pitch.0, pitch.1 * aspect.exp());
                shapes.extend(turns.iter().map(|&turn| Shape {
                    pitch,
                    turn,
                    ..middle
                }));
            }
            scale *= (STEP / across.max(down)).exp();
        }
        shapes
    }
}

/// Values from −most to most, `step` apart, 0 among them.
fn steps(most: f64, step: f64) -> Vec<f64> {
    let count = (most / step).ceil() as i64;
    (-count..=count).map(|i| i as f64 * step).collect()
}
