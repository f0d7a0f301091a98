//! The stated bound itself, measured: likelihood ratios of innocents have mean 1
//! and exceed R at most once in R, whatever the exhibit looks like.

use crate::kit::random::Random;
use leakmark::key::Secret;
use leakmark::trace::{Bias, Codeword, Evidence, Label, SYMBOLS, SlotEvidence, bias, score_all};
use leakmark::units::SlotIndex;

const TITLE: &str = "film";
/// Every random number of these tests follows from it and from the test's name.
const SEED: u64 = 20_260_101;

fn random(test: &str) -> Random {
    println!("{test}: seed {SEED}");
    Random::new(test.bytes().fold(SEED, |sum, b| {
        sum.wrapping_mul(31).wrapping_add(u64::from(b))
    }))
}

fn secret(byte: u8) -> Secret {
    Secret::from_bytes([byte; 32])
}

/// Evidence whose soft symbols `z` makes from (random, slot, symbol, bias).
fn evidence(
    slots: u32,
    reliability: f32,
    random: &mut Random,
    mut z: impl FnMut(&mut Random, u32, usize, Bias) -> f64,
) -> Evidence {
    let slot = |index: u32| {
        let bias = bias(&secret(1), TITLE, SlotIndex(index));
        SlotEvidence {
            slot: SlotIndex(index),
            z: std::array::from_fn(|j| z(random, index, j, bias[j]) as f32),
            reliability: [reliability; SYMBOLS],
            bias,
        }
    };
    Evidence {
        title: TITLE.into(),
        slots: (0..slots).map(slot).collect(),
    }
}

/// What hostile exhibits may look like: none of it is Gaussian around ±reliability.
fn hostile(random: &mut Random, slots: u32, reliability: f32) -> Vec<(&'static str, Evidence)> {
    let mut walk = 0.0;
    let mut last = 0.0;
    vec![
        (
            "all plus",
            evidence(slots, reliability, random, |_, _, _, _| 3.0),
        ),
        (
            "huge",
            evidence(slots, reliability, random, |r, _, _, _| 50.0 * r.gauss()),
        ),
        // Whoever knows the biases can aim at rare symbols.
        (
            "aimed at rare symbols",
            evidence(slots, reliability, random, |_, _, _, p| {
                if p.probability() < 0.5 { 4.0 } else { -4.0 }
            }),
        ),
        (
            "correlated",
            evidence(slots, reliability, random, |r, _, j, _| {
                walk = if j == 0 { 0.0 } else { 0.97 * walk + r.gauss() };
                walk
            }),
        ),
        (
            "heavy tails",
            evidence(slots, reliability, random, |r, _, _, _| {
                (std::f64::consts::PI * (r.unit() - 0.5)).tan()
            }),
        ),
        (
            "repeated",
            evidence(slots, reliability, random, |r, _, j, _| {
                if j % 8 == 0 {
                    last = 5.0 * r.gauss();
                }
                last
            }),
        ),
        (
            "somebody's copy",
            evidence(slots, reliability, random, |r, slot, j, _| {
                let p = bias(&secret(1), TITLE, SlotIndex(slot));
                let symbol =
                    Codeword::new(&secret(1), TITLE, "leaker", 1).symbols(SlotIndex(slot), &p)[j];
                f64::from(reliability) * f64::from(symbol) + r.gauss()
            }),
        ),
    ]
}

/// log10 LR of so many innocents.
fn innocents(evidence: &Evidence, count: usize) -> Vec<f64> {
    let ids: Vec<String> = (0..count).map(|i| format!("innocent-{i}")).collect();
    let labels: Vec<Label> = ids
        .iter()
        .map(|distributor| Label::marked(distributor, 1))
        .collect();
    score_all(&secret(1), evidence, &labels)
        .into_iter()
        .map(|s| s.log10_lr.0)
        .collect()
}

#[test]
fn an_innocents_mean_likelihood_ratio_is_one_for_any_exhibit() {
    // Weak evidence: with much, nearly all of the mean comes from one innocent in
    // millions. So the reliability is made such that ln LR has a deviation near 0.6,
    // however large z is; no distributor is looked at for that.
    const COUNT: usize = 40_000;
    let mut random = random("mean");
    for (name, mut evidence) in hostile(&mut random, 1, 1.0) {
        let slot = &mut evidence.slots[0];
        let variance = |(z, p): (&f32, &Bias)| {
            4.0 * f64::from(*z).powi(2) * p.probability() * (1.0 - p.probability())
        };
        let spread = slot
            .z
            .iter()
            .zip(&slot.bias)
            .map(variance)
            .sum::<f64>()
            .sqrt();
        slot.reliability = [(0.6 / spread) as f32; SYMBOLS];
        let ratios: Vec<f64> = innocents(&evidence, COUNT)
            .iter()
            .map(|l| 10_f64.powf(*l))
            .collect();
        let mean = ratios.iter().sum::<f64>() / COUNT as f64;
        let variance = ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (COUNT - 1) as f64;
        let error = (variance / COUNT as f64).sqrt();
        assert!(
            error > 0.001 && error < 0.02,
            "{name}: ± {error} says nothing"
        );
        assert!((mean - 1.0).abs() < 4.0 * error, "{name}: {mean} ± {error}");
    }
}

#[test]
fn innocents_exceed_every_bound_less_often_than_stated() {
    const COUNT: usize = 100_000;
    let mut random = random("bounds");
    for (name, evidence) in hostile(&mut random, 6, 0.6) {
        let scores = innocents(&evidence, COUNT);
        for bound in 1..=4 {
            let above = scores.iter().filter(|s| **s >= f64::from(bound)).count();
            let allowed = COUNT as f64 * 10_f64.powi(-bound);
            // Five standard deviations of the count, were the bound met exactly.
            assert!(
                (above as f64) <= allowed + 5.0 * allowed.sqrt(),
                "{name}: {above} of {COUNT} reach 1e{bound}"
            );
        }
    }
}

#[test]
fn the_bound_holds_wherever_the_reading_stops() {
    // Ville: P(the running maximum over slots ever reaches R) ≤ 1/R.
    const COUNT: usize = 20_000;
    let mut random = random("stopping");
    for (name, evidence) in hostile(&mut random, 8, 0.5) {
        let mut highest = vec![f64::NEG_INFINITY; COUNT];
        for slots in 1..=evidence.slots.len() {
            let part = Evidence {
                title: TITLE.into(),
                slots: evidence.slots[..slots].to_vec(),
            };
            for (highest, score) in highest.iter_mut().zip(innocents(&part, COUNT)) {
                *highest = highest.max(score);
            }
        }
        for bound in 1..=3 {
            let above = highest.iter().filter(|s| **s >= f64::from(bound)).count();
            let allowed = COUNT as f64 * 10_f64.powi(-bound);
            assert!(
                (above as f64) <= allowed + 5.0 * allowed.sqrt(),
                "{name}: {above} of {COUNT} reach 1e{bound}"
            );
        }
    }
}

/// The textbook: f(z | own symbol), the other sources' symbols summed over by how many are +1.
fn likelihood(z: f64, mu: f64, p: f64, own: f64, sources: u32, averaged: bool) -> f64 {
    let gauss = |mean: f64| (-(z - mean).powi(2) / 2.0).exp();
    let others = sources - 1;
    let mut sum = 0.0;
    for plus in 0..=others {
        let minus = others - plus;
        let ways: f64 = (0..plus)
            .map(|k| f64::from(others - k) / f64::from(k + 1))
            .product();
        let chance = ways * p.powi(plus as i32) * (1.0 - p).powi(minus as i32);
        let f = if averaged {
            gauss(mu * (own + f64::from(plus) - f64::from(minus)) / f64::from(sources))
        } else {
            (gauss(own * mu) + f64::from(plus) * gauss(mu) + f64::from(minus) * gauss(-mu))
                / f64::from(sources)
        };
        sum += chance * f;
    }
    sum
}

/// log10 LR by the formulas of `Evidence`'s documentation: the weighted sum over models
/// of whole films (weight, sources, averaged, misjudged reliability) of the product over
/// symbols, and over shares of the product over slots of bets on them.
fn textbook(secret: &Secret, evidence: &Evidence, distributor: &str) -> f64 {
    let models = [
        (0.32, 1, true, 1.0),
        (0.12, 1, true, 0.7),
        (0.12, 1, true, 1.4),
        (0.04, 2, true, 1.0),
        (0.04, 2, false, 1.0),
        (0.04, 3, true, 1.0),
        (0.04, 3, false, 1.0),
        (0.04, 5, true, 1.0),
        (0.04, 8, true, 1.0),
        (0.04, 16, true, 1.0),
    ];
    let of_slot = |slot: &SlotEvidence, (sources, averaged, misjudged): (u32, bool, f64)| {
        let mut codeword = Codeword::new(secret, &evidence.title, distributor, 1);
        let symbols = codeword.symbols(slot.slot, &slot.bias);
        let one = |(j, symbol): (usize, i8)| {
            let (z, p) = (f64::from(slot.z[j]), slot.bias[j].probability());
            let mu = f64::from(slot.reliability[j]) * misjudged;
            let f = |own| likelihood(z, mu, p, own, sources, averaged);
            f(f64::from(symbol)) / (p * f(1.0) + (1.0 - p) * f(-1.0))
        };
        symbols.into_iter().enumerate().map(one).product::<f64>()
    };
    let mut total = 0.0;
    for (weight, sources, averaged, misjudged) in models {
        let slots = evidence.slots.iter();
        let product: f64 = slots
            .map(|slot| of_slot(slot, (sources, averaged, misjudged)))
            .product();
        total += weight * product;
    }
    for share in [0.9, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125] {
        let bet = |slot: &SlotEvidence| {
            let alone = of_slot(slot, (1, true, 1.0));
            let beside_another = of_slot(slot, (2, true, 1.0));
            share * (0.5 * alone + 0.5 * beside_another) + 1.0 - share
        };
        total += 0.02 * evidence.slots.iter().map(bet).product::<f64>();
    }
    total.log10()
}

#[test]
fn the_fast_ratio_is_the_textbooks() {
    let mut random = random("textbook");
    for (slots, reliability) in [(1, 0.2), (4, 1.0), (8, 2.5)] {
        let evidence = evidence(slots, reliability, &mut random, |r, _, _, _| {
            2.0 * r.gauss()
        });
        let fast = innocents(&evidence, 50);
        for (i, fast) in fast.into_iter().enumerate() {
            let slow = textbook(&secret(1), &evidence, &format!("innocent-{i}"));
            assert!(
                (fast - slow).abs() < 1e-3 * slow.abs().max(1.0),
                "{fast}, the textbook says {slow}"
            );
        }
    }
}

#[test]
fn a_leaker_scores_and_another_secret_or_title_scores_like_an_innocent() {
    let mut random = random("leaker");
    let (_, evidence) = hostile(&mut random, 8, 1.0).pop().expect("somebody's copy");
    let score = |secret: &Secret, evidence: &Evidence| {
        let leaker = Label::marked("leaker", 1);
        score_all(secret, evidence, &[leaker])[0].log10_lr.0
    };
    assert!(score(&secret(1), &evidence) > 30.0);
    for other in 2..=200 {
        // Biases belong to the secret and the title, as everything does.
        let with = |secret: &Secret, title: &str| {
            let mut evidence = evidence.clone();
            evidence.title = title.into();
            for slot in &mut evidence.slots {
                slot.bias = bias(secret, title, slot.slot);
            }
            score(secret, &evidence)
        };
        assert!(with(&secret(other), TITLE) < 5.0, "secret {other}");
        assert!(
            with(&secret(1), &format!("film-{other}")) < 5.0,
            "title {other}"
        );
    }
}
