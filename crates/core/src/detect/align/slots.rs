//! The slots that a bin shows.

use crate::detect::bins::BIN_S;
use crate::mark::SLOT_S;

/// The slots that a bin shows, of so many, and their shares, which add up to at
/// most 1: less where the bin lies before the title's beginning or after its end.
pub(crate) fn slots_of(middle_s: f64, rate: f64, slots: usize) -> [(usize, f32); 2] {
    let (first, now, next) = slots_at(middle_s, rate);
    let inside = |slot: i64, share: f32| {
        usize::try_from(slot)
            .ok()
            .filter(|&s| s < slots)
            .map_or((0, 0.0), |s| (s, share))
    };
    [inside(first, now), inside(first + 1, next)]
}

/// The first slot that a bin shows, which may be before the title, and the shares of it and the next.
pub(super) fn slots_at(middle_s: f64, rate: f64) -> (i64, f32, f32) {
    let length = BIN_S * rate;
    let first = ((middle_s - length / 2.0) / SLOT_S).floor();
    let share = ((middle_s + length / 2.0 - (first + 1.0) * SLOT_S).max(0.0) / length) as f32;
    (first as i64, 1.0 - share, share)
}
