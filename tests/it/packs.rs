//! Evidence packs: what they open, that two independent programs compute the same
//! from them, and that neither takes one that was tampered with.

use std::fs;
use std::sync::OnceLock;

use crate::kit::case::{Case, LEAKER, TITLE, issue, testdata};
use crate::kit::python::python;
use leakmark::evidence::{EvidenceFile, EvidencePack, Report, SoftSlot, pack_from_json, to_json};
use leakmark::job::Home;
use leakmark::key::{Secret, Signer};
use leakmark::trace::{Evidence, Label, SYMBOLS, SlotEvidence, bias, score_all};
use leakmark::units::SlotIndex;
use serde_json::Value;

const REPORT: &str = "reports/leaked.mp4.report.json";

/// A case, the report on it and the pack made of it.
fn packed() -> &'static (Case, Report, String) {
    static PACKED: OnceLock<(Case, Report, String)> = OnceLock::new();
    PACKED.get_or_init(|| {
        let case = Case::new("packs");
        let report = case.scan(&[]);
        case.ended(0, &["pack", "make", REPORT, "-o", "leak.pack.json"]);
        let text = fs::read_to_string(case.path("leak.pack.json")).unwrap();
        (case, report, text)
    })
}

#[test]
fn a_report_carries_receipts_and_soft_symbols_in_a_sensible_size() {
    let (case, report, pack) = packed();
    let found = &report.attributions[0];
    assert_eq!(found.distributor, LEAKER);
    let said = found.issue.as_ref().unwrap().receipt.check().unwrap();
    assert_eq!((said.title.as_str(), said.copy, found.copy), (TITLE, 1, 1));
    assert!(found.other_issues.is_empty() && found.name_in_table.is_none());
    let slots = case.evidence().slots.len();
    let bytes = fs::metadata(case.path(REPORT)).unwrap().len() as usize;
    println!(
        "{slots} slots: report {bytes} bytes, pack {} bytes",
        pack.len()
    );
    assert!(
        bytes < 12_000 + 500 * slots,
        "{bytes} bytes for {slots} slots"
    );
    assert!(pack.len() < 5000 + 8300 * slots);
}

#[test]
fn an_unmarked_exhibit_s_report_carries_no_soft_symbols() {
    let (case, ..) = packed();
    let unmarked = testdata("unmarked.mp4");
    let told = case.ended(1, &["scan", unmarked.to_str().unwrap(), "--json"]);
    let line = told.lines().next().unwrap();
    let report: Value = serde_json::from_str(line).unwrap();
    assert_eq!(report["evidence"], Value::Null);
}

#[test]
fn a_pack_holds_and_is_compared_with_its_report_and_key() {
    let (case, report, _) = packed();
    let key = Home::open(&case.home())
        .unwrap()
        .registry
        .public_key()
        .to_owned();
    let told = case.ended(
        0,
        &[
            "pack",
            "verify",
            "leak.pack.json",
            "--report",
            REPORT,
            "--registry-key",
            &key,
        ],
    );
    assert!(told.contains("HOLDS"), "{told}");
    assert_eq!(told.matches("not checked").count(), 2, "{told}");
    let other = "0f".repeat(32);
    let told = case.ended(
        1,
        &["pack", "verify", "leak.pack.json", "--registry-key", &other],
    );
    assert!(told.contains(&format!("not by {other}")), "{told}");
    let mut changed = report.clone();
    changed.exhibit.sha256 = "0f".repeat(32);
    fs::write(case.path("other.json"), to_json(&changed, false).unwrap()).unwrap();
    let told = case.ended(
        1,
        &["pack", "verify", "leak.pack.json", "--report", "other.json"],
    );
    assert!(
        told.contains("the pack's exhibit is not the report's"),
        "{told}"
    );
}

/// It opens the slots that the report used, of one codeword, and no salt or secret.
#[test]
fn a_pack_opens_what_the_report_used_and_nothing_else() {
    let (case, _, text) = packed();
    let pack = pack_from_json(text).unwrap();
    assert_eq!(pack.evidence(), case.evidence());
    let home = Home::open(&case.home()).unwrap();
    for kept in home.registry.receipts().unwrap() {
        assert!(!text.contains(&kept.salt), "the salt that opens all slots");
    }
    let secret = fs::read_to_string(case.home().join("leakmark.key")).unwrap();
    assert!(!text.contains(secret.trim_start_matches("leakmark-key-1 ").trim()));
}

/// What a distributor who is not named scores on the evidence of the report.
fn score_of(home: &Home, evidence: &EvidenceFile, distributor: &str) -> f64 {
    let slot = |soft: &SoftSlot| {
        let slot = SlotIndex(soft.slot);
        let (z, reliability) = soft.steps().unwrap();
        let bare = SlotEvidence {
            slot,
            z: [0.0; SYMBOLS],
            reliability: [0.0; SYMBOLS],
            bias: bias(&home.secret, &evidence.title, slot),
        };
        bare.with_steps(&z, &reliability)
    };
    let slots = evidence.slots.iter().map(slot).collect();
    let title = evidence.title.clone();
    let label = Label::marked(distributor, 1);
    score_all(&home.secret, &Evidence { title, slots }, &[label])[0]
        .log10_lr
        .0
}

#[test]
fn only_what_a_report_of_this_registry_proves_is_opened() {
    let (case, report, _) = packed();
    let home = Home::open(&case.home()).unwrap();
    issue(&home, "aurora", [6; 32]);
    let evidence = case.path("reports/leaked.mp4.evidence");
    fs::copy(evidence, case.path("forged.evidence")).unwrap();
    let refused = |report: &Report, more: &[&str], told: &str| {
        fs::write(case.path("forged.json"), to_json(report, false).unwrap()).unwrap();
        let mut args = vec!["pack", "make", "forged.json", "-o", "forged.pack.json"];
        args.extend(more);
        let words = case.ended(2, &args);
        assert!(words.contains(told), "{told}: {words}");
        assert!(!case.path("forged.pack.json").exists());
    };
    let mut other = report.clone();
    other.attributions.clear();
    refused(&other, &[], "names nobody");
    refused(
        report,
        &["--distributor", "aurora"],
        "does not name \"aurora\"",
    );
    let mut twice = report.clone();
    twice.attributions.push(report.attributions[0].clone());
    refused(&twice, &[], "--distributor");
    // Whatever is changed, by whoever has not the secret.
    let changes: [fn(&mut Report); 6] = [
        |r| r.attributions[0].distributor = "aurora".to_owned(),
        |r| r.attributions[0].name = "Somebody Else".to_owned(),
        |r| r.threshold.hypotheses = 1,
        |r| r.evidence = None,
        |r| r.coverage.keyframes += 1,
        |r| r.exhibit.sha512 = "0".repeat(128),
    ];
    for change in changes {
        let mut other = report.clone();
        change(&mut other);
        refused(&other, &[], "was changed since this registry signed it");
    }
    let fake = Signer::of_registry(&Secret::from_bytes([9; 32]));
    let other = report.clone().signed(&fake).unwrap();
    refused(&other, &[], "it is another registry's");
    // By whoever has it, out of carelessness: what does not follow is not opened.
    let signer = Signer::of_registry(&home.secret);
    let signed = |change: &dyn Fn(&mut Report)| {
        let mut other = report.clone();
        change(&mut other);
        other.signed(&signer).unwrap()
    };
    let other = signed(&|r| r.attributions[0].distributor = "aurora".to_owned());
    refused(&other, &[], "from its soft symbols follows");
    let low = score_of(&home, &case.evidence(), "aurora");
    let other = signed(&|r| {
        r.attributions[0].distributor = "aurora".to_owned();
        r.attributions[0].log10_likelihood_ratio = low;
    });
    refused(&other, &[], "names nobody among");
    let other = signed(&|r| r.threshold.hypotheses = 1);
    refused(&other, &[], "do not carry the seal of this registry");
    refused(&signed(&|r| r.evidence = None), &[], "no soft symbols");
    fs::write(case.path("forged.evidence"), "{}").unwrap();
    refused(report, &[], "is not the file that the report refers to");
    fs::remove_file(case.path("forged.evidence")).unwrap();
    fs::write(case.path("forged.json"), to_json(report, false).unwrap()).unwrap();
    let args = ["pack", "make", "forged.json", "-o", "forged.pack.json"];
    let told = case.ended(3, &args);
    assert!(told.contains("forged.evidence"), "{told}");
    let told = case.ended(2, &["pack", "make", REPORT, "-o", "leak.pack.json"]);
    assert!(told.contains("leak.pack.json exists"), "{told}");
}

#[test]
fn the_audit_log_names_the_exhibits_and_every_codeword_opened() {
    let (case, report, _) = packed();
    let log: Value = serde_json::from_str(&case.ended(0, &["audit", "--json"])).unwrap();
    let lines = log.as_array().unwrap();
    for command in ["scan", "pack make"] {
        let line = lines.iter().find(|l| {
            l["command"] == command && l["exhibit_sha256"] == report.exhibit.sha256.as_str()
        });
        let line = line.unwrap_or_else(|| panic!("{command} is not logged"));
        assert_eq!(line["exhibit_path"], report.exhibit.path.as_str());
        assert!(line["result"].as_str().unwrap().contains(LEAKER), "{line}");
    }
    case.ended(0, &["registry", "verify"]);
}

#[test]
fn an_independent_program_computes_the_same() {
    let (case, report, _) = packed();
    let stated = report.attributions[0].log10_likelihood_ratio;
    if let Some(computed) = python(&case.path("leak.pack.json")) {
        let computed = computed.expect("taken");
        println!("python {computed}, report {stated}");
        assert!((computed - stated).abs() < 0.002, "{computed} and {stated}");
    }
}

/// A way to tamper with a pack, and what each program must say of it.
type Tampering = (
    &'static str,
    fn(&mut EvidencePack),
    &'static str,
    &'static str,
);

fn flipped(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = match bytes[at] {
        b'0' => b'1',
        // Symbols are signs alone; elsewhere a plus is a digit of base64.
        b'+' if text.bytes().all(|b| b"+-".contains(&b)) => b'-',
        b'-' => b'+',
        b'A' => b'B',
        b'a'..=b'f' | b'1'..=b'9' => b'0',
        _ => b'A',
    };
    String::from_utf8(bytes).unwrap()
}

/// Cells with two of them exchanged: as many carry each symbol as before.
fn swapped(cells: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let mut bytes = STANDARD.decode(cells).unwrap();
    let other = bytes.iter().position(|b| *b != bytes[0]).unwrap();
    bytes.swap(0, other);
    STANDARD.encode(bytes)
}

const TAMPERINGS: [Tampering; 18] = [
    (
        "text",
        |p| p.receipt.text = p.receipt.text.replace("kernel", "aurora"),
        "text was changed",
        "text was changed",
    ),
    (
        "signature",
        |p| p.receipt.signature = flipped(&p.receipt.signature, 5),
        "signature was not made",
        "bad signature",
    ),
    (
        "key",
        |p| p.receipt.public_key = "58".to_owned() + &"66".repeat(31),
        "signature was not made",
        "bad signature",
    ),
    (
        "distributor",
        |p| p.distributor = "aurora".to_owned(),
        "about distributor \"aurora\"",
        "another distributor",
    ),
    (
        "symbols",
        |p| p.slots[0].symbols = flipped(&p.slots[0].symbols, 9),
        "not part of the codeword",
        "not what was committed",
    ),
    (
        "bias",
        |p| p.slots[1].bias = flipped(&p.slots[1].bias, 9),
        "not part of the codeword",
        "not what was committed",
    ),
    (
        "salt",
        |p| p.slots[1].salt = flipped(&p.slots[1].salt, 9),
        "not part of the codeword",
        "not what was committed",
    ),
    (
        "cells",
        |p| p.slots[1].cells = swapped(&p.slots[1].cells),
        "not part of the codeword",
        "not what was committed",
    ),
    (
        "reading left out",
        |p| p.readings.clear(),
        "readings are not of the pack's slots",
        "readings: not of",
    ),
    (
        "slot read twice",
        |p| p.readings.push(p.readings[0].clone()),
        "readings are not of the pack's slots",
        "readings: not of",
    ),
    (
        "path",
        |p| p.slots[1].path[12] = flipped(&p.slots[1].path[12], 9),
        "not part of the codeword",
        "not what was committed",
    ),
    (
        "z",
        |p| p.slots[0].z = flipped(&p.slots[0].z, 9),
        "registry sealed",
        "registry sealed",
    ),
    (
        "reliability",
        |p| p.slots[0].reliability = flipped(&p.slots[0].reliability, 9),
        "registry sealed",
        "not one amplitude",
    ),
    (
        "exhibit",
        |p| p.exhibit_sha256 = "0f".repeat(32),
        "registry sealed",
        "registry sealed",
    ),
    (
        "ratio",
        |p| p.log10_likelihood_ratio += 1.0,
        "follows from the soft symbols",
        "likelihood ratio",
    ),
    ("bound", |p| p.log10_p_false -= 1.0, "follows for", "bound"),
    (
        "slot twice",
        |p| p.slots.insert(1, p.slots[0].clone()),
        "does not come after",
        "not in order",
    ),
    (
        "slot left out",
        |p| drop(p.slots.remove(0)),
        "registry sealed",
        "readings: not of",
    ),
];

#[test]
fn both_programs_refuse_every_tampering_each_in_its_own_words() {
    let (case, _, text) = packed();
    for (name, tamper, rust, other) in TAMPERINGS {
        let mut pack = pack_from_json(text).unwrap();
        tamper(&mut pack);
        let file = format!("tampered-{}.json", name.replace(' ', "-"));
        fs::write(case.path(&file), serde_json::to_string(&pack).unwrap()).unwrap();
        let told = case.ended(1, &["pack", "verify", &file]);
        assert!(
            told.contains(rust) && told.contains("REFUSED"),
            "{name}: {told}"
        );
        if let Some(outcome) = python(&case.path(&file)) {
            let words = outcome.expect_err(name);
            assert!(words.contains(other), "{name}: {words}");
        }
    }
}

#[test]
fn what_is_no_pack_is_refused_without_a_panic() {
    let (case, _, text) = packed();
    let value: Value = serde_json::from_str(text).unwrap();
    let mut extra = value.clone();
    extra["more"] = Value::from(1);
    let mut newer = value.clone();
    newer["schema"] = Value::from("leakmark/evidence-pack/3");
    let deep = "[".repeat(100_000);
    for bad in [
        String::new(),
        "{}".to_owned(),
        "null".to_owned(),
        deep,
        extra.to_string(),
        newer.to_string(),
        text[..text.len() / 2].to_owned(),
    ] {
        fs::write(case.path("bad.json"), &bad).unwrap();
        let told = case.ended(2, &["pack", "verify", "bad.json"]);
        assert!(told.contains("evidence pack"), "{told}");
    }
    for (field, value) in [
        ("z", Value::from("AAAA")),
        ("slot", Value::from(8192)),
        ("path", Value::from(Vec::<String>::new())),
    ] {
        let mut bad: Value = serde_json::from_str(text).unwrap();
        bad["slots"][0][field] = value;
        fs::write(case.path("bad.json"), bad.to_string()).unwrap();
        case.ended(1, &["pack", "verify", "bad.json"]);
    }
    case.ended(3, &["pack", "verify", "missing.json"]);
}
