//! This module scores every distributor against the evidence.

use rayon::prelude::*;

use super::code::{Codeword, SYMBOLS};
use super::likelihood::{Evidence, MODEL_COUNT, SymbolTable, ln_sum, ln_weights};
use crate::key::Secret;
use crate::units::Log10;

/// What one distributor scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Its index in the list that was scored.
    pub index: usize,
    /// log10 of the likelihood ratio "this distributor's copy" : "no copy in the registry".
    pub log10_lr: Log10,
}

/// The scores of all `distributors`, in their order.
pub fn score_all(secret: &Secret, evidence: &Evidence, distributors: &[&str]) -> Vec<Score> {
    let scorer = Scorer::new(evidence);
    let one = |(index, id): (usize, &&str)| Score {
        index,
        log10_lr: scorer.score(&mut Codeword::new(secret, &evidence.title, id)),
    };
    distributors.par_iter().enumerate().map(one).collect()
}

/// The scores of `count` decoys, who never got a copy: what chance gives on this exhibit.
pub fn decoy_scores(secret: &Secret, evidence: &Evidence, count: u32) -> Vec<Log10> {
    let scorer = Scorer::new(evidence);
    let one = |decoy| scorer.score(&mut Codeword::decoy(secret, &evidence.title, decoy));
    (0..count).into_par_iter().map(one).collect()
}

/// The score of a codeword whose symbols, each +1 or −1, are known for every
/// slot of the evidence, in its order: what [`score_all`] gives its owner. A
/// slot whose symbols are not given counts for nothing.
pub fn score_symbols(evidence: &Evidence, symbols: &[[i8; SYMBOLS]]) -> Log10 {
    Scorer::new(evidence).sum(symbols.iter().copied())
}

/// The log10 LR of a distributor after each slot of `order` and all before it;
/// `order` holds indices of the evidence's slots. The last is the distributor's
/// score, but for the rounding of another order of summing.
pub fn cumulative(
    secret: &Secret,
    evidence: &Evidence,
    distributor: &str,
    order: &[usize],
) -> Vec<Log10> {
    let scorer = Scorer::new(evidence);
    let mut codeword = Codeword::new(secret, &evidence.title, distributor);
    let mut sums = ln_weights();
    let mut step = |&slot: &usize| {
        let evidence = &evidence.slots[slot];
        let symbols = codeword.symbols(evidence.slot, &evidence.bias);
        add_slot(&mut sums, &symbols, &scorer.tables[slot]);
        averaged(&sums)
    };
    order.iter().map(&mut step).collect()
}

/// The log10 of the mean of all models, from ln of each.
fn averaged(sums: &[f64; MODEL_COUNT]) -> Log10 {
    Log10::from_ln(sums.iter().copied().fold(f64::NEG_INFINITY, ln_sum))
}

struct Scorer<'a> {
    evidence: &'a Evidence,
    tables: Vec<[SymbolTable; SYMBOLS]>,
}

impl<'a> Scorer<'a> {
    fn new(evidence: &'a Evidence) -> Self {
        Self {
            evidence,
            tables: evidence.tables(),
        }
    }

    fn score(&self, codeword: &mut Codeword) -> Log10 {
        let slots = self.evidence.slots.iter();
        self.sum(slots.map(|slot| codeword.symbols(slot.slot, &slot.bias)))
    }

    /// The score of these symbols, slot by slot.
    fn sum(&self, symbols: impl Iterator<Item = [i8; SYMBOLS]>) -> Log10 {
        let mut sums = ln_weights();
        for (symbols, table) in symbols.zip(&self.tables) {
            add_slot(&mut sums, &symbols, table);
        }
        averaged(&sums)
    }
}

fn add_slot(
    sums: &mut [f64; MODEL_COUNT],
    symbols: &[i8; SYMBOLS],
    table: &[SymbolTable; SYMBOLS],
) {
    let mut slot_sums = [0.0_f32; MODEL_COUNT];
    for (table, &symbol) in table.iter().zip(symbols) {
        let side = if symbol > 0 {
            &table.plus
        } else {
            &table.minus
        };
        slot_sums
            .iter_mut()
            .zip(side)
            .for_each(|(sum, ln)| *sum += ln);
    }
    sums.iter_mut()
        .zip(slot_sums)
        .for_each(|(sum, ln)| *sum += f64::from(ln));
}
