//! Says how alike two pictures are, block by block.

use super::chips::Chips;

/// Chips along each side of a block.
const BLOCK: usize = 16;
/// Chips of a block that must be shown in both pictures: three quarters.
const SHOWN: usize = BLOCK * BLOCK * 3 / 4;
/// Root mean square that a block must have in the reference, code values: flat
/// blocks are like each other whatever they show.
const TEXTURE: f64 = 1.5;
/// The same in the exhibit, where an encoder may have taken most of it.
const TEXTURE_LEFT: f64 = 0.5;

/// How alike an exhibit's picture and the title's are at one time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Likeness {
    /// The middle of the bin, seconds of exhibit time.
    pub exhibit_s: f64,
    /// The correlation, −1 to 1, of every block that could be compared: those that
    /// both show, and that are not flat.
    pub blocks: Vec<f32>,
}

impl Likeness {
    /// Of two pictures at one sample a chip.
    pub(super) fn of(exhibit_s: f64, exhibit: &Chips, reference: &Chips) -> Self {
        let (rows, columns) = reference.0.dim();
        let starts = |length: usize| (0..length.max(BLOCK) - BLOCK + 1).step_by(BLOCK);
        let places = starts(rows).flat_map(|v| starts(columns).map(move |u| (v, u)));
        Self {
            exhibit_s,
            blocks: places
                .filter_map(|place| correlation(exhibit, reference, place))
                .collect(),
        }
    }

    /// Of a bin that nothing can be compared with.
    pub(super) fn nothing(exhibit_s: f64) -> Self {
        Self {
            exhibit_s,
            blocks: Vec::new(),
        }
    }

    /// The middle one of all blocks' correlations, 0 if none could be compared.
    pub fn median(&self) -> f32 {
        median(self.blocks.clone())
    }
}

/// The middle value, 0 if there is none.
pub(super) fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn correlation(exhibit: &Chips, reference: &Chips, (v, u): (usize, usize)) -> Option<f32> {
    let (rows, columns) = reference.0.dim();
    let (mut n, mut a, mut b) = (0_usize, 0.0_f64, 0.0_f64);
    let (mut aa, mut bb, mut ab) = (0.0_f64, 0.0_f64, 0.0_f64);
    for row in v..(v + BLOCK).min(rows) {
        for column in u..(u + BLOCK).min(columns) {
            let (x, y) = (
                f64::from(exhibit.0[[row, column]]),
                f64::from(reference.0[[row, column]]),
            );
            if x.is_nan() || y.is_nan() {
                continue;
            }
            n += 1;
            (a, b) = (a + x, b + y);
            (aa, bb, ab) = (aa + x * x, bb + y * y, ab + x * y);
        }
    }
    if n < SHOWN {
        return None;
    }
    let count = n as f64;
    let (va, vb) = (
        aa / count - (a / count).powi(2),
        bb / count - (b / count).powi(2),
    );
    let textured = va >= TEXTURE_LEFT.powi(2) && vb >= TEXTURE.powi(2);
    textured.then(|| ((ab / count - a * b / (count * count)) / (va * vb).sqrt()) as f32)
}
