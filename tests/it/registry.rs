//! The registry as its callers see it: made once, opened by many, never half
//! written, and clear about what it refuses.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use leakmark::error::{Error, Result};
use leakmark::key::Secret;
use leakmark::luma::Rect;
use leakmark::registry::{
    AuditEntry, CodewordCommitment, Distributor, FILE_NAME, ImportRow, Issue, Known, Registry,
    Title,
};
use tempfile::TempDir;

fn made() -> (TempDir, Registry) {
    let home = TempDir::new().unwrap();
    let registry = Registry::create(home.path(), &secret(), 1).unwrap();
    (home, registry)
}

fn secret() -> Secret {
    Secret::from_bytes([1; 32])
}

fn codeword() -> CodewordCommitment {
    CodewordCommitment {
        slots: 8192,
        root: "12".repeat(32),
        salt: "34".repeat(32),
    }
}

fn distributor(id: &str) -> Distributor {
    Distributor {
        id: id.to_owned(),
        name: format!("The {id}"),
        notes: BTreeMap::from([("city".to_owned(), "Oslo".to_owned())]),
    }
}

fn title(id: &str) -> Title {
    Title {
        id: id.to_owned(),
        name: "The Interview".to_owned(),
        width: 720,
        height: 576,
        sar: (64, 45),
        active: Rect {
            x: 0,
            y: 72,
            width: 720,
            height: 432,
        },
        display_width: 1024.0,
        display_height: 432.0,
        duration_s: 5400.5,
        fps: 25.0,
        master_sha256: Some("ab".repeat(32)),
        added_at: String::new(),
    }
}

fn issue(title: &str, distributor: &str) -> Issue {
    Issue {
        title: title.to_owned(),
        distributor: distributor.to_owned(),
        copy: 1,
        master_sha256: "ab".repeat(32),
        copy_sha256: "cd".repeat(32),
        copy_path: "/copies/one.mp4".to_owned(),
        copy_bytes: 5_000_000_000,
        title_start_s: 1000.0,
        duration_s: 12.0,
        parameters: serde_json::json!({"strength": 1.0, "crf": 18}),
        tool_version: "0.1.0".to_owned(),
        ..Issue::default()
    }
}

fn refusal<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => panic!("was not refused"),
        Err(error @ (Error::Registry(_) | Error::Usage(_))) => error.to_string(),
        Err(error) => panic!("of another kind: {error}"),
    }
}

fn sql(home: &Path, statements: &str) -> rusqlite::Result<()> {
    rusqlite::Connection::open(home.join(FILE_NAME))?.execute_batch(statements)
}

#[test]
fn what_was_made_is_what_is_opened() {
    let (home, made) = made();
    let opened = Registry::open(home.path()).unwrap();
    assert_eq!(opened.id(), made.id());
    assert_eq!(opened.id().len(), 32);
    assert_eq!(opened.secret_check(), secret().check());
    assert_eq!(opened.format(), 1);
    assert!(!opened.read_only());
    assert!(opened.created_at().ends_with('Z'));
    let (_other_home, other) = self::made();
    assert_ne!(other.id(), made.id());
}

#[test]
fn a_registry_is_made_once_and_leaves_nothing_else() {
    let home = TempDir::new().unwrap();
    let home = home.path().join("not/yet/there");
    drop(Registry::create(&home, &secret(), 1).unwrap());
    assert!(refusal(Registry::create(&home, &secret(), 1)).contains("exists already"));
    let files: Vec<_> = fs::read_dir(&home)
        .unwrap()
        .map(|f| f.unwrap().file_name())
        .collect();
    assert_eq!(files, [FILE_NAME]);
}

#[test]
fn of_many_makers_at_once_one_wins() {
    let home = TempDir::new().unwrap();
    let made = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Registry::create(home.path(), &secret(), 1).is_ok()))
            .collect();
        makers
            .into_iter()
            .map(|m| m.join().unwrap())
            .filter(|&won| won)
            .count()
    });
    assert_eq!(made, 1);
    Registry::open(home.path()).unwrap();
}

#[test]
fn what_is_no_registry_is_said_so() {
    let home = TempDir::new().unwrap();
    let file = home.path().join(FILE_NAME);
    assert!(refusal(Registry::open(home.path())).contains("leakmark init"));
    fs::create_dir(&file).unwrap();
    assert!(refusal(Registry::open(home.path())).contains("is not a file"));
    fs::remove_dir(&file).unwrap();
    fs::write(&file, "a letter, not a database. ".repeat(100)).unwrap();
    assert!(refusal(Registry::open(home.path())).contains("not a SQLite database"));
    fs::write(&file, "").unwrap();
    assert!(refusal(Registry::open(home.path())).contains("not a leakmark registry"));
    sql(home.path(), "CREATE TABLE t (x)").unwrap();
    assert!(refusal(Registry::open(home.path())).contains("not a leakmark registry"));
}

#[test]
fn a_registry_from_a_newer_version_is_said_so() {
    let (home, registry) = made();
    drop(registry);
    sql(home.path(), "PRAGMA user_version = 99").unwrap();
    let refusal = refusal(Registry::open(home.path()));
    assert!(refusal.contains("newer leakmark (layout 99"), "{refusal}");
}

#[test]
fn a_damaged_registry_is_said_so() {
    let (home, registry) = made();
    registry
        .import_distributors(
            (0..2000).map(|i| Ok(distributor(&format!("d{i}")).into())),
            Known::Refused,
        )
        .unwrap();
    drop(registry);
    let file = home.path().join(FILE_NAME);
    let mut bytes = fs::read(&file).unwrap();
    bytes[4096..].fill(0xA5);
    fs::write(&file, bytes).unwrap();
    let refusal = refusal(Registry::open(home.path()).and_then(|r| r.distributors()));
    assert!(refusal.contains("backup"), "{refusal}");
}

#[test]
fn distributors_come_back_sorted_and_whole() {
    let (_home, registry) = made();
    for id in ["b", "C", "a", "10"] {
        registry.add_distributor(&distributor(id)).unwrap();
    }
    let ids: Vec<_> = registry
        .distributors()
        .unwrap()
        .into_iter()
        .map(|d| d.id)
        .collect();
    assert_eq!(ids, ["10", "C", "a", "b"]);
    assert_eq!(registry.distributor("a").unwrap(), Some(distributor("a")));
    assert_eq!(registry.distributor("A").unwrap(), None);
    assert_eq!(registry.distributor_count().unwrap(), 4);
    assert!(refusal(registry.add_distributor(&distributor("a"))).contains("distributor a already"));
    assert!(refusal(registry.add_distributor(&distributor("all"))).contains("reserved"));
}

#[test]
fn nobody_can_be_mistaken_for_somebody_else() {
    let (_home, registry) = made();
    registry.add_distributor(&distributor("kernel")).unwrap();
    let named = |id: &str, name: &str| Distributor {
        name: name.to_owned(),
        ..distributor(id)
    };
    let refused = |id, name| refusal(registry.add_distributor(&named(id, name)));
    assert!(refused("Kernel", "Another").contains("case of letters alone"));
    for name in ["The kernel", "the  KERNEL", "The\u{a0}kernel"] {
        assert!(
            refused("other", name).contains("distributor kernel is or was called"),
            "{name}"
        );
    }
    for name in ["The ker\u{200b}nel", "The ker\u{ad}nel", "\u{202e}lenrek"] {
        assert!(refused("other", name).contains("cannot be seen"), "{name}");
    }
    registry.add_title(&title("film")).unwrap();
    assert!(refusal(registry.add_title(&title("FILM"))).contains("case of letters alone"));
    assert!(refusal(registry.add_title(&title("sequel"))).contains("title film is or was called"));
    assert_eq!(registry.distributor_count().unwrap(), 1);
}

#[test]
fn an_import_is_all_or_nothing() {
    let (home, registry) = made();
    let file = home.path().join("outlets.csv");
    fs::write(
        &file,
        "id,name,city\nker,Kernel Streaming,Oslo\naur,Aurora,\nker,Again,\n",
    )
    .unwrap();
    let refusal_of_file = refusal(registry.import_csv(&file, Known::Refused));
    assert!(
        refusal_of_file.contains("outlets.csv: line 4: there is a distributor ker already"),
        "{refusal_of_file}"
    );
    assert_eq!(registry.distributor_count().unwrap(), 0);
    fs::write(&file, "id,name\nok,Fine\nnot ok,Bad\n").unwrap();
    assert!(refusal(registry.import_csv(&file, Known::Refused)).contains("line 3"));
    fs::write(
        &file,
        "id,name,city\nker,Kernel Streaming,Oslo\naur,Aurora,\n",
    )
    .unwrap();
    assert_eq!(
        registry.import_csv(&file, Known::Refused).unwrap().added,
        ["ker", "aur"]
    );
    assert_eq!(
        registry.distributor("ker").unwrap().unwrap().notes["city"],
        "Oslo"
    );
    assert!(
        refusal(registry.import_csv(&home.path().join("none.csv"), Known::Refused))
            .contains("none.csv")
    );
}

#[test]
fn titles_come_back_as_they_were() {
    let (_home, registry) = made();
    registry.add_title(&title("reel-1")).unwrap();
    let read = registry.title("reel-1").unwrap().unwrap();
    assert_eq!(
        Title {
            added_at: String::new(),
            ..read.clone()
        },
        title("reel-1")
    );
    assert!(read.added_at.ends_with('Z'));
    assert_eq!(registry.titles().unwrap().len(), 1);
    assert_eq!(registry.title_count().unwrap(), 1);
    assert_eq!(registry.title("other").unwrap(), None);
    assert!(refusal(registry.add_title(&title("reel-1"))).contains("title reel-1 already"));
    let wide = Rect {
        x: 1,
        y: 0,
        width: 720,
        height: 576,
    };
    assert!(
        registry
            .add_title(&Title {
                active: wide,
                ..title("wide")
            })
            .is_err()
    );
}

#[test]
fn issue_records_come_back_as_they_were() {
    let (_home, registry) = made();
    registry.add_title(&title("t")).unwrap();
    registry.add_distributor(&distributor("d")).unwrap();
    registry.add_distributor(&distributor("e")).unwrap();
    let id = registry
        .record_issue(&issue("t", "d"), &codeword())
        .unwrap();
    let [read] = &registry.issues_of("t", "d").unwrap()[..] else {
        panic!("not one")
    };
    assert_eq!(
        *read,
        Issue {
            id,
            issued_at: read.issued_at.clone(),
            ..issue("t", "d")
        }
    );
    assert!(read.issued_at.ends_with('Z'));
    let again = Issue {
        copy: registry.next_copy("t", "d").unwrap(),
        ..issue("t", "d")
    };
    let second = registry.record_issue(&again, &codeword()).unwrap();
    let latest = registry
        .issue_by_copy_sha256(&"cd".repeat(32))
        .unwrap()
        .unwrap();
    assert_eq!(latest.id, second);
    assert_eq!(registry.issue_by_copy_sha256("none").unwrap(), None);
    assert!(registry.issues_of("t", "e").unwrap().is_empty());
    assert_eq!(registry.issues().unwrap().len(), 2);
}

#[test]
fn a_copy_is_issued_of_known_titles_to_known_distributors() {
    let (_home, registry) = made();
    registry.add_title(&title("t")).unwrap();
    registry.add_distributor(&distributor("d")).unwrap();
    assert!(
        refusal(registry.record_issue(&issue("u", "d"), &codeword())).contains("no title \"u\"")
    );
    assert!(
        refusal(registry.record_issue(&issue("t", "x"), &codeword()))
            .contains("no distributor \"x\"")
    );
    assert!(registry.issues().unwrap().is_empty());
}

#[test]
fn issue_records_and_the_audit_log_only_grow() {
    let (home, registry) = made();
    registry.add_title(&title("t")).unwrap();
    registry.add_distributor(&distributor("d")).unwrap();
    registry
        .record_issue(&issue("t", "d"), &codeword())
        .unwrap();
    registry
        .log(&AuditEntry::here("scan", "leaked.mp4", "attributed"))
        .unwrap();
    for table in [
        "issue_records",
        "chain",
        "identity",
        "titles",
        "distributors",
    ] {
        assert!(
            sql(home.path(), &format!("DELETE FROM {table}")).is_err(),
            "{table}"
        );
        let column = match table {
            "issue_records" => "copy",
            "chain" => "text",
            "identity" => "format",
            _ => "name",
        };
        let update = format!("UPDATE {table} SET {column} = {column}");
        assert!(sql(home.path(), &update).is_err(), "{table}");
    }
    let [entry] = &registry.audit().unwrap()[..] else {
        panic!("not one")
    };
    assert_eq!(
        (entry.command.as_str(), entry.result.as_str()),
        ("scan", "attributed")
    );
    assert!(!entry.user.is_empty() && !entry.host.is_empty() && entry.at.ends_with('Z'));
}

#[test]
fn writers_at_once_queue_up() {
    let (home, registry) = made();
    drop(registry);
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let home = home.path();
            scope.spawn(move || {
                let mut registry = Registry::open(home).unwrap();
                registry.unlock(&secret()).unwrap();
                for row in 0..10 {
                    registry
                        .add_distributor(&distributor(&format!("w{writer}-{row}")))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(
        Registry::open(home.path())
            .unwrap()
            .distributor_count()
            .unwrap(),
        80
    );
}

#[test]
fn ten_thousand_distributors_are_listed_at_once() {
    let (_home, registry) = made();
    let rows = (0..10_000).map(|i| Ok(ImportRow::from(distributor(&format!("d{i}")))));
    assert_eq!(
        registry
            .import_distributors(rows, Known::Refused)
            .unwrap()
            .added
            .len(),
        10_000
    );
    let began = Instant::now();
    assert_eq!(registry.distributors().unwrap().len(), 10_000);
    let took = began.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
}

/// Feasible, and timed on demand: `cargo test --release --test it registry::a_million -- --ignored --nocapture`.
#[test]
#[ignore = "takes seconds; prints its time"]
fn a_million_distributors_can_be_imported() {
    let (_home, registry) = made();
    let began = Instant::now();
    let rows = (0..1_000_000).map(|i| Ok(ImportRow::from(distributor(&format!("d{i}")))));
    assert_eq!(
        registry
            .import_distributors(rows, Known::Refused)
            .unwrap()
            .added
            .len(),
        1_000_000
    );
    let imported = began.elapsed();
    let began = Instant::now();
    assert_eq!(registry.distributors().unwrap().len(), 1_000_000);
    let listed = began.elapsed();
    let began = Instant::now();
    assert_eq!(registry.signed().unwrap().roster.len(), 1_000_000);
    let read = began.elapsed();
    let began = Instant::now();
    assert!(registry.verify(None).unwrap().faults.is_empty());
    println!(
        "imported in {imported:?}, listed in {listed:?}, read from the chain in {read:?}, verified in {:?}",
        began.elapsed()
    );
}

#[cfg(unix)]
#[test]
fn a_registry_that_cannot_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let (home, registry) = made();
    registry.add_distributor(&distributor("d")).unwrap();
    drop(registry);
    let permit = |mode| fs::set_permissions(home.path(), fs::Permissions::from_mode(mode)).unwrap();
    fs::set_permissions(
        home.path().join(FILE_NAME),
        fs::Permissions::from_mode(0o444),
    )
    .unwrap();
    permit(0o555);
    let root_ignores_permissions = fs::write(home.path().join("probe"), "").is_ok();
    let opened = Registry::open(home.path());
    permit(0o755);
    let opened = opened.unwrap();
    assert_eq!(opened.distributor_count().unwrap(), 1);
    if !root_ignores_permissions {
        assert!(opened.read_only());
        assert!(refusal(opened.add_distributor(&distributor("e"))).contains("cannot be written"));
    }
}
