//! Scores every copy against the evidence.
//!
//! Nothing is left out: a million distributors are scored one by one, fast.
//!
//! ```text
//! stream of a codeword ─ 8 slots of draws at once ─ draw < bias ─ 4 symbols make a number 0 … 15
//!                                                                       │
//!     Σ over slots and groups of four:   table[slot][group][number] ────┘   ln LR under every model
//! ```

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::code::{Codeword, Label, SLOT_BYTES, SYMBOLS};
use super::likelihood::{Evidence, MODEL_COUNT, SlotEvidence, SymbolTable};
use super::mixture::Mixture;
use super::runs::{Run, runs};
use super::variants::{VariantCodeword, VariantScorer, of_slots};
use crate::key::{Secret, Streams};
use crate::mark::Alphabet;
use crate::units::Log10;

/// Symbols looked up at once.
const GROUP: usize = 4;
/// Models, filled up so that a processor adds four at once.
const LANES: usize = MODEL_COUNT.next_multiple_of(4);
/// Slots drawn at once.
const DRAWN: usize = 8;
/// Copies that a thread takes at once.
const TOGETHER: usize = 256;

/// What one copy scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Its index in the list that was scored.
    pub index: usize,
    /// log10 of the likelihood ratio "this distributor's copy" : "no copy in the registry".
    pub log10_lr: Log10,
}

/// The scores of all copies with these `labels`, in their order.
pub fn score_all(secret: &Secret, evidence: &Evidence, labels: &[Label<'_>]) -> Vec<Score> {
    let kinds = labels.iter().map(|label| label.variants);
    let (scorers, streams) = (Scorers::new(secret, evidence, kinds), secret.streams());
    let one = |(index, &label): (usize, &Label<'_>)| Score {
        index,
        log10_lr: scorers.score(&streams, &evidence.title, label),
    };
    let all = labels.par_iter().enumerate().with_min_len(TOGETHER);
    all.map(one).collect()
}

/// The scores of `count` decoys, who never got a copy: what chance gives on this exhibit.
/// They take turns in having copies of these `kinds`.
pub fn decoy_scores(
    secret: &Secret,
    evidence: &Evidence,
    kinds: &[Option<Alphabet>],
    count: u32,
) -> Vec<Log10> {
    let scorers = Scorers::new(secret, evidence, kinds.iter().copied());
    let title = &evidence.title;
    let one = |decoy: u32| {
        let kind = kinds.get(decoy as usize % kinds.len().max(1)).copied();
        match scorers.of(kind.flatten()) {
            OfKind::Marked(scorer) => scorer.score(Codeword::decoy(secret, title, decoy)),
            OfKind::Variants(scorer) => {
                let alphabet = scorer.alphabet;
                scorer.score(VariantCodeword::decoy(secret, title, decoy, alphabet))
            }
        }
    };
    (0..count).into_par_iter().map(one).collect()
}

/// What scores the copies of every kind.
struct Scorers {
    marked: Scorer,
    variants: Vec<VariantScorer>,
}

/// What scores the copies of one kind.
enum OfKind<'a> {
    Marked(&'a Scorer),
    Variants(&'a VariantScorer),
}

impl Scorers {
    /// For copies of these kinds.
    fn new(
        secret: &Secret,
        evidence: &Evidence,
        kinds: impl Iterator<Item = Option<Alphabet>>,
    ) -> Self {
        let alphabets: BTreeSet<Alphabet> = kinds.flatten().collect();
        let variants = |alphabet| VariantScorer::new(secret, evidence, alphabet);
        Self {
            marked: Scorer::new(evidence),
            variants: alphabets.into_iter().map(variants).collect(),
        }
    }

    fn of(&self, kind: Option<Alphabet>) -> OfKind<'_> {
        let own = |scorer: &&VariantScorer| kind == Some(scorer.alphabet);
        match self.variants.iter().find(own) {
            Some(scorer) => OfKind::Variants(scorer),
            None => OfKind::Marked(&self.marked),
        }
    }

    fn score(&self, streams: &Streams, title: &str, label: Label<'_>) -> Log10 {
        match self.of(label.variants) {
            OfKind::Marked(scorer) => scorer.score(Codeword::derived(streams, title, label)),
            OfKind::Variants(scorer) => {
                let alphabet = scorer.alphabet;
                scorer.score(VariantCodeword::derived(streams, title, label, alphabet))
            }
        }
    }
}

/// The score of a codeword whose symbols, each +1 or −1, are known for every
/// slot of the evidence, in its order: what [`score_all`] gives its owner. A
/// slot whose symbols are not given counts for nothing.
pub fn score_symbols(evidence: &Evidence, symbols: &[[i8; SYMBOLS]]) -> Log10 {
    let mut mixture = Mixture::new();
    for (symbols, table) in symbols.iter().zip(evidence.tables()) {
        mixture.add(&of_slot(symbols, &table));
    }
    mixture.log10_lr()
}

/// The log10 LR of a copy after each slot of `order` and all before it;
/// `order` holds indices of the evidence's slots. The last is the copy's
/// score, but for the rounding of another order of summing.
pub fn cumulative(
    secret: &Secret,
    evidence: &Evidence,
    label: Label<'_>,
    order: &[usize],
) -> Vec<Log10> {
    let slots = slots_of(secret, evidence, label);
    let mut mixture = Mixture::new();
    let mut step = |&slot: &usize| {
        mixture.add(&slots[slot]);
        mixture.log10_lr()
    };
    order.iter().map(&mut step).collect()
}

/// How much of a copy's LR says that it is what each slot shows, from 0 to
/// 1, in the order of the evidence: 1 under every model of a whole film, λ · LR_slot /
/// (λ · LR_slot + 1 − λ) under a model of a spliced one, averaged as the models have
/// come to weigh. For those already named: to let it choose slots would void the bound.
pub fn slot_weights(secret: &Secret, evidence: &Evidence, label: Label<'_>) -> Vec<f64> {
    let slots = slots_of(secret, evidence, label);
    let mut mixture = Mixture::new();
    slots.iter().for_each(|slot| mixture.add(slot));
    slots.iter().map(|slot| mixture.weight(slot)).collect()
}

/// ln LR of a copy in every slot of the evidence.
fn slots_of(secret: &Secret, evidence: &Evidence, label: Label<'_>) -> Vec<[f32; MODEL_COUNT]> {
    let streams = secret.streams();
    if let Some(alphabet) = label.variants {
        let codeword = VariantCodeword::derived(&streams, &evidence.title, label, alphabet);
        return of_slots(secret, evidence, alphabet, codeword);
    }
    let mut codeword = Codeword::derived(&streams, &evidence.title, label);
    let slots = evidence.slots.iter().zip(evidence.tables());
    let one = |(slot, table): (&SlotEvidence, [SymbolTable; SYMBOLS])| {
        of_slot(&codeword.symbols(slot.slot, &slot.bias), &table)
    };
    slots.map(one).collect()
}

/// ln LR under every model.
type Models = [f32; LANES];

/// One slot's evidence, ready to be looked up.
struct SlotTable {
    bias: [u16; SYMBOLS],
    /// By group, then by the group's symbols: bit k is set if symbol k of it is +1.
    sums: Vec<[Models; 1 << GROUP]>,
}

struct Scorer(Vec<Run<SlotTable>>);

impl Scorer {
    fn new(evidence: &Evidence) -> Self {
        let slots = evidence.slots.iter().zip(evidence.tables());
        let tables = slots.map(|(slot, symbols)| {
            let table = SlotTable {
                bias: slot.bias.map(|b| b.0),
                sums: symbols.chunks_exact(GROUP).map(group_sums).collect(),
            };
            (slot.slot, table)
        });
        Self(runs(tables, DRAWN))
    }

    fn score(&self, mut codeword: Codeword) -> Log10 {
        let mut mixture = Mixture::new();
        let mut drawn = [0_u8; DRAWN * SLOT_BYTES];
        for run in &self.0 {
            let draws = &mut drawn[..run.tables.len() * SLOT_BYTES];
            codeword.draws(run.first, draws);
            for (draws, table) in draws.chunks_exact(SLOT_BYTES).zip(&run.tables) {
                mixture.add(&table.of(draws));
            }
        }
        mixture.log10_lr()
    }
}

/// ln LR of a slot's symbols under every model.
fn of_slot(symbols: &[i8; SYMBOLS], table: &[SymbolTable; SYMBOLS]) -> [f32; MODEL_COUNT] {
    let mut sums = [0.0_f32; MODEL_COUNT];
    for (table, &symbol) in table.iter().zip(symbols) {
        let side = if symbol > 0 {
            &table.plus
        } else {
            &table.minus
        };
        sums.iter_mut().zip(side).for_each(|(sum, ln)| *sum += ln);
    }
    sums
}

impl SlotTable {
    /// ln LR of a slot's draws under every model.
    fn of(&self, draws: &[u8]) -> Models {
        let (draws, _) = draws.as_chunks::<2>();
        let mut bits = [0_u16; SYMBOLS];
        for (place, (bit, (draw, bias))) in bits
            .iter_mut()
            .zip(draws.iter().zip(&self.bias))
            .enumerate()
        {
            let plus = u16::from_le_bytes(*draw) < *bias;
            *bit = u16::from(plus) << (place % GROUP);
        }
        let (groups, _) = bits.as_chunks::<GROUP>();
        let mut sums = [0.0; LANES];
        for (bits, table) in groups.iter().zip(&self.sums) {
            let number = bits.iter().sum::<u16>() as usize % (1 << GROUP);
            let own = &table[number];
            for lane in 0..LANES {
                sums[lane] += own[lane];
            }
        }
        sums
    }
}

/// The sums over a group's symbols, whatever they are.
fn group_sums(symbols: &[SymbolTable]) -> [Models; 1 << GROUP] {
    std::array::from_fn(|number| {
        std::array::from_fn(|model| {
            if model >= MODEL_COUNT {
                return 0.0;
            }
            let side = |(k, table): (usize, &SymbolTable)| {
                let plus = number >> k & 1 == 1;
                f64::from(if plus {
                    table.plus[model]
                } else {
                    table.minus[model]
                })
            };
            symbols.iter().enumerate().map(side).sum::<f64>() as f32
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::code::bias;
    use super::*;
    use crate::units::SlotIndex;

    const KINDS: [Option<Alphabet>; 3] = [None, Some(Alphabet::Two), Some(Alphabet::Eight)];

    #[test]
    fn the_fast_scores_are_those_of_symbol_by_symbol() {
        let secret = Secret::from_bytes([9; 32]);
        // Slots that follow each other, more than are drawn at once, and gaps.
        let numbers = (3..25).chain([40, 41, 700]);
        let slot = |i: u32| SlotEvidence {
            slot: SlotIndex(i),
            z: std::array::from_fn(|j| ((i as usize * 64 + j) * 37 % 101) as f32 / 20.0 - 2.5),
            reliability: std::array::from_fn(|j| (j % 7) as f32 / 4.0),
            bias: bias(&secret, "film", SlotIndex(i)),
        };
        let evidence = Evidence {
            title: "film".into(),
            slots: numbers.map(slot).collect(),
        };
        let ids: Vec<String> = (0..700).map(|i| format!("outlet {i}")).collect();
        let labels: Vec<Label> = (1..)
            .zip(&ids)
            .map(|(copy, id)| Label {
                variants: KINDS[copy as usize % KINDS.len()],
                ..Label::marked(id, copy)
            })
            .collect();
        let scores = score_all(&secret, &evidence, &labels);
        let order: Vec<usize> = (0..evidence.slots.len()).collect();
        for (index, (score, &label)) in scores.iter().zip(&labels).enumerate() {
            let steps = cumulative(&secret, &evidence, label, &order);
            let want = steps[order.len() - 1].0;
            assert_eq!(score.index, index);
            assert!(
                (score.log10_lr.0 - want).abs() < 1e-4 * want.abs().max(1.0),
                "{label:?}"
            );
        }
    }
}
