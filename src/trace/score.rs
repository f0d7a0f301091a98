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
        scorer.add_slot(slot, &mut codeword, &mut sums);
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
        let mut sums = ln_weights();
        for slot in 0..self.tables.len() {
            self.add_slot(slot, codeword, &mut sums);
        }
        averaged(&sums)
    }

    fn add_slot(&self, number: usize, codeword: &mut Codeword, sums: &mut [f64; MODEL_COUNT]) {
        let slot = &self.evidence.slots[number];
        let mut slot_sums = [0.0_f32; MODEL_COUNT];
        let symbols = codeword.symbols(slot.slot, &slot.bias);
        for (table, symbol) in self.tables[number].iter().zip(symbols) {
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
}
