//! Seals the soft symbols of a scan.

use crate::evidence::seal::Sealed;
use crate::evidence::{EVIDENCE_SCHEMA, EvidenceFile, SoftSlot};
use crate::job::scan::context::ScanContext;
use crate::job::scan::evidence::Scored;

/// The soft symbols of a scan, sealed.
pub(crate) fn sealed(context: &ScanContext, scored: &Scored, exhibit_sha256: &str) -> EvidenceFile {
    let soft = |slot: &crate::trace::SlotEvidence| {
        let (z, reliability) = slot.steps();
        SoftSlot::new(slot.slot.0, &z, &reliability)
    };
    let evidence = &scored.evidence;
    let slots: Vec<SoftSlot> = evidence.slots.iter().map(soft).collect();
    let about = Sealed {
        registry: &context.registry_id,
        exhibit_sha256,
        title: &evidence.title,
        hypotheses: context.hypotheses(),
    };
    let text = about.text(slots.iter()).unwrap_or_default();
    EvidenceFile {
        schema: EVIDENCE_SCHEMA.into(),
        registry: context.registry_id.clone(),
        exhibit_sha256: exhibit_sha256.to_owned(),
        title: evidence.title.clone(),
        hypotheses: context.hypotheses(),
        slots,
        readings: scored.readings.clone(),
        public_key: context.signer.public_key(),
        signature: context.signer.sign(text.as_bytes()),
    }
}
