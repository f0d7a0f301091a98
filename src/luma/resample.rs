//! This module brings a decoded plane onto a small grid, straight from the decoder's samples.
//!
//! Shrinking averages over the area of each target pixel; enlarging
//! interpolates linearly between pixel centres. Both are separable: rows first
//! (one pass over the source, which is where the time goes), then columns.

use ndarray::Array2;

use super::Plane;
use super::view::{LumaView, Rect, Samples};

/// The source samples that one target sample is made of.
#[derive(Debug, Clone)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// Brings one part of pictures of one size onto one grid.
#[derive(Debug, Clone)]
pub struct Resampler {
    rect: Rect,
    rows: Vec<Taps>,
    columns: Vec<Taps>,
}

impl Resampler {
    /// From `rect` of the source to a grid of `rows` × `columns`, each at least 1.
    pub fn new(rect: Rect, rows: usize, columns: usize) -> Self {
        Self {
            rect,
            rows: axis(rect.height, rows.max(1)),
            columns: axis(rect.width, columns.max(1)),
        }
    }

    /// The grid of a plane, in 8-bit code values; `None` if the plane is
    /// smaller than the part asked for or its samples are cut short.
    pub fn apply(&self, view: &LumaView<'_>) -> Option<Plane> {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.rect;
        let inside = x + width <= view.format.width && y + height <= view.format.height;
        if !inside || width == 0 || height == 0 || !view.is_whole() {
            return None;
        }
        let scale = 1.0 / view.format.code_value();
        let at = |row: usize| (y + row) * view.format.stride + x;
        Some(match view.samples {
            Samples::U8(s) => self.run(scale, |row| &s[at(row)..at(row) + width]),
            Samples::U16(s) => self.run(scale, |row| &s[at(row)..at(row) + width]),
        })
    }

    fn run<'a, T: Copy + Into<f32> + 'a>(
        &self,
        scale: f32,
        source: impl Fn(usize) -> &'a [T],
    ) -> Plane {
        let mut grid = Array2::zeros((self.rows.len(), self.columns.len()));
        let mut line = vec![0.0_f32; self.rect.width];
        for (taps, mut out) in self.rows.iter().zip(grid.rows_mut()) {
            line.fill(0.0);
            for (k, &weight) in taps.weights.iter().enumerate() {
                let weight = weight * scale;
                for (sum, &sample) in line.iter_mut().zip(source(taps.first + k)) {
                    let sample: f32 = sample.into();
                    *sum += weight * sample;
                }
            }
            for (taps, out) in self.columns.iter().zip(out.iter_mut()) {
                let part = &line[taps.first..taps.first + taps.weights.len()];
                *out = part.iter().zip(&taps.weights).map(|(a, b)| a * b).sum();
            }
        }
        grid
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
            assert!(
                (f64::from(grid.mean().expect("mean")) - mean).abs() < 1e-3,
                "{rows}x{columns}"
            );
        }
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
