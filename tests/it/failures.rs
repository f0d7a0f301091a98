//! What a program gets when a command fails: with `--json`, one object on
//! standard output with kind, message, hint and exit code, beside the words.

use crate::kit::house::{House, code, err, out};
use serde_json::Value;

/// The failure that these words end with.
fn failure(house: &House, args: &[&str]) -> Value {
    let output = house.run(args);
    let told: Value = serde_json::from_str(&out(&output))
        .unwrap_or_else(|e| panic!("{args:?}: {e}: {}{}", out(&output), err(&output)));
    let error = told["error"].clone();
    assert_eq!(error["exit_code"], code(&output), "{args:?}: {told}");
    assert!(err(&output).starts_with("leakmark: "), "{args:?}");
    let words = err(&output)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let message = error["message"].as_str().unwrap();
    assert!(words.contains(message), "{args:?}: {words}: {message}");
    error
}

fn validator(house: &House) -> jsonschema::Validator {
    let schema = house.json(0, &["report", "schema", "error"]);
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn a_command_that_fails_says_so_in_json() {
    let house = House::ready();
    let nowhere = House::empty();
    let validator = validator(&house);
    let missing = "a registry with `leakmark init`";
    for (house, kind, hint, args) in [
        (
            &nowhere,
            "registry",
            missing,
            &["distributor", "list", "--json"][..],
        ),
        (&nowhere, "registry", missing, &["title", "list", "--json"]),
        (
            &nowhere,
            "registry",
            missing,
            &["registry", "audit", "--json"],
        ),
        (
            &nowhere,
            "registry",
            missing,
            &["registry", "verify", "--json"],
        ),
        (&nowhere, "registry", missing, &["scan", "x.mp4", "--json"]),
        (
            &nowhere,
            "registry",
            missing,
            &["copy", "verify", "x.mp4", "--json"],
        ),
        (
            &nowhere,
            "registry",
            missing,
            &["mark", "x.mp4", "--to", "a", "--json"],
        ),
        (
            &house,
            "registry",
            "distributor list",
            &["mark", "x.mp4", "--to", "nobody", "--json"],
        ),
        (
            &house,
            "usage",
            "",
            &["report", "verify", "x", "--json", "--registry-key", "x"],
        ),
        (
            &house,
            "unreadable",
            "",
            &["report", "verify", "x.json", "--json"],
        ),
        (
            &house,
            "unreadable",
            "",
            &["pack", "verify", "x.json", "--json"],
        ),
        (
            &house,
            "unreadable",
            "",
            &["copy", "verify", "x.mp4", "--json"],
        ),
    ] {
        let error = failure(house, args);
        assert_eq!(error["kind"], kind, "{args:?}: {error}");
        let told = error["hint"].as_str().unwrap_or_default();
        assert!(told.contains(hint), "{args:?}: {error}");
        let whole = serde_json::json!({ "error": error });
        assert!(validator.is_valid(&whole), "{whole}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_told_in_json_too() {
    let house = House::ready();
    for (args, message) in [
        (&["scan", "--json"][..], "required arguments"),
        (&["scan", "x", "--jsn", "--json"], "--jsn"),
        (&["--json"], "--json"),
        (&["scam", "--json"], "scam"),
        (
            &["mark", "x", "--to", "aurora", "--crf", "60", "--json"],
            "--crf",
        ),
        (&["scan", "x", "--json", "--jobs", "0"], "--jobs"),
    ] {
        let error = failure(&house, args);
        assert_eq!(
            (&error["kind"], &error["exit_code"]),
            (&"usage".into(), &2.into())
        );
        let told = error["message"].as_str().unwrap();
        assert!(told.contains(message), "{args:?}: {told}");
        assert!(!told.starts_with("error:"), "{told}");
    }
    // Without it, standard output stays empty.
    assert!(out(&house.run(&["scam"])).is_empty());
    assert!(out(&house.run(&["mark", "x", "--to", "nobody"])).is_empty());
    // Behind `--` it is the name of a file.
    assert!(out(&house.run(&["copy", "verify", "--", "--json"])).is_empty());
}
