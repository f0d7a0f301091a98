//! Tells variants apart: every slot of a film in two, four or eight versions, each of
//! which shows another word of all the slot's symbols.
//!
//! ```text
//! copy marked by itself   64 symbols a slot, each ±1 on its own
//! copy put together       1 of q words a slot, 64 symbols long
//! ```

use super::SYMBOLS;
use super::chips::Symbols;

/// The words that a slot of a copy put together from variants can show.
///
/// Word s has the sign (−1)^⟨s, 1 + j mod (q − 1)⟩ at symbol j, where ⟨a, b⟩ counts the
/// binary digits that both have: the rows of a Hadamard matrix without its first column,
/// one after another until the slot is full (a simplex code). No q words of 64 signs
/// differ in more places (Plotkin, "Binary codes with specified minimum distance", IRE
/// Trans. Inf. Theory 6, 1960):
///
/// | q | any two words differ in | bound |
/// |---|---|---|
/// | 2 | 64 symbols | 64 |
/// | 4 | 42 or 43 | 42 |
/// | 8 | 36 or 37 | 36 |
///
/// Chips carry a word as they carry any symbols, so that nothing in detection knows
/// the two kinds of copies apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alphabet {
    /// Two words, each the other's negative.
    Two,
    /// Four words.
    Four,
    /// Eight words.
    Eight,
}

impl Alphabet {
    /// All of them, smallest first.
    pub const ALL: [Self; 3] = [Self::Two, Self::Four, Self::Eight];
    /// The words of the largest.
    pub const MOST: usize = 8;

    /// The alphabet of so many words: 2, 4 or 8.
    pub fn of(size: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.size() == size)
    }

    /// How many words it has.
    pub fn size(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// Word `symbol`, from 0, as the symbols of a slot.
    pub fn word(self, symbol: u8) -> Symbols {
        let columns = self.size() - 1;
        std::array::from_fn(|j| {
            let column = 1 + j % columns;
            match (usize::from(symbol) & column).count_ones() % 2 {
                0 => 1,
                _ => -1,
            }
        })
    }

    /// All words, by symbol.
    pub fn words(self) -> Vec<Symbols> {
        (0..self.size())
            .map(|symbol| self.word(symbol as u8))
            .collect()
    }
}

/// The symbols of a slot must be enough for one whole row.
const _: () = assert!(SYMBOLS >= Alphabet::MOST);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_far_apart_as_can_be() {
        for alphabet in Alphabet::ALL {
            let words = alphabet.words();
            let q = alphabet.size();
            assert_eq!(words.len(), q);
            assert_eq!(Alphabet::of(q), Some(alphabet));
            let mut distances = Vec::new();
            for a in 0..q {
                for b in 0..a {
                    let differ = words[a].iter().zip(&words[b]).filter(|(x, y)| x != y);
                    distances.push(differ.count());
                }
            }
            // Plotkin: the mean distance of q words is n·q / (2·(q − 1)) at most.
            let bound = SYMBOLS * q / (2 * (q - 1));
            assert_eq!(distances.iter().min(), Some(&bound), "{alphabet:?}");
            assert!(distances.iter().all(|d| *d <= bound + 1), "{distances:?}");
        }
        assert!([0, 1, 3, 5, 16].iter().all(|q| Alphabet::of(*q).is_none()));
    }
}
