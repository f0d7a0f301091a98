//! What the detector needs of the secret to find the pilot.

use std::sync::{Arc, OnceLock};

use crate::key::Secret;
use crate::luma::Plane;
use crate::luma::correlate_pair::PairCorrelator;
use crate::mark::{Pilot, SLOT_S, SlotCode, TILE, TITLE_LIMIT_S};
use crate::units::SlotIndex;

/// Slots of the longest title that there can be.
pub(crate) const SLOTS: usize = slots(TITLE_LIMIT_S);
/// Title time in which a title is looked for, whatever the registry holds, in seconds.
const USUAL_S: f64 = 3.0 * 3600.0;
/// Decoy secrets that say what chance finds.
const DECOYS: u32 = 6;

/// A registry's pilot, ready to be looked for.
#[derive(Clone)]
pub struct PilotKey {
    pub(crate) secret: Secret,
    pub(crate) pilot: Pilot,
    /// Roll and sign of every slot in which a title is looked for.
    pub(crate) codes: Vec<SlotCode>,
    /// For pairs of tiles, their means left out.
    pub(crate) correlator: PairCorrelator,
    /// Drawn when first asked for: it takes some hundredths of a second.
    decoys: Arc<OnceLock<Vec<PilotKey>>>,
}

impl PilotKey {
    /// Of a registry's secret; titles of up to three hours are looked for.
    pub fn new(secret: &Secret) -> Self {
        Self::of_slots(secret, slots(USUAL_S))
    }

    /// The same for titles of up to `longest_s` seconds, if that is more. Looking costs as
    /// much time as there are slots.
    pub fn covering(secret: &Secret, longest_s: f64) -> Self {
        Self::of_slots(secret, slots(longest_s.clamp(USUAL_S, TITLE_LIMIT_S)))
    }

    fn of_slots(secret: &Secret, slots: usize) -> Self {
        let pilot = Pilot::new(secret);
        let chips = pilot.chips.iter().map(|&c| f32::from(c)).collect();
        let pattern = Plane::from_shape_vec((TILE, TILE), chips).unwrap_or_default();
        Self {
            secret: secret.clone(),
            codes: (0..slots as u32)
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
            let slots = self.codes.len();
            let decoy = |i| Self::of_slots(&self.secret.decoy(i), slots);
            (0..DECOYS).map(decoy).collect()
        })
    }

    /// The index of a slot's roll in a correlation map.
    pub(crate) fn roll(&self, slot: usize) -> usize {
        self.codes[slot].rows * TILE + self.codes[slot].columns
    }
}

/// Slots of a title of this length, with one to fade into.
const fn slots(title_s: f64) -> usize {
    (title_s / SLOT_S) as usize + 2
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
