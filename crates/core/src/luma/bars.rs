//! Finds the active picture inside black bars.
//!
//! A row or column belongs to a bar if it is black in every picture looked at.
//! Pictures should be spread over the whole film, so that a dark scene does not
//! pass for a bar.

use super::Rect;
use super::resample::Resampler;
use super::view::LumaView;

/// A line is black if its mean is at most this far above black, 8-bit code values…
const MEAN_ABOVE_BLACK: f32 = 3.0;
/// …and its brightest pixel (averaged over the other axis's 16ths) at most this far.
const PEAK_ABOVE_BLACK: f32 = 8.0;
/// Each line is looked at in this many parts: a small logo in a bar is not averaged away.
const PARTS: usize = 16;
/// Less than this share of the width or height left over is a black film, not bars.
const LEAST_SHARE: f64 = 0.2;

/// Gathers pictures of one size and says where the active picture is.
#[derive(Debug, Clone)]
pub struct BarFinder {
    width: usize,
    height: usize,
    rows: Vec<f32>,
    columns: Vec<f32>,
    by_rows: Resampler,
    by_columns: Resampler,
    looked_at: usize,
}

impl BarFinder {
    /// For pictures of this size.
    pub fn new(width: usize, height: usize) -> Self {
        let whole = Rect::whole(width, height);
        Self {
            width,
            height,
            rows: vec![0.0; height],
            columns: vec![0.0; width],
            by_rows: Resampler::new(whole, height, PARTS.min(width)),
            by_columns: Resampler::new(whole, PARTS.min(height), width),
            looked_at: 0,
        }
    }

    /// Looks at one picture; pictures of another size are ignored.
    pub fn push(&mut self, view: &LumaView<'_>) {
        let black = if view.format.full_range { 0.0 } else { 16.0 };
        let (Some(rows), Some(columns)) = (self.by_rows.apply(view), self.by_columns.apply(view))
        else {
            return;
        };
        for (seen, line) in self.rows.iter_mut().zip(rows.rows()) {
            *seen = seen.max(lightness(line.iter(), black));
        }
        for (seen, line) in self.columns.iter_mut().zip(columns.columns()) {
            *seen = seen.max(lightness(line.iter(), black));
        }
        self.looked_at += 1;
    }

    /// Adds what another finder saw in pictures of the same size.
    pub fn merge(&mut self, other: &Self) {
        let brighter = |(seen, line): (&mut f32, &f32)| *seen = seen.max(*line);
        self.rows.iter_mut().zip(&other.rows).for_each(brighter);
        self.columns
            .iter_mut()
            .zip(&other.columns)
            .for_each(brighter);
        self.looked_at += other.looked_at;
    }

    /// The active picture; the whole picture if there are no bars or nothing was looked at.
    pub fn active(&self) -> Rect {
        let whole = Rect::whole(self.width, self.height);
        let (Some((y, height)), Some((x, width))) = (lit(&self.rows), lit(&self.columns)) else {
            return whole;
        };
        let too_little = |part: usize, of: usize| (part as f64) < LEAST_SHARE * of as f64;
        if self.looked_at == 0 || too_little(height, self.height) || too_little(width, self.width) {
            return whole;
        }
        Rect {
            x,
            y,
            width,
            height,
        }
    }
}

/// How far a line is from black: 1 and more is picture.
fn lightness<'a>(parts: impl Iterator<Item = &'a f32> + Clone, black: f32) -> f32 {
    let count = parts.clone().count().max(1) as f32;
    let mean = parts.clone().sum::<f32>() / count - black;
    let peak = parts.fold(0.0_f32, |m, &v| m.max(v)) - black;
    (mean / MEAN_ABOVE_BLACK).max(peak / PEAK_ABOVE_BLACK)
}

/// (first, count) from the first to the last line that is picture.
fn lit(lines: &[f32]) -> Option<(usize, usize)> {
    let first = lines.iter().position(|&l| l >= 1.0)?;
    let last = lines.iter().rposition(|&l| l >= 1.0)?;
    Some((first, last + 1 - first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luma::view::{LumaFormat, Samples};

    fn find(paint: impl Fn(usize, usize) -> u8) -> Rect {
        let (width, height) = (96, 64);
        let samples: Vec<u8> = (0..width * height)
            .map(|i| paint(i % width, i / width))
            .collect();
        let format = LumaFormat {
            width,
            height,
            stride: width,
            bit_depth: 8,
            full_range: false,
        };
        let mut finder = BarFinder::new(width, height);
        finder.push(&LumaView {
            format,
            samples: Samples::U8(&samples),
        });
        finder.active()
    }

    #[test]
    fn letterbox_and_pillarbox_are_found_to_the_pixel() {
        let noise = |x: usize, y: usize| 16 + ((x + y) % 2) as u8;
        let boxed = find(|x, y| {
            if (9..57).contains(&y) {
                80
            } else {
                noise(x, y)
            }
        });
        assert_eq!(
            boxed,
            Rect {
                x: 0,
                y: 9,
                width: 96,
                height: 48
            }
        );
        let pillars = find(|x, y| {
            if (20..70).contains(&x) {
                80
            } else {
                noise(x, y)
            }
        });
        assert_eq!(
            pillars,
            Rect {
                x: 20,
                y: 0,
                width: 50,
                height: 64
            }
        );
    }

    #[test]
    fn a_black_picture_and_a_full_one_have_no_bars() {
        assert_eq!(find(|_, _| 16), Rect::whole(96, 64));
        assert_eq!(find(|x, y| (40 + x + y) as u8), Rect::whole(96, 64));
    }
}
