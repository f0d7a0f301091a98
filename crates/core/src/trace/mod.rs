//! Names the leaker: biases, codewords, likelihood ratios, verdict.
//!
//! ```text
//! soft symbols ─┐
//! bias p_ij ────┼─ likelihood ratio of every distributor ─ bound over all of them ─ verdict
//! codewords ────┘
//! ```
//!
//! For a symbol with bias p, soft value z and any model f of how z looks under
//! +1 and under −1,
//!
//! ```text
//! LR = f(z | D's symbol) / ( p · f(z | +1) + (1 − p) · f(z | −1) )
//! ```
//!
//! If D is innocent, D's symbols are independent of the exhibit, so E\[LR\] = 1
//! for every z, every content, every attack and every f; products over symbols
//! and averages over models keep that, and so does any bet on a slot that pays
//! nothing on average ([`Evidence`] lists both). By Markov's inequality
//! P(LR ≥ n/ε) ≤ ε/n for each innocent, hence at most ε for anyone innocent
//! among n. The bound rests on the secret symbols alone.
//!
//! Copies put together from variants have one symbol of q a slot in the place of 64 of two;
//! they are scored beside the others, by the same argument.

mod code;
mod commit;
mod likelihood;
mod mixture;
mod quantize;
mod runs;
mod score;
mod variants;
mod verdict;

pub use code::{Bias, Codeword, Label, SYMBOLS, bias};
pub use commit::{
    COMMITTED_SLOTS, Commitment, Hash, MOST_COMMITTED_SLOTS, Opening, committed_slots, is_committed,
};
pub use likelihood::{Evidence, SlotEvidence};
pub use quantize::STEPS;
pub use score::{Score, cumulative, decoy_scores, score_all, score_symbols, slot_weights};
pub use variants::{
    VariantBias, VariantCodeword, VariantCommitment, VariantSlots, letters, variant_bias,
    word_scores,
};
pub use verdict::{Rule, Threshold, Verdict, log10_p_false};
