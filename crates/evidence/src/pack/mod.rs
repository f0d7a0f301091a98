//! Defines the evidence pack: what an expert needs to compute a
//! likelihood ratio of a report again, and to see that the codeword was fixed
//! when the copy was issued. It opens the slots that the report used, of one
//! distributor's codeword, and nothing else.

mod recompute;

pub use recompute::{follows, ratio};

use base16ct::lower;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::soft_symbols::{SoftSlot, decode64, encode64};
use crate::{EVIDENCE_SCHEMA, EvidenceFile, Receipt};
use leakmark_core::error::{Error, Result};
use leakmark_core::trace::{Bias, DEPTH, Opening, SYMBOLS};
use leakmark_core::units::SlotIndex;

/// The name and version of the pack's format.
pub const PACK_SCHEMA: &str = "leakmark/evidence-pack/1";

/// One distributor's codeword, opened where a report used it.
///
/// ```text
/// receipt ── codeword-root ◄─ path ─ leaf = SHA-256( 00 ‖ salt ‖ slot ‖ biases ‖ symbols )   for every slot
/// z, reliability, biases, symbols ─ mixture of eighteen models ─ log10 LR ─ hypotheses ─ log10 p false
/// registry, exhibit, title, hypotheses, all z and reliabilities ─ signature by the receipt's key
/// ```
///
/// The biases of a slot are the same for all copies of the title. Who has them
/// still cannot read a symbol: that takes the secret's data chips.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "One distributor's codeword, opened where a report used it.")]
pub struct EvidencePack {
    /// Always `leakmark/evidence-pack/1`.
    pub schema: String,
    /// SHA-256 of the exhibit, 64 lower-case hexadecimal digits.
    pub exhibit_sha256: String,
    /// The registry's id, 32 lower-case hexadecimal digits.
    pub registry: String,
    /// The title's id.
    pub title: String,
    /// The distributor's id.
    pub distributor: String,
    /// Pairs of distributor and title that were compared; the bound covers all of them.
    pub hypotheses: u64,
    /// log10 of the likelihood ratio, as the report states it.
    pub log10_likelihood_ratio: f64,
    /// log10 of the bound on accusing anyone innocent, as the report states it.
    pub log10_p_false: f64,
    /// The first receipt that commits to the codeword.
    pub receipt: Receipt,
    /// The registry's signature of the soft symbols, as the house's evidence carries it:
    /// 128 lower-case hexadecimal digits.
    pub evidence_signature: String,
    /// The slots used, in order, each once.
    pub slots: Vec<OpenedSlot>,
}

/// One slot: what was read, and what the codeword says there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenedSlot {
    /// The slot's number: title time slot · 2 s to (slot + 1) · 2 s.
    pub slot: u32,
    /// The 64 soft symbols, as in the house's evidence.
    pub z: String,
    /// Their reliabilities, likewise.
    pub reliability: String,
    /// The 64 biases, each the chance of +1 times 65536: base64 of 64 unsigned
    /// big-endian integers of two bytes.
    pub bias: String,
    /// The distributor's 64 symbols: `+` for +1, `-` for −1.
    pub symbols: String,
    /// The salt of the slot's leaf, 64 lower-case hexadecimal digits.
    pub salt: String,
    /// The 13 hashes beside the way from the leaf to the root, 64 lower-case
    /// hexadecimal digits each.
    pub path: Vec<String>,
}

impl EvidencePack {
    /// The house's evidence that it was made from.
    pub fn evidence(&self) -> EvidenceFile {
        EvidenceFile {
            schema: EVIDENCE_SCHEMA.into(),
            registry: self.registry.clone(),
            exhibit_sha256: self.exhibit_sha256.clone(),
            title: self.title.clone(),
            hypotheses: self.hypotheses,
            slots: self.slots.iter().map(OpenedSlot::soft).collect(),
            public_key: self.receipt.public_key.clone(),
            signature: self.evidence_signature.clone(),
        }
    }
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
        let sound = bias.iter().all(|b| b.0 > 0);
        Some(Opening {
            slot: SlotIndex(self.slot),
            bias,
            symbols: symbols(&self.symbols)?,
            salt: hash(&self.salt)?,
            path: <[_; DEPTH]>::try_from(path).ok()?,
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

/// The pack in a JSON text; unknown fields and other versions are refused.
///
/// # Errors
/// [`Error::Usage`] if it is not a pack of this version.
pub fn pack_from_json(text: &str) -> Result<EvidencePack> {
    let pack: EvidencePack = serde_json::from_str(text).map_err(|e| {
        Error::usage(format!(
            "not an evidence pack of version {PACK_SCHEMA}: {e}"
        ))
    })?;
    if pack.schema != PACK_SCHEMA {
        return Err(Error::usage(format!(
            "an evidence pack of version {:?}; expected {PACK_SCHEMA:?}; use the leakmark that wrote it",
            pack.schema
        )));
    }
    Ok(pack)
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
            salt: [7; 32],
            path: std::array::from_fn(|height| [height as u8; 32]),
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
        ] {
            let mut other = opened.clone();
            change(&mut other, &zero, &long);
            assert_eq!(other.opening(), None, "{other:?}");
        }
    }
}
