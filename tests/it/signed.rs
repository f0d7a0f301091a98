//! Signed reports: made by `scan --sign`, taken by `verify` and by OpenSSL, and
//! refused, each in its own words, when anything was tampered with.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use crate::kit::case::{Case, testdata};
use crate::kit::program::skipped;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leakmark::evidence::escape::is_hostile;
use leakmark::evidence::{from_json, to_json};
use serde_json::Value;

const BARE: &str = "reports/leaked.mp4.report.json";
const SIGNED: &str = "reports/leaked.mp4.report.dsse.json";

/// A case with a signed report.
fn signed() -> &'static Case {
    static CASE: OnceLock<Case> = OnceLock::new();
    CASE.get_or_init(|| {
        let case = Case::new("signed");
        case.ended(0, &["keygen-report", "report.key"]);
        case.scan(&["--sign", "report.key"]);
        case
    })
}

fn leak() -> String {
    testdata("leaked.mp4").to_str().unwrap().to_owned()
}

/// Writes the envelope with its statement changed, still signed as it was.
fn forged(case: &Case, name: &str, change: impl Fn(&mut Value)) {
    let text = fs::read_to_string(case.path(SIGNED)).unwrap();
    let mut envelope: Value = serde_json::from_str(&text).unwrap();
    let payload = STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let mut statement: Value = serde_json::from_slice(&payload).unwrap();
    change(&mut statement);
    envelope["payload"] = Value::from(STANDARD.encode(statement.to_string()));
    fs::write(case.path(name), envelope.to_string()).unwrap();
}

#[test]
fn a_signed_report_verifies_alone_and_through_its_bare_form() {
    let case = signed();
    for report in [SIGNED, BARE] {
        let told = case.ended(
            0,
            &[
                "verify",
                report,
                "--key",
                "report.key.pub",
                "--exhibit",
                &leak(),
            ],
        );
        assert!(told.contains("ok, known    signature"), "{told}");
        assert!(told.contains("ok           exhibit"), "{told}");
        assert!(told.contains("ok           receipt of kernel"), "{told}");
        assert!(told.contains("ok           registry's signature"), "{told}");
        assert!(told.contains("HOLDS"), "{told}");
    }
    let told = case.ended(4, &["verify", SIGNED]);
    for words in [
        "not checked  signature",
        "not checked  exhibit",
        "NOTHING WAS AUTHENTICATED",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let json = case.ended(0, &["verify", SIGNED, "--key", "report.key.pub", "--json"]);
    let answer: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(answer["holds"], true);
    assert_eq!(answer["conclusion"], "holds");
    assert_eq!(answer["checks"][0]["outcome"], "authenticated");
}

#[test]
fn the_envelope_is_an_in_toto_statement_on_the_exhibit() {
    let case = signed();
    let envelope: Value =
        serde_json::from_str(&fs::read_to_string(case.path(SIGNED)).unwrap()).unwrap();
    assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");
    let payload = STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let statement: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    let report = from_json(&statement["predicate"].to_string()).unwrap();
    assert_eq!(report, case.report());
    assert_eq!(
        statement["subject"][0]["digest"]["sha256"],
        report.exhibit.sha256.as_str()
    );
}

#[test]
fn openssl_takes_the_signature_and_the_keys() {
    let case = signed();
    let envelope: Value =
        serde_json::from_str(&fs::read_to_string(case.path(SIGNED)).unwrap()).unwrap();
    let payload = STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let head = format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len());
    fs::write(case.path("pae"), [head.as_bytes(), &payload].concat()).unwrap();
    let sig = envelope["signatures"][0]["sig"].as_str().unwrap();
    fs::write(case.path("sig"), STANDARD.decode(sig).unwrap()).unwrap();
    let verify = [
        "pkeyutl",
        "-verify",
        "-rawin",
        "-in",
        "pae",
        "-sigfile",
        "sig",
        "-pubin",
        "-inkey",
        "report.key.pub",
    ];
    let private = ["pkey", "-in", "report.key", "-noout"];
    for args in [&verify[..], &private] {
        match Command::new("openssl")
            .current_dir(&case.dir)
            .args(args)
            .output()
        {
            Err(error) => skipped(format_args!("no openssl ({error})")),
            Ok(ended) => assert!(
                ended.status.success(),
                "{}",
                String::from_utf8_lossy(&ended.stderr)
            ),
        }
    }
}

#[test]
fn with_json_envelopes_are_printed_and_a_table_cannot_be_signed() {
    let case = signed();
    let told = case.ended(
        0,
        &["scan", &leak(), "--json", "--sign", "report.key", "-q"],
    );
    fs::write(case.path("printed.json"), &told).unwrap();
    case.ended(0, &["verify", "printed.json", "--key", "report.key.pub"]);
    let told = case.ended(2, &["scan", &leak(), "--sign", "report.key"]);
    assert!(told.contains("add --out DIR or --json"), "{told}");
    let told = case.ended(2, &["scan", &leak(), "--json", "--sign", "report.key.pub"]);
    assert!(told.contains("is not a key to sign with"), "{told}");
}

#[test]
fn every_tampering_is_refused_in_its_own_words() {
    let case = signed();
    let refused = |report: &str, more: &[&str], told: &str| {
        let mut args = vec!["verify", report];
        args.extend(more);
        let words = case.ended(1, &args);
        assert!(
            words.contains(told) && words.contains("REFUSED"),
            "{told}: {words}"
        );
    };
    let key = ["--key", "report.key.pub"];
    // The payload, the signature, the key, the exhibit.
    forged(case, "payload.json", |s| {
        s["predicate"]["attributions"][0]["name"] = "X".into()
    });
    refused(
        "payload.json",
        &key,
        "signature: it is not this key's on this report",
    );
    let mut envelope: Value =
        serde_json::from_str(&fs::read_to_string(case.path(SIGNED)).unwrap()).unwrap();
    envelope["signatures"][0]["sig"] = STANDARD.encode([7; 64]).into();
    fs::write(case.path("signature.json"), envelope.to_string()).unwrap();
    refused(
        "signature.json",
        &key,
        "signature: it is not this key's on this report",
    );
    envelope["signatures"] = Value::Array(Vec::new());
    fs::write(case.path("unsigned.json"), envelope.to_string()).unwrap();
    refused("unsigned.json", &key, "the envelope is not signed");
    if !case.path("other.key").exists() {
        case.ended(0, &["keygen-report", "other.key"]);
    }
    refused(
        SIGNED,
        &["--key", "other.key.pub"],
        "signature: it was made with another key",
    );
    let unmarked = testdata("unmarked.mp4");
    refused(
        SIGNED,
        &["--exhibit", unmarked.to_str().unwrap()],
        "it is another file: SHA-256",
    );
    // What the payload says, whoever signed it.
    forged(case, "version.json", |s| {
        s["predicate"]["schema"] = "leakmark/report/9".into()
    });
    refused("version.json", &[], "is of type \"leakmark/report/9\"");
    forged(case, "field.json", |s| s["predicate"]["more"] = 1.into());
    refused("field.json", &[], "unknown field `more`");
    forged(case, "subject.json", |s| {
        s["subject"][0]["digest"]["sha256"] = "0f".repeat(32).into()
    });
    refused(
        "subject.json",
        &[],
        "subject is not what the report is about",
    );
    forged(case, "bound.json", |s| {
        s["predicate"]["attributions"][0]["log10_p_false"] = (-99.0).into()
    });
    refused("bound.json", &[], "the report states -99.000");
    forged(case, "verdict.json", |s| {
        s["predicate"]["verdict"] = "no_mark_found".into()
    });
    refused("verdict.json", &[], "contradict each other");
    forged(case, "receipt.json", |s| {
        let receipt = &mut s["predicate"]["attributions"][0]["issue"]["receipt"];
        receipt["text"] = (receipt["text"].as_str().unwrap().to_owned() + "x").into();
    });
    refused("receipt.json", &[], "the receipt's text was changed");
    forged(case, "z.json", |s| {
        s["predicate"]["evidence"]["sha256"] = "0f".repeat(32).into()
    });
    refused("z.json", &[], "changed since its registry signed it");
}

#[test]
fn a_bare_report_beside_its_envelope_must_be_the_same() {
    let case = signed();
    let dir = case.path("changed");
    fs::create_dir_all(&dir).unwrap();
    fs::copy(case.path(SIGNED), dir.join("leaked.mp4.report.dsse.json")).unwrap();
    let mut report = case.report();
    report.attributions[0].name = "Somebody Else".into();
    fs::write(
        dir.join("leaked.mp4.report.json"),
        to_json(&report, true).unwrap(),
    )
    .unwrap();
    let told = case.ended(
        1,
        &[
            "verify",
            "changed/leaked.mp4.report.json",
            "--key",
            "report.key.pub",
        ],
    );
    assert!(
        told.contains("not the report in the signed envelope beside it"),
        "{told}"
    );
    fs::copy(case.path(BARE), case.path("alone.report.json")).unwrap();
    let told = case.ended(
        1,
        &["verify", "alone.report.json", "--key", "report.key.pub"],
    );
    assert!(told.contains("the report is not signed"), "{told}");
    case.ended(4, &["verify", "alone.report.json"]);
}

#[test]
fn what_is_no_report_is_refused_without_a_panic() {
    let case = signed();
    for bad in [
        "",
        "{}",
        "[]",
        "null",
        "{\"payloadType\":1}",
        &"[".repeat(100_000),
    ] {
        fs::write(case.path("bad.json"), bad).unwrap();
        let told = case.ended(1, &["verify", "bad.json"]);
        assert!(told.contains("not a report of version"), "{told}");
    }
    fs::write(case.path("bad.json"), [0xFF, 0xFE]).unwrap();
    case.ended(3, &["verify", "bad.json"]);
    case.ended(3, &["verify", "missing.json"]);
    let told = case.ended(2, &["verify", SIGNED, "--key", BARE]);
    assert!(told.contains("is not a public key"), "{told}");
}

#[test]
fn a_report_that_is_not_signed_takes_the_place_of_the_envelope_too() {
    let case = Case::new("resigned");
    case.ended(0, &["keygen-report", "report.key"]);
    case.scan(&["--sign", "report.key"]);
    assert!(case.path(SIGNED).exists());
    case.scan(&[]);
    assert!(
        !case.path(SIGNED).exists(),
        "it would not fit the new report"
    );
}

#[test]
fn a_pack_can_be_made_of_a_signed_report() {
    let case = signed();
    let _ = fs::remove_file(case.path("pack.json"));
    case.ended(0, &["evidence-pack", SIGNED, "-o", "pack.json"]);
    case.ended(4, &["verify-pack", "pack.json"]);
}

#[test]
fn hostile_words_in_a_report_handed_in_do_nothing_to_a_terminal() {
    let case = signed();
    let words = "<b>\u{1b}]0;x\u{7}\u{202e}\n\u{2066}".repeat(2000);
    forged(case, "hostile.json", |s| {
        let named = &mut s["predicate"]["attributions"][0];
        named["distributor"] = words.as_str().into();
        named["name"] = words.as_str().into();
        s["predicate"]["exhibit"]["sha256"] = words.as_str().into();
        s["subject"][0]["digest"]["sha256"] = words.as_str().into();
        s["predicate"]["schema"] = words.as_str().into();
    });
    let mut envelope: Value =
        serde_json::from_str(&fs::read_to_string(case.path("hostile.json")).unwrap()).unwrap();
    envelope["signatures"][0]["keyid"] = words.as_str().into();
    fs::write(case.path("hostile.json"), envelope.to_string()).unwrap();
    for more in [
        &[][..],
        &["--key", "report.key.pub"],
        &["--json"],
        &["--exhibit", &leak()],
    ] {
        let told = case.ended(1, &[&["verify", "hostile.json"], more].concat());
        let active = told
            .chars()
            .find(|c| *c != '\n' && is_hostile(&c.to_string()));
        assert_eq!(active, None, "{more:?}");
    }
}
