//! The command line as others see it: exit codes, what goes to which stream,
//! help, and how it bears hostile names and files.

use std::fs;
use std::path::Path;

use crate::kit::house::{House, code, err, out};
use crate::kit::program::LEAKMARK;
use serde_json::Value;

/// A file or registry name that would set a terminal's title and turn text round.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{202e}leak.mp4";

/// Nothing but line ends controls a terminal.
fn assert_harmless(text: &str) {
    let bad = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.contains(bad), "{text:?}");
}

fn walk(command: &clap::Command, visit: &mut dyn FnMut(&clap::Command)) {
    visit(command);
    for below in command.get_subcommands() {
        walk(below, visit);
    }
}

#[test]
fn every_command_and_flag_is_explained_with_an_example() {
    walk(&leakmark::cli::definition(), &mut |command| {
        assert!(
            command.get_about().is_some(),
            "{} has no help",
            command.get_name()
        );
        for arg in command.get_arguments().filter(|_| !command.is_hide_set()) {
            let place = format!("{} of {}", arg.get_id(), command.get_name());
            assert!(arg.get_help().is_some(), "{place} has no help");
            let long = arg
                .get_long_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(long.contains("Example: "), "{place} has no example");
        }
    });
    leakmark::cli::definition().debug_assert();
}

#[test]
fn commands_are_nouns_and_verbs_and_the_old_names_are_hidden_aliases() {
    let house = House::ready();
    for (old, new) in [
        (&["verify-copy"][..], &["copy", "verify"][..]),
        (&["audit"], &["registry", "audit"]),
        (&["keygen-report"], &["report", "keygen"]),
        (&["verify"], &["report", "verify"]),
        (&["timestamp", "check"], &["report", "timestamp", "check"]),
        (&["schema"], &["report", "schema"]),
        (&["evidence-pack"], &["pack", "make"]),
        (&["verify-pack"], &["pack", "verify"]),
    ] {
        let said = |words: &[&str]| {
            let output = house.run(&[words, &["--no-such-flag"]].concat());
            assert_eq!(code(&output), 2, "{words:?}");
            err(&output).lines().next().unwrap_or_default().to_owned()
        };
        assert_eq!(said(old), said(new), "{old:?} is not {new:?}");
        let definition = leakmark::cli::definition();
        let hidden = definition.find_subcommand(old[0]).unwrap().is_hide_set();
        assert!(hidden, "{old:?} is shown");
    }
    assert_eq!(
        out(&house.run(&["schema"])),
        out(&house.run(&["report", "schema"]))
    );
    assert_eq!(code(&house.run(&["verify-report"])), 2);
}

#[test]
fn every_error_begins_with_the_programs_name() {
    let house = House::empty();
    for args in [
        &["scam"][..],
        &["scan"],
        &["registry", "audit"],
        &["scan", "missing.mp4"],
    ] {
        let said = err(&house.run(args));
        assert!(said.starts_with("leakmark: "), "{args:?}: {said}");
    }
}

#[test]
fn help_and_version_are_results() {
    let house = House::empty();
    for args in [
        &["--help"][..],
        &["-h"],
        &["scan", "--help"],
        &["help", "mark"],
        &["--version"],
    ] {
        let output = house.run(args);
        assert_eq!(code(&output), 0, "{args:?}");
        assert!(
            !out(&output).is_empty() && err(&output).is_empty(),
            "{args:?}"
        );
    }
    let version = out(&house.run(&["--version"]));
    for word in [env!("CARGO_PKG_VERSION"), "commit ", "libavcodec "] {
        assert!(version.contains(word), "{version}");
    }
}

#[test]
fn help_states_exit_codes_and_defaults() {
    let house = House::empty();
    let scan = out(&house.run(&["scan", "--help"]));
    for words in ["Exit codes:", "[default: -6]", "[default: 64]"] {
        assert!(scan.contains(words), "{words} is missing in {scan}");
    }
    assert!(out(&house.run(&["mark", "--help"])).contains("130  interrupted"));
    assert!(out(&house.run(&["--help"])).contains("Exit codes of all commands:"));
}

#[test]
fn usage_errors_give_2_and_nothing_on_standard_output() {
    let house = House::ready();
    for args in [
        &[][..],
        &["scam"],
        &["scan"],
        &["scan", "x", "--threshold", "-2"],
        &["scan", "x", "--threshold", "nan"],
        &["scan", "x", "--jobs", "0"],
        &["scan", "x", "--max-pixels", "0"],
        &["scan", "x", "--max-duration", "0"],
        &["mark", "x"],
        &["mark", "x", "--to", "aurora,,kernel"],
        &["mark", "x", "--to", "all,aurora"],
        &["mark", "x", "--to", "nobody"],
        &["mark", "x", "--to", "aurora", "--at", "1:99"],
        &["mark", "x", "--to", "aurora", "--strength", "5"],
        &["mark", "x", "--to", "aurora", "--codec", "av1"],
        &["mark", "x", "--to", "aurora", "--crf", "60"],
        &["mark", "x", "--to", "aurora", "--preset", "warp"],
        &["distributor", "add", "a b", "--name", "x"],
        &["distributor", "add", "all", "--name", "x"],
        &["distributor", "add", "x"],
        &["distributor", "add", "x", "--name", ""],
        &["distributor", "import", "missing.csv"],
        &["title", "add", "x"],
        &["completions", "cobol"],
    ] {
        let output = house.run(args);
        assert_eq!(code(&output), 2, "{args:?}: {}", err(&output));
        assert!(out(&output).is_empty(), "{args:?}");
        assert!(!err(&output).is_empty(), "{args:?}");
    }
}

#[test]
fn init_makes_registry_and_secret_once() {
    let house = House::empty();
    let output = house.run(&["init"]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains("leakmark.db") && out(&output).contains("leakmark.key"));
    assert!(err(&output).contains("Back the secret up"));
    let key = fs::read(house.home().join("leakmark.key")).unwrap();
    let again = house.run(&["init"]);
    assert_eq!(code(&again), 2);
    assert!(out(&again).is_empty());
    assert_eq!(fs::read(house.home().join("leakmark.key")).unwrap(), key);
}

#[test]
fn home_is_named_by_flag_before_environment() {
    let house = House::ready();
    let other = house.dir.path().join("other");
    let output = house
        .command()
        .arg("init")
        .arg("--home")
        .arg(&other)
        .output()
        .unwrap();
    assert_eq!(code(&output), 0);
    let list = house
        .command()
        .args(["distributor", "list", "--json", "--home"])
        .arg(&other)
        .output()
        .unwrap();
    assert_eq!(out(&list), "[]\n");
}

#[test]
fn without_a_registry_everything_says_what_to_do() {
    let house = House::empty();
    house.file("x.mp4", b"garbage");
    for args in [
        &["scan", "x.mp4"][..],
        &["copy", "verify", "x.mp4"],
        &["mark", "x.mp4", "--to", "a"],
        &["title", "list"],
        &["title", "add", "x.mp4", "--id", "x"],
        &["distributor", "list"],
        &["registry", "audit"],
    ] {
        let output = house.run(args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(
            err(&output).contains("leakmark init"),
            "{args:?}: {}",
            err(&output)
        );
    }
}

#[test]
fn wrong_or_missing_secret_is_refused() {
    let house = House::ready();
    house.file("x.mp4", b"garbage");
    let key = house.home().join("leakmark.key");
    fs::remove_file(&key).unwrap();
    assert_eq!(code(&house.run(&["scan", "x.mp4"])), 2);
    for text in [
        "nonsense".to_owned(),
        format!("leakmark-key-1 {}\n", "ab".repeat(32)),
    ] {
        fs::write(&key, text).unwrap();
        let output = house.run(&["scan", "x.mp4", "--json"]);
        assert_eq!(code(&output), 2);
        assert!(out(&output).contains(r#"{"error":{"kind":"registry""#));
        assert!(err(&output).contains("leakmark.key"), "{}", err(&output));
    }
    assert_eq!(
        code(&house.run(&["distributor", "list"])),
        0,
        "lists need no secret"
    );
}

#[test]
fn distributors_are_listed_as_a_table_or_as_json() {
    let house = House::ready();
    let table = out(&house.run(&["distributor", "list"]));
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains("aurora  Aurora Cinémas"), "{table}");
    let list: Value =
        serde_json::from_str(&out(&house.run(&["distributor", "list", "--json"]))).unwrap();
    assert_eq!(list[0]["id"], "aurora");
    assert_eq!(list[0]["name"], "Aurora Cinémas");
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(out(&house.run(&["title", "list", "--json"])), "[]\n");
}

#[test]
fn an_import_is_whole_or_not_at_all() {
    let house = House::ready();
    house.file(
        "new.csv",
        b"id,name,city\nlux,Lux Filmtheater,Oslo\nmin,Minerva,\n",
    );
    house.file("twice.csv", b"id,name\nfresh,Fresh\naurora,Again\n");
    house.file("header.csv", b"identity;name\nx;y\n");
    let output = house.run(&["distributor", "import", "new.csv"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(err(&output).contains("added 2 distributors"));
    let twice = house.run(&["distributor", "import", "twice.csv"]);
    assert_eq!(code(&twice), 2);
    assert!(
        err(&twice).contains("line 3") && err(&twice).contains("aurora"),
        "{}",
        err(&twice)
    );
    assert_eq!(
        code(&house.run(&["distributor", "import", "header.csv"])),
        2
    );
    assert_eq!(
        code(&house.run(&["distributor", "add", "aurora", "--name", "Again"])),
        2
    );
    let list: Value =
        serde_json::from_str(&out(&house.run(&["distributor", "list", "--json"]))).unwrap();
    let ids: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["aurora", "kernel", "lux", "min"]);
    assert_eq!(list[2]["notes"]["city"], "Oslo");
}

#[test]
fn exhibits_that_cannot_be_read_give_3_and_are_named_on_standard_error() {
    let house = House::ready();
    house.file("garbage.mp4", &[0x5a; 5000]);
    house.file("empty.mp4", b"");
    let output = house.run(&["scan", "missing.mp4", "garbage.mp4", "empty.mp4", "--json"]);
    assert_eq!(code(&output), 3);
    let printed = out(&output);
    for (name, line) in ["missing.mp4", "garbage.mp4", "empty.mp4"]
        .iter()
        .zip(printed.lines())
    {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["unreadable"]["path"], *name);
        assert!(err(&output).contains(name), "{}", err(&output));
    }
    assert_eq!(printed.lines().count(), 3, "{printed}");
    assert!(err(&output).contains("3 not readable"));
    for name in ["missing.mp4", "garbage.mp4", "empty.mp4"] {
        assert_eq!(code(&house.run(&["copy", "verify", name])), 3, "{name}");
        assert_eq!(
            code(&house.run(&["title", "add", name, "--id", "x"])),
            3,
            "{name}"
        );
    }
}

#[test]
fn a_folder_without_films_is_nothing_to_scan() {
    let house = House::ready();
    house.file("folder/notes.txt", b"no film");
    let output = house.run(&["scan", "folder", "--out", "reports"]);
    assert_eq!(code(&output), 2);
    assert!(out(&output).is_empty());
    assert!(
        err(&output).contains("no film or image was found"),
        "{}",
        err(&output)
    );
    assert!(!house.dir.path().join("reports").exists());
}

#[test]
fn an_impossible_output_folder_is_told_before_any_work() {
    let house = House::ready();
    house.file("file", b"");
    house.file("x.mp4", b"garbage");
    let output = house.run(&["scan", "x.mp4", "--out", "file/reports"]);
    assert_eq!(code(&output), 3);
    assert!(!err(&output).contains("x.mp4"), "{}", err(&output));
}

#[test]
fn quiet_leaves_errors_only() {
    let house = House::ready();
    house.file("x.mp4", b"garbage");
    let output = house.run(&["-q", "scan", "x.mp4"]);
    assert_eq!(code(&output), 3);
    assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
    assert!(err(&house.run(&["-q", "distributor", "add", "x", "--name", "X"])).is_empty());
}

#[cfg(unix)]
#[test]
fn hostile_names_do_nothing_to_a_terminal() {
    let house = House::ready();
    house.file(HOSTILE, b"garbage");
    house.file(
        "hostile.csv",
        format!("id,name,{HOSTILE}\nx,X,{HOSTILE}\n").as_bytes(),
    );
    assert_eq!(
        code(&house.run(&["distributor", "import", "hostile.csv"])),
        0
    );
    let flag = format!("--{HOSTILE}");
    for args in [
        &["scan", HOSTILE][..],
        &["copy", "verify", HOSTILE],
        &["scan", flag.as_str()],
        &["mark", "x", "--to", HOSTILE],
        &["distributor", "add", HOSTILE, "--name", HOSTILE],
        &["distributor", "list"],
        &["distributor", "list", "--json"],
        &["registry", "audit"],
        &["registry", "audit", "--json"],
    ] {
        let output = house.run(args);
        assert_harmless(&out(&output));
        assert_harmless(&err(&output));
        assert!(!out(&output).is_empty() || code(&output) >= 2, "{args:?}");
    }
    let list: Value =
        serde_json::from_str(&out(&house.run(&["distributor", "list", "--json"]))).unwrap();
    assert_eq!(
        list[2]["notes"][HOSTILE], HOSTILE,
        "JSON keeps what it says"
    );
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_scanned_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let house = House::ready();
    let name = std::ffi::OsStr::from_bytes(b"bad\xff.mp4");
    fs::write(house.dir.path().join(Path::new(name)), b"garbage").unwrap();
    let output = house.command().arg("scan").arg(name).output().unwrap();
    assert_eq!(code(&output), 3);
    assert!(err(&output).contains("bad\u{fffd}.mp4"), "{}", err(&output));
}

#[test]
fn the_audit_log_tells_what_was_done() {
    let house = House::ready();
    house.file("x.mp4", b"garbage");
    house.run(&["scan", "x.mp4"]);
    let log: Value =
        serde_json::from_str(&out(&house.run(&["registry", "audit", "--json"]))).unwrap();
    let commands: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["command"].as_str().unwrap())
        .collect();
    assert_eq!(
        commands,
        ["init", "distributor add", "distributor add", "scan"]
    );
    assert!(log[3]["result"].as_str().unwrap().starts_with("failed: "));
    assert_eq!(log[3]["exhibit_path"], "x.mp4");
    assert_eq!(log[3]["exhibit_sha256"].as_str().unwrap().len(), 64);
    let verified = house.run(&["registry", "verify"]);
    assert_eq!(code(&verified), 0, "{}", err(&verified));
    assert!(out(&verified).contains("4 lines of the audit log"));
    let table = out(&house.run(&["registry", "audit"]));
    assert_eq!(table.lines().count(), 6, "{table}");
    assert!(table.contains("EXHIBIT") && table.contains("registry verify"));
}

#[test]
fn completions_need_no_registry() {
    let house = House::empty();
    for shell in ["bash", "zsh", "fish"] {
        let output = house.run(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(out(&output).contains("registry"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_none() {
    let house = House::ready();
    let list = |out: std::process::Stdio| {
        let mut command = std::process::Command::new(LEAKMARK);
        command
            .args(["distributor", "list"])
            .env("LEAKMARK_HOME", house.home())
            .stdout(out);
        command.output().unwrap()
    };
    let full = list(fs::File::create("/dev/full").unwrap().into());
    assert_eq!(code(&full), 3);
    assert!(err(&full).contains("standard output"), "{}", err(&full));
    let (reader, writer) = std::os::unix::net::UnixStream::pair().unwrap();
    drop(reader);
    let closed = list(std::os::fd::OwnedFd::from(writer).into());
    assert_eq!(code(&closed), 0);
    assert!(err(&closed).is_empty(), "{}", err(&closed));
}
