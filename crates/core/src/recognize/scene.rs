//! Pictures for tests.

/// A number from 0 to 1 for each point of a lattice.
fn point(seed: u32, x: i64, y: i64) -> f64 {
    let mut word = seed.wrapping_mul(0x9E37_79B9) ^ (x as u32).wrapping_mul(0x85EB_CA6B);
    word = (word ^ (word >> 15)).wrapping_add((y as u32).wrapping_mul(0xC2B2_AE35));
    word = (word ^ (word >> 13)).wrapping_mul(0x27D4_EB2F);
    f64::from(word ^ (word >> 16)) / f64::from(u32::MAX)
}

/// A scene of soft spots of many sizes at (x, y), samples of a grid of 480, 8-bit code
/// values: some of it stands still, some drifts. Another `seed` is another scene.
pub(super) fn scene(seed: u32, time_s: f64, x: f64, y: f64) -> f32 {
    let spots = |seed: u32, pitch: f64, drift: f64| {
        let (x, y) = ((x + drift * time_s) / pitch, y / pitch);
        let (u, v) = (x.floor(), y.floor());
        let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
        let (fx, fy) = (smooth(x - u), smooth(y - v));
        let at = |du: i64, dv: i64| point(seed, u as i64 + du, v as i64 + dv);
        let row = |dv: i64| at(0, dv) * (1.0 - fx) + at(1, dv) * fx;
        row(0) * (1.0 - fy) + row(1) * fy
    };
    let still = 0.5 * spots(seed, 11.0, 0.0) + spots(seed + 100, 31.0, 0.0);
    let moving = 0.6 * spots(seed + 200, 17.0, 25.0);
    (20.0 + 95.0 * (still + moving)) as f32
}
