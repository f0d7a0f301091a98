//! Describes interest points by 64 bits each, so that turned, mirrored and inverted
//! pictures need not be described anew.
//!
//! ```text
//! rings about the point, as far apart as it is large ─ angular frequencies of each ring
//!   ─ turned so that the first points to the right ─ radial frequencies ─ signs
//! ```
//!
//! In that basis a turn of the picture changes phases alone, which the turn of the first
//! angular frequency undoes; a mirror changes the signs of imaginary parts, black for
//! white those of even frequencies. So all variants of a description are the same bits
//! but for a mask.

use std::f32::consts::TAU;
use std::sync::LazyLock;

use super::points::{Point, Pyramid};
use crate::luma::Plane;

/// Rings about a point.
const RINGS: usize = 6;
/// Distance of rings, in the point's sigma.
const RING: f32 = 1.1;
/// Samples on a ring.
const SAMPLES: usize = 24;
/// Angular frequencies from 0.
const ORDERS: usize = 7;
/// The first ring on which an angular frequency is read: inner ones are too small for it.
const INNERMOST: [usize; ORDERS] = [0, 0, 0, 1, 2, 2, 3];
/// Weights of the rings when the point's direction is taken.
const DIRECTION: [f32; RINGS] = [1.0, 1.0, 1.0, 0.8, 0.6, 0.4];
/// Bits of a code.
pub(super) const BITS: usize = 64;

/// How a picture may differ from the title's beyond where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Variant {
    /// Left for right.
    pub mirrored: bool,
    /// Black for white.
    pub negative: bool,
}

impl Variant {
    /// All, the usual one first.
    pub const ALL: [Self; 4] = [
        Self {
            mirrored: false,
            negative: false,
        },
        Self {
            mirrored: true,
            negative: false,
        },
        Self {
            mirrored: false,
            negative: true,
        },
        Self {
            mirrored: true,
            negative: true,
        },
    ];

    /// The bits of a code that differ in the variant.
    pub fn mask(self) -> u64 {
        let mut mask = 0;
        for (bit, part) in LAYOUT.iter().enumerate() {
            let flips = (self.mirrored && part.imaginary) != (self.negative && part.order % 2 == 0);
            mask |= u64::from(flips) << bit;
        }
        mask
    }
}

/// A point and what is around it.
#[derive(Debug, Clone)]
pub(super) struct Feature {
    /// Column and row, samples of the picture.
    pub x: f32,
    pub y: f32,
    /// Its size, samples.
    pub sigma: f32,
    /// Its direction, radians clockwise from the right.
    pub angle: f32,
    /// The signs: a bit is 1 where a number is positive.
    pub code: u64,
    /// How far each number is from changing its sign, about 1 on average.
    pub margins: [f32; BITS],
    /// How well it can be told from others and found again: larger is better.
    pub worth: f32,
}

/// Which number a bit is the sign of.
#[derive(Debug, Clone, Copy)]
struct Part {
    order: usize,
    radial: usize,
    imaginary: bool,
}

/// The bits: low radial and angular frequencies, which last longest, come first.
static LAYOUT: LazyLock<Vec<Part>> = LazyLock::new(|| {
    let mut parts = Vec::new();
    for (order, innermost) in INNERMOST.into_iter().enumerate() {
        for radial in 0..RINGS - innermost {
            for imaginary in [false, true] {
                // The mean is no part of a description, and the direction's own sign is fixed.
                let fixed =
                    (order == 0 && (radial == 0 || imaginary)) || (order == 1 && radial == 0);
                if !fixed {
                    parts.push(Part {
                        order,
                        radial,
                        imaginary,
                    });
                }
            }
        }
    }
    parts.sort_by_key(|p| (p.order + 2 * p.radial, p.order, p.imaginary));
    parts.truncate(BITS);
    parts
});

/// Cosine and sine of each angular frequency at each sample of a ring.
static WAVES: LazyLock<Vec<[(f32, f32); SAMPLES]>> = LazyLock::new(|| {
    let wave = |order: usize| {
        std::array::from_fn(|n| {
            let (sin, cos) = (TAU * (order * n) as f32 / SAMPLES as f32).sin_cos();
            (cos, sin)
        })
    };
    (0..ORDERS).map(wave).collect()
});

/// Real and imaginary part of each angular frequency on each ring.
type Rings = [[(f32, f32); ORDERS]; RINGS];

/// The point described; `None` if nothing is around it.
pub(super) fn described(pyramid: &Pyramid, point: &Point) -> Option<Feature> {
    let plane = pyramid.octaves.get(point.octave)?.get(point.level)?;
    let unit = (1 << point.octave) as f32;
    let middle = (point.x / unit, point.y / unit);
    let rings = rings(plane, middle, point.sigma / unit * RING);
    let (mut re, mut im) = (0.0, 0.0);
    for (ring, weight) in rings.iter().zip(DIRECTION) {
        (re, im) = (re + weight * ring[1].0, im + weight * ring[1].1);
    }
    let angle = -im.atan2(re);
    let numbers = numbers(&rings, angle);
    let power: f32 = numbers.iter().map(|n| n * n).sum::<f32>() / numbers.len() as f32;
    if power <= 1e-6 {
        return None;
    }
    let mut code = 0;
    let mut margins = [0.0; BITS];
    for (bit, number) in numbers.iter().enumerate() {
        code |= u64::from(*number > 0.0) << bit;
        margins[bit] = (number.abs() / power.sqrt()).min(2.0);
    }
    let directed = re.hypot(im) / power.sqrt();
    Some(Feature {
        x: point.x,
        y: point.y,
        sigma: point.sigma,
        angle,
        code,
        margins,
        worth: point.contrast.abs().sqrt() * directed.min(6.0),
    })
}

fn rings(plane: &Plane, middle: (f32, f32), step: f32) -> Rings {
    let mut rings = Rings::default();
    let (rows, columns) = plane.dim();
    let Some(samples) = plane.as_slice() else {
        return rings;
    };
    let (right, lower) = ((columns - 1) as f32, (rows - 1) as f32);
    for (number, ring) in rings.iter_mut().enumerate() {
        let radius = step * (number + 1) as f32;
        for (n, (cos, sin)) in WAVES[1].iter().enumerate() {
            let x = (middle.0 + radius * cos).clamp(0.0, right);
            let y = (middle.1 + radius * sin).clamp(0.0, lower);
            let value = between(samples, columns, rows, x, y);
            for (wave, sum) in WAVES.iter().zip(ring.iter_mut()) {
                sum.0 += value * wave[n].0;
                sum.1 -= value * wave[n].1;
            }
        }
    }
    rings
}

/// A picture between its samples; `x` and `y` lie within it.
fn between(samples: &[f32], columns: usize, rows: usize, x: f32, y: f32) -> f32 {
    let (left, upper) = (x as usize, y as usize);
    let (right, lower) = ((left + 1).min(columns - 1), (upper + 1).min(rows - 1));
    let (fx, fy) = (x - left as f32, y - upper as f32);
    let row =
        |y: usize| samples[y * columns + left] * (1.0 - fx) + samples[y * columns + right] * fx;
    row(upper) * (1.0 - fy) + row(lower) * fy
}

/// The numbers whose signs are the code: turned by `angle`, radial frequencies by a cosine
/// transform over the rings of each angular frequency.
fn numbers(rings: &Rings, angle: f32) -> Vec<f32> {
    let mut turned = *rings;
    for ring in &mut turned {
        for (order, (re, im)) in ring.iter_mut().enumerate() {
            let (sin, cos) = (angle * order as f32).sin_cos();
            (*re, *im) = (*re * cos - *im * sin, *re * sin + *im * cos);
        }
    }
    let number = |part: &Part| {
        let first = INNERMOST[part.order];
        let count = (RINGS - first) as f32;
        let ring = |k: usize| {
            let (re, im) = turned[k][part.order];
            let phase =
                std::f32::consts::PI * part.radial as f32 * ((k - first) as f32 + 0.5) / count;
            phase.cos() * if part.imaginary { im } else { re }
        };
        (first..RINGS).map(ring).sum()
    };
    LAYOUT.iter().map(number).collect()
}

/// The features of a picture of 8-bit code values, those of most worth first, `most` of them.
pub(super) fn features(picture: &Plane, most: usize) -> Vec<Feature> {
    let pyramid = Pyramid::of(picture);
    let points = pyramid.points();
    let mut features: Vec<Feature> = points
        .iter()
        .filter_map(|p| described(&pyramid, p))
        .collect();
    features.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    features.truncate(most);
    features
}
