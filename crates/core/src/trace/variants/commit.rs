//! Commits to the codeword of a copy put together from variants.

use sha2::{Digest, Sha256};

use super::code::{VariantBias, VariantCodeword, variant_bias};
use crate::key::{Secret, Stream};
use crate::mark::{Alphabet, DataCells, Pilot, SlotCells, SlotCode};
use crate::trace::commit::{COMMITTED_SLOTS, Hash, MOST_COMMITTED_SLOTS, node};
use crate::units::SlotIndex;

/// What all copies of a title put together from the same variants have in common.
pub struct VariantSlots {
    first: SlotIndex,
    slots: Vec<VariantSlot>,
    /// Roots of trees without a leaf, by height, up to that of the whole tree.
    empty: Vec<Hash>,
}

struct VariantSlot {
    bias: VariantBias,
    cells_sha256: Hash,
}

/// A commitment to the codeword of one copy put together from variants.
///
/// ```text
/// leaf_i = SHA-256( 02 ‖ salt_i ‖ i as 4 bytes ‖ q chances as 2 bytes each ‖ symbol as 1 byte ‖ cells_i )
/// ```
///
/// The salts, cells and nodes are those of a [`Commitment`](crate::trace::Commitment). The tree
/// has 8192 leaves, or the next power of two if the copy ends beyond them; a slot
/// that the copy does not have is a leaf of 32 zero bytes.
pub struct VariantCommitment {
    /// What is made public.
    pub root: Hash,
    /// How many slots are committed to.
    pub slots: u32,
}

impl VariantSlots {
    /// The slots from `first` up to `end`, which is not one of them, as far as
    /// they can be committed to.
    pub fn new(
        secret: &Secret,
        title: &str,
        (first, end): (SlotIndex, SlotIndex),
        alphabet: Alphabet,
    ) -> Self {
        let pilot = Pilot::new(secret);
        let slot = |slot: SlotIndex| {
            let data = DataCells::new(secret, title, slot);
            let cells = SlotCells::new(&pilot, SlotCode::new(secret, slot), &data);
            VariantSlot {
                bias: variant_bias(secret, title, slot, alphabet),
                cells_sha256: cells.sha256(),
            }
        };
        let slots = first.0..end.0.min(MOST_COMMITTED_SLOTS);
        let leaves = slots.end.max(COMMITTED_SLOTS).next_power_of_two();
        let mut empty = vec![[0; 32]];
        for height in 1..leaves.ilog2() as usize {
            empty.push(node(&empty[height - 1], &empty[height - 1]));
        }
        Self {
            first,
            slots: slots.map(SlotIndex).map(slot).collect(),
            empty,
        }
    }

    /// The symbols of a copy, slot by slot.
    pub fn symbols(&self, codeword: &mut VariantCodeword) -> Vec<u8> {
        let slots = (self.first.0..).zip(&self.slots);
        slots
            .map(|(slot, own)| codeword.symbol(SlotIndex(slot), &own.bias))
            .collect()
    }

    /// Commits to the codeword of a distributor's copy, the `copy`-th from 1.
    pub fn commit(
        &self,
        secret: &Secret,
        (title, distributor, copy): (&str, &str, u32),
        salt: &[u8; 32],
        symbols: &[u8],
    ) -> VariantCommitment {
        let mut salts = secret.stream(&Stream::LeafSalts {
            title,
            distributor,
            copy,
            salt,
        });
        salts.seek(32 * u64::from(self.first.0));
        let leaf = |((index, slot), symbol): ((u32, &VariantSlot), &u8)| {
            let mut salt = [0; 32];
            salts.fill(&mut salt);
            leaf(&salt, index, slot, *symbol)
        };
        let slots = (self.first.0..).zip(&self.slots).zip(symbols);
        let leaves: Vec<Hash> = slots.map(leaf).collect();
        VariantCommitment {
            slots: leaves.len() as u32,
            root: self.root(leaves),
        }
    }

    /// The root over leaves that begin at the first slot.
    fn root(&self, mut level: Vec<Hash>) -> Hash {
        let mut first = self.first.0;
        for empty in &self.empty {
            if first % 2 == 1 {
                level.insert(0, *empty);
            }
            if level.len() % 2 == 1 || level.is_empty() {
                level.resize((level.len() + 2) & !1, *empty);
            }
            level = level
                .chunks_exact(2)
                .map(|pair| node(&pair[0], &pair[1]))
                .collect();
            first /= 2;
        }
        level.first().copied().unwrap_or_default()
    }
}

fn leaf(salt: &[u8; 32], index: u32, slot: &VariantSlot, symbol: u8) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([2]);
    hasher.update(salt);
    hasher.update(index.to_be_bytes());
    for chance in slot.bias.chances() {
        hasher.update(chance.to_be_bytes());
    }
    hasher.update([symbol]);
    hasher.update(slot.cells_sha256);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPY: (&str, &str, u32) = ("film", "aurora", 2);

    fn secret() -> Secret {
        Secret::from_bytes(std::array::from_fn(|i| i as u8))
    }

    fn slots(first: u32, end: u32) -> VariantSlots {
        let range = (SlotIndex(first), SlotIndex(end));
        VariantSlots::new(&secret(), "film", range, Alphabet::Four)
    }

    fn symbols(slots: &VariantSlots, distributor: &str) -> Vec<u8> {
        let codeword = &mut VariantCodeword::new(&secret(), "film", distributor, 2, Alphabet::Four);
        slots.symbols(codeword)
    }

    /// All 8192 leaves, and every node.
    #[test]
    fn the_root_is_that_of_the_whole_tree() {
        for (first, end) in [(0, 1), (0, 12), (3, 12), (4, 5), (7, 16), (8190, 8194)] {
            let own = slots(first, end);
            let word = symbols(&own, "aurora");
            let made = own.commit(&secret(), COPY, &[9; 32], &word);
            let mut salts = secret().stream(&Stream::LeafSalts {
                title: "film",
                distributor: "aurora",
                copy: 2,
                salt: &[9; 32],
            });
            let leaves = end.max(COMMITTED_SLOTS).next_power_of_two();
            let mut level = vec![[0; 32]; leaves as usize];
            for (at, (slot, symbol)) in own.slots.iter().zip(&word).enumerate() {
                let index = first + at as u32;
                let mut salt = [0; 32];
                salts.seek(32 * u64::from(index));
                salts.fill(&mut salt);
                level[index as usize] = leaf(&salt, index, slot, *symbol);
            }
            while level.len() > 1 {
                level = level
                    .chunks_exact(2)
                    .map(|pair| node(&pair[0], &pair[1]))
                    .collect();
            }
            assert_eq!((made.root, made.slots), (level[0], end - first));
        }
    }

    #[test]
    fn another_symbol_salt_copy_or_length_is_another_root() {
        let own = slots(0, 12);
        let word = symbols(&own, "aurora");
        let root = |copy, salt, word: &[u8]| own.commit(&secret(), copy, &salt, word).root;
        let made = root(COPY, [9; 32], &word);
        assert_eq!(made, root(COPY, [9; 32], &word));
        let mut other = word.clone();
        other[7] = (other[7] + 1) % 4;
        assert_ne!(made, root(COPY, [9; 32], &other));
        assert_ne!(made, root(COPY, [8; 32], &word));
        assert_ne!(made, root(("film", "aurora", 3), [9; 32], &word));
        assert_ne!(made, root(COPY, [9; 32], &word[..11]));
        assert_ne!(word, symbols(&own, "kernel"));
    }

    /// Frozen: computed apart from this code.
    #[test]
    fn the_root_is_what_it_always_was() {
        let own = slots(3, 12);
        let word = symbols(&own, "aurora");
        let made = own.commit(&secret(), COPY, &[9; 32], &word);
        assert_eq!(
            base16ct::lower::encode_string(&made.root),
            "6e918e2364bf64eef516a38eacbd3c6d2b8853b156308352483bf8d5a6b3dc74"
        );
    }
}
