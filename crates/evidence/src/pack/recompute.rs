//! Computes the likelihood ratio of an evidence pack again.

use crate::{EvidencePack, OpenedSlot};
use leakmark_core::trace::{Evidence, Opening, SYMBOLS, SlotEvidence, score_symbols};

/// A likelihood ratio computed again may differ by this much, log10: reports
/// round to 0.0005, and sums in single precision stray by less than 0.005.
const TOLERANCE: f64 = 0.01;

/// Soft symbols or reliabilities of a slot.
type Values = [f32; SYMBOLS];

/// Whether a likelihood ratio is the one stated.
pub fn follows(computed: f64, stated: f64) -> bool {
    (computed - stated).abs() <= TOLERANCE
}

/// The log10 LR that follows from a pack; `None` if a slot is malformed.
pub fn ratio(pack: &EvidencePack) -> Option<f64> {
    let soft = pack.slots.iter().map(values).collect::<Option<Vec<_>>>()?;
    ratio_of(pack, &soft)
}

/// The log10 LR of the pack's codeword for (soft symbols, reliabilities) of its slots, in
/// their order; `None` if a slot is malformed.
pub fn ratio_of(pack: &EvidencePack, soft: &[(Values, Values)]) -> Option<f64> {
    let openings: Vec<Opening> = pack
        .slots
        .iter()
        .map(OpenedSlot::opening)
        .collect::<Option<_>>()?;
    let slots = openings.iter().zip(soft);
    let evidence = Evidence {
        title: pack.title.clone(),
        slots: slots
            .map(|(opening, &(z, reliability))| SlotEvidence {
                slot: opening.slot,
                z,
                reliability,
                bias: opening.bias,
            })
            .collect(),
    };
    let symbols: Vec<_> = openings.iter().map(|o| o.symbols).collect();
    Some(score_symbols(&evidence, &symbols).0)
}

/// (Soft symbols, reliabilities) of a slot, in units; `None` if they are malformed.
pub(crate) fn values(slot: &OpenedSlot) -> Option<(Values, Values)> {
    let (z, reliability) = slot.soft().steps()?;
    let units = |steps: f32| steps / leakmark_core::trace::STEPS;
    Some((
        z.map(|z| units(f32::from(z))),
        reliability.map(|r| units(f32::from(r))),
    ))
}
