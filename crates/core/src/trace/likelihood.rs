//! Turns soft symbols into per-symbol log likelihood ratios.
//!
//! Each model says how a soft symbol z looks when the leaked copy came from one
//! source or was mixed from several, in the same way from beginning to end. Copies
//! spliced one after another are [`mixture`](super::mixture)'s.

use super::code::{Bias, SYMBOLS};
use crate::units::SlotIndex;

/// The evidence of one slot, gathered without looking at any distributor.
#[derive(Debug, Clone)]
pub struct SlotEvidence {
    /// The slot of the title.
    pub slot: SlotIndex,
    /// Soft symbols in units of their noise; 0 is erased.
    pub z: [f32; SYMBOLS],
    /// What z is expected to be under a symbol +1, at least 0.
    pub reliability: [f32; SYMBOLS],
    /// The biases of the title's slot.
    pub bias: [Bias; SYMBOLS],
}

/// One model of what happened to the copy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Model {
    /// Prior weight.
    weight: f64,
    /// Copies mixed.
    pub sources: u32,
    /// True if the copies were averaged, false if pieces were taken in turn.
    pub averaged: bool,
    /// By what the reliability is multiplied, in case it was misjudged.
    pub reliability: f64,
}

const fn model(weight: f64, sources: u32, averaged: bool, reliability: f64) -> Model {
    Model {
        weight,
        sources,
        averaged,
        reliability,
    }
}

/// The models of whole films. Most weight is on a single source whose reliability
/// is as measured: a weight of w costs a true leaker −log10 w of evidence at most.
/// What is left of 1 is for [spliced copies](super::mixture).
pub(super) const MODELS: [Model; 10] = [
    model(0.32, 1, true, 1.0),
    model(0.12, 1, true, 0.7),
    model(0.12, 1, true, 1.4),
    model(0.04, 2, true, 1.0),
    model(0.04, 2, false, 1.0),
    model(0.04, 3, true, 1.0),
    model(0.04, 3, false, 1.0),
    model(0.04, 5, true, 1.0),
    model(0.04, 8, true, 1.0),
    model(0.04, 16, true, 1.0),
];

/// The model of a single source.
pub(super) const SINGLE: usize = 0;
/// The model of two copies averaged.
pub(super) const PAIR: usize = 3;

/// How many models there are.
pub(super) const MODEL_COUNT: usize = MODELS.len();

/// The natural logarithms of the models' weights.
pub(super) fn ln_weights() -> [f64; MODEL_COUNT] {
    MODELS.map(|m| m.weight.ln())
}

/// All the evidence on one exhibit for one title, ready to be scored.
///
/// Under a model f of a whole film, a distributor's LR is Π over symbols of
/// f(z | own symbol) / (p · f(z | +1) + (1 − p) · f(z | −1)). z is Gaussian with
/// variance 1; its mean is μ · factor · the symbol of a single source. Where copies were
/// mixed, the other sources' symbols are +1 with chance p each, and z's mean follows the
/// average of all (averaged) or any one of them (in turn).
///
/// | weight | sources | mixed | factor of μ |
/// |---|---|---|---|
/// | 0.32 | 1 | – | 1 |
/// | 0.12 | 1 | – | 0.7 |
/// | 0.12 | 1 | – | 1.4 |
/// | 0.04 | 2 | averaged | 1 |
/// | 0.04 | 2 | in turn | 1 |
/// | 0.04 | 3 | averaged | 1 |
/// | 0.04 | 3 | in turn | 1 |
/// | 0.04 | 5 | averaged | 1 |
/// | 0.04 | 8 | averaged | 1 |
/// | 0.04 | 16 | averaged | 1 |
///
/// Under a model of a spliced film, it is Π over slots of λ · LR_slot + 1 − λ, where
/// LR_slot is half the first model's product over the slot's symbols and half the
/// fourth's (a splice need not fall between slots: then two copies share one), and λ
/// is the share of the slots that show the copy: 0.9, 1/2, 1/4, 1/8, 1/16, 1/32, 1/64
/// or 1/128, with weight 0.02 each.
///
/// The LR is the sum of all eighteen, each times its weight.
///
/// A copy put together from variants has one symbol of q a slot, carried by the slot's 64
/// together as a [word](crate::mark::Alphabet): then f(z | x) is the product over the 64
/// with the signs of word x, and Σ over y of p_y · f(z | y) takes the place of the
/// denominator; of more than three copies averaged, the others' words are at their mean.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The title's id.
    pub title: String,
    /// Slot by slot.
    pub slots: Vec<SlotEvidence>,
}

/// ln LR of one symbol under every model, for a distributor who has +1 and one who has −1.
#[derive(Debug, Clone, Copy)]
pub(super) struct SymbolTable {
    pub plus: [f32; MODEL_COUNT],
    pub minus: [f32; MODEL_COUNT],
}

impl Evidence {
    /// The table of every symbol, slot by slot.
    pub(super) fn tables(&self) -> Vec<[SymbolTable; SYMBOLS]> {
        let of = |slot: &SlotEvidence| {
            std::array::from_fn(|j| {
                table(
                    f64::from(slot.z[j]),
                    f64::from(slot.reliability[j]),
                    slot.bias[j],
                )
            })
        };
        self.slots.iter().map(of).collect()
    }
}

impl SlotEvidence {
    /// The log10 LR that the true leaker's copy is expected to gain in this slot,
    /// were the reliabilities right: Σ over symbols of E\[ln LR\] under the
    /// single-source model.
    pub fn expected_log10_lr(&self) -> f64 {
        let symbols = self.reliability.iter().zip(&self.bias);
        let nats: f64 = symbols
            .map(|(&mu, p)| information(f64::from(mu), p.probability()))
            .sum();
        nats / std::f64::consts::LN_10
    }
}

fn table(z: f64, reliability: f64, bias: Bias) -> SymbolTable {
    let p = bias.probability();
    let mut table = SymbolTable {
        plus: [0.0; MODEL_COUNT],
        minus: [0.0; MODEL_COUNT],
    };
    for (i, model) in MODELS.iter().enumerate() {
        let mu = reliability * model.reliability;
        let (plus, minus) = (
            ln_likelihood(model, z, mu, p, 1.0),
            ln_likelihood(model, z, mu, p, -1.0),
        );
        let mix = ln_sum(p.ln() + plus, (1.0 - p).ln() + minus);
        table.plus[i] = (plus - mix) as f32;
        table.minus[i] = (minus - mix) as f32;
    }
    table
}

/// ln f(z | own symbol) up to a constant. The other sources' symbols are +1
/// with chance p each; z is Gaussian around the mixed symbol times `mu`.
fn ln_likelihood(model: &Model, z: f64, mu: f64, p: f64, own: f64) -> f64 {
    let gauss = |mean: f64| -(z - mean).powi(2) / 2.0;
    let others = model.sources - 1;
    if others == 0 {
        return gauss(own * mu);
    }
    let share = 1.0 / f64::from(model.sources);
    if !model.averaged {
        let of_others = ln_sum(p.ln() + gauss(mu), (1.0 - p).ln() + gauss(-mu));
        return ln_sum(share.ln() + gauss(own * mu), (1.0 - share).ln() + of_others);
    }
    let mut total = f64::NEG_INFINITY;
    let mut ln_chance = f64::from(others) * (1.0 - p).ln();
    for plus in 0..=others {
        let mean = mu * share * (own + 2.0 * f64::from(plus) - f64::from(others));
        total = ln_sum(total, ln_chance + gauss(mean));
        ln_chance +=
            (f64::from(others - plus) / f64::from(plus + 1)).ln() + p.ln() - (1.0 - p).ln();
    }
    total
}

/// ln(eᵃ + eᵇ).
pub(super) fn ln_sum(a: f64, b: f64) -> f64 {
    let top = a.max(b);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + ((a - top).exp() + (b - top).exp()).ln()
}

/// E\[ln LR\] in nats of a symbol with this reliability and bias, by quadrature
/// over z from −6 to 6 standard deviations around either mean.
fn information(mu: f64, p: f64) -> f64 {
    if mu < 0.02 {
        return mu * mu * 2.0 * p * (1.0 - p);
    }
    const STEPS: i32 = 24;
    let mut sum = 0.0;
    for (own, chance) in [(1.0, p), (-1.0, 1.0 - p)] {
        for i in -STEPS..=STEPS {
            let off = 6.0 * f64::from(i) / f64::from(STEPS);
            let z = own * mu + off;
            let (a, b) = (-(z - mu).powi(2) / 2.0, -(z + mu).powi(2) / 2.0);
            let mine = if own > 0.0 { a } else { b };
            let density = (-off * off / 2.0).exp() / f64::sqrt(std::f64::consts::TAU);
            sum += chance * density * (mine - ln_sum(p.ln() + a, (1.0 - p).ln() + b)) * 6.0
                / f64::from(STEPS);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_keeps_the_expectation_at_one_for_every_z() {
        for z in [-7.3, -1.0, 0.0, 0.4, 12.0] {
            for mu in [0.0, 0.3, 2.5] {
                for bias in [655, 20000, 64881].map(Bias) {
                    let t = table(z, mu, bias);
                    let p = bias.probability();
                    for i in 0..MODEL_COUNT {
                        let mean = p * f64::from(t.plus[i]).exp()
                            + (1.0 - p) * f64::from(t.minus[i]).exp();
                        assert!(
                            (mean - 1.0).abs() < 1e-5,
                            "model {i}, z {z}, mu {mu}: {mean}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_models_of_a_slot_are_those_meant() {
        let kind = |i: usize| (MODELS[i].sources, MODELS[i].averaged, MODELS[i].reliability);
        assert_eq!((kind(SINGLE), kind(PAIR)), ((1, true, 1.0), (2, true, 1.0)));
    }

    #[test]
    fn a_clear_symbol_gives_the_information_of_its_bias() {
        let p: f64 = 0.3;
        let entropy = -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
        assert!((information(8.0, p) - entropy).abs() < 1e-3);
        assert!(information(0.0, p) == 0.0 && information(0.5, p) > 0.03);
    }
}
