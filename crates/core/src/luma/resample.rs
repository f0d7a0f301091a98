//! Brings a decoded plane onto a small grid, straight from the decoder's samples.
//!
//! Shrinking averages over the area of each target pixel; enlarging
//! interpolates linearly between pixel centres. Both are separable: rows first
//! (one pass over the source, which is where the time goes), then columns.
//!
//! 8-bit rows are added up in whole numbers: weights in 256ths that add up to
//! 256 exactly, so that a sum fits 16 bits and a processor does eight at once
//! with the oldest instructions. A weight is off by at most 1/256, which moves
//! a row by less than a hundredth of a pixel and leaves a flat picture flat.

use multiversion::multiversion;
use ndarray::Array2;

use super::Plane;
use super::Rect;
use super::view::{LumaView, Samples};

/// The source samples that one target sample is made of.
#[derive(Debug, Clone)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// Rows of more taps than this are added up in floating point: in 256ths their
/// weights would be too coarse.
const MOST_WHOLE: usize = 17;
/// Taps of a column are padded to a multiple of this.
const LANES: usize = 4;

/// The taps of one target row in 256ths.
#[derive(Debug, Clone)]
struct WholeTaps {
    first: usize,
    weights: Vec<u16>,
}

/// The taps of all target columns, as many for each: unused weights are 0.
#[derive(Debug, Clone)]
struct Columns {
    firsts: Vec<usize>,
    /// `groups` groups of [`LANES`] weights a column.
    weights: Vec<[f32; LANES]>,
    groups: usize,
    /// Source columns a target column, if that is a whole number.
    step: Option<usize>,
}

/// Brings one part of pictures of one size onto one grid.
#[derive(Debug, Clone)]
pub struct Resampler {
    rect: Rect,
    rows: Vec<Taps>,
    /// The rows in 256ths, unless they have too many taps.
    whole_rows: Option<Vec<WholeTaps>>,
    columns: Columns,
}

impl Resampler {
    /// From `rect` of the source to a grid of `rows` × `columns`, each at least 1.
    pub fn new(rect: Rect, rows: usize, columns: usize) -> Self {
        let rows = axis(rect.height, rows.max(1));
        Self {
            rect,
            whole_rows: rows.iter().map(Taps::whole).collect(),
            rows,
            columns: Columns::new(&axis(rect.width, columns.max(1)), rect.width),
        }
    }

    /// The grid of a plane, in 8-bit code values; `None` if the plane is
    /// smaller than the part asked for or its samples are cut short.
    pub fn apply(&self, view: &LumaView<'_>) -> Option<Plane> {
        let mut grid = Array2::zeros((self.rows.len(), self.columns.firsts.len()));
        self.apply_to(view, &mut grid).then_some(grid)
    }

    /// [`apply`](Self::apply) to a grid that is there already; false if nothing
    /// was done, also because the grid has another shape.
    pub fn apply_to(&self, view: &LumaView<'_>, grid: &mut Plane) -> bool {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.rect;
        let inside = x + width <= view.format.width && y + height <= view.format.height;
        let fits = grid.dim() == (self.rows.len(), self.columns.firsts.len());
        if !inside || !fits || width == 0 || height == 0 || !view.is_whole() {
            return false;
        }
        let scale = 1.0 / view.format.code_value();
        let at = |row: usize| (y + row) * view.format.stride + x;
        match (view.samples, &self.whole_rows) {
            (Samples::U8(s), Some(rows)) => {
                self.run_whole(grid, rows, |row| &s[at(row)..at(row) + width]);
            }
            (Samples::U8(s), None) => self.run(grid, scale, |row| &s[at(row)..at(row) + width]),
            (Samples::U16(s), _) => self.run(grid, scale, |row| &s[at(row)..at(row) + width]),
        }
        true
    }

    fn run<'a, T: Copy + Into<f32> + 'a>(
        &self,
        grid: &mut Plane,
        scale: f32,
        source: impl Fn(usize) -> &'a [T],
    ) {
        let mut line = self.columns.line(self.rect.width);
        for (taps, mut out) in self.rows.iter().zip(grid.rows_mut()) {
            line.fill(0.0);
            for (k, &weight) in taps.weights.iter().enumerate() {
                let weight = weight * scale;
                for (sum, &sample) in line.iter_mut().zip(source(taps.first + k)) {
                    let sample: f32 = sample.into();
                    *sum += weight * sample;
                }
            }
            self.columns.apply(&line, &mut out);
        }
    }

    fn run_whole<'a>(
        &self,
        grid: &mut Plane,
        rows: &[WholeTaps],
        source: impl Fn(usize) -> &'a [u8],
    ) {
        let mut line = self.columns.line(self.rect.width);
        let mut sums = vec![0_u16; self.rect.width];
        for (taps, mut out) in rows.iter().zip(grid.rows_mut()) {
            sums.fill(0);
            for (k, &weight) in taps.weights.iter().enumerate() {
                add_weighted(&mut sums, source(taps.first + k), weight);
            }
            match (self.columns.step, out.as_slice_mut()) {
                (Some(4), Some(out)) => means::<4>(out, &sums),
                (Some(8), Some(out)) => means::<8>(out, &sums),
                _ => {
                    scale_down(&mut line, &sums);
                    self.columns.apply(&line, &mut out);
                }
            }
        }
    }
}

/// Adds `weight` times a row. Weights add up to 256, sums are at most 255 · 256:
/// nothing wraps.
#[multiversion(targets("x86_64+avx2"))]
fn add_weighted(sums: &mut [u16], row: &[u8], weight: u16) {
    for (sum, &sample) in sums.iter_mut().zip(row) {
        *sum = sum.wrapping_add(weight.wrapping_mul(u16::from(sample)));
    }
}

/// From 256ths to code values, `STEP` columns to one: 1080p and 2160p.
#[multiversion(targets("x86_64+avx2"))]
fn means<const STEP: usize>(out: &mut [f32], sums: &[u16]) {
    let scale = 1.0 / (256.0 * STEP as f32);
    for (value, part) in out.iter_mut().zip(sums.as_chunks::<STEP>().0) {
        let sum: u32 = part.iter().map(|&s| u32::from(s)).sum();
        *value = sum as i32 as f32 * scale;
    }
}

/// From 256ths to code values.
#[multiversion(targets("x86_64+avx2"))]
fn scale_down(line: &mut [f32], sums: &[u16]) {
    for (value, &sum) in line.iter_mut().zip(sums) {
        *value = f32::from(sum) * (1.0 / 256.0);
    }
}

impl Taps {
    /// The weights in 256ths: what rounding leaves goes on to the next weight,
    /// so that they add up to 256. `None` if there are too many.
    fn whole(&self) -> Option<WholeTaps> {
        if self.weights.len() > MOST_WHOLE {
            return None;
        }
        let (mut sum, mut given) = (0.0_f32, 0.0_f32);
        let weights = self
            .weights
            .iter()
            .map(|weight| {
                sum += weight * 256.0;
                let part = (sum - given).round();
                given += part;
                part as u16
            })
            .collect();
        Some(WholeTaps {
            first: self.first,
            weights,
        })
    }
}

impl Columns {
    fn new(axis: &[Taps], width: usize) -> Self {
        let step = width / axis.len().max(1);
        let most = axis.iter().map(|t| t.weights.len()).max().unwrap_or(0);
        let groups = most.div_ceil(LANES);
        let mut weights = vec![[0.0; LANES]; axis.len() * groups];
        for (taps, padded) in axis.iter().zip(weights.chunks_exact_mut(groups.max(1))) {
            let flat = padded.as_flattened_mut();
            flat[..taps.weights.len()].copy_from_slice(&taps.weights);
        }
        Self {
            firsts: axis.iter().map(|t| t.first).collect(),
            weights,
            groups,
            step: (step * axis.len() == width).then_some(step),
        }
    }

    /// A line of `width` samples, with room behind it for weights of 0.
    fn line(&self, width: usize) -> Vec<f32> {
        vec![0.0; width + self.groups * LANES]
    }

    fn apply(&self, line: &[f32], out: &mut ndarray::ArrayViewMut1<'_, f32>) {
        let all = self.weights.chunks_exact(self.groups.max(1));
        for ((out, &first), weights) in out.iter_mut().zip(&self.firsts).zip(all) {
            let (part, _) = line[first..first + self.groups * LANES].as_chunks::<LANES>();
            let mut sums = [0.0_f32; LANES];
            for (samples, weights) in part.iter().zip(weights) {
                for lane in 0..LANES {
                    sums[lane] += samples[lane] * weights[lane];
                }
            }
            *out = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        }
    }
}

/// The taps of one axis: `source` samples to `target` samples.
fn axis(source: usize, target: usize) -> Vec<Taps> {
    let step = source as f64 / target as f64;
    (0..target)
        .map(|i| {
            if step >= 1.0 {
                area(i, step, source)
            } else {
                linear(i, step, source)
            }
        })
        .collect()
}

fn area(i: usize, step: f64, source: usize) -> Taps {
    let (from, to) = (i as f64 * step, ((i + 1) as f64 * step).min(source as f64));
    let first = (from.floor() as usize).min(source - 1);
    let last = (to.ceil() as usize).clamp(first + 1, source);
    let weights = (first..last)
        .map(|s| ((to.min((s + 1) as f64) - from.max(s as f64)) / (to - from)).max(0.0) as f32)
        .collect();
    Taps { first, weights }
}

fn linear(i: usize, step: f64, source: usize) -> Taps {
    let centre = ((i as f64 + 0.5) * step - 0.5).clamp(0.0, (source - 1) as f64);
    let first = (centre.floor() as usize).min(source - 1);
    let part = (centre - first as f64) as f32;
    let weights = if first + 1 < source {
        vec![1.0 - part, part]
    } else {
        vec![1.0]
    };
    Taps { first, weights }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luma::view::LumaFormat;

    fn view(samples: &[u8], width: usize, height: usize, stride: usize) -> LumaView<'_> {
        LumaView {
            format: LumaFormat {
                width,
                height,
                stride,
                bit_depth: 8,
                full_range: false,
            },
            samples: Samples::U8(samples),
        }
    }

    #[test]
    fn shrinking_keeps_the_mean_at_any_ratio() {
        let (w, h, stride) = (37, 23, 40);
        let samples: Vec<u8> = (0..stride * h).map(|i| (i * 7 % 251) as u8).collect();
        let mean: f64 = (0..h)
            .flat_map(|y| &samples[y * stride..y * stride + w])
            .map(|&v| f64::from(v))
            .sum::<f64>()
            / (w * h) as f64;
        for (rows, columns) in [(5, 9), (23, 37), (7, 11), (1, 1)] {
            let grid = Resampler::new(Rect::whole(w, h), rows, columns)
                .apply(&view(&samples, w, h, stride))
                .expect("grid");
            let off = (f64::from(grid.mean().expect("mean")) - mean).abs();
            // Rows of 8-bit samples are weighted in 256ths.
            assert!(off < 0.1, "{rows}x{columns}: {off}");
        }
    }

    #[test]
    fn whole_numbers_give_what_floating_point_gives() {
        let (w, h) = (93, 61);
        let samples: Vec<u8> = (0..w * h).map(|i| (i * i / 7 % 251) as u8).collect();
        let same: Vec<u16> = samples.iter().map(|&s| u16::from(s)).collect();
        let grids = [(14, 23), (61, 93), (5, 93), (80, 200)];
        for ((rows, columns), w) in grids
            .map(|g| (g, 93))
            .into_iter()
            .chain([((20, 23), 92), ((20, 11), 88)])
        {
            let resampler = Resampler::new(Rect::whole(w, h), rows, columns);
            let whole = resampler.apply(&view(&samples, w, h, w)).expect("grid");
            let wide = LumaView {
                samples: Samples::U16(&same),
                ..view(&samples, w, h, w)
            };
            let float = resampler.apply(&wide).expect("grid");
            let worst = (whole - float).iter().fold(0.0_f32, |m, d| m.max(d.abs()));
            assert!(worst < 1.0, "{rows}x{columns}: off by {worst} of 250");
        }
        // A flat picture stays flat to the last bit.
        let flat = Resampler::new(Rect::whole(w, h), 14, 23).apply(&view(&[77; 93 * 61], w, h, w));
        assert!(flat.expect("grid").iter().all(|v| (v - 77.0).abs() < 1e-4));
    }

    #[test]
    fn enlarging_a_ramp_gives_a_ramp() {
        let samples: Vec<u8> = (0..100).map(|i| (i % 10 * 10) as u8).collect();
        let grid = Resampler::new(Rect::whole(10, 10), 10, 40)
            .apply(&view(&samples, 10, 10, 10))
            .expect("grid");
        for column in 2..38 {
            assert!((grid[[3, column]] - ((column as f32 + 0.5) / 4.0 - 0.5) * 10.0).abs() < 1e-3);
        }
    }

    #[test]
    fn a_plane_cut_short_gives_nothing() {
        assert!(
            Resampler::new(Rect::whole(10, 10), 5, 5)
                .apply(&view(&[0; 99], 10, 10, 10))
                .is_none()
        );
        assert!(
            Resampler::new(Rect::whole(11, 10), 5, 5)
                .apply(&view(&[0; 100], 10, 10, 10))
                .is_none()
        );
    }
}
