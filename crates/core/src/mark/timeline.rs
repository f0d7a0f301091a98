//! Cuts title time into slots.
//!
//! ```text
//! title time  0        2        4        6 s
//!             ├ slot 0 ┼ slot 1 ┼ slot 2 ┤
//! weight of 0 ▔▔▔▔▔▔▔▔▔╲
//! weight of 1          ╱▔▔▔▔▔▔▔╲            cross-fade of FADE_S, centred on the edge
//! ```

use crate::units::SlotIndex;

/// The length of a slot in seconds of title time.
pub const SLOT_S: f64 = 2.0;
/// The length of the cross-fade at a slot's edge, in seconds.
const FADE_S: f64 = 0.12;
/// Times this little before an edge are on it, seconds: what rounding leaves of them.
const ON_EDGE_S: f64 = 0.001;
/// The longest title, in seconds.
pub const TITLE_LIMIT_S: f64 = 24.0 * 3600.0;

/// The slot in which a title time lies; times before the start count as slot 0.
pub fn slot_of(title_s: f64) -> SlotIndex {
    SlotIndex((title_s / SLOT_S).max(0.0) as u32)
}

/// The slot of a picture where slots do not fade into each other: in variants each slot is
/// a segment that begins with the first picture on its edge or after.
pub fn segment_of(title_s: f64) -> SlotIndex {
    slot_of(title_s + ON_EDGE_S)
}

/// Which slots are on the picture at one time, and how strongly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlotMix {
    /// The slot that is on, or going out.
    pub slot: SlotIndex,
    /// The slot that is coming in, with its weight (0 to 1), inside a cross-fade.
    pub next: Option<(SlotIndex, f32)>,
}

/// The mix at a title time in seconds.
pub fn slot_mix(title_s: f64) -> SlotMix {
    let title_s = title_s.max(0.0);
    let edge = (title_s / SLOT_S).round();
    let into = title_s - edge * SLOT_S;
    if edge < 1.0 || into.abs() >= FADE_S / 2.0 {
        return SlotMix {
            slot: slot_of(title_s),
            next: None,
        };
    }
    let next = SlotIndex(edge as u32);
    let weight = (into / FADE_S + 0.5) as f32;
    SlotMix {
        slot: SlotIndex(next.0 - 1),
        next: Some((next, weight)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_follow_title_time_and_fade_at_their_edges() {
        assert_eq!(slot_of(0.0), SlotIndex(0));
        assert_eq!(slot_of(1999.9), SlotIndex(999));
        assert_eq!(
            slot_mix(0.01),
            SlotMix {
                slot: SlotIndex(0),
                next: None
            }
        );
        assert_eq!(
            slot_mix(3.0),
            SlotMix {
                slot: SlotIndex(1),
                next: None
            }
        );
        for frame in 0..1000 {
            // A time on an edge, as sums of ticks give it, is after the edge.
            let title_s = f64::from(frame) * (1.0 / 24.0) - 1e-9;
            assert_eq!(segment_of(title_s), SlotIndex(frame / 48), "{frame}");
        }
        let mid = slot_mix(4.0);
        assert_eq!(mid.slot, SlotIndex(1));
        assert!(matches!(mid.next, Some((SlotIndex(2), w)) if (w - 0.5).abs() < 1e-6));
    }
}
