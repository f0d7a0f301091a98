//! The speeds at which an exhibit may run: seconds of title for each of its own.

/// Percent by which the speed may have been changed, each way.
pub const SPEED_PERCENT: i32 = 12;

/// Speeds tried where places are many; the alignment that follows tries all.
pub(crate) const COMMON_RATES: [f64; 5] = [1.0, 25.0 / 24.0, 24.0 / 25.0, 1.09, 0.91];

/// Speeds of keyframes: unchanged, PAL's for 24 and for 23.976 frames a second,
/// and 24 for 23.976, each both ways.
pub(crate) const FILM_RATES: [f64; 7] = [
    1.0,
    25.0 / 24.0,
    24.0 / 25.0,
    25.025 / 24.0,
    24.0 / 25.025,
    1.001,
    1.0 / 1.001,
];

/// All speeds tried: unchanged and PAL's first, then every percent.
pub(crate) fn rates() -> Vec<f64> {
    let percents = (1..=SPEED_PERCENT)
        .flat_map(|p| [p, -p])
        .map(|p| 1.0 + f64::from(p) / 100.0);
    [1.0, 25.0 / 24.0, 24.0 / 25.0]
        .into_iter()
        .chain(percents)
        .collect()
}
