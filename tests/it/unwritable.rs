//! A registry that cannot be written is told before the work, in the user's
//! words; of programs at once none loses an entry.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::kit::house::{House, code, err};
use crate::kit::program::{LEAKMARK, skipped};
use leakmark::job::Home;

/// Runs a shell script in a mount namespace of its own, where this user may mount
/// what nobody else sees. `None` where the system allows none.
pub fn in_own_mounts(house: &House, script: &str) -> Option<Output> {
    let allowed = Command::new("unshare").args(["-rm", "true"]).status();
    if !allowed.is_ok_and(|status| status.success()) {
        skipped("unshare -rm is not allowed here");
        return None;
    }
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-euc", script])
        .current_dir(house.dir.path())
        .env("LEAKMARK", LEAKMARK)
        .env("LEAKMARK_HOME", house.home())
        .output()
        .unwrap();
    Some(output)
}

/// Every command that writes, on a film that is none: what is wrong with the
/// registry is told before the film is looked at.
const WRITERS: &str = r#"
for words in 'distributor add new --name New' 'distributor import new.csv' 'mark x.mp4 --to aurora' \
    'title add x.mp4 --id x' 'pack make x.json -o y'
do
    code=0; "$LEAKMARK" $words || code=$?
    echo "$words: $code"
    [ $code = 2 ]
done >&2"#;

fn files(house: &House) {
    house.file("x.mp4", b"garbage");
    house.file("new.csv", b"id,name\nlux,Lux\n");
}

#[test]
fn a_full_disk_is_told_before_the_work_in_the_users_words() {
    let house = House::ready();
    files(&house);
    let script = format!(
        r#"
        mkdir small; mount -t tmpfs -o size=1500k small small
        cp home/* small; export LEAKMARK_HOME=$PWD/small
        head -c 10000000 /dev/zero > small/filler || true
        {WRITERS}
        "$LEAKMARK" distributor list
        rm small/filler
        "$LEAKMARK" distributor add new --name New
        "$LEAKMARK" registry verify || [ $? = 0 ]"#
    );
    let Some(output) = in_own_mounts(&house, &script) else {
        return;
    };
    let told = err(&output);
    assert_eq!(code(&output), 0, "{told}");
    let times = told.matches("the registry's disk is full").count();
    assert_eq!(times, 5, "{told}");
    assert!(told.contains("make room"), "{told}");
    assert!(!told.contains("disk I/O error"), "{told}");
    let listed = String::from_utf8(output.stdout).unwrap();
    assert!(listed.contains("kernel  Kernel Streaming"), "{listed}");
}

#[test]
fn a_read_only_registry_is_told_before_the_work_and_can_be_read() {
    let house = House::ready();
    files(&house);
    let script = format!(
        r#"
        mount --bind home home; mount -o remount,ro,bind home home
        {WRITERS}
        "$LEAKMARK" distributor list
        "$LEAKMARK" registry verify"#
    );
    let Some(output) = in_own_mounts(&house, &script) else {
        return;
    };
    let told = err(&output);
    assert_eq!(code(&output), 0, "{told}");
    assert_eq!(told.matches("mounted read-only").count(), 5, "{told}");
    assert!(told.contains("not in the audit log"), "{told}");
    assert!(!told.contains("x.mp4: "), "{told}");
}

#[test]
fn who_writes_for_long_is_named() {
    let house = House::ready();
    let script = "import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('BEGIN IMMEDIATE')
print('held', flush=True)
sys.stdin.read()";
    let child = Command::new("python3")
        .args(["-c", script])
        .arg(house.home().join("leakmark.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skipped("no python3");
        return;
    };
    let mut line = [0; 5];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut line).unwrap();
    let home = Home::open(&house.home()).unwrap();
    home.registry
        .wait_at_most(Duration::from_millis(50))
        .unwrap();
    let refused = home.registry.check_writable().unwrap_err();
    let process = format!("process {}, running since 2", child.id());
    assert!(refused.message().contains(&process), "{refused}");
    assert!(refused.message().contains("-c import sqlite3"), "{refused}");
    assert_eq!(refused.hint(), Some("try again when it has finished"));
    drop(child.stdin.take());
    child.wait().unwrap();
    home.registry.check_writable().unwrap();
}

/// Processes, not threads: they share nothing but the files.
#[test]
fn of_programs_at_once_none_loses_an_entry() {
    let house = House::empty();
    let run = |args: &[&str]| {
        let mut command = Command::new(LEAKMARK);
        command
            .current_dir(house.dir.path())
            .env("LEAKMARK_HOME", house.home())
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let makers: Vec<_> = (0..4).map(|_| run(&["init"])).collect();
    let made: Vec<Output> = makers
        .into_iter()
        .map(|m| m.wait_with_output().unwrap())
        .collect();
    let won = made.iter().filter(|output| code(output) == 0).count();
    assert_eq!(won, 1);
    for lost in made.iter().filter(|output| code(output) != 0) {
        assert!(
            err(lost).contains("holds a registry already"),
            "{}",
            err(lost)
        );
    }
    for writer in 0..4 {
        let rows: String = (0..50)
            .map(|row| format!("w{writer}-{row},W {writer} {row}\n"))
            .collect();
        fs::write(
            house.dir.path().join(format!("{writer}.csv")),
            format!("id,name\n{rows}"),
        )
        .unwrap();
    }
    let mut writers = Vec::new();
    for writer in 0..4 {
        writers.push(run(&["distributor", "import", &format!("{writer}.csv")]));
        writers.push(run(&[
            "distributor",
            "add",
            &format!("a{writer}"),
            "--name",
            &format!("A {writer}"),
        ]));
    }
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert_eq!(code(&output), 0, "{}", err(&output));
    }
    let list = house.json(0, &["distributor", "list", "--json"]);
    assert_eq!(list.as_array().unwrap().len(), 4 * 51);
    let verified = house.json(0, &["registry", "verify", "--json"]);
    // init, eight times one entry and one line of the log each.
    assert_eq!(verified["head"]["number"], 2 + 16, "{verified}");
}
