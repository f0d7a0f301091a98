//! Says how strongly every pixel of one picture is marked.

use super::gain::Gain;
use crate::luma::activity::blocks;
use crate::luma::{LumaView, Plane};

/// The side of an activity block is the picture's longer side over this.
const BLOCKS_ALONG: usize = 320;

/// The amplitudes of one picture, found from its luma alone: all copies of a
/// picture are marked by the same map.
#[derive(Debug, Clone)]
pub struct GainMap {
    /// Amplitude in 8-bit code values, axes (block row, block column).
    blocks: Plane,
    /// The side of a block in pixels.
    side: usize,
}

impl GainMap {
    /// The map of a picture that is not marked yet; `None` if its samples are
    /// cut short or nothing is to be marked.
    pub fn of(gain: &Gain, luma: &LumaView<'_>) -> Option<Self> {
        if gain.cap <= 0.0 {
            return None;
        }
        let longer = luma.format.width.max(luma.format.height);
        let side = longer.div_ceil(BLOCKS_ALONG).max(2);
        Some(Self {
            blocks: gain.of(&blocks(luma, side)?),
            side,
        })
    }

    /// Reads the map row by row; the rows are `columns` of the picture.
    pub(super) fn rows(&self, columns: std::ops::Range<usize>) -> GainRows<'_> {
        let blocks = self.blocks.ncols();
        let width = columns.len();
        GainRows {
            map: self,
            columns: columns.map(|x| between(x, self.side, blocks)).collect(),
            above: (usize::MAX, vec![0.0; width]),
            below: (usize::MAX, vec![0.0; width]),
        }
    }
}

/// Blocks interpolated linearly between their middles: along the columns once
/// for each row of blocks, down the rows by the reader.
pub(super) struct GainRows<'a> {
    map: &'a GainMap,
    columns: Vec<Between>,
    /// Rows of blocks as rows of pixels, each with its number.
    above: (usize, Vec<f32>),
    below: (usize, Vec<f32>),
}

/// One row of amplitudes: `above + (below − above) · part`.
pub(super) struct GainRow<'a> {
    pub above: &'a [f32],
    pub below: &'a [f32],
    pub part: f32,
}

impl GainRows<'_> {
    /// The amplitudes of pixel row `y`; cheapest if rows come in order.
    pub fn row(&mut self, y: usize) -> GainRow<'_> {
        let (map, columns) = (self.map, &self.columns);
        let at = between(y, map.side, map.blocks.nrows());
        if self.below.0 == at.first {
            std::mem::swap(&mut self.above, &mut self.below);
        }
        for (line, row) in [(&mut self.above, at.first), (&mut self.below, at.second)] {
            if line.0 != row {
                line.0 = row;
                let blocks = map.blocks.row(row);
                for (out, c) in line.1.iter_mut().zip(columns) {
                    *out = blocks[c.first] + (blocks[c.second] - blocks[c.first]) * c.part;
                }
            }
        }
        GainRow {
            above: &self.above.1,
            below: &self.below.1,
            part: at.part,
        }
    }
}

/// Where a pixel lies between the middles of two blocks.
struct Between {
    first: usize,
    second: usize,
    part: f32,
}

/// Pixel `at` along an axis of `count` blocks.
fn between(at: usize, side: usize, count: usize) -> Between {
    let place = ((at as f32 + 0.5) / side as f32 - 0.5).clamp(0.0, (count - 1) as f32);
    let first = place as usize;
    Between {
        first,
        second: (first + 1).min(count - 1),
        part: place - first as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn a_map_that_rises_evenly_rises_evenly_pixel_by_pixel() {
        let map = GainMap {
            blocks: Array2::from_shape_fn((5, 7), |(y, x)| (10 * y + x) as f32),
            side: 4,
        };
        let mut rows = map.rows(6..26);
        // In order, and back again.
        for y in (2..18).chain([3, 17, 2]) {
            let row = rows.row(y);
            for (i, (a, b)) in row.above.iter().zip(row.below).enumerate() {
                let (down, along) = ((y as f32 + 0.5) / 4.0, (i as f32 + 6.5) / 4.0);
                let want = 10.0 * (down - 0.5) + along - 0.5;
                let got = a + (b - a) * row.part;
                assert!((got - want).abs() < 1e-4, "({y}, {i}): {got}, not {want}");
            }
        }
    }
}
