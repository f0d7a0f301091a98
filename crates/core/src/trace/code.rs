//! Draws biases and codewords (Tardos, "Optimal probabilistic
//! fingerprint codes", J. ACM 55, 2008).

pub use crate::mark::SYMBOLS;

use crate::key::{KeyStream, Secret, Stream, Streams};
use crate::mark::Alphabet;
use crate::units::SlotIndex;

/// Tardos' cutoff: no bias is nearer than this to 0 or 1.
pub(super) const CUTOFF: f64 = 0.01;
/// Bytes of the distributor's stream that one slot uses: two a symbol.
pub(super) const SLOT_BYTES: usize = 2 * SYMBOLS;

/// The bias of one symbol in units of 2⁻¹⁶: the chance that it is +1. It is
/// exact: the symbols are drawn with just this chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bias(pub u16);

impl Bias {
    /// The chance of +1, strictly between 0 and 1.
    pub fn probability(self) -> f64 {
        f64::from(self.0) / 65536.0
    }
}

/// The biases of a title's slot, from the arcsine density: p = sin² r with r
/// uniform between arcsin √cutoff and π/2 less that.
pub fn bias(secret: &Secret, title: &str, slot: SlotIndex) -> [Bias; SYMBOLS] {
    let mut numbers = secret.stream(&Stream::Bias { title, slot });
    std::array::from_fn(|_| arcsine(numbers.next_u32()))
}

/// The bias that a random word gives.
pub(super) fn arcsine(word: u32) -> Bias {
    let edge = libm::asin(libm::sqrt(CUTOFF));
    let uniform = f64::from(word) / 4_294_967_296.0;
    let sine = libm::sin(edge + uniform * (std::f64::consts::FRAC_PI_2 - 2.0 * edge));
    Bias((sine * sine * 65536.0).round().clamp(1.0, 65535.0) as u16)
}

/// Which copy of a title: whom it was issued to, and the how manieth of theirs it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label<'a> {
    /// The distributor's id.
    pub distributor: &'a str,
    /// The number among the distributor's copies of the title, from 1.
    pub copy: u32,
    /// Of how many variants its slots were chosen; `None` if it was marked by itself.
    pub variants: Option<Alphabet>,
}

impl<'a> Label<'a> {
    /// Of a copy that was marked by itself.
    pub fn marked(distributor: &'a str, copy: u32) -> Self {
        Self {
            distributor,
            copy,
            variants: None,
        }
    }
}

/// The symbols of one copy marked by itself: derived when needed, never stored.
pub struct Codeword(KeyStream);

impl Codeword {
    /// Of a distributor's copy of a title; `copy` counts from 1.
    pub fn new(secret: &Secret, title: &str, distributor: &str, copy: u32) -> Self {
        Self::derived(&secret.streams(), title, Label::marked(distributor, copy))
    }

    /// [`Codeword::new`] for many copies.
    pub(super) fn derived(streams: &Streams, title: &str, label: Label<'_>) -> Self {
        let Label {
            distributor, copy, ..
        } = label;
        Self(streams.stream(&Stream::Symbols {
            title,
            distributor,
            copy,
        }))
    }

    /// The draws of slots from `first` on, as many as `bytes` has room for: a
    /// symbol is +1 if its draw (two bytes, little-endian) is below its bias.
    pub(super) fn draws(&mut self, first: SlotIndex, bytes: &mut [u8]) {
        self.0.seek(u64::from(first.0) * SLOT_BYTES as u64);
        self.0.fill(bytes);
    }

    /// Of a decoy who never got a copy of the title.
    pub fn decoy(secret: &Secret, title: &str, decoy: u32) -> Self {
        Self(secret.stream(&Stream::DecoySymbols { title, decoy }))
    }

    /// The symbols in a slot, +1 or −1.
    pub fn symbols(&mut self, slot: SlotIndex, bias: &[Bias; SYMBOLS]) -> [i8; SYMBOLS] {
        let mut bytes = [0; SLOT_BYTES];
        self.0.seek(u64::from(slot.0) * SLOT_BYTES as u64);
        self.0.fill(&mut bytes);
        std::array::from_fn(|j| {
            let draw = u16::from_le_bytes([bytes[2 * j], bytes[2 * j + 1]]);
            if draw < bias[j].0 { 1 } else { -1 }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn biases_follow_the_arcsine_density_and_symbols_their_bias() {
        let secret = Secret::from_bytes([5; 32]);
        let (mut middle, mut plus, mut expected, mut variance) = (0, 0.0, 0.0, 0.0);
        let mut codeword = Codeword::new(&secret, "title", "someone", 1);
        for slot in (0..200).map(SlotIndex) {
            let p = bias(&secret, "title", slot);
            middle += p
                .iter()
                .filter(|p| (0.25..0.75).contains(&p.probability()))
                .count();
            for (p, s) in p.iter().zip(codeword.symbols(slot, &p)) {
                let p = p.probability();
                assert!((0.0099..=0.9901).contains(&p));
                plus += f64::from(i8::from(s > 0));
                expected += p;
                variance += p * (1.0 - p);
            }
        }
        // P(¼ < p < ¾) = (π/6) / (π/2 − 2·arcsin 0.1) = 0.382 of 12,800, ± 55.
        assert!((middle as f64 - 0.382 * 12800.0).abs() < 275.0, "{middle}");
        assert!((plus - expected).abs() < 5.0 * f64::sqrt(variance));
    }

    /// Frozen: computed apart from this code.
    #[test]
    fn biases_and_symbols_are_what_they_always_were() {
        let secret = Secret::from_bytes(std::array::from_fn(|i| i as u8));
        let slot = SlotIndex(5);
        let biases = bias(&secret, "film", slot);
        let frozen: [u16; SYMBOLS] = [
            53080, 24967, 23849, 19687, 31710, 44046, 50767, 22825, 36857, 51484, 2043, 26472,
            64641, 38311, 8241, 5889, 788, 54526, 62129, 29438, 35895, 49286, 33277, 859, 4753,
            1203, 789, 15330, 16429, 21660, 50092, 62488, 40793, 61561, 56024, 17421, 23431, 58240,
            33097, 56251, 9998, 20979, 7073, 18107, 57318, 39063, 59518, 55969, 44343, 3196, 51829,
            19945, 2202, 64553, 64267, 9952, 13358, 46736, 35737, 41855, 51764, 4126, 3820, 20207,
        ];
        assert_eq!(biases.map(|b| b.0), frozen);
        let symbols = Codeword::new(&secret, "film", "aurora", 2).symbols(slot, &biases);
        let signs: String = symbols
            .iter()
            .map(|&s| if s > 0 { '+' } else { '-' })
            .collect();
        assert_eq!(
            signs,
            "+--+-++-++--+--+-++++++-------++-+++-+-+------+++-+--++--++-++-+"
        );
    }
}
