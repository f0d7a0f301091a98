//! The chain: what was done to the registry behind the program's back shows, each
//! thing with its own words.

use std::fs;
use std::path::Path;

use crate::kit::program::leakmark;
use leakmark::error::Error;
use leakmark::evidence::{Check, Outcome, all_hold};
use leakmark::job::{Home, verify_registry};
use leakmark::key::{Secret, Signer};
use leakmark::luma::Rect;
use leakmark::registry::{
    AuditEntry, CodewordCommitment, Distributor, FILE_NAME, Head, Issue, Title,
};
use leakmark::trace::{COMMITTED_SLOTS, Commitment};
use tempfile::TempDir;

/// A home whose registry has issued three copies, one each to a, b and c, and
/// logged three lines. Its chain:
///
/// ```text
/// 1 registry  2 title  3 distributor a  4 receipt  5 audit  6 distributor b  …  11 audit
/// ```
fn house() -> TempDir {
    let dir = TempDir::new().unwrap();
    let home = Home::init(dir.path()).unwrap();
    home.registry.add_title(&title()).unwrap();
    for id in ["a", "b", "c"] {
        home.registry
            .add_distributor(&Distributor {
                id: id.to_owned(),
                name: format!("The {id}"),
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
        active: Rect {
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
    let copy = home.registry.next_copy("film", distributor).unwrap();
    let salt = [distributor.as_bytes()[0] + copy as u8; 32];
    let root = Commitment::new(
        &home.secret,
        "film",
        distributor,
        copy,
        salt,
        COMMITTED_SLOTS,
    )
    .root();
    let codeword = CodewordCommitment {
        slots: COMMITTED_SLOTS,
        root: hex(&root),
        salt: hex(&salt),
    };
    let record = Issue {
        title: "film".to_owned(),
        distributor: distributor.to_owned(),
        copy,
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
    assert!(checked.checks[0].what == "chain");
    let failed = checked.checks[1..].iter();
    failed
        .filter(|c| c.outcome == Outcome::Fails)
        .map(|c| c.words.clone())
        .collect()
}

#[test]
fn a_registry_that_nobody_touched_holds() {
    let house = house();
    let checked = verify_registry(house.path(), None).unwrap();
    assert!(all_hold(&checked.checks), "{:?}", checked.checks);
    assert_eq!(checked.head.number, 11);
    assert_eq!(checked.head, checked.registry.head().unwrap());
    let again = verify_registry(house.path(), Some(&checked.head.sha256)).unwrap();
    let sound = |c: &Check| matches!(c.outcome, Outcome::Authenticated | Outcome::Holds);
    assert!(again.checks.iter().all(sound), "{:?}", again.checks);
    fs::remove_file(house.path().join("leakmark.key")).unwrap();
    let without = verify_registry(house.path(), Some(&checked.head.sha256)).unwrap();
    assert!(all_hold(&without.checks));
    let open = without
        .checks
        .iter()
        .filter(|c| c.outcome == Outcome::NotChecked);
    assert_eq!(open.count(), 2, "signing key and codewords need the secret");
}

/// What is done, and what must be said of it.
#[test]
fn whatever_is_done_to_the_registry_is_told_in_its_own_words() {
    for (done, told) in [
        (
            "UPDATE chain SET text = replace(text, 'distributor b', 'distributor a') WHERE place = 7",
            "entry 7 of the chain was changed",
        ),
        (
            "UPDATE chain SET signature = (SELECT signature FROM chain WHERE place = 4) WHERE place = 7",
            "entry 7 of the chain was changed",
        ),
        (
            "UPDATE chain SET text = replace(text, 'done', 'nothing') WHERE place = 8",
            "entry 8 of the chain was changed",
        ),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM chain WHERE place = 7",
            "entry 7 of the chain is missing",
        ),
        (
            "DELETE FROM chain WHERE place IN (5, 8)",
            "entry 5 of the chain is missing",
        ),
        (
            "DELETE FROM chain WHERE place = 11",
            "chain: numbers were given up to 1 beyond the last row: the end was cut off",
        ),
        (
            "UPDATE chain SET place = 99 WHERE place = 5; UPDATE chain SET place = 5 WHERE place = 8; \
             UPDATE chain SET place = 8 WHERE place = 99",
            "put in another order",
        ),
        (
            "UPDATE chain SET kind = 'receipt' WHERE place = 5",
            "entry 5 of the chain is kept as \"receipt\", which it is not",
        ),
        (
            "UPDATE issue_records SET distributor = 'a', copy = 2 WHERE id = 2",
            "issue record 2 was changed: its distributor",
        ),
        (
            "UPDATE issue_records SET copy = 2 WHERE id = 2",
            "issue record 2 was changed: its copy is not",
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
            "DELETE FROM issue_records WHERE id = 1",
            "receipt 4: its issue record 1 is missing",
        ),
        (
            "INSERT INTO issue_records SELECT 4, title, distributor, 2, master_sha256, copy_sha256, \
             copy_path, copy_bytes, title_start_s, duration_s, parameters, tool_version, issued_at, 5, salt \
             FROM issue_records WHERE id = 3",
            "issue record 4 has no receipt",
        ),
        (
            "UPDATE issue_records SET salt = (SELECT salt FROM issue_records WHERE id = 1) WHERE id = 2",
            "receipt 7: with the salt kept, the codeword of copy 1 of b in film is not the one committed to",
        ),
        (
            "UPDATE distributors SET name = 'The c, as it were' WHERE id = 'a'",
            "distributor a was changed: it is called \"The c, as it were\", and was added as \"The a\"",
        ),
        (
            "UPDATE distributors SET notes = '{\"city\":\"Oslo\"}' WHERE id = 'a'",
            "distributor a was changed: its notes",
        ),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM distributors WHERE id = 'b'",
            "distributor b is missing: the row was deleted",
        ),
        (
            "INSERT INTO distributors VALUES ('d', 'D', 'd', '{}', '2026-01-01T00:00:00Z', 3)",
            "distributor d is in no entry of the chain: the row was put in",
        ),
        (
            "UPDATE titles SET name = 'Another film'",
            "title film was changed: it is called \"Another film\"",
        ),
        (
            "UPDATE titles SET duration_s = 7200",
            "title film was changed: its picture, time or master",
        ),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM titles",
            "title film is missing: the row was deleted",
        ),
    ] {
        let house = house();
        tamper(house.path(), done);
        let faults = faults(house.path());
        assert!(
            faults.iter().any(|f| f.contains(told)),
            "{done}: {faults:?}"
        );
        let most = if told.contains("another order") { 4 } else { 3 };
        assert!(faults.len() <= most, "{done}: {faults:?}");
    }
}

/// Two names swapped, as in a registry that has been tampered with before: the
/// rows are sound, and only the chain knows.
#[test]
fn swapped_names_and_a_smaller_roster_show() {
    let swapped = house();
    tamper(
        swapped.path(),
        "UPDATE distributors SET name = 'x', folded = 'x' WHERE id = 'a'; \
         UPDATE distributors SET name = 'The a', folded = 'the a' WHERE id = 'b'; \
         UPDATE distributors SET name = 'The b', folded = 'the b' WHERE id = 'a'",
    );
    assert_eq!(faults(swapped.path()).len(), 2);
    // What a scan goes by is what was signed.
    let signed = Home::open(swapped.path())
        .unwrap()
        .registry
        .signed()
        .unwrap();
    assert_eq!(signed.roster.find("a").unwrap().name, "The a");
    let fewer = house();
    tamper(
        fewer.path(),
        "PRAGMA foreign_keys = OFF; DELETE FROM distributors WHERE id <> 'a'",
    );
    assert_eq!(faults(fewer.path()).len(), 2);
    let signed = Home::open(fewer.path()).unwrap().registry.signed().unwrap();
    assert_eq!(signed.roster.len(), 3);
    // A copy issued now carries the name that was signed, not the table's.
    let home = Home::open(swapped.path()).unwrap();
    issue(&home, "a");
    let kept = home.registry.receipts().unwrap().pop().unwrap();
    let said = kept.receipt.check().unwrap();
    assert_eq!((said.distributor_name.as_str(), said.copy), ("The a", 2));
}

/// A row that somebody put in without the secret is never vouched for: what comes
/// later follows on the last entry that is signed.
#[test]
fn a_forged_line_is_not_vouched_for_by_the_next_one() {
    let house = house();
    let Head { number, sha256 } = Home::open(house.path()).unwrap().registry.head().unwrap();
    let text = format!(
        "leakmark registry entry 1\nregistry {}\nnumber {}\nprevious {sha256}\nkind audit\n{}\n",
        Home::open(house.path()).unwrap().registry.id(),
        number + 1,
        serde_json::json!({
            "at": "2026-01-01T00:00:00Z", "user": "alice", "user_variable": null, "host": "hq",
            "command": "scan", "subject": "leak.mp4", "exhibit_path": null, "exhibit_sha256": null,
            "result": "copy issued to a (log10 LR 99.0)",
        })
    );
    let conn = rusqlite::Connection::open(house.path().join(FILE_NAME)).unwrap();
    let hash = hex(&<sha2::Sha256 as sha2::Digest>::digest(&text));
    conn.execute(
        "INSERT INTO chain (kind, text, sha256, signature)
         SELECT 'audit', ?1, ?2, signature FROM chain WHERE place = 11",
        [&text, &hash],
    )
    .unwrap();
    drop(conn);
    let home = Home::open(house.path()).unwrap();
    assert_eq!(home.registry.head().unwrap().number, number);
    home.registry
        .log(&AuditEntry::here("scan", "b", "attributed"))
        .unwrap();
    assert_eq!(home.registry.head().unwrap().number, number + 1);
    let lines = home.registry.audit().unwrap();
    assert!(lines.len() == 4 && lines.iter().all(|line| line.user != "alice"));
    let faults = faults(house.path());
    assert!(
        faults.len() == 1
            && faults[0].contains("row 12 of the chain is not signed by the registry's key"),
        "{faults:?}"
    );
    // A scan passes it over as well.
    assert_eq!(home.registry.signed().unwrap().head.number, number + 1);
}

/// A scan names nobody by a chain that is broken.
#[test]
fn a_broken_chain_is_not_scanned_with() {
    let house = house();
    tamper(
        house.path(),
        "PRAGMA foreign_keys = OFF; DELETE FROM chain WHERE place = 6",
    );
    let error = Home::open(house.path())
        .unwrap()
        .registry
        .signed()
        .unwrap_err();
    assert!(error.to_string().contains("its chain is broken"), "{error}");
}

#[test]
fn the_user_is_the_one_of_the_process() {
    let house = house();
    let status = leakmark(house.path())
        .env("USER", "somebody-else")
        .args(["distributor", "add", "d", "--name", "The d"])
        .status()
        .unwrap();
    assert!(status.success());
    let line = Home::open(house.path())
        .unwrap()
        .registry
        .audit()
        .unwrap()
        .pop()
        .unwrap();
    let own = std::process::Command::new("id")
        .arg("-un")
        .output()
        .unwrap();
    assert_eq!(line.user, String::from_utf8(own.stdout).unwrap().trim());
    assert_eq!(line.user_variable.as_deref(), Some("somebody-else"));
}

#[test]
fn the_command_says_what_is_wrong_and_ends_with_1() {
    let house = house();
    let run = |more: &[&str]| {
        let output = leakmark(house.path())
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
    let head = answer["head"]["sha256"].as_str().unwrap();
    assert_eq!(run(&["--head", head]).0, 0);
    assert_eq!(run(&["--head", &"0f".repeat(32)]).0, 1);
    assert_eq!(run(&["--head", "0f"]).0, 2);
    tamper(
        house.path(),
        "PRAGMA foreign_keys = OFF; DELETE FROM chain WHERE place = 7",
    );
    let (code, told) = run(&[]);
    assert_eq!(code, 1);
    assert!(
        told.contains("entry 7 of the chain is missing") && told.contains("REFUSED"),
        "{told}"
    );
}

/// Timed on demand: `cargo test --release --test it receipts -- --ignored --nocapture`.
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
fn an_identity_that_was_changed_is_refused() {
    let other = Signer::of_registry(&Secret::from_bytes([7; 32])).public_key();
    for (column, value) in [
        ("public_key", other.as_str()),
        ("registry_id", "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"),
        ("created_at", "2020-01-01T00:00:00Z"),
    ] {
        let house = house();
        tamper(
            house.path(),
            &format!("UPDATE identity SET {column} = '{value}'"),
        );
        let error = verify_registry(house.path(), None).unwrap_err();
        assert!(
            matches!(&error, Error::Registry(words) if words.message.contains("somebody changed the registry")),
            "{column}: {error}"
        );
        fs::remove_file(house.path().join("leakmark.key")).unwrap();
        let checked = verify_registry(house.path(), None).unwrap();
        assert!(!all_hold(&checked.checks), "{column}, without the secret");
    }
}

/// Cutting the chain short and going on is what only a head noted elsewhere shows.
#[test]
fn a_head_noted_earlier_shows_that_the_end_was_rewritten() {
    let house = house();
    let head = verify_registry(house.path(), None).unwrap().head;
    tamper(
        house.path(),
        "DELETE FROM chain WHERE place = 11; UPDATE sqlite_sequence SET seq = 10 WHERE name = 'chain'",
    );
    let home = Home::open(house.path()).unwrap();
    home.registry
        .log(&AuditEntry::here("mark", "c", "nothing"))
        .unwrap();
    assert!(all_hold(
        &verify_registry(house.path(), None).unwrap().checks
    ));
    let checked = verify_registry(house.path(), Some(&head.sha256)).unwrap();
    let failed: Vec<_> = checked
        .checks
        .iter()
        .filter(|c| c.outcome == Outcome::Fails)
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].words.contains("no entry has this hash"));
}

/// Every copy has a number of its own, and so a codeword of its own.
#[test]
fn copies_are_numbered_per_title_and_distributor() {
    let house = house();
    let home = Home::open(house.path()).unwrap();
    issue(&home, "a");
    issue(&home, "b");
    issue(&home, "a");
    let copies: Vec<_> = home
        .registry
        .issues()
        .unwrap()
        .into_iter()
        .map(|issue| (issue.distributor, issue.copy))
        .collect();
    let expected = [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("a", 3)];
    assert_eq!(copies, expected.map(|(id, copy)| (id.to_owned(), copy)));
    let mut again = home.registry.issues().unwrap().remove(0);
    again.copy = 3;
    let codeword = CodewordCommitment {
        slots: COMMITTED_SLOTS,
        root: "12".repeat(32),
        salt: "34".repeat(32),
    };
    let error = home.registry.record_issue(&again, &codeword).unwrap_err();
    assert!(error.to_string().contains("the next is 4"), "{error}");
}

#[test]
fn a_registry_of_an_older_layout_is_refused_with_words() {
    let house = house();
    let conn = rusqlite::Connection::open(house.path().join(FILE_NAME)).unwrap();
    conn.pragma_update(None, "user_version", 2).unwrap();
    drop(conn);
    let Err(error) = Home::open(house.path()) else {
        panic!("was opened")
    };
    assert!(
        error.to_string().contains("has layout 2, from before"),
        "{error}"
    );
}

/// A secret whose registry is lost makes no new one by accident.
#[test]
fn an_old_key_without_its_registry_asks_for_a_flag() {
    let house = house();
    let secret = Home::open(house.path()).unwrap().secret.check();
    for file in fs::read_dir(house.path()).unwrap() {
        let path = file.unwrap().path();
        if !path.ends_with("leakmark.key") {
            fs::remove_file(path).unwrap();
        }
    }
    let run = |more: &[&str]| {
        let output = leakmark(house.path())
            .arg("init")
            .args(more)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), told)
    };
    let (code, told) = run(&[]);
    assert!(code == 2 && told.contains("--old-key"), "{code}: {told}");
    assert!(!house.path().join(FILE_NAME).exists());
    assert_eq!(run(&["--old-key"]).0, 0);
    assert_eq!(Home::open(house.path()).unwrap().secret.check(), secret);
}
