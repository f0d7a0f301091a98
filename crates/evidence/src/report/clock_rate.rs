//! How fast time stamps run, where it is left out: as fast as they should.

/// What a clock that is right runs at.
pub(crate) fn right_clock() -> f64 {
    1.0
}

/// True of a clock that is right.
pub(crate) fn is_right_clock(rate: &f64) -> bool {
    *rate == right_clock()
}
