//! Informed detection: with the master's pictures taken away more is read, and whoever
//! has a pack reads the same.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::kit::python::python;
use crate::references::{LEAKER, set};
use leakmark::evidence::{FindingCode, Report, Verdict};

#[test]
fn with_the_master_s_pictures_more_is_read() {
    let set = set();
    let informed = set.scanned("home", "poor.mp4");
    assert_eq!(informed.verdict, Verdict::Attributed);
    assert_eq!(informed.attributions[0].distributor, LEAKER);
    set.home_of_its_own("blind");
    set.ended_in("blind", 0, &["title", "reference", "drop", "film"]);
    let blind = set.scanned("blind", "poor.mp4");
    let ratio = |report: &Report| {
        let named = report.attributions.iter().find(|a| a.distributor == LEAKER);
        named.map_or(0.0, |a| a.log10_likelihood_ratio)
    };
    let (with, without) = (ratio(&informed), ratio(&blind));
    println!("log10 LR {with:.1} with, {without:.1} without the master's pictures");
    assert!(with > without + 3.0, "{with} and {without}");
}

#[test]
fn an_unmarked_copy_is_known_by_its_pictures_and_another_film_is_not() {
    let set = set();
    let unmarked = set.scanned("home", "poor_film.mp4");
    assert_eq!(unmarked.verdict, Verdict::NoMarkFound);
    assert!(unmarked.attributions.is_empty());
    let known = |report: &Report| {
        let mut findings = report.findings.iter();
        let found = findings.find(|f| f.code == FindingCode::RecognizedWithoutMark);
        found.map(|f| f.words.clone())
    };
    let words = known(&unmarked).expect("it is known");
    assert!(words.contains("film from 0:00:00 on"), "{words}");
    let begins = unmarked.content[0].title_start_s.unwrap();
    assert!(begins.abs() < 0.25, "{begins}");
    let other = set.scanned("home", "other.mp4");
    assert_eq!(other.verdict, Verdict::NoMarkFound);
    assert_eq!((known(&other), other.content.len()), (None, 0));
    // Whoever takes the pictures out of the report is told so, also with the secret.
    set.ended(1, &["scan", "poor_film.mp4", "--out", "known"]);
    let report = set.path("known/poor_film.mp4.report.json");
    let mut forged: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    forged["content"] = Value::Array(Vec::new());
    fs::write(set.path("unknown.report.json"), forged.to_string()).unwrap();
    let told = set.ended(1, &["report", "verify", "unknown.report.json"]);
    assert!(told.contains("a title known by its pictures"), "{told}");
}

#[test]
fn a_pack_carries_the_pictures_that_were_taken_away() {
    let set = set();
    set.ended(0, &["scan", "poor.mp4", "--out", "informed"]);
    let report = "informed/poor.mp4.report.json";
    set.ended(0, &["pack", "make", report, "-o", "informed.pack.json"]);
    let key = set.ended(0, &["-q", "registry", "key"]);
    let verify = |pack: &str, code| {
        let args = ["pack", "verify", pack, "--exhibit", "poor.mp4"];
        set.ended(code, &[&args[..], &["--registry-key", key.trim()]].concat())
    };
    let told = verify("informed.pack.json", 0);
    assert!(
        told.contains("master's pictures") && told.contains("correlation 1.0000"),
        "{told}"
    );
    let path = set.path("informed.pack.json");
    let independent = || python(&path);
    assert!(independent().is_none_or(|held| held.is_ok()));

    let pack: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let changed = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut pack = pack.clone();
        change(&mut pack["references"]);
        fs::write(set.path(name), pack.to_string()).unwrap();
        verify(name, 1)
    };
    let none = changed("none.pack.json", &|references| {
        *references = Value::Array(vec![])
    });
    assert!(none.contains("the pack has none of them"), "{none}");
    let other = changed("other.pack.json", &|references| {
        let sealed = &mut references[0]["groups"][0]["sealed"];
        let mut bytes = STANDARD.decode(sealed.as_str().unwrap()).unwrap();
        bytes[100] ^= 1;
        *sealed = STANDARD.encode(bytes).into();
    });
    assert!(other.contains("damaged"), "{other}");
    let entry = changed("entry.pack.json", &|references| {
        let entry = references[0]["entry"].as_str().unwrap().to_owned();
        references[0]["entry"] = (entry + " ").into();
    });
    assert!(entry.contains("not signed by the registry"), "{entry}");
}
