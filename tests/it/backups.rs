//! Backups of the registry: one moment of it while others write, checked, whole
//! or not there; restored only where nothing is lost by it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::kit::case::{Case, issue};
use crate::kit::house::{House, code, err};
use leakmark::job::Home;
use serde_json::Value;

fn head(house: &House) -> String {
    let told = house.json(0, &["registry", "verify", "--json"]);
    told["head"]["sha256"].as_str().unwrap().to_owned()
}

/// The home is lost but for its secret.
fn lose(home: &Path) {
    for file in fs::read_dir(home).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|end| end != "key") {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_registry_comes_back_as_it_was_backed_up() {
    let case = Case::new("backups");
    let before = case.ended(0, &["-q", "issue", "list", "--json"]);
    let told = case.ended(0, &["registry", "backup", "a.db", "--json"]);
    let backup: Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    assert_eq!(backup["secret_included"], false);
    assert!(told.contains("is NOT in it"), "{told}");
    let mode = fs::metadata(case.path("a.db"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let secret = fs::read_to_string(case.home().join("leakmark.key")).unwrap();
    let secret = secret.split_whitespace().last().unwrap();
    let bytes = fs::read(case.path("a.db")).unwrap();
    assert!(!bytes.windows(64).any(|w| w == secret.as_bytes()));
    // Nothing is written over, and nothing is left beside.
    assert!(
        case.ended(2, &["registry", "backup", "a.db"])
            .contains("exists")
    );
    let parts = fs::read_dir(&case.dir).unwrap().filter(|f| {
        let name = f.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".leakmark")
    });
    assert_eq!(parts.count(), 0);
    // Restored beside the same secret, all is there.
    lose(&case.home());
    let noted = backup["head"]["sha256"].as_str().unwrap();
    let told = case.ended(0, &["registry", "restore", "a.db", "--head", noted]);
    assert!(
        told.contains("nothing up to it is lost; 0 more follow"),
        "{told}"
    );
    assert_eq!(case.ended(0, &["-q", "issue", "list", "--json"]), before);
    case.ended(0, &["registry", "verify", "--head", noted]);
    let log = case.ended(0, &["registry", "audit"]);
    assert!(log.contains("registry restore"), "{log}");
}

#[test]
fn what_was_lost_since_is_told_by_a_head_noted_elsewhere() {
    let house = House::ready();
    house.ended(0, &["registry", "backup", "old.db"]);
    house.ended(0, &["distributor", "add", "lux", "--name", "Lux"]);
    let noted = head(&house);
    lose(&house.home());
    let output = house.run(&["registry", "restore", "old.db", "--head", &noted, "--json"]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["complete"], &told["noted"], &told["secret_fits"]),
        (&false.into(), &Value::Null, &true.into())
    );
    assert!(
        told["words"]
            .as_str()
            .unwrap()
            .contains("the head noted is NOT in the backup"),
        "{told}"
    );
    assert!(
        err(&output).contains("copies issued since are unknown here"),
        "{}",
        err(&output)
    );
    house.ended(0, &["registry", "verify"]);
}

#[test]
fn what_must_not_be_restored_is_refused_and_leaves_nothing() {
    let house = House::ready();
    house.ended(0, &["registry", "backup", "a.db"]);
    let refused = |args: &[&str], exit: i32, why: &str| {
        let output = house.run(args);
        assert_eq!(code(&output), exit, "{args:?}: {}", err(&output));
        assert!(err(&output).contains(why), "{why}: {}", err(&output));
    };
    let restore = &["registry", "restore", "a.db"][..];
    refused(restore, 2, "is there already");
    let key = house.home().join("leakmark.key");
    let secret = fs::read(&key).unwrap();
    lose(&house.home());
    let nothing = || assert!(!house.home().join("leakmark.db").exists());
    fs::write(house.home().join("leakmark.db-wal"), "old").unwrap();
    refused(restore, 2, "leakmark.db-wal is there already");
    fs::remove_file(house.home().join("leakmark.db-wal")).unwrap();
    fs::remove_file(&key).unwrap();
    refused(restore, 2, "leakmark.key is not there");
    nothing();
    fs::write(&key, format!("leakmark-key-1 {}\n", "ab".repeat(32))).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    refused(restore, 2, "another registry's secret");
    nothing();
    fs::write(&key, secret).unwrap();
    refused(&["registry", "restore", "none.db"], 3, "none.db");
    house.file("garbage.db", &[0x5a; 5000]);
    refused(
        &["registry", "restore", "garbage.db"],
        2,
        "not a SQLite database",
    );
    // A chain that was bent, and a registry in use given for a backup.
    let bent = house.dir.path().join("bent.db");
    fs::copy(house.dir.path().join("a.db"), &bent).unwrap();
    let db = rusqlite::Connection::open(&bent).unwrap();
    db.execute_batch("DROP TRIGGER distributors_stay; UPDATE distributors SET name = 'Somebody' WHERE id = 'aurora';").unwrap();
    drop(db);
    refused(
        &["registry", "restore", "bent.db"],
        2,
        "distributor aurora was changed",
    );
    nothing();
    fs::write(house.dir.path().join("a.db-wal"), "entries").unwrap();
    refused(restore, 3, "registry in use");
    fs::remove_file(house.dir.path().join("a.db-wal")).unwrap();
    nothing();
    // Without the secret, lists come back, and it is said what does not.
    fs::remove_file(&key).unwrap();
    refused(
        &["registry", "restore", "a.db", "--without-key"],
        0,
        "no copy can be traced",
    );
    house.ended(0, &["distributor", "list"]);
}

#[test]
fn a_broken_registry_is_not_backed_up_as_if_it_held() {
    let house = House::ready();
    let db = rusqlite::Connection::open(house.home().join("leakmark.db")).unwrap();
    db.execute_batch("DROP TRIGGER chain_lasts; DELETE FROM chain WHERE place = 2;")
        .unwrap();
    drop(db);
    let output = house.run(&["registry", "backup", "a.db"]);
    assert_eq!(code(&output), 2);
    assert!(
        err(&output).contains("it does not hold: entry 2"),
        "{}",
        err(&output)
    );
    assert!(!house.dir.path().join("a.db").exists());
}

/// Every backup holds by itself, at whatever moment it is taken.
#[test]
fn a_backup_is_one_moment_of_a_registry_in_use() {
    let house = House::ready();
    let adds =
        "for i in $(seq 1 30); do \"$LEAKMARK\" -q distributor add d$i --name \"D $i\"; done";
    let mut writer = Command::new("sh")
        .args(["-euc", adds])
        .env("LEAKMARK", assert_cmd::cargo::cargo_bin("leakmark"))
        .env("LEAKMARK_HOME", house.home())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut entries = Vec::new();
    for number in 0..6 {
        let told = house.json(
            0,
            &[
                "-q",
                "registry",
                "backup",
                &format!("{number}.db"),
                "--json",
            ],
        );
        entries.push(told["head"]["number"].as_i64().unwrap());
    }
    assert!(writer.wait().unwrap().success());
    assert!(entries.is_sorted(), "{entries:?}");
    house.ended(0, &["registry", "verify"]);
}

#[test]
fn a_receipt_noted_by_its_hash_is_a_head_too() {
    let case = Case::new("backups_receipt");
    let home = Home::open(&case.home()).unwrap();
    case.ended(0, &["registry", "backup", "a.db"]);
    let later = issue(&home, "kernel", [5; 32]);
    let receipts = home.registry.receipts().unwrap();
    let receipt = receipts.iter().find(|kept| kept.issue == later).unwrap();
    let hash = receipt.receipt.sha256.clone();
    drop(home);
    lose(&case.home());
    let told = case.ended(1, &["registry", "restore", "a.db", "--head", &hash]);
    assert!(told.contains("is NOT in the backup"), "{told}");
}
