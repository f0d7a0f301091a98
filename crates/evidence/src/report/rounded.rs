//! Numbers as reports give them.

/// `value` to three decimals; what is not finite becomes 0, because JSON has no word for it.
pub fn rounded(value: f64) -> f64 {
    if value.is_finite() {
        (value * 1000.0).round() / 1000.0 + 0.0
    } else {
        0.0
    }
}
