//! Numbers as reports give them.

/// `value` to three decimals; what is not finite becomes 0, because JSON has no word for it.
pub fn rounded(value: f64) -> f64 {
    to_parts_of(value, 1e3)
}

/// A ratio of lengths or times to four decimals; what is not finite becomes 0.
pub fn rounded_ratio(value: f64) -> f64 {
    to_parts_of(value, 1e4)
}

fn to_parts_of(value: f64, one: f64) -> f64 {
    match value.is_finite() {
        // No zero has a sign.
        true => (value * one).round() / one + 0.0,
        false => 0.0,
    }
}
