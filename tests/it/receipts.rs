//! Receipts and the audit log: what was done to them behind the program's back
//! shows, each with its own words, and older registries are upgraded.

use std::fs;
use std::path::Path;

use leakmark::error::Error;
use leakmark::evidence::{Check, Outcome, all_hold};
use leakmark::job::{Home, verify_registry};
use leakmark::key::{Secret, Signer};
use leakmark::registry::{
    ActiveRect, AuditEntry, CodewordCommitment, Distributor, FILE_NAME, Issue, Registry, Title,
};
use leakmark::trace::{COMMITTED_SLOTS, Commitment};
use tempfile::TempDir;

/// A home whose registry has issued three copies, one each to a, b and c, and
/// logged three lines.
fn house() -> TempDir {
    let dir = TempDir::new().unwrap();
    let home = Home::init(dir.path()).unwrap();
    home.registry.add_title(&title()).unwrap();
    for id in ["a", "b", "c"] {
        home.registry
            .add_distributor(&Distributor {
                id: id.to_owned(),
                name: id.to_owned(),
                ..Distributor::default()
            })
            .unwrap();
        issue(&home, id);
        let entry = AuditEntry::here("mark", id, "done");
        home.registry.log(&entry).unwrap();
    }
    dir
}

fn title() -> Title {
    Title {
        id: "film".to_owned(),
        name: "Film".to_owned(),
        width: 640,
        height: 360,
        sar: (1, 1),
        active: ActiveRect {
            x: 0,
            y: 0,
            width: 640,
            height: 360,
        },
        display_width: 640.0,
        display_height: 360.0,
        duration_s: 12.0,
        fps: 25.0,
        ..Title::default()
    }
}

fn issue(home: &Home, distributor: &str) -> i64 {
    let salt = [distributor.as_bytes()[0]; 32];
    let root = Commitment::new(&home.secret, "film", distributor, salt).root();
    let codeword = CodewordCommitment {
        slots: COMMITTED_SLOTS,
        root: hex(&root),
        salt: hex(&salt),
    };
    let record = Issue {
        title: "film".to_owned(),
        distributor: distributor.to_owned(),
        master_sha256: "ab".repeat(32),
        copy_sha256: hex(&salt),
        title_start_s: 0.1,
        duration_s: 12.0,
        parameters: serde_json::json!({}),
        ..Issue::default()
    };
    home.registry.record_issue(&record, &codeword).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Changes the file as somebody would who has SQLite but not the secret.
fn tamper(home: &Path, statements: &str) {
    let conn = rusqlite::Connection::open(home.join(FILE_NAME)).unwrap();
    let triggers: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        conn.execute_batch(&format!("DROP TRIGGER {trigger}"))
            .unwrap();
    }
    conn.execute_batch(statements).unwrap();
}

fn faults(home: &Path) -> Vec<String> {
    let checked = verify_registry(home, None).unwrap();
    assert!(checked.checks[0].what == "logs");
    let failed = checked.checks[1..].iter();
    failed
        .filter(|c| c.outcome == Outcome::Fails)
        .map(|c| c.words.clone())
        .collect()
}

#[test]
fn an_untouched_registry_verifies() {
    let house = house();
    let checked = verify_registry(house.path(), None).unwrap();
    assert!(all_hold(&checked.checks), "{:?}", checked.checks);
    let again = verify_registry(house.path(), Some(&checked.head)).unwrap();
    let sound = |c: &Check| matches!(c.outcome, Outcome::Authenticated | Outcome::Holds);
    assert!(again.checks.iter().all(sound));
    fs::remove_file(house.path().join("leakmark.key")).unwrap();
    let without = verify_registry(house.path(), Some(&checked.head)).unwrap();
    assert!(all_hold(&without.checks));
    let open = without
        .checks
        .iter()
        .filter(|c| c.outcome == Outcome::NotChecked);
    assert_eq!(open.count(), 2, "signing key and codewords need the secret");
}

/// What is done, and what must be said of it.
#[test]
fn whatever_is_done_to_the_logs_is_told_in_its_own_words() {
    for (done, told) in [
        (
            "UPDATE receipts SET text = replace(text, 'distributor b', 'distributor a') WHERE number = 2",
            "receipt 2: the receipt's text was changed",
        ),
        (
            "UPDATE receipts SET signature = (SELECT signature FROM receipts WHERE number = 1) WHERE number = 2",
            "receipt 2: the receipt's signature was not made",
        ),
        (
            "DELETE FROM receipts WHERE number = 2",
            "receipt 2 is missing",
        ),
        (
            "DELETE FROM receipts WHERE number = 3",
            "issue record 3 has no receipt",
        ),
        (
            "UPDATE receipts SET number = 9 WHERE number = 2; UPDATE receipts SET number = 2 WHERE number = 3; \
             UPDATE receipts SET number = 3 WHERE number = 9",
            "receipt 3 stands in place 2: receipts were put in another order",
        ),
        (
            "UPDATE issue_records SET distributor = 'a' WHERE id = 2",
            "issue record 2 was changed: its distributor",
        ),
        (
            "UPDATE issue_records SET copy_sha256 = 'x' WHERE id = 2",
            "issue record 2 was changed: its copy's SHA-256",
        ),
        (
            "UPDATE issue_records SET issued_at = '2020-01-01T00:00:00Z' WHERE id = 1",
            "issue record 1 was changed: its time of issue",
        ),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM issue_records WHERE id = 1",
            "receipt 1: its issue record 1 is missing",
        ),
        (
            "DELETE FROM receipts WHERE number = 3; DELETE FROM issue_records WHERE id = 3",
            "issue records: numbers were given up to 1 beyond the last entry",
        ),
        (
            "UPDATE receipts SET salt = (SELECT salt FROM receipts WHERE number = 1) WHERE number = 2",
            "receipt 2: with the salt kept, the codeword of b in film is not the one committed to",
        ),
        (
            "UPDATE audit_log SET result = 'nothing' WHERE id = 2",
            "audit log: line 2 or the one before it was changed",
        ),
        (
            "UPDATE audit_log SET result = 'nothing', hash = NULL, signature = NULL WHERE id = 3",
            "audit log: line 3 has no hash",
        ),
        (
            "DELETE FROM audit_log WHERE id = 2",
            "audit log: line 2 is missing",
        ),
        (
            "DELETE FROM audit_log WHERE id = 3",
            "audit log: numbers were given up to 1 beyond the last entry",
        ),
        (
            "UPDATE audit_log SET signature = (SELECT signature FROM audit_log WHERE id = 1) WHERE id = 2",
            "audit log: the signature of line 2 was not made",
        ),
    ] {
        let house = house();
        tamper(house.path(), done);
        let faults = faults(house.path());
        assert!(
            faults.iter().any(|f| f.contains(told)),
            "{done}: {faults:?}"
        );
        let most = if told.contains("another order") { 3 } else { 2 };
        assert!(faults.len() <= most, "{done}: {faults:?}");
    }
}

/// A line that is not chained is named, and what happens later is logged all the same.
#[test]
fn a_line_put_in_does_not_end_the_audit_log() {
    let house = house();
    tamper(
        house.path(),
        "INSERT INTO audit_log (at, user, host, command, subject, result) \
         VALUES ('2026-01-01T00:00:00Z', 'x', 'y', 'scan', '', 'no mark found')",
    );
    let home = Home::open(house.path()).unwrap();
    home.registry
        .log(&AuditEntry::here("scan", "b", "attributed"))
        .unwrap();
    assert_eq!(home.registry.audit().unwrap().len(), 5);
    let faults = faults(house.path());
    assert!(
        faults.len() == 1 && faults[0].contains("line 4 has no hash"),
        "{faults:?}"
    );
}

#[test]
fn the_command_says_what_is_wrong_and_ends_with_1() {
    let house = house();
    let run = |more: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_leakmark"))
            .arg("--home")
            .arg(house.path())
            .args(["registry", "verify"])
            .args(more)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), told)
    };
    let (code, told) = run(&["--json"]);
    let answer: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (code, &answer["holds"]),
        (0, &serde_json::Value::Bool(true))
    );
    let head = answer["head"].as_str().unwrap();
    assert_eq!(run(&["--head", head]).0, 0);
    assert_eq!(run(&["--head", &"0f".repeat(32)]).0, 1);
    assert_eq!(run(&["--head", "0f"]).0, 2);
    tamper(house.path(), "DELETE FROM receipts WHERE number = 2");
    let (code, told) = run(&[]);
    assert_eq!(code, 1);
    assert!(
        told.contains("receipt 2 is missing") && told.contains("REFUSED"),
        "{told}"
    );
}

/// Timed on demand: `cargo test --release --test receipts -- --ignored --nocapture`.
#[test]
#[ignore = "prints its times"]
fn a_hundred_receipts_are_written_and_verified() {
    let house = house();
    let home = Home::open(house.path()).unwrap();
    let began = std::time::Instant::now();
    for _ in 0..100 {
        issue(&home, "a");
    }
    let written = began.elapsed();
    let began = std::time::Instant::now();
    let checked = verify_registry(house.path(), None).unwrap();
    assert!(all_hold(&checked.checks));
    println!(
        "100 written in {written:?}, 103 verified in {:?}",
        began.elapsed()
    );
}

/// Without the secret a whole new chain can be signed, but only by another key.
#[test]
fn a_log_signed_by_another_key_is_refused() {
    let house = house();
    let other = Signer::of_registry(&Secret::from_bytes([7; 32])).public_key();
    tamper(
        house.path(),
        &format!("UPDATE identity SET log_key = '{other}'"),
    );
    let error = verify_registry(house.path(), None).unwrap_err();
    assert!(
        matches!(&error, Error::Registry(words) if words.contains("somebody changed the registry")),
        "{error}"
    );
}

/// Cutting the log short and going on is what only a head noted elsewhere shows.
#[test]
fn a_head_noted_earlier_shows_that_the_end_was_rewritten() {
    let house = house();
    let head = verify_registry(house.path(), None).unwrap().head;
    tamper(
        house.path(),
        "DELETE FROM receipts WHERE number = 3; DELETE FROM issue_records WHERE id = 3; \
         UPDATE sqlite_sequence SET seq = 2 WHERE name = 'issue_records'",
    );
    issue(&Home::open(house.path()).unwrap(), "a");
    let checked = verify_registry(house.path(), Some(&head)).unwrap();
    let failed: Vec<_> = checked
        .checks
        .iter()
        .filter(|c| c.outcome == Outcome::Fails)
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].words.contains("no receipt has this hash"));
}

/// The registry that an older version wrote, and its secret.
const OLDER: &str = include_str!("../data/registry-layout-1.sql");
const OLDER_KEY: &str =
    "leakmark-key-1 841761c4242b8e85207698b670f1ad3567387599010d22d2cd770156d53a8848\n";

fn older() -> TempDir {
    let dir = TempDir::new().unwrap();
    let conn = rusqlite::Connection::open(dir.path().join(FILE_NAME)).unwrap();
    conn.execute_batch(OLDER).unwrap();
    fs::write(dir.path().join("leakmark.key"), OLDER_KEY).unwrap();
    dir
}

#[test]
fn an_older_registry_is_upgraded_and_its_copies_have_no_receipt() {
    let older = older();
    let home = Home::open(older.path()).unwrap();
    let before = home.registry.issues().unwrap().len();
    let lines = home.registry.audit().unwrap().len();
    assert!(before > 0 && lines > 0, "the older registry is not empty");
    assert!(home.registry.receipts().unwrap().is_empty());
    assert_eq!(home.registry.log_key().map(str::len), Some(64));
    let mut record = home.registry.issues().unwrap().remove(0);
    record.copy_sha256 = "77".repeat(32);
    let root = Commitment::new(&home.secret, &record.title, &record.distributor, [3; 32]).root();
    let codeword = CodewordCommitment {
        slots: COMMITTED_SLOTS,
        root: hex(&root),
        salt: hex(&[3; 32]),
    };
    home.registry.record_issue(&record, &codeword).unwrap();
    drop(home);
    let checked = verify_registry(older.path(), None).unwrap();
    assert!(all_hold(&checked.checks), "{:?}", checked.checks);
    let told = &checked.checks.last().unwrap().words;
    assert!(
        told.starts_with(&format!("{before} issue records were made before")),
        "{told}"
    );
    let kept = checked.registry.receipts().unwrap();
    assert_eq!((kept.len(), kept[0].number), (1, 1));
    assert_eq!(kept[0].issue as usize, before + 1);
}

#[test]
fn lines_logged_before_the_upgrade_are_chained_by_it() {
    let older = older();
    drop(Registry::open(older.path()).unwrap());
    assert!(faults(older.path()).is_empty());
    tamper(older.path(), "UPDATE audit_log SET user = 'x' WHERE id = 1");
    assert!(faults(older.path())[0].contains("line 1 or the one before it was changed"));
}

#[test]
fn of_many_openers_at_once_one_upgrades() {
    let older = older();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| Home::open(older.path()).map(drop).unwrap());
        }
    });
    assert!(faults(older.path()).is_empty());
}

#[test]
fn an_older_registry_that_cannot_be_written_is_read_as_it_is() {
    let older = older();
    let file = older.path().join(FILE_NAME);
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    if fs::OpenOptions::new().append(true).open(&file).is_ok() {
        println!("skipped: this user writes whatever the permissions say");
        return;
    }
    let home = Home::open(older.path()).unwrap();
    assert!(home.registry.read_only());
    assert!(home.registry.receipts().unwrap().is_empty());
    assert!(!home.registry.audit().unwrap().is_empty());
    assert!(home.registry.verify().unwrap().faults.is_empty());
}
