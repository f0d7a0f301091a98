//! A folder of variants, opened, and which variant of each segment a copy has.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::job::home::Home;
use crate::job::variants::index::Index;
use crate::key::Secret;
use crate::mark::Alphabet;
use crate::media::Assembler;
use crate::trace::{VariantCodeword, VariantCommitment, VariantSlots, letters};
use crate::units::SlotIndex;

/// The film in a folder of variants.
pub(crate) struct Film {
    pub index: Index,
    /// SHA-256 of the index.
    pub index_sha256: String,
    pub alphabet: Alphabet,
    /// What all codewords have in common.
    pub slots: VariantSlots,
    dir: PathBuf,
    secret: Secret,
    /// By segment, then by symbol: the variant that shows it.
    shows: Vec<Vec<u8>>,
}

impl Film {
    /// Opens the folder `dir`.
    ///
    /// # Errors
    /// Those of [`Index::read`].
    pub fn open(home: &Home, dir: &Path) -> Result<Self> {
        let (index, index_sha256) = Index::read(home, dir)?;
        let alphabet = index.alphabet()?;
        let first = SlotIndex(index.first_slot);
        let end = SlotIndex(first.0 + index.layout.segments() as u32);
        let variant_of = |slot| {
            let shown = letters(&home.secret, &index.title, SlotIndex(slot), alphabet);
            let mut variants = vec![0; shown.len()];
            for (letter, symbol) in (0..).zip(shown) {
                variants[usize::from(symbol)] = letter;
            }
            variants
        };
        Ok(Self {
            shows: (first.0..end.0).map(variant_of).collect(),
            slots: VariantSlots::new(&home.secret, &index.title, (first, end), alphabet),
            dir: dir.to_owned(),
            secret: home.secret.clone(),
            index,
            index_sha256,
            alphabet,
        })
    }

    /// The files, checked.
    ///
    /// # Errors
    /// [`Error::Unreadable`](crate::error::Error::Unreadable) if one was changed.
    pub fn assembler(&self) -> Result<Assembler<'_>> {
        Assembler::open(&self.dir, &self.index.layout)
    }

    /// The symbols of a copy, segment by segment.
    pub fn symbols(&self, distributor: &str, copy: u32) -> Vec<u8> {
        let title = &self.index.title;
        let mut codeword =
            VariantCodeword::new(&self.secret, title, distributor, copy, self.alphabet);
        self.slots.symbols(&mut codeword)
    }

    /// Commits to the codeword of a copy.
    pub fn commit(&self, distributor: &str, copy: u32, salt: &[u8; 32]) -> VariantCommitment {
        let symbols = self.symbols(distributor, copy);
        let named = (self.index.title.as_str(), distributor, copy);
        self.slots.commit(&self.secret, named, salt, &symbols)
    }

    /// The variant of each segment that a copy has, 0 for A.
    pub fn letters(&self, distributor: &str, copy: u32) -> Vec<u8> {
        let symbols = self.symbols(distributor, copy);
        let own = |(symbol, shows): (&u8, &Vec<u8>)| shows[usize::from(*symbol)];
        symbols.iter().zip(&self.shows).map(own).collect()
    }
}
