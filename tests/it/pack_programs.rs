//! Two programs, one format: made-up packs of every kind of soft symbol, built
//! here from the formats' descriptions, must come out the same from both.

use std::fs;
use std::time::Instant;

use crate::kit::case::{Case, LEAKER, TITLE};
use crate::kit::python::python;
use crate::kit::random::Random;
use leakmark::evidence::{EvidencePack, OpenedSlot, PACK_SCHEMA, SlotReading, SoftSlot, all_hold};
use leakmark::job::{Home, check_pack};
use leakmark::key::Signer;
use leakmark::trace::{COMMITTED_SLOTS, Commitment};
use leakmark::units::SlotIndex;
use sha2::{Digest, Sha256};

/// A pack on these slots: soft symbols that lean to the leaker's symbols by
/// `lean`, with noise, in units of the noise.
fn made_up(home: &Home, slots: impl Iterator<Item = u32>, lean: f64, seed: u64) -> EvidencePack {
    let kept = home.registry.receipts().unwrap().remove(0);
    let mut salt = [0; 32];
    base16ct::lower::decode(&kept.salt, &mut salt).unwrap();
    let commitment = Commitment::new(&home.secret, TITLE, LEAKER, 1, salt, COMMITTED_SLOTS);
    let (mut random, mut hasher) = (Random::new(seed), Sha256::new());
    let mut opened = Vec::new();
    for slot in slots {
        let opening = commitment.open(SlotIndex(slot)).unwrap();
        let z = opening.symbols.map(|s| {
            let noise: f64 = (0..3).map(|_| 2.0 * random.unit() - 1.0).sum();
            ((f64::from(s) * lean + noise) * 1024.0) as i16
        });
        let amplitude = lean / 42.0_f64.sqrt() * (1.0 + 0.5 * (2.0 * random.unit() - 1.0));
        let reliability = opening
            .cells
            .counts()
            .map(|n| (amplitude * f64::from(n).sqrt() * 1024.0).round() as u16);
        hasher.update(slot.to_be_bytes());
        z.iter().for_each(|z| hasher.update(z.to_be_bytes()));
        reliability
            .iter()
            .for_each(|r| hasher.update(r.to_be_bytes()));
        opened.push(OpenedSlot::new(
            &SoftSlot::new(slot, &z, &reliability),
            &opening,
        ));
    }
    let digest = base16ct::lower::encode_string(&hasher.finalize());
    let (registry, exhibit) = (home.registry.id(), "0f".repeat(32));
    let seal = format!(
        "leakmark evidence 1\nregistry {registry}\nexhibit-sha256 {exhibit}\ntitle {TITLE}\nhypotheses 12\nsoft-symbols-sha256 {digest}\n"
    );
    let mut pack = EvidencePack {
        schema: PACK_SCHEMA.to_owned(),
        exhibit_sha256: exhibit,
        registry: registry.to_owned(),
        title: TITLE.to_owned(),
        distributor: LEAKER.to_owned(),
        hypotheses: 12,
        log10_likelihood_ratio: f64::MAX,
        log10_p_false: 0.0,
        receipt: kept.receipt,
        clock_rate: 1.0,
        evidence_signature: Signer::of_registry(&home.secret).sign(seal.as_bytes()),
        readings: vec![somewhere(&opened)],
        references: Vec::new(),
        slots: opened,
    };
    pack.log10_likelihood_ratio = computed(&pack);
    pack.log10_p_false = (12_f64.log10() - pack.log10_likelihood_ratio).min(0.0);
    pack
}

/// All slots in one reading of a picture as it is.
fn somewhere(slots: &[OpenedSlot]) -> SlotReading {
    let fit = serde_json::json!({
        "frames": {"between": {"first_s": 0.0, "last_s": 8.0}},
        "grid": [270, 480],
        "scale": "whole",
        "rate": 1.0,
        "runs": [{"first_s": 0.2, "last_s": 7.8, "offset_s": 0.0}],
        "geometries": [{"from_s": 0.2, "map": {
            "matrix": [[3.0, 0.0, 1.0], [0.0, 3.0, 1.0], [0.0, 0.0, 1.0]],
            "middle": [79.5, 44.5], "bend": 0.0, "bounds": null,
        }}],
    });
    SlotReading {
        slots: slots.iter().map(|s| s.slot).collect(),
        fit: serde_json::from_value(fit).unwrap(),
    }
}

/// The log10 LR that leakmark says follows from a pack that states a wrong one.
fn computed(pack: &EvidencePack) -> f64 {
    let checks = check_pack(pack, None, None);
    let told = checks
        .iter()
        .find(|c| c.what == "likelihood ratio")
        .unwrap();
    let words = told.words.strip_prefix("log10 LR ").unwrap();
    words.split(' ').next().unwrap().parse().unwrap()
}

/// The same from the independent program; `None` where there is no Python.
fn independent(case: &Case, pack: &EvidencePack) -> Option<f64> {
    let path = case.path("made-up.json");
    fs::write(&path, serde_json::to_string_pretty(pack).unwrap()).unwrap();
    python(&path).map(|outcome| outcome.expect("taken"))
}

#[test]
fn made_up_packs_come_out_the_same_from_both_programs() {
    let case = Case::new("made-up");
    let home = Home::open(&case.home()).unwrap();
    for (seed, lean) in [(1, 0.0), (2, 0.05), (3, 0.4), (4, 1.0), (5, 3.0), (6, 12.0)] {
        let pack = made_up(&home, [0, 7, 4095, 8191].into_iter(), lean, seed);
        let checks = check_pack(&pack, None, None);
        assert!(all_hold(&checks), "{checks:?}");
        let stated = pack.log10_likelihood_ratio;
        if let Some(other) = independent(&case, &pack) {
            println!("lean {lean}: {stated} and {other}");
            assert!(
                (other - stated).abs() < 0.002,
                "lean {lean}: {stated} and {other}"
            );
        }
    }
}

/// Timed on demand: `cargo test --release --test pack_programs -- --ignored --nocapture`.
#[test]
#[ignore = "takes a minute; prints sizes and times"]
fn a_film_of_two_hours_read_in_full_can_be_packed_and_checked() {
    let case = Case::new("two-hours");
    let home = Home::open(&case.home()).unwrap();
    let began = Instant::now();
    let pack = made_up(&home, 0..3600, 0.4, 1);
    println!("made in {:?}", began.elapsed());
    let began = Instant::now();
    assert!(all_hold(&check_pack(&pack, None, None)));
    println!("checked in {:?}", began.elapsed());
    let soft: Vec<SoftSlot> = pack.slots.iter().map(OpenedSlot::soft).collect();
    println!(
        "pack {} bytes, soft symbols in a report {} bytes",
        serde_json::to_string_pretty(&pack).unwrap().len(),
        serde_json::to_string_pretty(&soft).unwrap().len()
    );
    let began = Instant::now();
    let other = independent(&case, &pack);
    println!(
        "python in {:?}: {other:?}, {}",
        began.elapsed(),
        pack.log10_likelihood_ratio
    );
    assert!(other.is_none_or(|other| (other - pack.log10_likelihood_ratio).abs() < 0.01));
}
