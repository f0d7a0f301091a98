//! Traces copies put together from variants: one symbol of two, four or eight a slot.

mod code;
mod commit;
mod likelihood;
mod score;

pub use code::{VariantBias, VariantCodeword, letters, variant_bias};
pub use commit::{VariantCommitment, VariantSlots};
pub use score::word_scores;
pub(super) use score::{VariantScorer, of_slots};
