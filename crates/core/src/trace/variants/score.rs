//! Scores copies put together from variants: one look-up a slot.

use super::code::{SLOT_BYTES, VariantBias, VariantCodeword, variant_bias};
use super::likelihood::Correlations;
use crate::key::Secret;
use crate::mark::Alphabet;
use crate::trace::likelihood::{Evidence, MODEL_COUNT, SINGLE, SlotEvidence};
use crate::trace::mixture::Mixture;
use crate::trace::runs::{Run, runs};
use crate::units::{Log10, SlotIndex};

/// Slots drawn at once.
const DRAWN: usize = 128;

/// ln LR of every symbol under every model.
type Ratios = [[f32; MODEL_COUNT]; Alphabet::MOST];

/// One slot's evidence, ready to be looked up.
struct SlotTable {
    bias: VariantBias,
    ln: Ratios,
}

/// All the evidence for copies put together from so many variants.
pub(in crate::trace) struct VariantScorer {
    pub alphabet: Alphabet,
    runs: Vec<Run<SlotTable>>,
}

impl VariantScorer {
    /// For copies of the evidence's title.
    pub fn new(secret: &Secret, evidence: &Evidence, alphabet: Alphabet) -> Self {
        let tables = evidence.slots.iter().map(|slot| {
            let bias = variant_bias(secret, &evidence.title, slot.slot, alphabet);
            let ln = Correlations::new(slot, &bias).ln_ratios();
            (slot.slot, SlotTable { bias, ln })
        });
        Self {
            alphabet,
            runs: runs(tables, DRAWN),
        }
    }

    /// The log10 LR of a copy.
    pub fn score(&self, mut codeword: VariantCodeword) -> Log10 {
        let mut mixture = Mixture::new();
        let mut drawn = [0_u8; DRAWN * SLOT_BYTES];
        for run in &self.runs {
            let draws = &mut drawn[..run.tables.len() * SLOT_BYTES];
            codeword.draws(run.first, draws);
            for (draw, table) in draws.as_chunks::<SLOT_BYTES>().0.iter().zip(&run.tables) {
                let symbol = table.bias.symbol(u16::from_le_bytes(*draw));
                mixture.add(&table.ln[usize::from(symbol) % Alphabet::MOST]);
            }
        }
        mixture.log10_lr()
    }
}

/// log10 of the likelihood of each word of the alphabet in a slot, over the mean of all: how
/// the slot reads, whoever's it is.
pub fn word_scores(slot: &SlotEvidence, alphabet: Alphabet) -> Vec<f64> {
    let alike = VariantBias::alike(alphabet);
    let ratios = Correlations::new(slot, &alike).ln_ratios();
    let single = |of_word: &[f32; MODEL_COUNT]| Log10::from_ln(of_word[SINGLE].into()).0;
    ratios[..alphabet.size()].iter().map(single).collect()
}

/// ln LR of a copy in every slot of the evidence, in its order.
pub(in crate::trace) fn of_slots(
    secret: &Secret,
    evidence: &Evidence,
    alphabet: Alphabet,
    mut codeword: VariantCodeword,
) -> Vec<[f32; MODEL_COUNT]> {
    let scorer = VariantScorer::new(secret, evidence, alphabet);
    let tables = scorer.runs.iter().flat_map(|run| &run.tables);
    let own = |(slot, table): (SlotIndex, &SlotTable)| {
        let symbol = codeword.symbol(slot, &table.bias);
        table.ln[usize::from(symbol) % Alphabet::MOST]
    };
    let slots = evidence.slots.iter().map(|slot| slot.slot);
    slots.zip(tables).map(own).collect()
}
