//! What was sent to whom, as a table, as CSV, as JSON: from the receipts.

use std::fs;

use crate::kit::case::{Case, LEAKER, TITLE, issue};
use leakmark::job::Home;
use leakmark::registry::Distributor;
use serde_json::Value;

fn json(case: &Case, args: &[&str]) -> Vec<Value> {
    let told = case.ended(0, &[&["-q", "issue", "list", "--json"], args].concat());
    serde_json::from_str(&told).unwrap()
}

#[test]
fn what_was_sent_to_whom_is_what_the_receipts_say() {
    let case = Case::new("issues");
    let all = json(&case, &[]);
    assert!(all.len() > 2, "{all:?}");
    let home = Home::open(&case.home()).unwrap();
    for (sent, kept) in all.iter().zip(home.registry.receipts().unwrap()) {
        let said = kept.receipt.check().unwrap();
        assert_eq!(sent["issue"], said.issue);
        assert_eq!(sent["copy_sha256"], said.copy_sha256);
        assert_eq!(sent["master_sha256"], said.master_sha256);
        assert_eq!(sent["distributor_name"], said.distributor_name);
        assert_eq!(
            (&sent["receipt"], &sent["receipt_sha256"]),
            (&said.number.into(), &kept.receipt.sha256.into())
        );
        assert_eq!(
            (&sent["reel"], &sent["name_now"]),
            (&1.into(), &Value::Null)
        );
    }
    // Again, later, under another name, to one who is revoked since.
    case.ended(0, &["distributor", "rename", LEAKER, "Kernel Group"]);
    issue(&home, LEAKER, [7; 32]);
    case.ended(
        0,
        &[
            "distributor",
            "revoke",
            LEAKER,
            "--reason",
            "contract ended",
        ],
    );
    let theirs = json(&case, &["--distributor", LEAKER]);
    assert_eq!(theirs.len(), 2, "{theirs:?}");
    assert_ne!(theirs[0]["distributor_name"], "Kernel Group");
    assert_eq!(theirs[0]["name_now"], "Kernel Group");
    assert_eq!(
        (&theirs[1]["distributor_name"], &theirs[1]["name_now"]),
        (&"Kernel Group".into(), &Value::Null)
    );
    assert_eq!(
        (&theirs[0]["copy"], &theirs[1]["copy"]),
        (&1.into(), &2.into())
    );
    assert!(theirs[1]["revoked_since"].is_string());
    let times: Vec<&str> = theirs
        .iter()
        .map(|sent| sent["issued_at"].as_str().unwrap())
        .collect();
    assert!(times[0] < times[1], "{times:?}");
    let asked = |more: [&str; 2]| json(&case, &[&["--distributor", LEAKER], &more[..]].concat());
    assert_eq!(asked(["--since", times[1]]), [theirs[1].clone()]);
    assert_eq!(asked(["--until", times[0]]), [theirs[0].clone()]);
    assert_eq!(asked(["--since", &times[0][..10]]).len(), 2);
    assert_eq!(asked(["--until", &times[1][..10]]).len(), 2);
    assert_eq!(json(&case, &["--until", "2001-01-01"]).len(), 0);
    assert_eq!(
        json(&case, &["--since", "2001-01-01", "--title", TITLE]).len(),
        all.len() + 1
    );
    let table = case.ended(0, &["issue", "list", "--distributor", LEAKER]);
    assert!(
        table.contains("(revoked)") && table.contains("Kernel Group"),
        "{table}"
    );
    let listed = case.ended(0, &["-q", "distributor", "list", "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let leaker = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["id"] == LEAKER)
        .unwrap();
    assert_eq!(
        (&leaker["issues"], &leaker["last_issue"]),
        (&2.into(), &theirs[1]["issued_at"])
    );
    for (args, why) in [
        (&["--title", "other"][..], "no title \"other\""),
        (&["--distributor", "nobody"], "no distributor \"nobody\""),
        (&["--since", "yesterday"], "neither a day nor a moment"),
        (&["--csv", "--json"], "cannot be used with"),
    ] {
        let told = case.ended(2, &[&["issue", "list"], args].concat());
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn a_spreadsheet_runs_nothing_of_what_is_exported() {
    let case = Case::new("issues_csv");
    let home = Home::open(&case.home()).unwrap();
    home.registry
        .add_distributor(&Distributor {
            id: "evil".into(),
            name: "=HYPERLINK(\"http://evil.example\";\"x\"), \"y\"".into(),
            ..Distributor::default()
        })
        .unwrap();
    issue(&home, "evil", [9; 32]);
    case.ended(0, &["issue", "export", "sent.csv"]);
    let text = fs::read_to_string(case.path("sent.csv")).unwrap();
    assert_eq!(text, case.ended(0, &["-q", "issue", "list", "--csv"]));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let sent = json(&case, &[]);
    assert_eq!(records.len(), sent.len());
    for (record, sent) in records.iter().zip(&sent) {
        for (column, cell) in head.iter().zip(record) {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{column}: {cell}"
            );
            let value = &sent[column];
            let told = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let told = if value.is_null() { String::new() } else { told };
            let same =
                cell == told || cell == format!("'{told}") || value.as_f64() == cell.parse().ok();
            assert!(same, "{column}: {cell:?} is not {told:?}");
        }
    }
    // Whole, in the form of its name, and never over another file.
    case.ended(
        0,
        &["issue", "export", "sent.json", "--distributor", "evil"],
    );
    let text = fs::read_to_string(case.path("sent.json")).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Value>>(&text).unwrap().len(), 1);
    assert!(
        case.ended(2, &["issue", "export", "sent.csv"])
            .contains("exists")
    );
    assert!(
        case.ended(2, &["issue", "export", "sent.xls"])
            .contains(".csv or .json")
    );
}

#[test]
fn a_record_that_contradicts_its_receipt_is_not_listed() {
    let case = Case::new("issues_forged");
    let db = rusqlite::Connection::open(case.home().join("leakmark.db")).unwrap();
    db.execute_batch("DROP TRIGGER issue_records_stay; UPDATE issue_records SET copy_sha256 = replace(copy_sha256, 'a', 'b') WHERE id = 2;").unwrap();
    drop(db);
    let told = case.ended(2, &["issue", "list"]);
    assert!(
        told.contains("issue record 2 and its receipt do not say the same"),
        "{told}"
    );
}
