//! This module names the streams and turns a stream's key into numbers.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};

use crate::units::SlotIndex;

/// What keyed numbers are used for. Two streams never share numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream<'a> {
    /// The commitment by which a wrong secret is noticed.
    Check,
    /// The secret of a decoy.
    Decoy(u32),
    /// Which cells of the tile carry the pilot, and its chips.
    Pilot,
    /// Roll and sign of the pilot in one slot.
    SlotCode(SlotIndex),
    /// Sign and symbol of every data cell in one slot of a title.
    Data {
        /// The title's id.
        title: &'a str,
        /// The slot of the title.
        slot: SlotIndex,
    },
    /// The bias of every symbol in one slot of a title.
    Bias {
        /// The title's id.
        title: &'a str,
        /// The slot of the title.
        slot: SlotIndex,
    },
    /// The symbols of one distributor in a title, slot after slot.
    Symbols {
        /// The title's id.
        title: &'a str,
        /// The distributor's id.
        distributor: &'a str,
    },
    /// The symbols of a decoy distributor, who never got a copy, in a title.
    DecoySymbols {
        /// The title's id.
        title: &'a str,
        /// The decoy's number.
        decoy: u32,
    },
}

impl Stream<'_> {
    /// The name and arguments as bytes, each with its length before it, so
    /// that no two streams have the same label.
    pub(super) fn label(&self) -> Vec<u8> {
        let mut label = Vec::with_capacity(64);
        let mut part = |bytes: &[u8]| {
            label.extend((bytes.len() as u32).to_be_bytes());
            label.extend(bytes);
        };
        match self {
            Self::Check => part(b"check"),
            Self::Decoy(index) => {
                part(b"decoy");
                part(&index.to_be_bytes());
            }
            Self::Pilot => part(b"pilot"),
            Self::SlotCode(slot) => {
                part(b"slot-code");
                part(&slot.0.to_be_bytes());
            }
            Self::Data { title, slot } => {
                part(b"data");
                part(title.as_bytes());
                part(&slot.0.to_be_bytes());
            }
            Self::Bias { title, slot } => {
                part(b"bias");
                part(title.as_bytes());
                part(&slot.0.to_be_bytes());
            }
            Self::Symbols { title, distributor } => {
                part(b"symbols");
                part(title.as_bytes());
                part(distributor.as_bytes());
            }
            Self::DecoySymbols { title, decoy } => {
                part(b"decoy-symbols");
                part(title.as_bytes());
                part(&decoy.to_be_bytes());
            }
        }
        label
    }
}

/// The numbers of one stream: the ChaCha20 key stream under the stream's key
/// and a zero nonce, read as bytes and little-endian words.
pub struct KeyStream(ChaCha20);

impl KeyStream {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(ChaCha20::new(key.into(), &[0; 12].into()))
    }

    /// Goes to byte `position`, counted from the stream's start.
    pub fn seek(&mut self, position: u64) {
        self.0.seek(position);
    }

    /// The next bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
        self.0.apply_keystream(bytes);
    }

    /// The next word.
    pub fn next_u32(&mut self) -> u32 {
        let mut word = [0; 4];
        self.fill(&mut word);
        u32::from_le_bytes(word)
    }

    /// A number from 0 to `bound - 1`, each equally likely (by rejection).
    /// `bound` must be at least 1.
    pub fn below(&mut self, bound: u32) -> u32 {
        let tail = u32::MAX - (u32::MAX % bound + 1) % bound;
        loop {
            let word = self.next_u32();
            if word <= tail {
                return word % bound;
            }
        }
    }
}
