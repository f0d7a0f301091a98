//! Evidence packs: what they open, that two independent programs compute the same
//! from them, and that neither takes one that was tampered with.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::kit::case::{self, Case, LEAKER, TITLE, issue};
use leakmark::evidence::{EvidencePack, Report, SoftSlot, pack_from_json, to_json};
use leakmark::job::Home;
use serde_json::Value;

const REPORT: &str = "reports/leaked.mp4.report.json";

/// A case, the report on it and the pack made of it.
fn packed() -> &'static (Case, Report, String) {
    static PACKED: OnceLock<(Case, Report, String)> = OnceLock::new();
    PACKED.get_or_init(|| {
        let case = Case::new("packs");
        let report = case.scan(&[]);
        case.ended(0, &["evidence-pack", REPORT, "-o", "leak.pack.json"]);
        let text = fs::read_to_string(case.path("leak.pack.json")).unwrap();
        (case, report, text)
    })
}

#[test]
fn a_report_carries_receipts_and_soft_symbols_in_a_sensible_size() {
    let (case, report, pack) = packed();
    let found = &report.attributions[0];
    assert_eq!(found.distributor, LEAKER);
    let receipt = found.issue.as_ref().unwrap().receipt.as_ref().unwrap();
    assert_eq!(Some(receipt), found.earliest_receipt.as_ref());
    assert_eq!(receipt.check().unwrap().title, TITLE);
    let slots = report.evidence.as_ref().unwrap().slots.len();
    let bytes = fs::metadata(case.path(REPORT)).unwrap().len() as usize;
    println!(
        "{slots} slots: report {bytes} bytes, pack {} bytes",
        pack.len()
    );
    assert!(
        bytes < 12_000 + 500 * slots,
        "{bytes} bytes for {slots} slots"
    );
    assert!(pack.len() < 4000 + 2600 * slots);
}

#[test]
fn a_copy_issued_before_there_were_receipts_is_said_to_have_none() {
    let case = Case::as_it_was("no-receipt");
    let report = case.scan(&[]);
    let found = &report.attributions[0];
    assert!(found.earliest_receipt.is_none());
    assert!(found.issue.as_ref().unwrap().receipt.is_none());
    let told = case.ended(2, &["evidence-pack", REPORT, "-o", "x.json"]);
    assert!(told.contains("before there were receipts"), "{told}");
}

#[test]
fn an_unmarked_exhibit_s_report_carries_no_soft_symbols() {
    let (case, ..) = packed();
    let unmarked = case::testdata("unmarked.mp4");
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
        .log_key()
        .unwrap()
        .to_owned();
    let told = case.ended(
        0,
        &[
            "verify-pack",
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
        &["verify-pack", "leak.pack.json", "--registry-key", &other],
    );
    assert!(told.contains(&format!("not by {other}")), "{told}");
    let mut changed = report.clone();
    changed.exhibit.sha256 = "0f".repeat(32);
    fs::write(case.path("other.json"), to_json(&changed, false).unwrap()).unwrap();
    let told = case.ended(
        1,
        &["verify-pack", "leak.pack.json", "--report", "other.json"],
    );
    assert!(
        told.contains("the pack's exhibit is not the report's"),
        "{told}"
    );
}

/// It opens the slots that the report used, of one codeword, and no salt or secret.
#[test]
fn a_pack_opens_what_the_report_used_and_nothing_else() {
    let (case, report, text) = packed();
    let pack = pack_from_json(text).unwrap();
    let evidence = report.evidence.as_ref().unwrap();
    let slots: Vec<SoftSlot> = pack.slots.iter().map(|s| s.soft()).collect();
    assert_eq!(slots, evidence.slots);
    let home = Home::open(&case.home()).unwrap();
    for kept in home.registry.receipts().unwrap() {
        assert!(!text.contains(&kept.salt), "the salt that opens all slots");
    }
    let secret = fs::read_to_string(case.home().join("leakmark.key")).unwrap();
    assert!(!text.contains(secret.trim_start_matches("leakmark-key-1 ").trim()));
}

#[test]
fn only_what_a_report_of_this_registry_proves_is_opened() {
    let (case, report, _) = packed();
    issue(&Home::open(&case.home()).unwrap(), "aurora", [6; 32]);
    let refused = |report: &Report, more: &[&str], told: &str| {
        fs::write(case.path("forged.json"), to_json(report, false).unwrap()).unwrap();
        let mut args = vec!["evidence-pack", "forged.json", "-o", "forged.pack.json"];
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
    let mut other = report.clone();
    other.attributions[0].distributor = "aurora".to_owned();
    refused(&other, &[], "the report was changed");
    let mut other = report.clone();
    let runner_up = report.runner_up.clone().unwrap();
    issue(
        &Home::open(&case.home()).unwrap(),
        &runner_up.distributor,
        [7; 32],
    );
    other.attributions[0].distributor = runner_up.distributor;
    other.attributions[0].log10_likelihood_ratio = runner_up.log10_likelihood_ratio;
    refused(&other, &[], "names nobody among");
    let mut other = report.clone();
    let evidence = other.evidence.as_mut().unwrap();
    evidence.slots.push(SoftSlot::new(4000, &[0; 64], &[0; 64]));
    refused(&other, &[], "do not carry the seal of this registry");
    let mut other = report.clone();
    other.threshold.hypotheses = 1;
    refused(&other, &[], "do not carry the seal of this registry");
    let mut other = report.clone();
    other.evidence = None;
    refused(&other, &[], "no soft symbols");
    let mut twice = report.clone();
    twice.attributions.push(report.attributions[0].clone());
    refused(&twice, &[], "--distributor");
    let told = case.ended(2, &["evidence-pack", REPORT, "-o", "leak.pack.json"]);
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

/// The verdict of the independent program: its log10 LR, or why it refused.
fn python(pack: &Path) -> Option<Result<f64, String>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_pack.py");
    let ended = match Command::new("python3").arg(script).arg(pack).output() {
        Ok(ended) => ended,
        Err(error) => {
            println!("skipped: no python3 ({error})");
            return None;
        }
    };
    let out = String::from_utf8(ended.stdout).unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    match ended.status.code() {
        Some(0) => Some(Ok(out
            .trim()
            .strip_prefix("log10 LR ")
            .unwrap()
            .parse()
            .unwrap())),
        Some(1) if err.starts_with("refused: ") => Some(Err(err)),
        code => panic!("python ended with {code:?}: {err}"),
    }
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
        b'+' => b'-',
        b'-' => b'+',
        b'A' => b'B',
        b'a'..=b'f' | b'1'..=b'9' => b'0',
        _ => b'A',
    };
    String::from_utf8(bytes).unwrap()
}

const TAMPERINGS: [Tampering; 15] = [
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
        "registry sealed",
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
        "registry sealed",
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
        let told = case.ended(1, &["verify-pack", &file]);
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
    newer["schema"] = Value::from("leakmark/evidence-pack/2");
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
        let told = case.ended(2, &["verify-pack", "bad.json"]);
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
        case.ended(1, &["verify-pack", "bad.json"]);
    }
    case.ended(3, &["verify-pack", "missing.json"]);
}
