//! The JSON Schemas: every field is described, real reports and packs conform by
//! an independent validator's word, and what does not conform is refused.

use std::fs;
use std::sync::OnceLock;

use crate::kit::case::{self, Case};
use jsonschema::Validator;
use serde_json::Value;

fn scanned() -> &'static Case {
    static CASE: OnceLock<Case> = OnceLock::new();
    CASE.get_or_init(|| {
        let case = Case::new("schema");
        case.scan(&[]);
        case.ended(
            0,
            &[
                "pack",
                "make",
                "reports/leaked.mp4.report.json",
                "-o",
                "leak.pack.json",
            ],
        );
        case
    })
}

fn json(case: &Case, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(case.path(name)).unwrap()).unwrap()
}

fn schema(of: &str) -> Value {
    serde_json::from_str(&scanned().ended(0, &["report", "schema", of])).unwrap()
}

fn validator(of: &str) -> Validator {
    let schema = schema(of);
    jsonschema::meta::validate(&schema).expect("a valid schema");
    jsonschema::validator_for(&schema).unwrap()
}

/// Calls `visit` on every object of a schema, with where it is.
fn walk(value: &Value, place: &str, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => {
            visit(place, value);
            fields
                .iter()
                .for_each(|(name, below)| walk(below, &format!("{place}/{name}"), visit));
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(i, below)| walk(below, &format!("{place}/{i}"), visit)),
        _ => {}
    }
}

/// What may be null must say when, and what is a measure its unit.
#[test]
fn every_field_is_described_with_its_null_rule() {
    for of in [
        "report",
        "unreadable",
        "evidence-pack",
        "evidence",
        "dossier",
    ] {
        let mut fields = 0;
        walk(&schema(of), "", &mut |place, object| {
            let Some(properties) = object.get("properties").and_then(Value::as_object) else {
                return;
            };
            assert_eq!(
                object.get("additionalProperties"),
                Some(&Value::Bool(false)),
                "{of}{place} takes any field"
            );
            for (name, property) in properties {
                fields += 1;
                // One of several forms is described as a whole.
                let form = Some(object).filter(|_| place.contains("/oneOf/"));
                let words = property["description"].as_str();
                let words = words.or_else(|| form?.get("description")?.as_str());
                let words = words.unwrap_or_default();
                assert!(
                    words.len() >= 15,
                    "{of}{place}: {name} is not described: {words:?}"
                );
                let nullable = property.to_string().contains("\"null\"");
                let says = words.contains("null");
                assert!(
                    !nullable || says,
                    "{of}{place}: {name} may be null, and does not say when"
                );
                let measure = ["_s", "_deg", "_bytes"]
                    .iter()
                    .any(|unit| name.ends_with(unit));
                let unit = ["second", "degree", "byte", "time"];
                let lower = words.to_lowercase();
                assert!(
                    !measure || unit.iter().any(|unit| lower.contains(unit)),
                    "{of}{place}: {name} has no unit: {words:?}"
                );
            }
        });
        assert!(fields > 6, "{of}: {fields}");
    }
}

#[test]
fn real_reports_conform() {
    let case = scanned();
    let validator = validator("report");
    let mut reports = vec![json(case, "reports/leaked.mp4.report.json")];
    let unmarked = case::testdata("unmarked.mp4");
    let told = case.ended(1, &["scan", unmarked.to_str().unwrap(), "--json"]);
    reports.push(serde_json::from_str(told.lines().next().unwrap()).unwrap());
    image::GrayImage::new(320, 180)
        .save(case.path("still.png"))
        .unwrap();
    let told = case.ended(1, &["scan", "still.png", "--json"]);
    reports.push(serde_json::from_str(told.lines().next().unwrap()).unwrap());
    for report in reports {
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn a_real_pack_conforms() {
    let pack = json(scanned(), "leak.pack.json");
    let errors: Vec<String> = validator("evidence-pack")
        .iter_errors(&pack)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn real_soft_symbols_conform() {
    let evidence = json(scanned(), "reports/leaked.mp4.evidence");
    assert!(validator("evidence").is_valid(&evidence), "{evidence}");
}

#[test]
fn what_is_not_as_the_schema_says_is_refused() {
    let report = json(scanned(), "reports/leaked.mp4.report.json");
    let validator = validator("report");
    type Change = fn(&mut Value);
    let changes: [Change; 7] = [
        |r| r["schema"] = Value::from("leakmark/report/1"),
        |r| r["more"] = Value::from(1),
        |r| r["verdict"] = Value::from("guilty"),
        |r| r["exhibit"]["size_bytes"] = Value::from(-1),
        |r| r["attributions"] = Value::Null,
        |r| drop(r.as_object_mut().unwrap().remove("threshold")),
        |r| r["attributions"][0]["issue"]["receipt"]["more"] = Value::from(1),
    ];
    for change in changes {
        let mut other = report.clone();
        change(&mut other);
        assert!(!validator.is_valid(&other), "{other}");
    }
}
