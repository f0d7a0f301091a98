//! Copies put together from variants: whoever leaked one is found, whoever mixed some, and
//! nobody else.
//!
//! Simulated from the words on: real codewords, mixed segment by segment, plus noise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use leakmark_core::key::{KeyStream, Secret, Stream};
use leakmark_core::mark::Alphabet;
use leakmark_core::trace::{
    Evidence, Label, SYMBOLS, SlotEvidence, Threshold, VariantCodeword, bias, cumulative,
    decoy_scores, score_all, slot_weights, variant_bias,
};
use leakmark_core::units::SlotIndex;

const TITLE: &str = "film";
/// The registry that the threshold is for.
const REGISTRY: u64 = 100_000;
const INNOCENTS: usize = 2000;

/// Gaussian numbers from a keyed stream.
struct Noise(KeyStream);

impl Noise {
    fn unit(&mut self) -> f64 {
        (f64::from(self.0.next_u32()) + 0.5) / 4_294_967_296.0
    }

    fn gauss(&mut self) -> f64 {
        let radius = (-2.0 * self.unit().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

fn secret(seed: u8) -> Secret {
    Secret::from_bytes([seed; 32])
}

/// What `slots` slots show if slot i is of source `of(i)`, with soft symbols of mean `mu`.
fn shown(
    seed: u8,
    alphabet: Alphabet,
    slots: u32,
    mu: f32,
    of: impl Fn(u32, &mut Noise) -> usize,
) -> Evidence {
    let secret = secret(seed);
    let mut noise = Noise(secret.stream(&Stream::Decoy(7)));
    let slot = |index: u32| {
        let slot = SlotIndex(index);
        let source = source(of(index, &mut noise));
        let bias_of = variant_bias(&secret, TITLE, slot, alphabet);
        let symbol =
            VariantCodeword::new(&secret, TITLE, &source, 1, alphabet).symbol(slot, &bias_of);
        let word = alphabet.word(symbol);
        SlotEvidence {
            slot,
            z: std::array::from_fn(|j| (mu * f32::from(word[j])) + noise.gauss() as f32),
            reliability: [mu; SYMBOLS],
            bias: bias(&secret, TITLE, slot),
        }
        .rounded()
    };
    Evidence {
        title: TITLE.into(),
        slots: (0..slots).map(slot).collect(),
    }
}

fn source(index: usize) -> String {
    format!("source-{index}")
}

fn label(distributor: &str, variants: Alphabet) -> Label<'_> {
    Label {
        variants: Some(variants),
        ..Label::marked(distributor, 1)
    }
}

fn scores(seed: u8, evidence: &Evidence, alphabet: Alphabet, sources: usize) -> (f64, f64) {
    let innocents = (0..INNOCENTS).map(|i| format!("innocent-{i}"));
    let ids: Vec<String> = (0..sources).map(source).chain(innocents).collect();
    let labels: Vec<Label> = ids.iter().map(|id| label(id, alphabet)).collect();
    let scores = score_all(&secret(seed), evidence, &labels);
    let own = scores[..sources].iter().map(|s| s.log10_lr.0);
    let others = scores[sources..].iter().map(|s| s.log10_lr.0);
    (
        own.fold(f64::INFINITY, f64::min),
        others.fold(f64::NEG_INFINITY, f64::max),
    )
}

fn threshold() -> f64 {
    Threshold::DEFAULT.log10_lr(REGISTRY).0
}

#[test]
fn one_copy_is_named_after_three_minutes_one_or_thirty_six_seconds() {
    for (alphabet, slots) in [
        (Alphabet::Two, 90),
        (Alphabet::Four, 30),
        (Alphabet::Eight, 18),
    ] {
        let mut named = 0;
        for seed in 0..40 {
            let evidence = shown(seed, alphabet, slots, 0.8, |_, _| 0);
            let (own, others) = scores(seed, &evidence, alphabet, 1);
            named += u32::from(own >= threshold());
            assert!(others < threshold(), "{alphabet:?}, seed {seed}: {others}");
        }
        assert!(named >= 36, "{alphabet:?}: {named} of 40");
    }
}

#[test]
fn all_who_mixed_segments_for_twenty_minutes_are_named_and_nobody_else() {
    for (alphabet, copies) in [
        (Alphabet::Two, 2),
        (Alphabet::Four, 2),
        (Alphabet::Four, 3),
        (Alphabet::Eight, 3),
    ] {
        for seed in 0..5 {
            let evidence = shown(seed, alphabet, 600, 0.8, |_, noise| {
                (noise.unit() * copies as f64) as usize
            });
            let (own, others) = scores(seed, &evidence, alphabet, copies);
            assert!(
                own >= threshold(),
                "{alphabet:?} {copies}, seed {seed}: {own}"
            );
            assert!(
                others < threshold(),
                "{alphabet:?} {copies}, seed {seed}: {others}"
            );
        }
    }
}

/// The bound itself: E\[LR\] = 1, so that an LR of t is reached by one in t at most.
#[test]
fn the_innocent_gain_nothing_on_average() {
    for alphabet in Alphabet::ALL {
        let evidence = shown(3, alphabet, 4, 0.5, |_, _| 0);
        let ids: Vec<String> = (0..100_000).map(|i| format!("innocent-{i}")).collect();
        let labels: Vec<Label> = ids.iter().map(|id| label(id, alphabet)).collect();
        let scores = score_all(&secret(3), &evidence, &labels);
        let ratios: Vec<f64> = scores.iter().map(|s| 10_f64.powf(s.log10_lr.0)).collect();
        let count = ratios.len() as f64;
        let mean = ratios.iter().sum::<f64>() / count;
        let spread = ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / count;
        assert!(
            (mean - 1.0).abs() < 5.0 * (spread / count).sqrt(),
            "{alphabet:?}: {mean}"
        );
        for reached in [2.0, 10.0, 100.0] {
            let share = ratios.iter().filter(|r| **r >= reached).count() as f64 / count;
            let chance = 1.0 / reached;
            assert!(
                share <= chance + 5.0 * (chance / count).sqrt(),
                "{reached}: {share}"
            );
        }
    }
}

#[test]
fn another_secret_another_kind_and_decoys_score_nothing() {
    let alphabet = Alphabet::Four;
    let evidence = shown(1, alphabet, 200, 0.8, |_, _| 0);
    let named = source(0);
    let of = |seed, kind| score_all(&secret(seed), &evidence, &[kind])[0].log10_lr.0;
    assert!(of(1, label(&named, alphabet)) > 50.0);
    assert!(of(2, label(&named, alphabet)) < 3.0);
    assert!(of(1, label(&named, Alphabet::Eight)) < 3.0);
    assert!(of(1, Label::marked(&named, 1)) < 3.0);
    let kinds = [None, Some(alphabet)];
    let decoys = decoy_scores(&secret(1), &evidence, &kinds, 1000);
    assert!(decoys.iter().all(|decoy| decoy.0 < 5.0));
}

#[test]
fn slots_of_another_copy_are_told_from_ones_own() {
    let alphabet = Alphabet::Eight;
    let evidence = shown(5, alphabet, 60, 0.8, |slot, _| usize::from(slot >= 30));
    let first = source(0);
    let weights = slot_weights(&secret(5), &evidence, label(&first, alphabet));
    let shows = |slots: &[f64]| slots.iter().filter(|w| **w > 0.9).count();
    assert!(
        shows(&weights[..30]) == 30 && shows(&weights[30..]) < 10,
        "{weights:?}"
    );
    let order: Vec<usize> = (0..60).collect();
    let steps = cumulative(&secret(5), &evidence, label(&first, alphabet), &order);
    let whole = score_all(&secret(5), &evidence, &[label(&first, alphabet)])[0]
        .log10_lr
        .0;
    assert!(steps[29].0 > steps[0].0 && (steps[59].0 - whole).abs() < 1e-6);
}
