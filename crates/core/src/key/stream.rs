//! Names the streams and turns a stream's key into numbers.

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
    /// The symbols of one copy of a title, slot after slot.
    Symbols {
        /// The title's id.
        title: &'a str,
        /// The distributor's id.
        distributor: &'a str,
        /// The number among the distributor's copies of the title, from 1.
        copy: u32,
    },
    /// The symbols of a decoy distributor, who never got a copy, in a title.
    DecoySymbols {
        /// The title's id.
        title: &'a str,
        /// The decoy's number.
        decoy: u32,
    },
    /// The chance of every symbol in one slot of a title that comes in variants.
    VariantBias {
        /// The title's id.
        title: &'a str,
        /// The slot of the title.
        slot: SlotIndex,
        /// How many variants there are.
        variants: u32,
    },
    /// Which variant shows which symbol in one slot of a title.
    VariantLetters {
        /// The title's id.
        title: &'a str,
        /// The slot of the title.
        slot: SlotIndex,
        /// How many variants there are.
        variants: u32,
    },
    /// The symbols of one copy put together from variants, slot after slot.
    VariantSymbols {
        /// The title's id.
        title: &'a str,
        /// The distributor's id.
        distributor: &'a str,
        /// The number among the distributor's copies of the title, from 1.
        copy: u32,
        /// How many variants there are.
        variants: u32,
    },
    /// The symbols of a decoy distributor, who never got a copy put together.
    DecoyVariantSymbols {
        /// The title's id.
        title: &'a str,
        /// The decoy's number.
        decoy: u32,
        /// How many variants there are.
        variants: u32,
    },
    /// The key under which one reference lies encrypted.
    Reference {
        /// What tells its file from all others.
        salt: &'a [u8; 32],
    },
    /// The seed of the key that signs the registry's logs.
    LogKey,
    /// The salts of the leaves of one commitment to a codeword, 32 bytes a slot.
    LeafSalts {
        /// The title's id.
        title: &'a str,
        /// The distributor's id.
        distributor: &'a str,
        /// The number among the distributor's copies of the title, from 1.
        copy: u32,
        /// What tells this commitment from others to the same codeword.
        salt: &'a [u8; 32],
    },
}

impl Stream<'_> {
    /// The name and arguments as bytes, each with its length before it, so
    /// that no two streams have the same label.
    pub(super) fn label(&self) -> Vec<u8> {
        match *self {
            Self::Check => label(&[b"check"]),
            Self::Decoy(index) => label(&[b"decoy", &index.to_be_bytes()]),
            Self::Pilot => label(&[b"pilot"]),
            Self::SlotCode(slot) => label(&[b"slot-code", &slot.0.to_be_bytes()]),
            Self::Data { title, slot } => {
                label(&[b"data", title.as_bytes(), &slot.0.to_be_bytes()])
            }
            Self::Bias { title, slot } => {
                label(&[b"bias", title.as_bytes(), &slot.0.to_be_bytes()])
            }
            Self::Symbols {
                title,
                distributor,
                copy,
            } => label(&[
                b"symbols",
                title.as_bytes(),
                distributor.as_bytes(),
                &copy.to_be_bytes(),
            ]),
            Self::DecoySymbols { title, decoy } => {
                label(&[b"decoy-symbols", title.as_bytes(), &decoy.to_be_bytes()])
            }
            Self::VariantBias { .. }
            | Self::VariantLetters { .. }
            | Self::VariantSymbols { .. }
            | Self::DecoyVariantSymbols { .. } => self.variant_label(),
            Self::Reference { salt } => label(&[b"reference", salt]),
            Self::LogKey => label(&[b"log-key"]),
            Self::LeafSalts {
                title,
                distributor,
                copy,
                salt,
            } => label(&[
                b"leaf-salts",
                title.as_bytes(),
                distributor.as_bytes(),
                &copy.to_be_bytes(),
                salt,
            ]),
        }
    }

    /// [`label`](Self::label) of those that are about variants.
    fn variant_label(&self) -> Vec<u8> {
        let of_slot = |name: &[u8], title: &str, slot: SlotIndex, variants: u32| {
            let (slot, variants) = (slot.0.to_be_bytes(), variants.to_be_bytes());
            label(&[name, title.as_bytes(), &slot, &variants])
        };
        match *self {
            Self::VariantBias {
                title,
                slot,
                variants,
            } => of_slot(b"variant-bias", title, slot, variants),
            Self::VariantLetters {
                title,
                slot,
                variants,
            } => of_slot(b"variant-letters", title, slot, variants),
            Self::VariantSymbols {
                title,
                distributor,
                copy,
                variants,
            } => label(&[
                b"variant-symbols",
                title.as_bytes(),
                distributor.as_bytes(),
                &copy.to_be_bytes(),
                &variants.to_be_bytes(),
            ]),
            Self::DecoyVariantSymbols {
                title,
                decoy,
                variants,
            } => label(&[
                b"decoy-variant-symbols",
                title.as_bytes(),
                &decoy.to_be_bytes(),
                &variants.to_be_bytes(),
            ]),
            _ => self.label(),
        }
    }
}

/// Parts of a label, each with its length before it.
fn label(parts: &[&[u8]]) -> Vec<u8> {
    let mut label = Vec::with_capacity(64);
    for part in parts {
        label.extend((part.len() as u32).to_be_bytes());
        label.extend(*part);
    }
    label
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Secret;

    /// Frozen: computed apart from this code, with RFC 5869 and RFC 8439 alone.
    #[test]
    fn every_stream_begins_as_it_always_did() {
        let secret = Secret::from_bytes(std::array::from_fn(|i| i as u8));
        let (title, distributor, slot) = ("film", "aurora", SlotIndex(5));
        for (stream, begins) in [
            (Stream::Check, "004e75bebfacf68822e97ebc5fec5b76"),
            (Stream::Decoy(7), "f54553648ca5ad336eb00b754b25d4dc"),
            (Stream::Pilot, "629f346f86075a41d87dceae81a027dc"),
            (Stream::SlotCode(slot), "d3806fc3128ba06b91eb0a7db374fa33"),
            (
                Stream::Data { title, slot },
                "1dae4f14081e486a31ce3fc23a8c5418",
            ),
            (
                Stream::Bias { title, slot },
                "2ba771be9e548c699cb24066c791a559",
            ),
            (
                Stream::Symbols {
                    title,
                    distributor,
                    copy: 2,
                },
                "b67702948a97f5608fa96c0bae1428d0",
            ),
            (
                Stream::DecoySymbols { title, decoy: 7 },
                "279d4301310b948bb2ccf7ac5da24a10",
            ),
            (
                Stream::VariantBias {
                    title,
                    slot,
                    variants: 4,
                },
                "a125a53cc7c4c671e98c33e76efebadd",
            ),
            (
                Stream::VariantLetters {
                    title,
                    slot,
                    variants: 4,
                },
                "19484621f140103162dc8b18d4e8dde8",
            ),
            (
                Stream::VariantSymbols {
                    title,
                    distributor,
                    copy: 2,
                    variants: 4,
                },
                "21e0235c0e22aae509cc11594fd841fa",
            ),
            (
                Stream::DecoyVariantSymbols {
                    title,
                    decoy: 7,
                    variants: 4,
                },
                "f0f57ff31a4d043155ba68bbd7b00784",
            ),
            (Stream::LogKey, "ed578f46a8718ef878c6d71bee9e1256"),
            (
                Stream::LeafSalts {
                    title,
                    distributor,
                    copy: 2,
                    salt: &[9; 32],
                },
                "34b802707d222591de901a83619a0bc8",
            ),
        ] {
            let mut bytes = [0; 16];
            secret.stream(&stream).fill(&mut bytes);
            let got: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(got, begins, "{stream:?}");
        }
        assert_eq!(
            secret.check(),
            "004e75bebfacf68822e97ebc5fec5b7600106bd52f380a723a41a352f46e2400"
        );
        assert_eq!(
            secret.decoy(7).check(),
            "a77c328c17fd9f8cba1071da5a7d2bd2b70a7bfb421875c349fc94d831c3f785"
        );
    }

    #[test]
    fn words_are_little_endian_and_a_stream_can_be_entered_anywhere() {
        let secret = Secret::from_bytes(std::array::from_fn(|i| i as u8));
        let mut numbers = secret.stream(&Stream::Check);
        assert_eq!(numbers.next_u32(), 0xbe75_4e00);
        numbers.seek(2);
        assert_eq!(numbers.next_u32(), 0xacbf_be75);
        assert!((0..1000).all(|_| numbers.below(7) < 7));
    }
}
