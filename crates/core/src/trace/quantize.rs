//! Rounds soft symbols to the steps in which reports carry them.
//!
//! Scores are computed from the rounded values, so that whoever has the report
//! can compute them again. Rounding looks at no distributor, so the bound on
//! accusing anyone innocent is untouched by it.

use super::code::SYMBOLS;
use super::likelihood::SlotEvidence;

/// Steps in one unit: values are multiples of 1/1024, exact in binary.
pub const STEPS: f32 = 1024.0;

impl SlotEvidence {
    /// This evidence with z (within ±31.999) and reliability (0 to 63.999) rounded to steps.
    #[must_use]
    pub fn rounded(self) -> Self {
        let (z, reliability) = self.steps();
        self.with_steps(&z, &reliability)
    }

    /// z and reliability in steps; what is not a number becomes 0.
    pub fn steps(&self) -> ([i16; SYMBOLS], [u16; SYMBOLS]) {
        // `as` saturates: what is beyond the range becomes its end.
        let step = |value: f32| (value * STEPS).round();
        (
            self.z.map(|z| (step(z) as i16).max(-i16::MAX)),
            self.reliability.map(|r| step(r) as u16),
        )
    }

    /// This evidence with z and reliability given in steps.
    #[must_use]
    pub fn with_steps(self, z: &[i16; SYMBOLS], reliability: &[u16; SYMBOLS]) -> Self {
        Self {
            z: z.map(|z| f32::from(z) / STEPS),
            reliability: reliability.map(|r| f32::from(r) / STEPS),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::code::Bias;
    use super::*;
    use crate::units::SlotIndex;

    #[test]
    fn rounding_moves_by_half_a_step_at_most_and_only_once() {
        let mut z = [0.0; SYMBOLS];
        let mut reliability = [0.0; SYMBOLS];
        for j in 0..SYMBOLS {
            z[j] = (j as f32 - 30.0) * 0.97313;
            reliability[j] = j as f32 * 0.51377;
        }
        let slot = SlotEvidence {
            slot: SlotIndex(3),
            z,
            reliability,
            bias: [Bias(20000); SYMBOLS],
        };
        let once = slot.clone().rounded();
        for j in 0..SYMBOLS {
            let limited = z[j].clamp(-31.999, 31.999);
            assert!((once.z[j] - limited).abs() <= 0.5 / STEPS + 1e-3, "{j}");
            assert!((once.reliability[j] - reliability[j]).abs() <= 0.5 / STEPS);
        }
        let twice = once.clone().rounded();
        assert_eq!((once.z, once.reliability), (twice.z, twice.reliability));
    }

    #[test]
    fn what_is_no_number_says_nothing() {
        let slot = SlotEvidence {
            slot: SlotIndex(0),
            z: [f32::NAN; SYMBOLS],
            reliability: [-1.0; SYMBOLS],
            bias: [Bias(20000); SYMBOLS],
        };
        let rounded = slot.rounded();
        assert_eq!(rounded.z, [0.0; SYMBOLS]);
        assert_eq!(rounded.reliability, [0.0; SYMBOLS]);
    }
}
