//! The quantities that must not be mixed up.

use serde::{Deserialize, Serialize};

/// The number of a slot: slot *i* is the title time from `i` to `i + 1` slot lengths.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SlotIndex(pub u32);

/// The decimal logarithm of a ratio or of a probability.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Log10(pub f64);

impl Log10 {
    /// From a natural logarithm.
    pub fn from_ln(ln: f64) -> Self {
        Self(ln / std::f64::consts::LN_10)
    }
}
