//! Adds up a codeword's likelihood ratio over all models, slot by slot.
//!
//! Some models hold for a whole film: their LR is the product of their LR in every
//! slot. In a film spliced from several copies most slots show somebody else's
//! symbols, and one such slot undoes in that product what one of his own gained. So
//! the models of spliced films bet on every slot anew:
//!
//! ```text
//! Π over slots ( λ · LR_slot + 1 − λ )        λ: the share of the slots that show the copy
//! ```
//!
//! Another's slot costs −ln(1 − λ), whatever it shows.
//!
//! **Why the mean stays 1.** Let D be innocent, and everything that was read be fixed. D's
//! symbols in a slot are independent of it and of D's symbols in all other slots, so
//! E\[LR_slot\] = 1 given the slots before; hence E\[λ · LR_slot + 1 − λ\] = 1 for every λ
//! that was fixed beforehand, and no factor is negative. So the product is a martingale that
//! begins at 1, for each λ, and the sum over all models, with weights that were fixed
//! beforehand and add up to 1, is one as well: Markov's inequality holds at the end,
//! Ville's at every moment at which one may stop. LR_slot itself is a sum of two products
//! over symbols with weights ½ and ½, which has mean 1 for the same reason.
//!
//! **Which λ.** A source of the share q of the slots gains most with λ = q (Kelly, "A new
//! interpretation of information rate", Bell Syst. Tech. J. 35, 1956). Another λ costs
//! q · ln(q/λ) + (1 − q) · ln((1 − q)/(1 − λ)) a slot at most. Powers of ½ are off by √2
//! at worst, which costs 0.07 · q: less than 0.07 of the 5 to 20 that each slot of his own
//! is worth where splices can be read at all. The smallest, 1/128, is three minutes of six
//! hours; the largest, 0.9, is one copy with a few slots that show another or nothing.

use super::likelihood::{MODEL_COUNT, PAIR, SINGLE, ln_sum, ln_weights};
use crate::units::Log10;

/// Shares of the slots that show the copy.
const SHARES: [f64; 8] = [
    0.9,
    1.0 / 2.0,
    1.0 / 4.0,
    1.0 / 8.0,
    1.0 / 16.0,
    1.0 / 32.0,
    1.0 / 64.0,
    1.0 / 128.0,
];
/// The prior weight of each.
const WEIGHT: f64 = 0.02;

/// The bits of an f64's fraction.
const FRACTION: u64 = (1 << 52) - 1;
/// The exponent of numbers from 1 to 2, as its bits hold it.
const BIASED: u64 = 1023;

/// The LR of one codeword over the slots added so far.
pub(super) struct Mixture {
    /// ln of weight · Π LR_slot, for the models of a whole film.
    whole: [f64; MODEL_COUNT],
    /// Π (λ · LR_slot + 1 − λ) by share, as a number from 1 to 2 …
    fractions: [f64; SHARES.len()],
    /// … times this power of 2.
    exponents: [i64; SHARES.len()],
}

impl Mixture {
    /// Of no slot: 1.
    pub fn new() -> Self {
        Self {
            whole: ln_weights(),
            fractions: [1.0; SHARES.len()],
            exponents: [0; SHARES.len()],
        }
    }

    /// Adds a slot. `ln` holds ln LR of its symbols under every model of a whole film,
    /// in their order; what is beyond is ignored.
    pub fn add(&mut self, ln: &[f32]) {
        for (sum, ln) in self.whole.iter_mut().zip(ln) {
            *sum += f64::from(*ln);
        }
        // At most e^295 (64 symbols, none rarer than 1 in 100): no product overflows.
        let slot = slot_ratio(ln);
        for (i, share) in SHARES.iter().enumerate() {
            let product = self.fractions[i] * (share * slot + (1.0 - share));
            let bits = product.to_bits();
            self.exponents[i] += (bits >> 52) as i64 - BIASED as i64;
            self.fractions[i] = f64::from_bits(bits & FRACTION | BIASED << 52);
        }
    }

    /// The log10 of the LR.
    pub fn log10_lr(&self) -> Log10 {
        Log10::from_ln(ln_sum(self.ln_whole(), self.ln_spliced(|_| 1.0)))
    }

    /// How much of the LR says that the copy is what a slot shows, 0 to 1; `ln` is what
    /// was [added](Self::add) for the slot.
    pub fn weight(&self, ln: &[f32]) -> f64 {
        let slot = slot_ratio(ln);
        let own = self.ln_spliced(|share| share * slot / (share * slot + 1.0 - share));
        let all = ln_sum(self.ln_whole(), self.ln_spliced(|_| 1.0));
        (ln_sum(self.ln_whole(), own) - all).exp()
    }

    fn ln_whole(&self) -> f64 {
        self.whole.iter().copied().fold(f64::NEG_INFINITY, ln_sum)
    }

    /// ln of the sum over shares, each times `part` of it.
    fn ln_spliced(&self, part: impl Fn(f64) -> f64) -> f64 {
        let products = self.fractions.iter().zip(&self.exponents);
        let ln = products.zip(SHARES).map(|((fraction, exponent), share)| {
            let factor = WEIGHT * part(share) * fraction;
            factor.ln() + *exponent as f64 * std::f64::consts::LN_2
        });
        ln.fold(f64::NEG_INFINITY, ln_sum)
    }
}

/// LR of a slot's symbols if it shows the copy, by itself or beside another; 0 if it is
/// no number, which can only make the LR too small.
fn slot_ratio(ln: &[f32]) -> f64 {
    let of = |model: usize| f64::from(ln[model]).exp();
    let ratio = 0.5 * (of(SINGLE) + of(PAIR));
    if ratio.is_finite() { ratio } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the formula, in logarithms.
    fn formula(slots: &[[f32; MODEL_COUNT]]) -> f64 {
        let mut terms = ln_weights().to_vec();
        for slot in slots {
            for (term, ln) in terms.iter_mut().zip(slot) {
                *term += f64::from(*ln);
            }
        }
        for share in SHARES {
            let factor = |slot: &[f32; MODEL_COUNT]| {
                let half = |model: usize| f64::from(slot[model]) + 0.5_f64.ln();
                let own = ln_sum(half(SINGLE), half(PAIR));
                ln_sum(share.ln() + own, (1.0 - share).ln())
            };
            terms.push(WEIGHT.ln() + slots.iter().map(factor).sum::<f64>());
        }
        Log10::from_ln(terms.into_iter().fold(f64::NEG_INFINITY, ln_sum)).0
    }

    fn added(slots: &[[f32; MODEL_COUNT]]) -> Mixture {
        let mut mixture = Mixture::new();
        slots.iter().for_each(|slot| mixture.add(slot));
        mixture
    }

    #[test]
    fn the_weights_add_up_to_one() {
        let whole: f64 = ln_weights().iter().map(|w| w.exp()).sum();
        assert!((whole + SHARES.len() as f64 * WEIGHT - 1.0).abs() < 1e-12);
        assert!(Mixture::new().log10_lr().0.abs() < 1e-12);
    }

    #[test]
    fn powers_kept_apart_give_what_logarithms_give_for_the_largest_and_smallest() {
        // 64 symbols of 1 in 100 give e^294.7; symbols that contradict give nearly nothing.
        for value in [-5000.0, -40.0, -0.3, 0.0, 2.0, 100.0, 294.7_f32] {
            for count in [1, 7, 5000] {
                let slots = vec![[value; MODEL_COUNT]; count];
                let (got, want) = (added(&slots).log10_lr().0, formula(&slots));
                assert!(
                    (got - want).abs() < 1e-9 * want.abs().max(1.0),
                    "{value} × {count}: {got}, not {want}"
                );
            }
        }
    }

    #[test]
    fn others_slots_cost_little_and_are_told_from_ones_own() {
        let own = [15.0; MODEL_COUNT];
        let others = [-60.0; MODEL_COUNT];
        let slots: Vec<_> = (0..80)
            .map(|i| if i % 8 == 0 { own } else { others })
            .collect();
        let mixture = added(&slots);
        // ln LR: 10 · (15 − ln 8) − 70 · ln(8/7), less the weight.
        let expected = (10.0 * (15.0 - 8_f64.ln()) - 70.0 * (8.0_f64 / 7.0).ln() + WEIGHT.ln())
            / std::f64::consts::LN_10;
        assert!((mixture.log10_lr().0 - expected).abs() < 0.3, "{expected}");
        assert!(mixture.weight(&own) > 0.999 && mixture.weight(&others) < 1e-6);
    }

    #[test]
    fn every_slot_of_a_single_source_is_his() {
        let slots = vec![[9.0; MODEL_COUNT]; 10];
        assert!(added(&slots).weight(&slots[0]) > 0.999);
        // A slot that says nothing goes with the rest; one of somebody else's does not.
        let mut slots = slots;
        slots[4] = [0.0; MODEL_COUNT];
        slots[5] = [-40.0; MODEL_COUNT];
        let mixture = added(&slots);
        assert!(mixture.weight(&slots[4]) > 0.5);
        assert!(mixture.weight(&slots[5]) < 1e-6);
    }

    #[test]
    fn what_is_no_number_is_no_evidence() {
        for value in [f32::NAN, f32::INFINITY] {
            let log10_lr = added(&[[value; MODEL_COUNT]]).log10_lr().0;
            assert!(log10_lr.is_nan() || log10_lr < 0.0, "{value}: {log10_lr}");
        }
    }
}
