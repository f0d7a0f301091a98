//! Smooths statistics of block spectra over neighbouring frequencies and blocks.

use multiversion::multiversion;

use super::lapped::{ACROSS, DOWN, KEPT, TOP};

/// A Gaussian of standard deviation 1 over five frequencies.
const FREQUENCY: [f32; 5] = [0.054_49, 0.244_2, 0.402_62, 0.244_2, 0.054_49];
/// A Gaussian of standard deviation ½ over three blocks.
const BLOCK: [f32; 3] = [0.106_5, 0.787, 0.106_5];
/// Frequencies read beyond the zero column.
const BEYOND: usize = FREQUENCY.len() / 2;

/// How a field continues to negative horizontal frequencies: at (−u, −v) it is
/// what it is at (u, v), or that with the sign changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symmetry {
    /// Powers, and real parts of cross spectra of real planes.
    Even,
    /// Imaginary parts of cross spectra of real planes.
    Odd,
}

/// Smooths a field of [`KEPT`] values a block over frequencies, then over the
/// blocks of a grid that is `across` blocks wide.
pub fn smooth(field: &mut [f32], across: usize, symmetry: Symmetry) {
    over_all_frequencies(field, symmetry);
    over_blocks(field, across);
}

#[multiversion(targets("x86_64+avx2"))]
fn over_all_frequencies(field: &mut [f32], symmetry: Symmetry) {
    let mut padded = [0.0_f32; (ACROSS + 2 * BEYOND) * DOWN];
    for block in field.chunks_exact_mut(KEPT) {
        over_frequencies(block, &mut padded, symmetry);
    }
}

#[inline(always)]
fn over_frequencies(block: &mut [f32], padded: &mut [f32], symmetry: Symmetry) {
    let sign = if symmetry == Symmetry::Even {
        1.0
    } else {
        -1.0
    };
    // Down first: vertical frequencies are contiguous, the outermost repeated.
    for (u, column) in block.chunks_exact(DOWN).enumerate() {
        let mut line = [0.0_f32; DOWN + 2 * BEYOND];
        line[BEYOND..BEYOND + DOWN].copy_from_slice(column);
        line[..BEYOND].fill(column[0]);
        line[BEYOND + DOWN..].fill(column[DOWN - 1]);
        five(
            &line,
            1,
            &mut padded[(u + BEYOND) * DOWN..(u + BEYOND + 1) * DOWN],
        );
    }
    for beyond in 1..=BEYOND {
        for v in 0..DOWN {
            padded[(BEYOND - beyond) * DOWN + v] =
                sign * padded[(BEYOND + beyond) * DOWN + 2 * TOP - v];
            padded[(BEYOND + TOP + beyond) * DOWN + v] = padded[(BEYOND + TOP) * DOWN + v];
        }
    }
    five(padded, DOWN, block);
}

/// The weighted sum of five values `step` apart, at every place of `out`.
#[inline(always)]
fn five(from: &[f32], step: usize, out: &mut [f32]) {
    let length = out.len();
    let [a, b, c, d, e] = std::array::from_fn(|k| &from[k * step..k * step + length]);
    for i in 0..length {
        out[i] = FREQUENCY[0] * (a[i] + e[i]) + FREQUENCY[1] * (b[i] + d[i]) + FREQUENCY[2] * c[i];
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn over_blocks(field: &mut [f32], across: usize) {
    let row = across * KEPT;
    let down = field.len() / row.max(1);
    let source = field.to_vec();
    let mut mixed = vec![0.0_f32; row];
    for y in 0..down {
        let at = |y: usize| &source[y * row..(y + 1) * row];
        let (above, here, below) = (at(y.saturating_sub(1)), at(y), at((y + 1).min(down - 1)));
        for (i, out) in mixed.iter_mut().enumerate() {
            *out = BLOCK[0] * (above[i] + below[i]) + BLOCK[1] * here[i];
        }
        for x in 0..across {
            let [left, here, right] = [x.saturating_sub(1), x, (x + 1).min(across - 1)]
                .map(|x| &mixed[x * KEPT..(x + 1) * KEPT]);
            for (i, out) in field[y * row + x * KEPT..][..KEPT].iter_mut().enumerate() {
                *out = BLOCK[0] * (left[i] + right[i]) + BLOCK[1] * here[i];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_even_field_stays_and_an_odd_one_vanishes_at_zero() {
        let mut field = vec![2.0; 6 * KEPT];
        smooth(&mut field, 3, Symmetry::Even);
        assert!(field.iter().all(|v| (v - 2.0).abs() < 1e-3));
        // Odd in (u, v): v itself is.
        let mut odd: Vec<f32> = (0..6 * KEPT)
            .map(|i| (i % KEPT % DOWN) as f32 - TOP as f32)
            .collect();
        smooth(&mut odd, 3, Symmetry::Odd);
        assert!(odd[TOP].abs() < 1e-3 && (odd[5 * DOWN + TOP + 4] - 4.0).abs() < 1e-2);
    }
}
