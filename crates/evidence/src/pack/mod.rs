//! Defines the evidence pack: what an expert needs to read the soft symbols of a
//! report in the exhibit again, to compute the likelihood ratio from them, and to
//! see that the codeword was fixed when the copy was issued. It opens the slots
//! that the report used, of one distributor's codeword, and nothing else.

mod recompute;
mod slot;

pub(crate) use recompute::values;
pub use recompute::{follows, ratio, ratio_of};
pub use slot::OpenedSlot;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reference::{InWords, OpenedReference, PackedReference};
use crate::report::{is_right_clock, right_clock};
use crate::{EVIDENCE_SCHEMA, EvidenceFile, Receipt, SlotReading};
use leakmark_core::error::{Error, Result};

/// The name and version of the pack's format.
pub const PACK_SCHEMA: &str = "leakmark/evidence-pack/2";

/// One distributor's codeword, opened where a report used it.
///
/// ```text
/// receipt ── codeword-root ◄─ path ─ leaf = SHA-256( 00 ‖ salt ‖ slot ‖ biases ‖ symbols ‖ SHA-256(cells) )
/// exhibit ─ frames, geometry, alignment of `readings` ─ tiles of slots ─ cells ─ z           for every slot
/// z, reliability, biases, symbols ─ mixture of eighteen models ─ log10 LR ─ hypotheses ─ log10 p false
/// registry, exhibit, title, hypotheses, all z and reliabilities ─ signature by the receipt's key
/// ```
///
/// # What is shown, and by what
///
/// The signature shows that the registry stands by z. That the *exhibit* holds
/// them is shown by reading them again: `readings` says from which frames, where
/// the picture lies in them and which slot is on, and `cells` which chips carry
/// which symbol. Cells and symbols are bound into the receipt's commitment, so
/// nobody could choose them with the exhibit in hand. What somebody with the
/// signing key could still choose is frames, geometry and alignment: few numbers
/// in a reading that stands still, so their count is told. Pictures that were taken
/// away from the exhibit before are those of `references`, whose hash has been in the
/// registry's chain since the title was marked.
///
/// # What opening a slot discloses
///
/// | it discloses, for the slots of this title that were used | whoever has it can, in those slots | and cannot |
/// |---|---|---|
/// | biases and cells: the same for all copies of the title | read the 64 symbols of any other copy that they hold; weaken, erase or overwrite its symbols; write those of the opened codeword onto an unmarked picture | read or change another slot, another title; know symbols of a copy that they do not hold |
/// | symbols of the one copy | write that copy's symbols elsewhere | know another copy's symbols: they are drawn apart |
/// | half-second pictures of the master, 480 samples wide, around the times that were read (half a minute at once) | see those pictures | see the rest of the film: each part is sealed, and the key opens this file alone |
/// | which cells are the pilot's, rolled as in that slot | need fewer frames to learn the pilot, which one copy of two minutes gives away as well | know a chip of the pilot without a copy, or how it is rolled in other slots |
///
/// So a pack goes to a court and to the experts of both sides, not to the public,
/// and what is found later in slots that were opened weighs only as much as who
/// had the pack by then could not have written it. Reliabilities are taken from
/// the pack: to read them off the pilot, the pilot would have to be opened, which
/// is the same in all slots and titles. They are checked instead: one amplitude
/// for all symbols of a slot, borne out by the power of z.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "One distributor's codeword, opened where a report used it.")]
pub struct EvidencePack {
    /// Always `leakmark/evidence-pack/2`.
    pub schema: String,
    /// SHA-256 of the exhibit, 64 lower-case hexadecimal digits.
    pub exhibit_sha256: String,
    /// The registry's id, 32 lower-case hexadecimal digits.
    pub registry: String,
    /// The title's id.
    pub title: String,
    /// The distributor's id.
    pub distributor: String,
    /// Copies that were compared, of all titles; the bound covers all of them.
    pub hypotheses: u64,
    /// log10 of the likelihood ratio, as the report states it.
    pub log10_likelihood_ratio: f64,
    /// log10 of the bound on accusing anyone innocent, as the report states it.
    pub log10_p_false: f64,
    /// The receipt of the copy that was read: it commits to the codeword.
    pub receipt: Receipt,
    /// The registry's signature of the soft symbols, as the house's evidence carries it:
    /// 128 lower-case hexadecimal digits.
    pub evidence_signature: String,
    /// Seconds of exhibit time for each second that the exhibit's frames are stamped, as
    /// the report gives it; left out if 1.
    #[serde(default = "right_clock", skip_serializing_if = "is_right_clock")]
    pub clock_rate: f64,
    /// The slots used, in order, each once.
    pub slots: Vec<OpenedSlot>,
    /// Where they were read; each slot is in one reading.
    pub readings: Vec<SlotReading>,
    /// The masters' pictures that were taken away before, for the titles that
    /// [`Fit::hosts`](leakmark_core::detect::Fit::hosts) of the readings names.
    pub references: Vec<PackedReference>,
}

impl EvidencePack {
    /// The references, opened, if they are those that the readings need and as the registry
    /// kept them.
    ///
    /// # Errors
    /// What is wrong with one, in words.
    pub fn opened_references(&self) -> InWords<Vec<OpenedReference>> {
        let open =
            |packed: &PackedReference| packed.opened(&self.registry, &self.receipt.public_key);
        let opened: Vec<OpenedReference> =
            self.references.iter().map(open).collect::<InWords<_>>()?;
        let mut named = self.readings.iter().flat_map(|r| &r.fit.hosts);
        let missing = named.find(|host| !opened.iter().any(|o| o.reference.title == host.title));
        match missing {
            Some(host) => Err(format!(
                "the pictures of {} were taken away, and the pack has none of them",
                host.title
            )),
            None => Ok(opened),
        }
    }

    /// The house's evidence that it was made from.
    pub fn evidence(&self) -> EvidenceFile {
        EvidenceFile {
            schema: EVIDENCE_SCHEMA.into(),
            registry: self.registry.clone(),
            exhibit_sha256: self.exhibit_sha256.clone(),
            title: self.title.clone(),
            hypotheses: self.hypotheses,
            slots: self.slots.iter().map(OpenedSlot::soft).collect(),
            readings: self.readings.clone(),
            public_key: self.receipt.public_key.clone(),
            signature: self.evidence_signature.clone(),
        }
    }
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
