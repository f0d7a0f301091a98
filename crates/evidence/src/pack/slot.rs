//! Holds one slot of a pack as text.

use base16ct::lower;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::soft_symbols::{SoftSlot, decode64, encode64};
use leakmark_core::mark::SlotCells;
use leakmark_core::trace::{Bias, COMMITTED_SLOTS, MOST_COMMITTED_SLOTS, Opening, SYMBOLS};
use leakmark_core::units::SlotIndex;

/// One slot: what was read, and what the codeword says there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenedSlot {
    /// The slot's number: title time slot · 2 s to (slot + 1) · 2 s.
    pub slot: u32,
    /// The 64 soft symbols, as in the report.
    pub z: String,
    /// Their reliabilities, as in the report.
    pub reliability: String,
    /// The 64 biases, each the chance of +1 times 65536: base64 of 64 unsigned
    /// big-endian integers of two bytes.
    pub bias: String,
    /// The distributor's 64 symbols: `+` for +1, `-` for −1.
    pub symbols: String,
    /// Which cells of the slot's tile carry which symbol: base64 of 4096 bytes, row by row
    /// of 64; bit 7 is the sign (set for +1), bits 0 to 5 the symbol's number; hexadecimal 40
    /// carries none.
    pub cells: String,
    /// The salt of the slot's leaf, 64 lower-case hexadecimal digits.
    pub salt: String,
    /// The hashes beside the way from the leaf to the root, 64 lower-case hexadecimal
    /// digits each: 13 in a tree of 8192 slots.
    pub path: Vec<String>,
}

impl OpenedSlot {
    /// The soft symbols of a report and the codeword's opening, which are of the same slot.
    pub fn new(soft: &SoftSlot, opening: &Opening) -> Self {
        let sign = |symbol: &i8| if *symbol > 0 { '+' } else { '-' };
        Self {
            slot: soft.slot,
            z: soft.z.clone(),
            reliability: soft.reliability.clone(),
            bias: encode64(&opening.bias.map(|b| b.0)),
            symbols: opening.symbols.iter().map(sign).collect(),
            cells: STANDARD.encode(opening.cells.bytes()),
            salt: lower::encode_string(&opening.salt),
            path: opening
                .path
                .iter()
                .map(|h| lower::encode_string(h))
                .collect(),
        }
    }

    /// The soft symbols.
    pub fn soft(&self) -> SoftSlot {
        SoftSlot {
            slot: self.slot,
            z: self.z.clone(),
            reliability: self.reliability.clone(),
        }
    }

    /// The opening; `None` if any of it is malformed or a bias is 0.
    pub fn opening(&self) -> Option<Opening> {
        let bias = decode64(&self.bias)?.map(Bias);
        let path: Vec<[u8; 32]> = self.path.iter().map(|h| hash(h)).collect::<Option<_>>()?;
        let depths = COMMITTED_SLOTS.ilog2()..=MOST_COMMITTED_SLOTS.ilog2();
        let sound = bias.iter().all(|b| b.0 > 0) && depths.contains(&(path.len() as u32));
        Some(Opening {
            slot: SlotIndex(self.slot),
            bias,
            symbols: symbols(&self.symbols)?,
            cells: SlotCells::from_bytes(STANDARD.decode(&self.cells).ok()?)?,
            salt: hash(&self.salt)?,
            path,
        })
        .filter(|_| sound)
    }
}

fn symbols(text: &str) -> Option<[i8; SYMBOLS]> {
    let bytes = <[u8; SYMBOLS]>::try_from(text.as_bytes()).ok()?;
    let sound = bytes.iter().all(|b| b"+-".contains(b));
    sound.then(|| bytes.map(|b| if b == b'+' { 1 } else { -1 }))
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    lower::decode(text, &mut bytes)
        .is_ok_and(|read| read.len() == 32)
        .then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_survives_its_text_and_nothing_else_is_read() {
        let opening = Opening {
            slot: SlotIndex(5),
            bias: std::array::from_fn(|j| Bias(1 + 1000 * j as u16)),
            symbols: std::array::from_fn(|j| if j % 3 == 0 { 1 } else { -1 }),
            cells: SlotCells::from_bytes(vec![0x83; 4096]).unwrap(),
            salt: [7; 32],
            path: (0..13).map(|height| [height; 32]).collect(),
        };
        let soft = SoftSlot::new(5, &[1; SYMBOLS], &[2; SYMBOLS]);
        let opened = OpenedSlot::new(&soft, &opening);
        assert_eq!(opened.opening(), Some(opening));
        assert_eq!(opened.soft(), soft);
        let zero = encode64(&[0; SYMBOLS]);
        let long = format!("{}+", opened.symbols);
        for change in [
            |o: &mut OpenedSlot, _: &str, _: &str| o.symbols.replace_range(3..4, "0"),
            |o: &mut OpenedSlot, _: &str, long: &str| o.symbols = long.to_owned(),
            |o: &mut OpenedSlot, zero: &str, _: &str| o.bias = zero.to_owned(),
            |o: &mut OpenedSlot, _: &str, _: &str| o.path.truncate(12),
            |o: &mut OpenedSlot, _: &str, _: &str| o.path[10] = o.path[10].to_uppercase(),
            |o: &mut OpenedSlot, _: &str, _: &str| o.salt.truncate(63),
            |o: &mut OpenedSlot, _: &str, _: &str| o.cells.truncate(5460),
            |o: &mut OpenedSlot, _: &str, _: &str| o.cells.replace_range(0..1, "!"),
        ] {
            let mut other = opened.clone();
            change(&mut other, &zero, &long);
            assert_eq!(other.opening(), None, "{other:?}");
        }
    }
}
