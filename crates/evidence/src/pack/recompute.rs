//! Computes the likelihood ratio of an evidence pack again.

use crate::{EvidencePack, OpenedSlot};
use leakmark_core::trace::{Evidence, Opening, SYMBOLS, SlotEvidence, score_symbols};

/// A likelihood ratio computed again may differ by this much, log10: reports
/// round to 0.0005, and sums in single precision stray by less than 0.005.
const TOLERANCE: f64 = 0.01;

/// Whether a likelihood ratio is the one stated.
pub fn follows(computed: f64, stated: f64) -> bool {
    (computed - stated).abs() <= TOLERANCE
}

/// The log10 LR that follows from a pack; `None` if a slot is malformed.
pub fn ratio(pack: &EvidencePack) -> Option<f64> {
    let openings: Vec<Opening> = pack
        .slots
        .iter()
        .map(OpenedSlot::opening)
        .collect::<Option<_>>()?;
    let soft = |(slot, opening): (&OpenedSlot, &Opening)| {
        let (z, reliability) = slot.soft().steps()?;
        let bare = SlotEvidence {
            slot: opening.slot,
            z: [0.0; SYMBOLS],
            reliability: [0.0; SYMBOLS],
            bias: opening.bias,
        };
        Some(bare.with_steps(&z, &reliability))
    };
    let slots = pack.slots.iter().zip(&openings).map(soft);
    let evidence = Evidence {
        title: pack.title.clone(),
        slots: slots.collect::<Option<_>>()?,
    };
    let symbols: Vec<_> = openings.iter().map(|o| o.symbols).collect();
    Some(score_symbols(&evidence, &symbols).0)
}
