//! Mixes neighbouring pictures of a master into the one that a bin shows.
//!
//! A bin is the mean of half a second that begins anywhere, a reference's picture
//! the mean of another half second. Near a cut, and under movement, how much of
//! which is in the bin is not told by the clock to the frame; it is solved for
//! instead, by least squares over the differences of neighbouring samples.

use crate::luma::Plane;
use crate::luma::least_squares::solved;

/// Pictures mixed, at most.
pub(super) const MOST: usize = 3;
/// Share of the pictures' own power that is added to it: pictures that are alike share the
/// weight between them.
const RIDGE: f64 = 0.01;
/// Rows and columns from one sample compared to the next.
const STEP: usize = 2;

/// The weights of `pictures` (at most [`MOST`]) under which their sum is most like `bin`;
/// samples that are NaN in them take no part. `None` if nothing can be compared.
pub(super) fn weights(bin: &Plane, pictures: &[Plane]) -> Option<Vec<f64>> {
    let n = pictures.len().min(MOST);
    let (rows, columns) = bin.dim();
    let mut squares = [[0.0_f64; MOST]; MOST];
    let mut right = [0.0_f64; MOST];
    let mut row = |at: &dyn Fn(&Plane) -> f32| {
        let of: [f32; MOST] = std::array::from_fn(|i| pictures.get(i).map_or(0.0, at));
        if of.iter().any(|v| v.is_nan()) {
            return;
        }
        let own = f64::from(at(bin));
        for i in 0..n {
            right[i] += own * f64::from(of[i]);
            for j in 0..n {
                squares[i][j] += f64::from(of[i]) * f64::from(of[j]);
            }
        }
    };
    for y in (0..rows.saturating_sub(1)).step_by(STEP) {
        for x in (0..columns.saturating_sub(1)).step_by(STEP) {
            row(&|plane| plane[[y, x + 1]] - plane[[y, x]]);
            row(&|plane| plane[[y + 1, x]] - plane[[y, x]]);
        }
    }
    let power = (0..n).map(|i| squares[i][i]).sum::<f64>() / n.max(1) as f64;
    if power <= 0.0 {
        return None;
    }
    // Of a picture that is not there the weight is 0, whatever its own equation.
    (0..MOST).for_each(|i| squares[i][i] += RIDGE * power);
    Some(solved(&squares, &right)?[..n].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(seed: u32) -> Plane {
        let mut state = seed;
        Plane::from_shape_fn((40, 50), |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as f32
        })
    }

    #[test]
    fn a_mixture_is_taken_apart_and_what_is_not_shown_takes_no_part() {
        let pictures = [picture(1), picture(2), picture(3)];
        let mut bin = &pictures[0] * 0.3 + &pictures[1] * 0.5 + 20.0;
        let mut shown = pictures.clone();
        for row in 0..12 {
            bin[[row, 7]] = 255.0;
            shown[1][[row, 7]] = f32::NAN;
        }
        let found = weights(&bin, &shown).expect("pictures");
        for (found, want) in found.iter().zip([0.3, 0.5, 0.0]) {
            assert!((found - want).abs() < 0.02, "{found:?}");
        }
        assert_eq!(weights(&bin, &[]), None);
        assert_eq!(weights(&bin, &[Plane::zeros((40, 50))]), None);
    }
}
