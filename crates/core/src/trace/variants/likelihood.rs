//! Turns a slot's soft symbols into the log likelihood ratio of each word.
//!
//! All 64 soft symbols of the slot carry one decision. With word w_x for symbol x, the
//! model of a single source says z = μ ∘ w_x + noise, so that all that matters of z is how
//! it correlates with the words. Symbol x of the copy has chance p_x; for any
//! non-negative f
//!
//! ```text
//! LR = f(z | x) / Σ over y of p_y · f(z | y)            E[LR] = Σ over x of p_x · LR = 1
//! ```
//!
//! for whoever's symbol has nothing to do with z: the same argument as for symbols by
//! themselves ([`trace`](crate::trace)), with one symbol of q in the place of 64 of two.
//! Symbols of different slots are independent of each other, so products over slots and bets
//! on slots ([`mixture`](crate::trace::mixture)) keep the mean at 1.

use crate::mark::{Alphabet, SYMBOLS};
use crate::trace::likelihood::{MODEL_COUNT, MODELS, Model, SlotEvidence, ln_sum};

use super::code::VariantBias;

/// Averages of so many copies are computed in full; of more, the others at their mean.
const IN_FULL: u32 = 3;

/// How a slot's soft symbols correlate with the words of an alphabet.
pub(super) struct Correlations<'a> {
    bias: &'a VariantBias,
    /// Σ μ · z · w_x, by symbol.
    with_z: Vec<f64>,
    /// Σ μ² · w_x · w_y, by symbol and symbol.
    among: Vec<Vec<f64>>,
}

impl<'a> Correlations<'a> {
    /// Of a slot with the chances `bias`.
    pub fn new(slot: &SlotEvidence, bias: &'a VariantBias) -> Self {
        let words = bias.alphabet().words();
        let mu = slot.reliability.map(f64::from);
        let sum = |term: &dyn Fn(usize) -> f64| (0..SYMBOLS).map(term).sum::<f64>();
        let sign = |word: &[i8; SYMBOLS], j: usize| f64::from(word[j]);
        let with_z = |word| sum(&|j| mu[j] * f64::from(slot.z[j]) * sign(word, j));
        let among = |a, b| sum(&|j| mu[j] * mu[j] * sign(a, j) * sign(b, j));
        Self {
            bias,
            with_z: words.iter().map(with_z).collect(),
            among: words
                .iter()
                .map(|a| words.iter().map(|b| among(a, b)).collect())
                .collect(),
        }
    }

    /// ln LR of every symbol under every model of a whole film.
    pub fn ln_ratios(&self) -> [[f32; MODEL_COUNT]; Alphabet::MOST] {
        let mut ratios = [[0.0; MODEL_COUNT]; Alphabet::MOST];
        for (m, model) in MODELS.iter().enumerate() {
            let ln: Vec<f64> = (0..self.with_z.len())
                .map(|x| self.ln_f(model, x))
                .collect();
            let mix = self.by_chance(&|x| ln[x]);
            for (ratio, ln) in ratios.iter_mut().zip(&ln) {
                ratio[m] = (ln - mix) as f32;
            }
        }
        ratios
    }

    /// ln f(z | x) up to a constant.
    fn ln_f(&self, model: &Model, x: usize) -> f64 {
        let (sources, factor) = (model.sources, model.reliability);
        let single = |y: usize| self.ln_gauss(factor, &[(y, 1.0)]);
        if sources == 1 {
            return single(x);
        }
        let share = 1.0 / f64::from(sources);
        if !model.averaged {
            let others = self.by_chance(&single);
            return ln_sum(share.ln() + single(x), (1.0 - share).ln() + others);
        }
        if sources > IN_FULL {
            return self.ln_gauss(factor, &self.others_at_mean(x, share));
        }
        let second = |y: usize| {
            if sources == 2 {
                return self.ln_gauss(factor, &[(x, share), (y, share)]);
            }
            self.by_chance(&|third| {
                self.ln_gauss(factor, &[(x, share), (y, share), (third, share)])
            })
        };
        self.by_chance(&second)
    }

    /// ln of the density of z where the picture shows words in these shares.
    fn ln_gauss(&self, factor: f64, shown: &[(usize, f64)]) -> f64 {
        let own = shown.iter().map(|(x, share)| share * self.with_z[*x]);
        let pairs = shown.iter().flat_map(|(x, a)| {
            let one = move |(y, b): &(usize, f64)| a * b * self.among[*x][*y];
            shown.iter().map(one)
        });
        factor * own.sum::<f64>() - factor * factor / 2.0 * pairs.sum::<f64>()
    }

    /// One share of word x, and the others' of every word as its chance is.
    fn others_at_mean(&self, x: usize, share: f64) -> Vec<(usize, f64)> {
        let of = |y: usize| {
            let own = if y == x { share } else { 0.0 };
            (y, own + (1.0 - share) * self.bias.probability(y))
        };
        (0..self.with_z.len()).map(of).collect()
    }

    /// ln Σ over y of p_y · e^ln(y).
    fn by_chance(&self, ln: &dyn Fn(usize) -> f64) -> f64 {
        let terms = (0..self.with_z.len()).map(|y| self.bias.probability(y).ln() + ln(y));
        terms.fold(f64::NEG_INFINITY, ln_sum)
    }
}

impl SlotEvidence {
    /// The log10 LR that the true leaker's copy, put together from variants, is expected to
    /// gain in this slot, were the reliabilities right: Σ over symbols of p times ln LR
    /// under the single-source model, where z is what it says, without noise.
    pub fn expected_variant_log10_lr(&self, bias: &VariantBias) -> f64 {
        let clear = Correlations::new(self, bias);
        let nats = |x: usize| {
            let off = |y: usize| clear.among[x][y] - clear.among[x][x];
            -bias.probability(x) * clear.by_chance(&off)
        };
        let sum: f64 = (0..clear.with_z.len()).map(nats).sum();
        sum.max(0.0) / std::f64::consts::LN_10
    }
}

#[cfg(test)]
#[allow(clippy::needless_range_loop)] // Models and symbols index several things at once.
mod tests {
    use super::super::code::variant_bias;
    use super::*;
    use crate::key::Secret;
    use crate::trace::SlotEvidence;
    use crate::trace::code::Bias;
    use crate::units::SlotIndex;

    fn slot(z: impl Fn(usize) -> f32, mu: f32) -> SlotEvidence {
        SlotEvidence {
            slot: SlotIndex(0),
            z: std::array::from_fn(z),
            reliability: std::array::from_fn(|j| mu * (1.0 + (j % 5) as f32 / 10.0)),
            bias: [Bias(20000); SYMBOLS],
        }
    }

    #[test]
    fn every_model_keeps_the_expectation_at_one_for_every_z() {
        let secret = Secret::from_bytes([4; 32]);
        for alphabet in Alphabet::ALL {
            for (number, mu) in [(0, 0.0), (1, 0.2), (2, 1.0), (3, 3.0)] {
                let bias = variant_bias(&secret, "film", SlotIndex(number), alphabet);
                let odd = slot(|j| ((j * 37 + number as usize) % 13) as f32 / 3.0 - 2.0, mu);
                let ratios = Correlations::new(&odd, &bias).ln_ratios();
                for model in 0..MODEL_COUNT {
                    let one = |x: usize| bias.probability(x) * f64::from(ratios[x][model]).exp();
                    let mean: f64 = (0..alphabet.size()).map(one).sum();
                    assert!(
                        (mean - 1.0).abs() < 1e-4,
                        "{alphabet:?} {model} {mu}: {mean}"
                    );
                }
            }
        }
    }

    /// By the formula, symbol by symbol.
    #[test]
    fn ratios_are_those_of_gaussian_densities() {
        let secret = Secret::from_bytes([4; 32]);
        let bias = variant_bias(&secret, "film", SlotIndex(1), Alphabet::Four);
        let read = slot(|j| (j % 7) as f32 / 2.0 - 1.5, 0.4);
        let words = Alphabet::Four.words();
        let ln = |mean: &dyn Fn(usize) -> f64| -> f64 {
            let off = |j: usize| f64::from(read.z[j]) - f64::from(read.reliability[j]) * mean(j);
            (0..SYMBOLS).map(|j| -off(j).powi(2) / 2.0).sum()
        };
        let p = |y: usize| bias.probability(y);
        let single = |x: usize| ln(&|j| f64::from(words[x][j])).exp();
        let pair = |x: usize, y: usize| {
            ln(&|j| (f64::from(words[x][j]) + f64::from(words[y][j])) / 2.0).exp()
        };
        let paired = |x: usize| (0..4).map(|y| p(y) * pair(x, y)).sum::<f64>();
        let mixed = (0..4).map(|y| p(y) * single(y)).sum::<f64>();
        let ratios = Correlations::new(&read, &bias).ln_ratios();
        for x in 0..4 {
            let pairs = (0..4).map(|y| p(y) * paired(y)).sum::<f64>();
            let turns = 0.5 * single(x) / mixed + 0.5;
            for (model, want) in [(0, single(x) / mixed), (3, paired(x) / pairs), (4, turns)] {
                let got = f64::from(ratios[x][model]);
                assert!(
                    (got - want.ln()).abs() < 1e-4,
                    "{x} {model}: {got} {}",
                    want.ln()
                );
            }
        }
    }

    #[test]
    fn a_clear_slot_gives_the_entropy_of_its_chances() {
        let secret = Secret::from_bytes([4; 32]);
        for alphabet in Alphabet::ALL {
            let bias = variant_bias(&secret, "film", SlotIndex(2), alphabet);
            let entropy: f64 = (0..alphabet.size())
                .map(|x| -bias.probability(x) * bias.probability(x).log10())
                .sum();
            let expected = |mu| slot(|_| 0.0, mu).expected_variant_log10_lr(&bias);
            assert!((expected(3.0) - entropy).abs() < 1e-3);
            assert!(expected(0.0) < 1e-9 && expected(0.1) > 0.01);
        }
    }
}
