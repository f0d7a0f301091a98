//! What the index keeps of a title: a few features of pictures here and there.

use super::describe::{Feature, features};
use super::similarity::Spot;
use crate::luma::Plane;

/// Bytes of a feature as it is kept.
pub const FEATURE_BYTES: usize = 12;
/// Features kept of a picture at most, those of most worth first.
pub const KEPT: usize = 60;
/// Features looked for in a picture, of which some are kept.
const LOOKED_FOR: usize = 400;
/// Pictures that features are taken of are so far apart, seconds: two slots of the picture
/// rate if it stands still, half of that if it moves, and never less than the last.
const STILL_S: f64 = 4.0;
const MOVING_S: f64 = 1.9;
const LEAST_S: f64 = 0.9;
/// Correlation of small pictures above which nothing moved, and below which all did.
const SAME: f32 = 0.97;
const OTHER: f32 = 0.7;
/// Rows and columns of such a small picture.
const SMALL: (usize, usize) = (18, 32);
/// Octaves of size among which the features kept are spread: samples of sigma.
const SIZES: [f32; 3] = [4.0, 8.0, 16.0];
/// Steps of an octave in which sizes are kept, and the log2 of the smallest one in chips.
const SIZE_STEPS: f64 = 24.0;
const SMALLEST: f64 = -2.0;

/// A feature as it is kept: its code, and where it is in the title's picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    pub code: u64,
    /// Across and down in 256ths of the picture, direction in 256ths of a turn, size in
    /// steps of an octave.
    pub place: [u8; 4],
}

impl Posting {
    fn of(feature: &Feature, size: (usize, usize), extent: (f64, f64)) -> Self {
        let (rows, columns) = size;
        let chips = (extent.0 / columns as f64, extent.1 / rows as f64);
        // A grid whose samples are not square has its features stretched.
        let (sin, cos) = f64::from(feature.angle).sin_cos();
        let angle = (sin * chips.1).atan2(cos * chips.0);
        let sigma = f64::from(feature.sigma) * (chips.0 * chips.1).sqrt();
        let part = |at: f32, length: usize| ((f64::from(at) + 0.5) / length as f64 * 256.0) as u8;
        let steps = (sigma.log2() - SMALLEST) * SIZE_STEPS;
        Self {
            code: feature.code,
            place: [
                part(feature.x, columns),
                part(feature.y, rows),
                (angle / std::f64::consts::TAU * 256.0)
                    .round()
                    .rem_euclid(256.0) as u8,
                steps.round().clamp(0.0, 255.0) as u8,
            ],
        }
    }

    /// Where it is in chips of a title of this extent.
    pub fn spot(&self, extent: (f64, f64)) -> Spot {
        let [x, y, angle, size] = self.place.map(f64::from);
        Spot {
            x: (x + 0.5) / 256.0 * extent.0 - 0.5,
            y: (y + 0.5) / 256.0 * extent.1 - 0.5,
            size: (size / SIZE_STEPS + SMALLEST).exp2(),
            angle: angle / 256.0 * std::f64::consts::TAU,
        }
    }

    fn to_bytes(self) -> [u8; FEATURE_BYTES] {
        let mut bytes = [0; FEATURE_BYTES];
        bytes[..8].copy_from_slice(&self.code.to_be_bytes());
        bytes[8..].copy_from_slice(&self.place);
        bytes
    }

    fn from_bytes(bytes: &[u8; FEATURE_BYTES]) -> Self {
        let [a, b, c, d, e, f, g, h, place @ ..] = *bytes;
        Self {
            code: u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            place,
        }
    }
}

/// One picture's features, those of most worth first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sketch {
    /// Seconds of title time.
    pub time_s: f64,
    pub postings: Vec<Posting>,
}

/// The features of a title, or of a part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketches {
    /// Chips across and down the title's picture.
    pub extent: (f64, f64),
    pub(super) pictures: Vec<Sketch>,
}

impl Sketches {
    /// The same, `by_s` seconds of title time later.
    pub fn moved(&self, by_s: f64) -> Self {
        let mut moved = self.clone();
        moved.pictures.iter_mut().for_each(|p| p.time_s += by_s);
        moved
    }

    /// As bytes, big-endian: extent, then of each picture its time, how many features, and
    /// those, [`FEATURE_BYTES`] each.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.extent.0.to_be_bytes());
        bytes.extend(self.extent.1.to_be_bytes());
        for picture in &self.pictures {
            bytes.extend(picture.time_s.to_be_bytes());
            bytes.push(picture.postings.len().min(KEPT) as u8);
            let kept = picture.postings.iter().take(KEPT);
            kept.for_each(|posting| bytes.extend(posting.to_bytes()));
        }
        bytes
    }

    /// What [`to_bytes`](Self::to_bytes) wrote; `None` if these bytes are something else.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let number = |bytes: &mut &[u8]| {
            let (first, rest) = bytes.split_first_chunk()?;
            *bytes = rest;
            let number = f64::from_be_bytes(*first);
            number.is_finite().then_some(number)
        };
        let extent = (number(&mut bytes)?, number(&mut bytes)?);
        let mut pictures = Vec::new();
        while !bytes.is_empty() {
            let time_s = number(&mut bytes)?;
            let (count, rest) = bytes.split_first()?;
            let (own, rest) = rest.split_at_checked(usize::from(*count) * FEATURE_BYTES)?;
            bytes = rest;
            let postings = own.as_chunks().0.iter().map(Posting::from_bytes).collect();
            pictures.push(Sketch { time_s, postings });
        }
        let sound = extent.0 > 0.0 && extent.1 > 0.0;
        let ascending = pictures.windows(2).all(|w| w[0].time_s < w[1].time_s);
        (sound && ascending).then_some(Self { extent, pictures })
    }
}

/// Takes the features of a title's pictures as they come, in order of time.
#[derive(Debug, Clone)]
pub struct Sketcher {
    sketches: Sketches,
    last: Option<(f64, Vec<f32>)>,
}

impl Sketcher {
    /// Of a title of `extent` chips (across, down).
    pub fn new(extent: (f64, f64)) -> Self {
        Self {
            sketches: Sketches {
                extent,
                pictures: Vec::new(),
            },
            last: None,
        }
    }

    /// Adds the title's whole picture at `time_s`, 8-bit code values on any grid.
    pub fn push(&mut self, time_s: f64, picture: &Plane) {
        let small = small(picture);
        if !self.is_due(time_s, &small) {
            return;
        }
        let extent = self.sketches.extent;
        let found = spread(features(picture, LOOKED_FOR));
        let posting = |f: &Feature| Posting::of(f, picture.dim(), extent);
        self.sketches.pictures.push(Sketch {
            time_s,
            postings: found.iter().map(posting).collect(),
        });
        self.last = Some((time_s, small));
    }

    fn is_due(&self, time_s: f64, small: &[f32]) -> bool {
        let Some((last_s, last)) = &self.last else {
            return true;
        };
        let alike: f32 = last.iter().zip(small).map(|(a, b)| a * b).sum();
        let due = match alike {
            a if a > SAME => STILL_S,
            a if a < OTHER => LEAST_S,
            _ => MOVING_S,
        };
        time_s - last_s >= due
    }

    /// What was taken.
    pub fn finish(self) -> Sketches {
        self.sketches
    }
}

/// The picture on a few samples, of mean 0 and length 1.
fn small(picture: &Plane) -> Vec<f32> {
    let (rows, columns) = picture.dim();
    let mut sums = vec![0.0; SMALL.0 * SMALL.1];
    for ((row, column), value) in picture.indexed_iter() {
        sums[row * SMALL.0 / rows * SMALL.1 + column * SMALL.1 / columns] += value;
    }
    let mean = sums.iter().sum::<f32>() / sums.len() as f32;
    sums.iter_mut().for_each(|v| *v -= mean);
    let length = sums.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    sums.iter_mut().for_each(|v| *v /= length);
    sums
}

/// The features to keep: taken in turn from those of each octave of size, so that any few
/// of them hold some that are left of a picture made small, and some of one cut out.
fn spread(found: Vec<Feature>) -> Vec<Feature> {
    let octave = |f: &Feature| SIZES.iter().filter(|s| f.sigma >= **s).count();
    let mut queues = vec![Vec::new(); SIZES.len() + 1];
    for feature in found.into_iter().rev() {
        queues[octave(&feature)].push(feature);
    }
    let mut kept: Vec<Feature> = Vec::new();
    while kept.len() < KEPT && queues.iter().any(|q| !q.is_empty()) {
        kept.extend(queues.iter_mut().filter_map(Vec::pop));
    }
    kept.truncate(KEPT);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketches() -> Sketches {
        let picture = |t: f64| {
            Plane::from_shape_fn((90, 160), |(y, x)| {
                let (x, y) = (x as f32 + 9.0 * t as f32, y as f32);
                120.0 + 60.0 * (x / 5.0).sin() * (y / 7.0).cos() + 30.0 * (x / 11.0 + y / 6.0).sin()
            })
        };
        let mut sketcher = Sketcher::new((160.0, 90.0));
        for i in 0..20 {
            let time_s = 5.0 + f64::from(i) / 2.0;
            sketcher.push(time_s, &picture(time_s));
        }
        sketcher.finish()
    }

    #[test]
    fn bytes_are_read_as_they_were_written_and_others_are_not() {
        let sketches = sketches();
        assert!(sketches.pictures.len() >= 4, "{}", sketches.pictures.len());
        let bytes = sketches.to_bytes();
        assert_eq!(Sketches::from_bytes(&bytes), Some(sketches));
        assert_eq!(Sketches::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Sketches::from_bytes(&bytes[..7]), None);
    }

    #[test]
    fn a_place_is_kept_to_a_chip() {
        let feature = Feature {
            x: 31.0,
            y: 80.0,
            sigma: 5.0,
            angle: -1.0,
            code: 7,
            margins: [1.0; super::super::describe::BITS],
            worth: 1.0,
        };
        let spot = Posting::of(&feature, (270, 480), (160.0, 90.0)).spot((160.0, 90.0));
        assert!((spot.x - (31.0 / 3.0 - 1.0 / 3.0)).abs() < 0.7, "{spot:?}");
        assert!((spot.y - (80.0 / 3.0 - 1.0 / 3.0)).abs() < 0.7, "{spot:?}");
        assert!((spot.size - 5.0 / 3.0).abs() < 0.05);
        assert!((spot.angle - (std::f64::consts::TAU - 1.0)).abs() < 0.02);
    }
}
