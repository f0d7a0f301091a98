//! Commits to a codeword and opens single slots of it.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::code::{Bias, Codeword, SYMBOLS, bias};
use crate::key::{KeyStream, Secret, Stream};
use crate::mark::{DataCells, Pilot, SLOT_S, SlotCells, SlotCode};
use crate::units::SlotIndex;

/// Slots that a commitment covers at least: 2¹³, title time 0 to 16,384 s.
pub const COMMITTED_SLOTS: u32 = 1 << 13;
/// Slots that a commitment covers at most: 2¹⁶, title time 0 to 131,072 s.
pub const MOST_COMMITTED_SLOTS: u32 = 1 << 16;

/// A SHA-256.
pub type Hash = [u8; 32];

/// Slots to commit to for a copy that goes on to `end_s` seconds of the title, a power of
/// two.
pub fn committed_slots(end_s: f64) -> u32 {
    let slots = (end_s / SLOT_S).clamp(0.0, f64::from(MOST_COMMITTED_SLOTS));
    (slots.ceil() as u32)
        .next_power_of_two()
        .max(COMMITTED_SLOTS)
}

/// True of a number of slots that a commitment may cover.
pub fn is_committed(slots: u32) -> bool {
    let possible = COMMITTED_SLOTS..=MOST_COMMITTED_SLOTS;
    slots.is_power_of_two() && possible.contains(&slots)
}

/// Slots that are drawn from the streams in one go.
const AT_ONCE: usize = 256;

/// What the slots of one codeword are drawn from.
struct Streams {
    salts: KeyStream,
    codeword: Codeword,
}

/// All slots of one codeword, committed to.
///
/// A codeword has no end, so what is committed to is defined as its first slots, as
/// many as [`committed_slots`] says: the leaves of a Merkle tree, as in RFC 6962 §2.1.
///
/// ```text
/// salt_i = bytes 32·i … 32·i + 31 of the stream `leaf-salts` of title, distributor, copy and salt
/// leaf_i = SHA-256( 00 ‖ salt_i ‖ i as 4 bytes ‖ 64 biases as 2 bytes each ‖ 64 symbols as + or - ‖ cells_i )
/// cells_i = SHA-256 of the slot's 4096 data cells (SlotCells)
/// node   = SHA-256( 01 ‖ left ‖ right )                            numbers big-endian
///
///                 root                    opening of slot 2: salt_2, its biases, symbols and cells,
///              /        \                 and the hashes marked * from the leaf upwards
///            *            ●
///          /   \        /   \
///       leaf_0 leaf_1 leaf_2 *
/// ```
///
/// Each leaf has a salt of its own that only the secret *and* the salt kept in
/// the registry give: an opened slot tells nothing about the others, although
/// a slot has few enough codewords to try them all.
///
/// Bound to the cells, a codeword can be read in one way only: nobody can choose
/// afterwards which chips were to carry which symbol.
pub struct Commitment<'a> {
    secret: &'a Secret,
    title: &'a str,
    distributor: &'a str,
    copy: u32,
    salt: [u8; 32],
    slots: u32,
    pilot: Pilot,
    /// The tree, leaves first, root last.
    levels: Vec<Vec<Hash>>,
}

/// One slot of a codeword, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The slot of the title.
    pub slot: SlotIndex,
    /// The biases of the title's slot.
    pub bias: [Bias; SYMBOLS],
    /// The distributor's symbols there, each +1 or −1.
    pub symbols: [i8; SYMBOLS],
    /// Which chips carry them there.
    pub cells: SlotCells,
    /// The leaf's salt.
    pub salt: [u8; 32],
    /// The hashes beside the way from the leaf to the root: 13 in a tree of 8192 leaves.
    pub path: Vec<Hash>,
}

impl<'a> Commitment<'a> {
    /// To the first `slots` slots, a power of two, of the codeword of a distributor's copy
    /// of a title, the `copy`-th from 1. Two commitments to the same codeword look unrelated if their salts differ.
    pub fn new(
        secret: &'a Secret,
        title: &'a str,
        distributor: &'a str,
        copy: u32,
        salt: [u8; 32],
        slots: u32,
    ) -> Self {
        let mut made = Self {
            secret,
            title,
            distributor,
            copy,
            salt,
            slots,
            pilot: Pilot::new(secret),
            levels: Vec::new(),
        };
        let slots: Vec<SlotIndex> = (0..slots).map(SlotIndex).collect();
        let leaves = |slots: &[SlotIndex]| -> Vec<Hash> {
            let mut streams = made.streams();
            let leaf = |slot: &SlotIndex| leaf(&made.bare(&mut streams, *slot));
            slots.iter().map(leaf).collect()
        };
        let mut level: Vec<Hash> = slots.par_chunks(AT_ONCE).flat_map_iter(leaves).collect();
        while level.len() > 1 {
            let above = level.chunks_exact(2).map(|pair| node(&pair[0], &pair[1]));
            let above = above.collect();
            made.levels.push(std::mem::replace(&mut level, above));
        }
        made.levels.push(level);
        made
    }

    /// What is made public: it binds to the codeword and tells nothing about it.
    pub fn root(&self) -> Hash {
        self.levels
            .last()
            .and_then(|top| top.first())
            .copied()
            .unwrap_or_default()
    }

    /// Opens one slot; `None` beyond the last that is committed to.
    pub fn open(&self, slot: SlotIndex) -> Option<Opening> {
        if slot.0 >= self.slots {
            return None;
        }
        let at = slot.0 as usize;
        Some(Opening {
            path: (0..self.levels.len() - 1)
                .map(|height| self.levels[height][at >> height ^ 1])
                .collect(),
            ..self.bare(&mut self.streams(), slot)
        })
    }

    /// What the slots are drawn from.
    fn streams(&self) -> Streams {
        Streams {
            salts: self.secret.stream(&Stream::LeafSalts {
                title: self.title,
                distributor: self.distributor,
                copy: self.copy,
                salt: &self.salt,
            }),
            codeword: Codeword::new(self.secret, self.title, self.distributor, self.copy),
        }
    }

    /// The slot without its way to the root.
    fn bare(&self, streams: &mut Streams, slot: SlotIndex) -> Opening {
        let bias = bias(self.secret, self.title, slot);
        let mut salt = [0; 32];
        streams.salts.seek(32 * u64::from(slot.0));
        streams.salts.fill(&mut salt);
        let code = SlotCode::new(self.secret, slot);
        let data = DataCells::new(self.secret, self.title, slot);
        Opening {
            slot,
            symbols: streams.codeword.symbols(slot, &bias),
            bias,
            cells: SlotCells::new(&self.pilot, code, &data),
            salt,
            path: Vec::new(),
        }
    }
}

impl Opening {
    /// The root that this opening leads to: the slot is part of the codeword
    /// committed to if, and only if, that is the commitment's.
    pub fn root(&self) -> Hash {
        let step = |(hash, place): (Hash, u32), beside: &Hash| {
            let above = if place & 1 == 0 {
                node(&hash, beside)
            } else {
                node(beside, &hash)
            };
            (above, place >> 1)
        };
        self.path.iter().fold((leaf(self), self.slot.0), step).0
    }
}

fn leaf(opening: &Opening) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(opening.salt);
    hasher.update(opening.slot.0.to_be_bytes());
    for bias in opening.bias {
        hasher.update(bias.0.to_be_bytes());
    }
    hasher.update(opening.symbols.map(|s| if s > 0 { b'+' } else { b'-' }));
    hasher.update(opening.cells.sha256());
    hasher.finalize().into()
}

pub(super) fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::from_bytes(std::array::from_fn(|i| i as u8))
    }

    #[test]
    fn every_slot_opens_to_the_root_and_nothing_else_does() {
        let secret = secret();
        let made = Commitment::new(&secret, "film", "aurora", 2, [9; 32], COMMITTED_SLOTS);
        for slot in [0, 1, 5, 4096, COMMITTED_SLOTS - 1].map(SlotIndex) {
            let opening = made.open(slot).expect("committed to");
            assert_eq!(opening.root(), made.root());
            let mut other = opening.clone();
            other.symbols[3] = -other.symbols[3];
            assert_ne!(other.root(), made.root(), "another symbol");
            let mut other = opening.clone();
            other.bias[63].0 ^= 1;
            assert_ne!(other.root(), made.root(), "another bias");
            let mut other = opening.clone();
            let mut bytes = other.cells.bytes().to_vec();
            let carrying = bytes.iter().position(|b| *b != 0x40).expect("most do");
            bytes[carrying] ^= 0x80;
            other.cells = SlotCells::from_bytes(bytes).expect("cells");
            assert_ne!(other.root(), made.root(), "another sign");
            let mut other = opening.clone();
            other.salt[0] ^= 1;
            assert_ne!(other.root(), made.root(), "another salt");
            let mut other = opening.clone();
            other.slot.0 ^= 1;
            assert_ne!(other.root(), made.root(), "another slot");
            let mut other = opening;
            other.path[12][31] ^= 1;
            assert_ne!(other.root(), made.root(), "another path");
        }
        assert!(made.open(SlotIndex(COMMITTED_SLOTS)).is_none());
    }

    #[test]
    fn longer_titles_have_larger_trees() {
        for (end_s, slots) in [
            (0.0, 8192),
            (10_800.0, 8192),
            (16_384.0, 8192),
            (16_385.0, 16_384),
            (86_400.0, 65_536),
            (f64::INFINITY, 65_536),
        ] {
            assert_eq!(committed_slots(end_s), slots, "{end_s}");
            assert!(is_committed(slots));
        }
        assert!(
            [0, 1, 4096, 8191, 12_288, 131_072]
                .iter()
                .all(|&n| !is_committed(n))
        );
        let secret = secret();
        let made = Commitment::new(&secret, "film", "aurora", 2, [9; 32], 16_384);
        let opening = made.open(SlotIndex(16_383)).expect("committed to");
        assert_eq!((opening.path.len(), opening.root()), (14, made.root()));
    }

    #[test]
    fn commitments_depend_on_all_that_they_are_to() {
        let secret = secret();
        let root =
            |t, d, copy, salt| Commitment::new(&secret, t, d, copy, salt, COMMITTED_SLOTS).root();
        let own = root("film", "aurora", 1, [9; 32]);
        assert_eq!(own, root("film", "aurora", 1, [9; 32]));
        assert_ne!(own, root("film", "aurora", 1, [8; 32]));
        assert_ne!(own, root("film", "aurora", 2, [9; 32]));
        assert_ne!(own, root("film", "kernel", 1, [9; 32]));
        assert_ne!(own, root("film-2", "aurora", 1, [9; 32]));
    }

    /// Frozen: computed apart from this code.
    #[test]
    fn the_root_is_what_it_always_was() {
        let secret = secret();
        let root = Commitment::new(&secret, "film", "aurora", 2, [9; 32], COMMITTED_SLOTS).root();
        assert_eq!(
            base16ct::lower::encode_string(&root),
            "a46aefe4d4592f21550a5ddfc681e07fb6ffae56b39d6bb9fc837e827e458c83"
        );
    }
}
