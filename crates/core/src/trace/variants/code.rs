//! Draws which variant of each slot a copy has.
//!
//! ```text
//! slot of a title ─┬─ chances of its symbols (secret) ───┐
//!                  └─ which variant shows which (secret) ┼─ copy's draw ─ symbol ─ variant A, B, …
//! ```

use crate::key::{KeyStream, Secret, Stream, Streams};
use crate::mark::Alphabet;
use crate::trace::code::{CUTOFF, Label, arcsine};
use crate::units::SlotIndex;

/// Bytes of a copy's stream that one slot uses.
pub(super) const SLOT_BYTES: usize = 2;
/// All chances together: they are in units of 2⁻¹⁶.
const WHOLE: u32 = 1 << 16;

/// The chance of each symbol in one slot, in units of 2⁻¹⁶; they add up to 1. They are
/// exact: symbols are drawn with just these chances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariantBias {
    alphabet: Alphabet,
    chances: [u16; Alphabet::MOST],
}

impl VariantBias {
    /// The same chance for each.
    pub fn alike(alphabet: Alphabet) -> Self {
        let each = (WHOLE / alphabet.size() as u32) as u16;
        let mut chances = [0; Alphabet::MOST];
        chances[..alphabet.size()].fill(each);
        Self { alphabet, chances }
    }

    /// The words of the slot.
    pub fn alphabet(&self) -> Alphabet {
        self.alphabet
    }

    /// The chances by symbol, in units of 2⁻¹⁶.
    pub fn chances(&self) -> &[u16] {
        &self.chances[..self.alphabet.size()]
    }

    /// The chance of a symbol, strictly between 0 and 1.
    pub fn probability(&self, symbol: usize) -> f64 {
        f64::from(self.chances[symbol]) / f64::from(WHOLE)
    }

    /// The symbol of a draw from 0 to 2¹⁶ − 1: the first whose chance, with those of all
    /// symbols before it, is above the draw.
    pub(super) fn symbol(&self, draw: u16) -> u8 {
        let mut sum = 0;
        let below = self.chances().iter().take_while(|chance| {
            sum += u32::from(**chance);
            sum <= u32::from(draw)
        });
        below.count() as u8
    }
}

/// The chances of a slot's symbols.
///
/// For two, Tardos' arcsine density with its cutoff, as for copies marked by themselves. For
/// more, Dirichlet's with all parameters 2, and no chance below the cutoff: the family
/// of Škorić, Katzenbeisser and Celik ("Symmetric Tardos fingerprinting codes for
/// arbitrary alphabet sizes", Des. Codes Cryptogr. 46, 2008), whose parameter ½ is best
/// against very many copies, and 2 for few slots: with one copy it gives 1.23 and 1.91
/// nats a slot for q = 4 and 8 (½: 0.94 and 1.58; ln q is 1.39 and 2.08), with three that
/// are mixed so that the rarest variant is taken 0.054 and 0.155 (½: 0.074 and 0.153).
pub fn variant_bias(
    secret: &Secret,
    title: &str,
    slot: SlotIndex,
    alphabet: Alphabet,
) -> VariantBias {
    let variants = alphabet.size() as u32;
    let mut numbers = secret.stream(&Stream::VariantBias {
        title,
        slot,
        variants,
    });
    if alphabet == Alphabet::Two {
        let first = arcsine(numbers.next_u32()).0;
        let mut chances = [0; Alphabet::MOST];
        chances[0] = first;
        chances[1] = (WHOLE - u32::from(first)) as u16;
        return VariantBias { alphabet, chances };
    }
    let mut unit = || (f64::from(numbers.next_u32()) + 0.5) / 4_294_967_296.0;
    // Gamma's density with parameter 2, twice an exponential one.
    let gamma: Vec<f64> = (0..variants)
        .map(|_| -libm::log(unit()) - libm::log(unit()))
        .collect();
    let sum: f64 = gamma.iter().sum();
    let rest = 1.0 - f64::from(variants) * CUTOFF;
    let probability = |gamma: &f64| CUTOFF + rest * gamma / sum;
    rounded(alphabet, gamma.iter().map(probability))
}

/// Chances in units; the likeliest symbol has what rounding leaves.
fn rounded(alphabet: Alphabet, probabilities: impl Iterator<Item = f64>) -> VariantBias {
    let mut chances = [0; Alphabet::MOST];
    for (chance, p) in chances.iter_mut().zip(probabilities) {
        *chance = (p * f64::from(WHOLE)).round() as u16;
    }
    let sum: u32 = chances.iter().map(|c| u32::from(*c)).sum();
    let mut likeliest = 0;
    for symbol in 1..alphabet.size() {
        if chances[symbol] > chances[likeliest] {
            likeliest = symbol;
        }
    }
    chances[likeliest] = (u32::from(chances[likeliest]) + WHOLE - sum) as u16;
    VariantBias { alphabet, chances }
}

/// The symbol that each variant, A first, shows in a slot: shuffled anew in every slot, so
/// that who knows one of them knows nothing of the others.
pub fn letters(secret: &Secret, title: &str, slot: SlotIndex, alphabet: Alphabet) -> Vec<u8> {
    let mut numbers = secret.stream(&Stream::VariantLetters {
        title,
        slot,
        variants: alphabet.size() as u32,
    });
    let mut symbols: Vec<u8> = (0..alphabet.size() as u8).collect();
    for last in (1..symbols.len()).rev() {
        let other = numbers.below(last as u32 + 1) as usize;
        symbols.swap(last, other);
    }
    symbols
}

/// The symbols of one copy put together from variants: derived when needed, never stored.
pub struct VariantCodeword(KeyStream);

impl VariantCodeword {
    /// Of a distributor's copy of a title; `copy` counts from 1.
    pub fn new(
        secret: &Secret,
        title: &str,
        distributor: &str,
        copy: u32,
        alphabet: Alphabet,
    ) -> Self {
        let label = Label {
            distributor,
            copy,
            variants: Some(alphabet),
        };
        Self::derived(&secret.streams(), title, label, alphabet)
    }

    /// [`VariantCodeword::new`] for many copies.
    pub(in crate::trace) fn derived(
        streams: &Streams,
        title: &str,
        label: Label<'_>,
        alphabet: Alphabet,
    ) -> Self {
        Self(streams.stream(&Stream::VariantSymbols {
            title,
            distributor: label.distributor,
            copy: label.copy,
            variants: alphabet.size() as u32,
        }))
    }

    /// Of a decoy who never got a copy of the title.
    pub(in crate::trace) fn decoy(
        secret: &Secret,
        title: &str,
        decoy: u32,
        alphabet: Alphabet,
    ) -> Self {
        Self(secret.stream(&Stream::DecoyVariantSymbols {
            title,
            decoy,
            variants: alphabet.size() as u32,
        }))
    }

    /// The draws of slots from `first` on, as many as `bytes` has room for.
    pub(super) fn draws(&mut self, first: SlotIndex, bytes: &mut [u8]) {
        self.0.seek(u64::from(first.0) * SLOT_BYTES as u64);
        self.0.fill(bytes);
    }

    /// The symbol in a slot: a draw of two bytes, little-endian, decides.
    pub fn symbol(&mut self, slot: SlotIndex, bias: &VariantBias) -> u8 {
        let mut draw = [0; SLOT_BYTES];
        self.draws(slot, &mut draw);
        bias.symbol(u16::from_le_bytes(draw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::from_bytes(std::array::from_fn(|i| i as u8))
    }

    #[test]
    fn symbols_follow_their_chances() {
        let secret = secret();
        for alphabet in Alphabet::ALL {
            let q = alphabet.size();
            let mut copy = VariantCodeword::new(&secret, "film", "aurora", 1, alphabet);
            let (mut counts, mut expected, mut variance) = ([0.0; 8], [0.0; 8], [0.0; 8]);
            let mut information = 0.0;
            for slot in (0..3000).map(SlotIndex) {
                let bias = variant_bias(&secret, "film", slot, alphabet);
                let sum: u32 = bias.chances().iter().map(|c| u32::from(*c)).sum();
                assert_eq!(sum, WHOLE);
                for symbol in 0..q {
                    let p = bias.probability(symbol);
                    assert!((0.0099..=0.9901).contains(&p), "{p}");
                    expected[symbol] += p;
                    variance[symbol] += p * (1.0 - p);
                    information -= p * p.ln() / 3000.0;
                }
                counts[usize::from(copy.symbol(slot, &bias))] += 1.0;
            }
            for symbol in 0..q {
                let off: f64 = counts[symbol] - expected[symbol];
                assert!(
                    off.abs() < 5.0 * f64::sqrt(variance[symbol]),
                    "{symbol}: {off}"
                );
            }
            let want = [0.439, 1.232, 1.913][q.ilog2() as usize - 1];
            assert!((information - want).abs() < 0.02, "{q}: {information}");
        }
    }

    #[test]
    fn draws_are_cut_at_the_chances() {
        let bias = rounded(Alphabet::Four, [0.25, 0.5, 0.125, 0.125].into_iter());
        assert_eq!(bias.chances(), [16384, 32768, 8192, 8192]);
        for (draw, symbol) in [
            (0, 0),
            (16383, 0),
            (16384, 1),
            (49151, 1),
            (49152, 2),
            (57344, 3),
            (65535, 3),
        ] {
            assert_eq!(bias.symbol(draw), symbol, "{draw}");
        }
    }

    #[test]
    fn every_variant_shows_one_symbol_and_the_order_changes() {
        let secret = secret();
        for alphabet in Alphabet::ALL {
            let q = alphabet.size();
            let mut first = [0; 8];
            for slot in (0..800).map(SlotIndex) {
                let mut shown = letters(&secret, "film", slot, alphabet);
                first[usize::from(shown[0])] += 1;
                shown.sort_unstable();
                assert_eq!(shown, (0..q as u8).collect::<Vec<_>>());
            }
            let mean = 800 / q as i32;
            assert!(
                first[..q].iter().all(|n: &i32| (n - mean).abs() < 75),
                "{first:?}"
            );
        }
    }

    /// Frozen: computed apart from this code.
    #[test]
    fn chances_letters_and_symbols_are_what_they_always_were() {
        let secret = secret();
        let frozen: [(&[u16], &[u8], &str); 3] = [
            (&[63243, 2293], &[0, 1], "0001001101000010"),
            (
                &[21482, 2928, 22522, 18604],
                &[2, 0, 3, 1],
                "2103212302101011",
            ),
            (
                &[3218, 13061, 5797, 11144, 3202, 10168, 12871, 6075],
                &[3, 7, 0, 2, 6, 4, 1, 5],
                "4004015456133566",
            ),
        ];
        for (alphabet, (chances, order, symbols)) in Alphabet::ALL.into_iter().zip(frozen) {
            let bias = variant_bias(&secret, "film", SlotIndex(5), alphabet);
            assert_eq!(bias.chances(), chances);
            assert_eq!(letters(&secret, "film", SlotIndex(5), alphabet), order);
            let mut copy = VariantCodeword::new(&secret, "film", "aurora", 2, alphabet);
            let mut symbol = |slot| {
                let slot = SlotIndex(slot);
                let bias = variant_bias(&secret, "film", slot, alphabet);
                char::from(b'0' + copy.symbol(slot, &bias))
            };
            assert_eq!((0..16).map(&mut symbol).collect::<String>(), symbols);
        }
    }
}
