//! The program as a stranger runs it: receipts made here, taken and refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::path::Path;
use std::process::Command;

use leakmark_core::key::{Secret, Signer};
use leakmark_evidence::hash::hash_file;
use leakmark_evidence::{Receipt, ReceiptText};

/// What the program prints, errors last; it must end with this code.
fn ended(dir: &Path, code: i32, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_leakmark-verify"))
        .current_dir(dir)
        .args(args)
        .output()
        .expect("run");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8(told).expect("text");
    assert_eq!(output.status.code(), Some(code), "{args:?}: {told}");
    told
}

fn said(number: i64, previous: &str, copy_sha256: &str) -> ReceiptText {
    ReceiptText {
        registry: "0f".repeat(16),
        number,
        previous: previous.to_owned(),
        issue: number,
        title: "lanterns".into(),
        title_name: "Lanterns over the Harbour".into(),
        distributor: "kernel".into(),
        distributor_name: "Kernel Streaming".into(),
        copy: 1,
        variants: None,
        copy_sha256: copy_sha256.to_owned(),
        master_sha256: "3c".repeat(32),
        reference_sha256: None,
        title_start_s: 0.0,
        duration_s: 12.0,
        codeword_slots: 8192,
        codeword_root: "4b".repeat(32),
        lost: String::new(),
        damaged: String::new(),
        issued_at: "2026-01-31T12:00:00Z".into(),
    }
}

/// Two receipts that follow each other, the second of the file `copy`, and the key.
fn receipts(dir: &Path) -> (Vec<Receipt>, String) {
    std::fs::write(dir.join("copy"), "a film").expect("written");
    let copy = hash_file(&dir.join("copy"), &mut |_| Ok(())).expect("hashed");
    let signer = Signer::of_registry(&Secret::from_bytes([1; 32]));
    let first = Receipt::sign(&said(1, &"0".repeat(64), &"2d".repeat(32)), &signer);
    let second = Receipt::sign(&said(2, &first.sha256, &copy.sha256), &signer);
    (vec![first, second], signer.public_key())
}

fn write(dir: &Path, name: &str, receipts: &[Receipt]) {
    let text = match receipts {
        [one] => serde_json::to_string(one),
        more => serde_json::to_string(more),
    };
    std::fs::write(dir.join(name), text.expect("JSON")).expect("written");
}

#[test]
fn it_is_called_by_its_own_name() {
    let told = ended(Path::new("."), 0, &["--version"]);
    assert!(told.starts_with("leakmark-verify "), "{told}");
}

#[test]
fn receipts_of_a_known_key_and_of_the_file_handed_out_are_taken() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (receipts, key) = receipts(dir.path());
    write(dir.path(), "r.json", &receipts);
    let known = [
        "receipt",
        "r.json",
        "--registry-key",
        &key,
        "--copy",
        "copy",
    ];
    let told = ended(dir.path(), 0, &known);
    for words in [
        "ok, known    registry's key",
        "ok           chain",
        "the file of receipt 2",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let told = ended(dir.path(), 4, &["receipt", "r.json"]);
    assert!(told.contains("NOTHING WAS AUTHENTICATED"), "{told}");
    write(dir.path(), "one.json", &receipts[1..]);
    let told = ended(dir.path(), 4, &["receipt", "one.json", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(answer["conclusion"], "nothing_authenticated");
}

#[test]
fn what_does_not_hold_is_refused_in_its_own_words() {
    let dir = tempfile::tempdir().expect("tempdir");
    let dir = dir.path();
    let (receipts, key) = receipts(dir);
    let refused = |receipts: &[Receipt], more: &[&str], words: &str| {
        write(dir, "bad.json", receipts);
        let told = ended(dir, 1, &[&["receipt", "bad.json"], more].concat());
        assert!(told.contains(words), "{words}: {told}");
    };
    let other = Signer::of_registry(&Secret::from_bytes([2; 32]));
    refused(
        &receipts,
        &["--registry-key", &other.public_key()],
        "not by",
    );
    let swapped = [receipts[1].clone(), receipts[0].clone()];
    refused(&swapped, &[], "does not come after");
    let foreign = Receipt::sign(&said(2, &"9c".repeat(32), &"2d".repeat(32)), &other);
    refused(&[receipts[0].clone(), foreign], &[], "was signed by");
    let signer = Signer::of_registry(&Secret::from_bytes([1; 32]));
    let apart = Receipt::sign(&said(2, &"9c".repeat(32), &"2d".repeat(32)), &signer);
    refused(&[receipts[0].clone(), apart], &[], "does not follow on");
    let mut changed = receipts[0].clone();
    changed.text = changed.text.replace("kernel", "aurora");
    refused(&[changed], &[], "text was changed");
    refused(
        &receipts[..1],
        &["--copy", "copy", "--registry-key", &key],
        "in none of the receipts",
    );
}

#[test]
fn what_is_nothing_of_the_kind_is_no_verdict() {
    let dir = tempfile::tempdir().expect("tempdir");
    let dir = dir.path();
    for bad in ["", "{}", "[]", "null", "[1]"] {
        std::fs::write(dir.join("bad.json"), bad).expect("written");
        ended(dir, 2, &["receipt", "bad.json"]);
        ended(dir, 2, &["pack", "bad.json"]);
        ended(dir, 1, &["report", "bad.json"]);
    }
    for what in ["receipt", "pack", "report", "timestamp"] {
        ended(dir, 3, &[what, "missing.json"]);
    }
    ended(dir, 2, &["pack", "bad.json", "--registry-key", "0f"]);
}

#[test]
fn a_failure_is_told_in_json_if_that_was_asked_for() {
    let dir = tempfile::tempdir().expect("tempdir");
    for (args, kind, code) in [
        (&["report", "no.json", "--json"][..], "unreadable", 3),
        (&["report", "--json"], "usage", 2),
    ] {
        let told = ended(dir.path(), code, args);
        let line = format!(r#"{{"error":{{"kind":"{kind}","message":""#);
        assert!(told.starts_with(&line), "{told}");
        assert!(
            told.contains(&format!(r#""exit_code":{code}}}}}"#)),
            "{told}"
        );
    }
}
