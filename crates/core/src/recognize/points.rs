//! Finds interest points: blobs that stay where they are when a picture is scaled, turned,
//! blurred or coded.
//!
//! Extrema, in place and scale, of differences of Gaussians (Lowe, "Distinctive image
//! features from scale-invariant keypoints", IJCV 60, 2004): three scales an octave, placed
//! between samples by parabolas, those on edges left out.

use ndarray::Array2;

use crate::luma::Plane;
use crate::luma::blur::gaussian;

/// Scales an octave at which extrema are looked for.
const STEPS: usize = 3;
/// Blur of each octave's first level, in samples of that octave.
const FIRST: f32 = 1.6;
/// Blur that a picture is taken to have already.
const OWN: f32 = 0.5;
/// Octaves have at least so many rows and columns.
const LEAST_SIDE: usize = 20;
/// Octaves at most.
const MOST_OCTAVES: usize = 5;
/// An extremum is at least so far from zero, 8-bit code values.
const CONTRAST: f32 = 0.6;
/// Principal curvatures of a blob differ by less than this factor: more is an edge.
const EDGE: f32 = 8.0;

/// A blob.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Column and row, samples of the picture.
    pub x: f32,
    pub y: f32,
    /// Blur at which it stands out most, samples of the picture.
    pub sigma: f32,
    /// Difference of Gaussians, code values; negative where it is brighter than around.
    pub contrast: f32,
    /// The octave and the level of the pyramid on which it is described.
    pub octave: usize,
    pub level: usize,
}

/// A picture at all scales.
pub(super) struct Pyramid {
    /// Octaves of [`STEPS`] + 3 levels; each octave has half as many samples as the one before.
    pub octaves: Vec<Vec<Plane>>,
}

impl Pyramid {
    /// Of a picture of 8-bit code values.
    pub fn of(picture: &Plane) -> Self {
        let mut octaves: Vec<Vec<Plane>> = Vec::new();
        let mut first = gaussian(picture, (FIRST * FIRST - OWN * OWN).sqrt());
        while octaves.len() < MOST_OCTAVES && first.dim().0.min(first.dim().1) >= LEAST_SIDE {
            let mut levels = vec![first];
            for level in 1..STEPS + 3 {
                let step = (sigma(level).powi(2) - sigma(level - 1).powi(2)).sqrt();
                levels.push(gaussian(&levels[level - 1], step));
            }
            first = halved(&levels[STEPS]);
            octaves.push(levels);
        }
        Self { octaves }
    }

    /// All blobs, in order of octave, level, row and column.
    pub fn points(&self) -> Vec<Point> {
        let mut points = Vec::new();
        for (octave, levels) in self.octaves.iter().enumerate() {
            let differences: Vec<Plane> = levels.windows(2).map(|w| &w[1] - &w[0]).collect();
            for level in 1..=STEPS {
                let around = [
                    &differences[level - 1],
                    &differences[level],
                    &differences[level + 1],
                ];
                extrema(around, |x, y, step, contrast| {
                    let unit = (1 << octave) as f32;
                    points.push(Point {
                        x: x * unit,
                        y: y * unit,
                        sigma: FIRST * 2_f32.powf((level as f32 + step) / STEPS as f32) * unit,
                        contrast,
                        octave,
                        level,
                    });
                });
            }
        }
        points
    }
}

/// Blur of a level, samples of its octave.
fn sigma(level: usize) -> f32 {
    FIRST * 2_f32.powf(level as f32 / STEPS as f32)
}

fn halved(plane: &Plane) -> Plane {
    let (rows, columns) = plane.dim();
    Array2::from_shape_fn((rows.div_ceil(2), columns.div_ceil(2)), |(y, x)| {
        plane[[2 * y, 2 * x]]
    })
}

/// Calls `found` with column, row, part of a step in scale, and contrast of every extremum of
/// the middle plane.
fn extrema(around: [&Plane; 3], mut found: impl FnMut(f32, f32, f32, f32)) {
    let (rows, columns) = around[1].dim();
    let [Some(below), Some(here), Some(above)] = around.map(|p| p.as_slice()) else {
        return;
    };
    for y in 1..rows - 1 {
        for x in 1..columns - 1 {
            let at = y * columns + x;
            let value = here[at];
            if value.abs() < CONTRAST || !is_extremum([below, here, above], at, columns) {
                continue;
            }
            if is_edge(here, at, columns) {
                continue;
            }
            let dx = peak(here[at - 1], value, here[at + 1]);
            let dy = peak(here[at - columns], value, here[at + columns]);
            let ds = peak(below[at], value, above[at]);
            found(x as f32 + dx, y as f32 + dy, ds, value);
        }
    }
}

fn is_extremum(planes: [&[f32]; 3], at: usize, columns: usize) -> bool {
    let value = planes[1][at];
    let sign = value.signum();
    planes.iter().enumerate().all(|(number, plane)| {
        [at - columns, at, at + columns].iter().all(|row| {
            (row - 1..=row + 1).all(|i| (number == 1 && i == at) || sign * plane[i] < sign * value)
        })
    })
}

fn is_edge(plane: &[f32], at: usize, columns: usize) -> bool {
    let value = plane[at];
    let xx = plane[at - 1] + plane[at + 1] - 2.0 * value;
    let yy = plane[at - columns] + plane[at + columns] - 2.0 * value;
    let diagonal = plane[at + columns + 1] + plane[at - columns - 1];
    let xy = (diagonal - plane[at + columns - 1] - plane[at - columns + 1]) / 4.0;
    let (trace, determinant) = (xx + yy, xx * yy - xy * xy);
    determinant <= 0.0 || trace * trace * EDGE > (EDGE + 1.0).powi(2) * determinant
}

/// Where the parabola through three values at −1, 0 and 1 has its peak, −½ to ½.
pub(super) fn peak(before: f32, here: f32, after: f32) -> f32 {
    let bend = before + after - 2.0 * here;
    match bend.abs() > 1e-12 {
        true => ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5),
        false => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A round spot on grey.
    fn spot(x: f32, y: f32, sigma: f32) -> Plane {
        Plane::from_shape_fn((120, 160), |(row, column)| {
            let off = (column as f32 - x).powi(2) + (row as f32 - y).powi(2);
            90.0 + 80.0 * (-off / (2.0 * sigma * sigma)).exp()
        })
    }

    #[test]
    fn a_spot_is_found_where_it_is_and_as_large_as_it_is() {
        for size in [3.0, 5.0, 9.0] {
            let points = Pyramid::of(&spot(70.3, 51.6, size)).points();
            let strongest = points
                .iter()
                .max_by(|a, b| a.contrast.abs().total_cmp(&b.contrast.abs()));
            let point = strongest.unwrap();
            let off = (point.x - 70.3).hypot(point.y - 51.6);
            assert!(off < 0.12 * size, "{size}: {point:?}");
            // A spot stands out most at its own size (less the step between the levels).
            let ratio = point.sigma / size;
            assert!((0.7..1.3).contains(&ratio), "{size}: {point:?}");
            assert!(point.contrast < 0.0, "it is brighter than around");
        }
    }

    #[test]
    fn neither_flat_grey_nor_an_edge_is_a_point() {
        assert!(
            Pyramid::of(&Plane::from_elem((90, 90), 80.0))
                .points()
                .is_empty()
        );
        let edge = Plane::from_shape_fn((90, 90), |(_, x)| if x < 41 { 20.0 } else { 200.0 });
        assert!(Pyramid::of(&edge).points().is_empty());
    }
}
