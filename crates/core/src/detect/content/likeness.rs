//! Says how alike two pictures are, block by block.

use ndarray::{ArrayView2, s};

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

/// Chips by which a picture may be off its place, to each side: a hand-held camera moves
/// within half a second, and a keyframe shows an instant of it.
const OFF: i64 = 3;
/// Where the middle block correlates so much nothing needs to be moved.
const CLEAR: f32 = 0.7;

/// How alike an exhibit's picture and the title's are at one time.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Likeness {
    /// The middle of the bin, seconds of exhibit time.
    pub exhibit_s: f64,
    /// The correlation, −1 to 1, of every block that could be compared: those that
    /// both show, and that are not flat.
    pub blocks: Vec<f32>,
    /// The same with the title's picture mirrored, upside down, and both: what chance gives.
    pub chance: [Vec<f32>; 3],
}

impl Likeness {
    /// Of an exhibit's picture and the title's, both at one sample a chip.
    pub fn of(exhibit_s: f64, exhibit: &Chips, reference: &Chips) -> Self {
        let (blocks, off) = alike(exhibit, reference);
        let turned = [
            reference.0.slice(s![.., ..;-1]),
            reference.0.slice(s![..;-1, ..]),
            reference.0.slice(s![..;-1, ..;-1]),
        ];
        Self {
            exhibit_s,
            blocks,
            chance: turned.map(|reference| best_blocks(exhibit, &reference, off)),
        }
    }

    /// Of a bin that nothing can be compared with.
    pub fn nothing(exhibit_s: f64) -> Self {
        Self {
            exhibit_s,
            ..Self::default()
        }
    }
}

/// The blocks' correlations of an exhibit's picture with the title's, and by how many chips
/// the picture might be moved for them.
pub(super) fn alike(exhibit: &Chips, reference: &Chips) -> (Vec<f32>, i64) {
    let reference = reference.0.view();
    let in_place = best_blocks(exhibit, &reference, 0);
    match median(in_place.clone()) >= CLEAR {
        true => (in_place, 0),
        false => (best_blocks(exhibit, &reference, OFF), OFF),
    }
}

/// The middle correlation of the blocks as the pictures lie.
pub(super) fn median_in_place(exhibit: &Chips, reference: &Chips) -> f32 {
    median(best_blocks(exhibit, &reference.0.view(), 0))
}

/// The blocks' correlations with the picture as a whole moved, by up to `off` chips, to
/// where they are highest.
fn best_blocks(exhibit: &Chips, reference: &ArrayView2<'_, f32>, off: i64) -> Vec<f32> {
    let (rows, columns) = reference.dim();
    let starts = |length: usize| (0..length.max(BLOCK) - BLOCK + 1).step_by(BLOCK);
    let places: Vec<(usize, usize)> = starts(rows)
        .flat_map(|v| starts(columns).map(move |u| (v, u)))
        .collect();
    let blocks = |off: (i64, i64)| -> Vec<f32> {
        let correlation = |place: &(usize, usize)| correlation(exhibit, reference, *place, off);
        places.iter().filter_map(correlation).collect()
    };
    let around = (-off..=off).flat_map(|v| (-off..=off).map(move |u| (v, u)));
    around
        .map(blocks)
        .max_by(|a, b| median(a.clone()).total_cmp(&median(b.clone())))
        .unwrap_or_default()
}

/// The middle value, 0 if there is none.
pub(super) fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn correlation(
    exhibit: &Chips,
    reference: &ArrayView2<'_, f32>,
    (v, u): (usize, usize),
    off: (i64, i64),
) -> Option<f32> {
    let (rows, columns) = reference.dim();
    let (mut n, mut a, mut b) = (0_usize, 0.0_f64, 0.0_f64);
    let (mut aa, mut bb, mut ab) = (0.0_f64, 0.0_f64, 0.0_f64);
    for row in v..(v + BLOCK).min(rows) {
        for column in u..(u + BLOCK).min(columns) {
            let moved = (row as i64 + off.0, column as i64 + off.1);
            let Some(&x) = exhibit.0.get((moved.0 as usize, moved.1 as usize)) else {
                continue;
            };
            let (x, y) = (f64::from(x), f64::from(reference[[row, column]]));
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
