//! Copies spliced and mixed: every contributor is found, and nobody else.
//!
//! Simulated from the symbols on: real codewords, mixed as each attack mixes the
//! chips that carry them, plus noise. The pilot is the same in every copy, so the
//! reliability stays what it is for one copy.
//!
//! ```text
//! cargo test --release -p leakmark-core --test collusion -- --ignored --nocapture
//! ```
//!
//! prints the table of how many copies are told apart at which length of film.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use leakmark_core::key::{KeyStream, Secret, Stream};
use leakmark_core::trace::{
    Codeword, Evidence, Label, SYMBOLS, SlotEvidence, Threshold, bias, score_all, slot_weights,
};
use leakmark_core::units::SlotIndex;

const TITLE: &str = "film";
/// Distributors who had nothing to do with it.
const INNOCENTS: usize = 2000;
/// The registry that the threshold is for.
const REGISTRY: u64 = 100_000;
/// Slots of two seconds in twenty minutes.
const TWENTY_MINUTES: u32 = 600;

/// How the copies were put together.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Attack {
    /// One after another, slot by slot.
    Turns,
    /// One after another, two seconds each, cut in the middle of slots.
    TurnsBetween,
    /// Every frame the mean of all copies.
    Averaged,
    /// As many strips of the picture as copies, each from one: every symbol has chips
    /// in each, here more, there fewer.
    Strips,
    /// Strips that change places with every slot, of unequal size.
    Blocks,
}

const ATTACKS: [Attack; 5] = [
    Attack::Turns,
    Attack::TurnsBetween,
    Attack::Averaged,
    Attack::Strips,
    Attack::Blocks,
];

/// Uniform and Gaussian numbers from a keyed stream.
struct Random(KeyStream);

impl Random {
    fn new(seed: u32) -> Self {
        Self(secret().stream(&Stream::Decoy(seed)))
    }

    fn unit(&mut self) -> f64 {
        (f64::from(self.0.next_u32()) + 0.5) / 4_294_967_296.0
    }

    fn gauss(&mut self) -> f64 {
        let radius = (-2.0 * self.unit().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

fn secret() -> Secret {
    Secret::from_bytes([3; 32])
}

/// What each copy has of a symbol, adding up to 1.
fn shares(attack: Attack, copies: usize, slot: u32, random: &mut Random) -> Vec<f64> {
    let turn = slot as usize % copies;
    let only = |share: f64, which: usize| move |i: usize| share * f64::from(u8::from(i == which));
    let of: Vec<f64> = match attack {
        Attack::Turns => (0..copies).map(only(1.0, turn)).collect(),
        Attack::TurnsBetween => {
            let next = only(0.5, (turn + 1) % copies);
            let this = only(0.5, turn);
            (0..copies).map(|i| this(i) + next(i)).collect()
        }
        Attack::Averaged => vec![1.0; copies],
        // Some 400 chips a symbol, at random over the strips.
        Attack::Strips => {
            let spread = (copies as f64 / 400.0).sqrt();
            (0..copies)
                .map(|_| (1.0 + spread * random.gauss()).max(0.0))
                .collect()
        }
        Attack::Blocks => (0..copies).map(|_| -random.unit().ln()).collect(),
    };
    let sum: f64 = of.iter().sum();
    of.into_iter().map(|share| share / sum).collect()
}

/// The evidence that so many slots of mixed copies give; all random numbers follow from
/// the secret and the seed.
fn mixed(attack: Attack, copies: usize, slots: u32, mu: f32, seed: u32) -> Evidence {
    let mut random = Random::new(seed);
    let secret = secret();
    let mut words: Vec<Codeword> = (0..copies)
        .map(|i| Codeword::new(&secret, TITLE, &source(i), 1))
        .collect();
    let mut slot = |index: u32| {
        let bias = bias(&secret, TITLE, SlotIndex(index));
        let own: Vec<[i8; SYMBOLS]> = words
            .iter_mut()
            .map(|w| w.symbols(SlotIndex(index), &bias))
            .collect();
        let z = |symbol: usize| {
            let parts = shares(attack, copies, index, &mut random);
            let mean: f64 = parts
                .iter()
                .zip(&own)
                .map(|(share, own)| share * f64::from(own[symbol]))
                .sum();
            (f64::from(mu) * mean + random.gauss()) as f32
        };
        SlotEvidence {
            slot: SlotIndex(index),
            z: std::array::from_fn(z),
            reliability: [mu; SYMBOLS],
            bias,
        }
        .rounded()
    };
    Evidence {
        title: TITLE.into(),
        slots: (0..slots).map(&mut slot).collect(),
    }
}

fn first_copy(distributor: &str) -> Label<'_> {
    Label::marked(distributor, 1)
}

fn source(index: usize) -> String {
    format!("source-{index}")
}

/// The least log10 LR of a contributor and the most of anybody else.
fn scores(evidence: &Evidence, copies: usize, innocents: usize) -> (f64, f64) {
    let ids: Vec<String> = (0..copies)
        .map(source)
        .chain((0..innocents).map(|i| format!("innocent-{i}")))
        .collect();
    let labels: Vec<Label> = ids.iter().map(|id| first_copy(id)).collect();
    let scores = score_all(&secret(), evidence, &labels);
    let least = scores[..copies].iter().map(|s| s.log10_lr.0);
    let most = scores[copies..].iter().map(|s| s.log10_lr.0);
    (
        least.fold(f64::INFINITY, f64::min),
        most.fold(f64::NEG_INFINITY, f64::max),
    )
}

fn threshold() -> f64 {
    Threshold::DEFAULT.log10_lr(REGISTRY).0
}

#[test]
fn sources_spliced_in_turns_are_found_far_beyond_the_threshold() {
    for (copies, at_least) in [(8, 200.0), (16, 65.0)] {
        for attack in [Attack::Turns, Attack::TurnsBetween] {
            let evidence = mixed(attack, copies, TWENTY_MINUTES, 1.5, copies as u32);
            let (least, most) = scores(&evidence, copies, INNOCENTS);
            assert!(least > at_least, "{copies} {attack:?}: {least}");
            assert!(most < threshold(), "{copies} {attack:?}: {most}");
        }
    }
}

#[test]
fn every_contributor_of_a_mixture_is_found_and_nobody_else() {
    for (copies, slots) in [(2, 15), (3, 30), (5, 90), (8, 300), (16, 1800)] {
        for attack in [Attack::Averaged, Attack::Strips, Attack::Blocks] {
            let evidence = mixed(attack, copies, slots, 1.5, 100 + copies as u32);
            let (least, most) = scores(&evidence, copies, INNOCENTS);
            assert!(least > threshold(), "{copies} {attack:?}: {least}");
            assert!(most < threshold(), "{copies} {attack:?}: {most}");
        }
    }
}

#[test]
fn each_source_has_the_slots_that_show_its_copy() {
    let copies = 3;
    let weights =
        |evidence: &Evidence, who: &str| slot_weights(&secret(), evidence, first_copy(who));
    let evidence = mixed(Attack::Turns, copies, 60, 1.5, 7);
    let (mut own, mut others) = (0, 0);
    for i in 0..copies {
        let weights = weights(&evidence, &source(i));
        let sure = |(slot, _): &(usize, &f64)| slot % copies == i;
        let shown = weights.iter().enumerate().filter(|(_, w)| **w >= 0.95);
        let (right, wrong): (Vec<_>, Vec<_>) = shown.partition(sure);
        own += right.len();
        others += wrong.len();
    }
    // Another's slot looks like one's own to the tune of 1 in 20 at most.
    assert!(own == 60 && others <= 4, "{own} of 60, {others} of 120");
    // Of one copy, and of copies averaged, every slot is everybody's.
    for copies in [1, 2] {
        let evidence = mixed(Attack::Averaged, copies, 30, 1.5, 8);
        for i in 0..copies {
            assert!(weights(&evidence, &source(i)).iter().all(|w| *w > 0.9));
        }
    }
}

#[test]
#[ignore = "a table for people"]
fn table_of_copies_against_length() {
    const LENGTHS_MIN: [f64; 7] = [0.5, 1.0, 2.0, 5.0, 20.0, 60.0, 120.0];
    println!(
        "least log10 LR of a contributor; the threshold among {REGISTRY} distributors is {:.0}",
        threshold()
    );
    for mu in [0.5_f32, 1.5] {
        for attack in ATTACKS {
            for copies in [2, 3, 5, 8, 16] {
                let mut row = format!("μ {mu} {attack:?} {copies}:");
                for minutes in LENGTHS_MIN {
                    let slots = (30.0 * minutes) as u32;
                    let evidence = mixed(attack, copies, slots, mu, 1000 + copies as u32);
                    let (least, most) = scores(&evidence, copies, 100);
                    assert!(most < threshold());
                    row += &format!(" {least:.0}");
                }
                println!("{row}");
            }
        }
    }
}
