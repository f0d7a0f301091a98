//! What synchronisation found, and whether that is more than chance.

use super::piece::Piece;

/// The pilot is found if it stands this many times above what the strongest decoy
/// shows on the same pictures,
const OVER_DECOYS: f64 = 1.15;
/// and beyond that by so many standard deviations.
const BEYOND_DECOYS: f64 = 2.5;

/// Where the pictures say the place, the pilot must have so many standard deviations.
const AT_A_PLACE: f64 = 4.5;

/// Synchronisation: where the title's picture and time were found.
#[derive(Debug, Clone)]
pub struct Sync {
    /// The pilot's strength in standard deviations of what one place gives by chance.
    pub pilot_z: f64,
    /// The strongest that any of the decoy secrets found on the same pictures.
    pub decoy_pilot_z: f64,
    /// True if the pilot is beyond what chance explains, or the pictures say where it is and
    /// the data that a mark is there.
    pub found: bool,
    /// Parts of the title, in order of exhibit time, at least one.
    pub pieces: Vec<Piece>,
}

impl Sync {
    /// Of a pilot and the strongest decoy, in standard deviations; `seen` if the pictures
    /// said where to look, and whether the data bear that out.
    pub(super) fn new(
        (pilot_z, decoy_pilot_z): (f64, f64),
        pieces: Vec<Piece>,
        (seen, borne_out): (bool, bool),
    ) -> Self {
        let enough = !seen || pilot_z > AT_A_PLACE;
        Self {
            pilot_z,
            decoy_pilot_z,
            found: borne_out || (enough && pilot_z > OVER_DECOYS * decoy_pilot_z + BEYOND_DECOYS),
            pieces,
        }
    }

    /// True if the pilot stands half as far above the decoys as it must to be
    /// found: not enough to go by, but a reason to read on.
    pub fn hinted(&self) -> bool {
        self.pilot_z > OVER_DECOYS * self.decoy_pilot_z + BEYOND_DECOYS / 2.0
    }
}
