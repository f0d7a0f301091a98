//! Carries soft symbols, compactly and exactly.
//!
//! Base64 (RFC 4648 §4, with padding) of 64 big-endian integers of two bytes, in
//! units of 1/1024. The scores of a report are computed from just these values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use leakmark_core::detect::Fit;
use leakmark_core::trace::SYMBOLS;

/// Where some of the slots were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "Where some of the slots were read.")]
pub struct SlotReading {
    /// Their numbers, in order.
    pub slots: Vec<u32>,
    /// Frames, geometry and alignment, exactly.
    pub fit: Fit,
}

/// The soft symbols of one slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SoftSlot {
    /// The slot's number: title time slot · 2 s to (slot + 1) · 2 s.
    pub slot: u32,
    /// The 64 soft symbols z in units of their noise, 0 if erased, times 1024:
    /// base64 of 64 signed big-endian integers of two bytes.
    pub z: String,
    /// What each z is expected to be under a symbol +1, times 1024: base64 of
    /// 64 unsigned big-endian integers of two bytes.
    pub reliability: String,
}

/// Base64 of 64 integers.
pub fn encode64(values: &[u16; SYMBOLS]) -> String {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_be_bytes()).collect();
    STANDARD.encode(bytes)
}

/// The 64 integers in a base64 text; `None` if it is anything else.
pub fn decode64(text: &str) -> Option<[u16; SYMBOLS]> {
    let bytes = STANDARD.decode(text).ok()?;
    if bytes.len() != 2 * SYMBOLS {
        return None;
    }
    Some(std::array::from_fn(|j| {
        u16::from_be_bytes([bytes[2 * j], bytes[2 * j + 1]])
    }))
}

impl SoftSlot {
    /// Of these steps.
    pub fn new(slot: u32, z: &[i16; SYMBOLS], reliability: &[u16; SYMBOLS]) -> Self {
        Self {
            slot,
            z: encode64(&z.map(i16::cast_unsigned)),
            reliability: encode64(reliability),
        }
    }

    /// z and reliability in steps of 1/1024; `None` if either is malformed.
    pub fn steps(&self) -> Option<([i16; SYMBOLS], [u16; SYMBOLS])> {
        let z = decode64(&self.z)?.map(u16::cast_signed);
        Some((z, decode64(&self.reliability)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_survive_their_text_and_nothing_else_is_read() {
        let z = std::array::from_fn(|j| (j as i16 - 32) * 1000);
        let reliability = std::array::from_fn(|j| j as u16 * 1000);
        let slot = SoftSlot::new(7, &z, &reliability);
        assert_eq!(slot.steps(), Some((z, reliability)));
        assert_eq!((slot.z.len(), slot.reliability.len()), (172, 172));
        for bad in ["", "AAAA", "!", &slot.z[1..], &slot.z.replace('=', "A")] {
            let other = SoftSlot {
                z: bad.to_owned(),
                ..slot.clone()
            };
            assert_eq!(other.steps(), None, "{bad}");
        }
    }
}
