//! This module turns a likelihood ratio into a bound on accusing anyone innocent.

use crate::units::Log10;

/// What it takes to name somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The bound for the whole registry that must be reached.
    pub log10_p_false: Log10,
}

impl Threshold {
    /// The default: one wrong accusation in a million exhibits at most.
    pub const DEFAULT: Self = Self {
        log10_p_false: Log10(-6.0),
    };
    /// No threshold may be looser than this.
    pub const LOOSEST: Self = Self {
        log10_p_false: Log10(-3.0),
    };

    /// The log10 LR that reaches the bound when `hypotheses` pairs of
    /// distributor and title were scored.
    pub fn log10_lr(&self, hypotheses: u64) -> Log10 {
        Log10((hypotheses.max(1) as f64).log10() - self.log10_p_false.0)
    }
}

/// The bound that a likelihood ratio reaches among `hypotheses` pairs of
/// distributor and title: Markov's inequality and the union bound, at most 0.
pub fn log10_p_false(log10_lr: Log10, hypotheses: u64) -> Log10 {
    Log10(((hypotheses.max(1) as f64).log10() - log10_lr.0).min(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_grows_with_the_registry_and_never_passes_certainty() {
        assert_eq!(Threshold::DEFAULT.log10_lr(1000).0, 9.0);
        assert_eq!(log10_p_false(Log10(9.0), 1000).0, -6.0);
        assert_eq!(log10_p_false(Log10(1.0), 1000).0, 0.0);
    }
}
