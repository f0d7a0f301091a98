//! The seal on soft symbols: signed by the registry, so that
//! nobody without the secret can make some up. What is signed is defined beside
//! [`EvidenceFile`](crate::EvidenceFile).

use sha2::{Digest, Sha256};

use crate::SoftSlot;
use leakmark_core::key::is_signed;

/// What the seal is about, beside the soft symbols.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// The registry's id.
    pub registry: &'a str,
    /// SHA-256 of the exhibit, 64 lower-case hexadecimal digits.
    pub exhibit_sha256: &'a str,
    /// The title's id.
    pub title: &'a str,
    /// Copies that were compared, of all titles.
    pub hypotheses: u64,
}

impl Sealed<'_> {
    /// Whether `signature` is that of the key (64 hexadecimal digits) on these soft symbols.
    pub fn is_signed<'s>(
        &self,
        slots: impl Iterator<Item = &'s SoftSlot>,
        key: &str,
        signature: &str,
    ) -> bool {
        let text = self.text(slots);
        text.is_some_and(|text| is_signed(key, text.as_bytes(), signature))
    }

    /// What is signed; `None` if a slot is malformed.
    pub fn text<'s>(&self, slots: impl Iterator<Item = &'s SoftSlot>) -> Option<String> {
        let mut hasher = Sha256::new();
        for slot in slots {
            let (z, reliability) = slot.steps()?;
            hasher.update(slot.slot.to_be_bytes());
            z.iter().for_each(|z| hasher.update(z.to_be_bytes()));
            reliability
                .iter()
                .for_each(|r| hasher.update(r.to_be_bytes()));
        }
        let digest = base16ct::lower::encode_string(&hasher.finalize());
        Some(format!(
            "leakmark evidence 1\nregistry {}\nexhibit-sha256 {}\ntitle {}\nhypotheses {}\nsoft-symbols-sha256 {digest}\n",
            self.registry, self.exhibit_sha256, self.title, self.hypotheses
        ))
    }
}
