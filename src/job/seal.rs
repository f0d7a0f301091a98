//! This module seals the soft symbols of a report: signed by the registry, so
//! that nobody without the secret can make some up. What is signed is defined
//! beside [`EvidenceFacts`].

use sha2::{Digest, Sha256};

use super::context::ScanContext;
use crate::report::{EvidenceFacts, SoftSlot};
use crate::trace::Evidence;

/// What the seal is about, beside the soft symbols.
pub(super) struct Sealed<'a> {
    pub registry: &'a str,
    pub exhibit_sha256: &'a str,
    pub title: &'a str,
    pub hypotheses: u64,
}

impl Sealed<'_> {
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

/// The soft symbols of a scan, sealed.
pub(super) fn sealed(
    context: &ScanContext,
    evidence: &Evidence,
    exhibit_sha256: &str,
) -> EvidenceFacts {
    let soft = |slot: &crate::trace::SlotEvidence| {
        let (z, reliability) = slot.steps();
        SoftSlot::new(slot.slot.0, &z, &reliability)
    };
    let slots: Vec<SoftSlot> = evidence.slots.iter().map(soft).collect();
    let about = Sealed {
        registry: &context.registry_id,
        exhibit_sha256,
        title: &evidence.title,
        hypotheses: context.hypotheses(),
    };
    let text = about.text(slots.iter()).unwrap_or_default();
    EvidenceFacts {
        title: evidence.title.clone(),
        slots,
        public_key: context.signer.public_key(),
        signature: context.signer.sign(text.as_bytes()),
    }
}
