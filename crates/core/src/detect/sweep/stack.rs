//! Whitened bins as bytes, many side by side: what is swept over.

use rayon::prelude::*;

use super::basis::Grid;
use crate::detect::pilot::root_mean_square;
use crate::luma::Plane;

/// Segments looked at.
pub(super) const LANES: usize = 16;
/// Segments in a row of each of two parts of the exhibit, if there are more than [`LANES`].
const PART: usize = LANES / 2;
/// Standard deviations of a lane at the end of a byte.
const BYTE_END: f32 = 4.0;

/// Segments of whitened bins, sample by sample, as bytes: a thirtieth of a
/// standard deviation is exact enough, and all of it stays in the cache.
pub(crate) struct Stack {
    /// The size of the bins.
    pub grid: Grid,
    /// Row by row, a lane for each segment.
    pub(super) samples: Vec<[i8; LANES]>,
    /// Lanes that are used.
    pub(super) lanes: usize,
}

impl Stack {
    /// Of whitened bins: segments of two seconds, one begun every second.
    pub fn of_seconds(whitened: &[(f64, Plane)]) -> Self {
        Self::of_segments(segments(whitened))
    }

    /// Of whitened bins, each a segment of its own: for a picture that moves.
    pub fn of_bins(whitened: &[(f64, Plane)]) -> Self {
        Self::of_segments(whitened.iter().map(|(_, plane)| vec![plane]).collect())
    }

    /// All of the segments if they are few, else two parts of them.
    fn of_segments(mut segments: Vec<Vec<&Plane>>) -> Self {
        if segments.len() > LANES {
            let first = segments.len() / 4 - PART / 2;
            let second = (first + PART).max(segments.len() * 3 / 4 - PART / 2);
            let part = |from: usize| segments.iter().skip(from).take(PART).cloned();
            segments = part(first).chain(part(second)).collect();
        }
        let first = segments.first().and_then(|planes| planes.first());
        let (rows, columns) = first.map_or((0, 0), |plane| plane.dim());
        let mut samples = vec![[0_i8; LANES]; rows * columns];
        let lanes: Vec<Vec<i8>> = segments.par_iter().map(|planes| lane(planes)).collect();
        for (lane, values) in lanes.iter().enumerate() {
            samples
                .iter_mut()
                .zip(values)
                .for_each(|(s, v)| s[lane] = *v);
        }
        Self {
            grid: Grid { rows, columns },
            samples,
            lanes: lanes.len(),
        }
    }
}

/// The planes of each segment of two seconds.
fn segments(whitened: &[(f64, Plane)]) -> Vec<Vec<&Plane>> {
    let mut seconds: Vec<(i64, Vec<&Plane>)> = Vec::new();
    for (time_s, plane) in whitened {
        let number = time_s.floor() as i64;
        match seconds.last_mut() {
            Some((n, planes)) if *n == number => planes.push(plane),
            _ => seconds.push((number, vec![plane])),
        }
    }
    let mut segments: Vec<Vec<&Plane>> = seconds
        .windows(2)
        .filter(|two| two[0].0 + 1 == two[1].0)
        .map(|two| [two[0].1.as_slice(), &two[1].1].concat())
        .collect();
    if segments.is_empty() {
        segments = seconds.into_iter().map(|(_, planes)| planes).collect();
    }
    segments
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
