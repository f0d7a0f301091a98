//! Projective maps of the plane as 3 × 3 matrices.

/// Rows of a map of (x, y, 1).
pub(super) type Matrix = [[f64; 3]; 3];

/// Scales by (sx, sy), then shifts by (tx, ty).
pub(super) fn scale_shift(sx: f64, sy: f64, tx: f64, ty: f64) -> Matrix {
    [[sx, 0.0, tx], [0.0, sy, ty], [0.0, 0.0, 1.0]]
}

/// `b`, then `a`.
pub(super) fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

/// The inverse up to a factor, which a projective map does not care for.
pub(super) fn adjugate(m: &Matrix) -> Matrix {
    let minor =
        |r0: usize, c0: usize, r1: usize, c1: usize| m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
    [
        [minor(1, 1, 2, 2), minor(0, 2, 2, 1), minor(0, 1, 1, 2)],
        [minor(1, 2, 2, 0), minor(0, 0, 2, 2), minor(0, 2, 1, 0)],
        [minor(1, 0, 2, 1), minor(0, 1, 2, 0), minor(0, 0, 1, 1)],
    ]
}
