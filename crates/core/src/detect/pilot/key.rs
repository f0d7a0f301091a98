//! What the detector needs of the secret to find the pilot.

use std::sync::{Arc, OnceLock};

use crate::key::Secret;
use crate::luma::Plane;
use crate::luma::correlate_pair::PairCorrelator;
use crate::mark::{Pilot, SLOT_S, SlotCode, TILE, TITLE_LIMIT_S};
use crate::units::SlotIndex;

/// Slots of the longest title.
pub(crate) const SLOTS: usize = (TITLE_LIMIT_S / SLOT_S) as usize + 2;
/// Decoy secrets that say what chance finds.
const DECOYS: u32 = 6;

/// A registry's pilot, ready to be looked for.
#[derive(Clone)]
pub struct PilotKey {
    pub(crate) secret: Secret,
    pub(crate) pilot: Pilot,
    /// Roll and sign of every slot of the longest title.
    pub(crate) codes: Vec<SlotCode>,
    /// For pairs of tiles, their means left out.
    pub(crate) correlator: PairCorrelator,
    /// Drawn when first asked for: it takes some hundredths of a second.
    decoys: Arc<OnceLock<Vec<PilotKey>>>,
}

impl PilotKey {
    /// Of a registry's secret.
    pub fn new(secret: &Secret) -> Self {
        let pilot = Pilot::new(secret);
        let chips = pilot.chips.iter().map(|&c| f32::from(c)).collect();
        let pattern = Plane::from_shape_vec((TILE, TILE), chips).unwrap_or_default();
        Self {
            secret: secret.clone(),
            codes: (0..SLOTS as u32)
                .map(|i| SlotCode::new(secret, SlotIndex(i)))
                .collect(),
            correlator: PairCorrelator::new(&pattern),
            decoys: Arc::default(),
            pilot,
        }
    }

    /// The keys of unrelated secrets, the same at every call.
    pub(crate) fn decoys(&self) -> &[PilotKey] {
        self.decoys.get_or_init(|| {
            // Not in parallel: a pool's thread that waits for others may take on
            // another scan meanwhile, and come here again.
            let decoy = |i| Self::new(&self.secret.decoy(i));
            (0..DECOYS).map(decoy).collect()
        })
    }

    /// The index of a slot's roll in a correlation map.
    pub(crate) fn roll(&self, slot: usize) -> usize {
        self.codes[slot].rows * TILE + self.codes[slot].columns
    }
}

/// The shift (rows, columns) of a picture whose slot peaks at `cell` of a correlation map.
pub(crate) fn shift_of(cell: usize, code: SlotCode) -> (usize, usize) {
    (
        (cell / TILE + TILE - code.rows) % TILE,
        (cell % TILE + TILE - code.columns) % TILE,
    )
}

/// The cell at which a slot peaks in a picture with this shift (rows, columns).
pub(crate) fn cell_of((rows, columns): (usize, usize), code: SlotCode) -> usize {
    (code.rows + rows) % TILE * TILE + (code.columns + columns) % TILE
}
