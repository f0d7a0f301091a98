//! A list of distributors that lives: lines of spreadsheets, new names, notes,
//! revocations; what was issued before keeps the name of its time.

use std::fs;

use crate::kit::case::{Case, LEAKER};
use crate::kit::house::{House, code, err, out};
use serde_json::{Value, json};

fn listed(house: &House, id: &str) -> Value {
    let list = house.json(0, &["distributor", "list", "--json"]);
    let found = list.as_array().unwrap().iter().find(|d| d["id"] == id);
    found
        .unwrap_or_else(|| panic!("{id} is not in {list}"))
        .clone()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn lists_are_read_as_spreadsheets_save_them() {
    let excel = "ID;Name;Stadt\r\nlux;\"Lux; Größe\";Köln\r\n;;\r\n";
    let marked = "\u{feff}".to_owned() + excel;
    let latin: Vec<u8> = excel
        .chars()
        .map(|c| u8::try_from(c as u32).unwrap())
        .collect();
    for (file, bytes) in [
        ("semicolons.csv", excel.as_bytes().to_vec()),
        ("marked.csv", marked.clone().into_bytes()),
        ("unicode.csv", utf16(&marked, u16::to_le_bytes)),
        ("unicode-be.csv", utf16(&marked, u16::to_be_bytes)),
        ("windows.csv", latin),
        (
            "tabs.txt",
            excel
                .replace("Lux; ", "Lux# ")
                .replace(';', "\t")
                .replace('#', ";")
                .into_bytes(),
        ),
        ("stated.csv", format!("sep=;\r\n{excel}").into_bytes()),
        (
            "commas.csv",
            b"Stadt,NAME,id\nK\xc3\xb6ln,Lux; Gr\xc3\xb6\xc3\x9fe,lux\n".to_vec(),
        ),
    ] {
        let house = House::ready();
        house.file(file, &bytes);
        let output = house.run(&["distributor", "import", file, "--json"]);
        assert_eq!(code(&output), 0, "{file}: {}", err(&output));
        let imported: Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!(imported["added"], json!(["lux"]), "{file}");
        let lux = listed(&house, "lux");
        assert_eq!(lux["name"], "Lux; Größe", "{file}");
        assert_eq!(lux["notes"]["Stadt"], "Köln", "{file}");
        assert!(
            err(&output).contains("kept as notes: \"Stadt\""),
            "{file}: {}",
            err(&output)
        );
        let guessed = err(&output).contains("windows-1252");
        assert_eq!(guessed, file == "windows.csv", "{file}: {}", err(&output));
    }
}

#[test]
fn an_update_adds_and_renames_and_tells_each() {
    let house = House::ready();
    house.file(
        "new.csv",
        b"id,name,city\naurora,Aurora Group,Oslo\nkernel,Kernel Streaming,\nlux,Lux,\n",
    );
    // Without the word, what is there already is an error, and nothing changes.
    let refused = house.run(&["distributor", "import", "new.csv"]);
    assert_eq!(code(&refused), 2);
    assert!(err(&refused).contains("line 2") && err(&refused).contains("aurora"));
    assert_eq!(listed(&house, "aurora")["name"], "Aurora Cinémas");
    let output = house.run(&["distributor", "import", "new.csv", "--update", "--json"]);
    let told: Value = serde_json::from_str(&out(&output)).unwrap();
    let renamed = json!([{"id": "aurora", "from": "Aurora Cinémas", "to": "Aurora Group"}]);
    assert_eq!(
        (&told["added"], &told["renamed"]),
        (&json!(["lux"]), &renamed)
    );
    assert_eq!(
        (&told["noted"], &told["unchanged"]),
        (&json!(["aurora"]), &json!(1))
    );
    for line in [
        "added    lux",
        "renamed  aurora from \"Aurora Cinémas\" to \"Aurora Group\"",
    ] {
        assert!(err(&output).contains(line), "{}", err(&output));
    }
    // The same file once more changes nothing: empty cells take nothing away.
    let again = house.json(
        0,
        &["distributor", "import", "new.csv", "--update", "--json"],
    );
    assert_eq!(again["unchanged"], 3, "{again}");
    assert_eq!(
        listed(&house, "aurora")["former_names"],
        json!(["Aurora Cinémas"])
    );
    for (file, why) in [
        (
            "id,name\nlux,Lux\nlux,Lux 2\n",
            "line 3: \"lux\" is in the file twice",
        ),
        (
            "id,name\nfresh,Fresh\nlux,Kernel Streaming\n",
            "line 3: distributor kernel is or was called",
        ),
        (
            "id,name\nfresh,aurora  cinémas\n",
            "line 2: distributor aurora is or was called",
        ),
        (
            "id,name\nfresh,Fresh\nAURORA,Other\n",
            "case of letters alone",
        ),
    ] {
        house.file("bad.csv", file.as_bytes());
        let refused = house.run(&["distributor", "import", "bad.csv", "--update"]);
        assert_eq!(code(&refused), 2);
        assert!(err(&refused).contains(why), "{why}: {}", err(&refused));
    }
    let list = house.json(0, &["distributor", "list", "--json"]);
    assert_eq!(list.as_array().unwrap().len(), 3, "{list}");
    house.ended(0, &["registry", "verify"]);
}

#[test]
fn names_notes_and_revocations_are_entries_of_the_chain() {
    let house = House::ready();
    for args in [
        &["distributor", "rename", "aurora", "Aurora Film Group"][..],
        &["distributor", "note", "aurora", "asks for stereo"],
        &["distributor", "note", "aurora", "Bergen", "--as", "city"],
        &[
            "distributor",
            "revoke",
            "aurora",
            "--reason",
            "contract ended",
            "--date",
            "2026-01-31",
        ],
    ] {
        assert_eq!(
            house.json(0, &[args, &["--json"]].concat())["id"],
            "aurora",
            "{args:?}"
        );
    }
    let aurora = listed(&house, "aurora");
    assert_eq!(
        aurora["revoked"],
        json!({"since": "2026-01-31", "reason": "contract ended"})
    );
    assert_eq!(
        aurora["notes"],
        json!({"city": "Bergen", "note": "asks for stereo"})
    );
    assert_eq!(aurora["former_names"], json!(["Aurora Cinémas"]));
    assert_eq!(
        (&aurora["issues"], &aurora["last_issue"]),
        (&json!(0), &Value::Null)
    );
    let table = house.ended(0, &["distributor", "list"]);
    assert!(
        table.contains("REVOKED 2026-01-31: contract ended; formerly Aurora Cinémas"),
        "{table}"
    );
    let csv = house.ended(0, &["distributor", "list", "--csv"]);
    assert!(
        csv.starts_with("id,name,issues,last_issue,revoked_since,"),
        "{csv}"
    );
    // The way back, and a note taken away.
    house.ended(
        0,
        &[
            "distributor",
            "reinstate",
            "aurora",
            "--reason",
            "new contract",
        ],
    );
    house.ended(0, &["distributor", "note", "aurora", "", "--as", "city"]);
    let aurora = listed(&house, "aurora");
    assert_eq!(
        (&aurora["revoked"], &aurora["notes"]["city"]),
        (&Value::Null, &Value::Null)
    );
    let log = house.ended(0, &["registry", "audit"]);
    assert!(
        log.contains("distributor revoke") && log.contains("contract ended"),
        "{log}"
    );
    house.ended(0, &["registry", "verify"]);
    // A change that nobody signed counts for nothing.
    let db = rusqlite::Connection::open(house.home().join("leakmark.db")).unwrap();
    let forged = "INSERT INTO chain (kind, text, sha256, signature)
        SELECT kind, replace(text, 'Aurora Film Group', 'Somebody Else'), sha256, signature
        FROM chain WHERE kind = 'changes' AND text LIKE '%renamed%'";
    assert_eq!(db.execute(forged, []).unwrap(), 1);
    drop(db);
    assert_eq!(listed(&house, "aurora")["name"], "Aurora Film Group");
    let told = house.run(&["registry", "verify"]);
    assert_eq!(code(&told), 1, "{}", out(&told));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let house = House::ready();
    house.ended(0, &["distributor", "revoke", "kernel", "--reason", "x"]);
    for (args, why) in [
        (
            &["distributor", "rename", "nobody", "N"][..],
            "no distributor \"nobody\"",
        ),
        (
            &["distributor", "rename", "aurora", "Aurora Cinémas"],
            "called \"Aurora Cinémas\" already",
        ),
        (
            &["distributor", "rename", "aurora", "kernel  STREAMING"],
            "distributor kernel is or was called",
        ),
        (
            &["distributor", "rename", "aurora", "a\nb"],
            "cannot be seen",
        ),
        (&["distributor", "note", "nobody", "x"], "no distributor"),
        (
            &["distributor", "note", "aurora", "\u{202e}x"],
            "cannot be seen",
        ),
        (
            &["distributor", "revoke", "kernel", "--reason", "y"],
            "revoked already, since 2",
        ),
        (
            &["distributor", "revoke", "aurora", "--reason", " "],
            "the reason has 0 characters",
        ),
        (
            &[
                "distributor",
                "revoke",
                "aurora",
                "--reason",
                "x",
                "--date",
                "31.01.2026",
            ],
            "is no day",
        ),
        (
            &[
                "distributor",
                "revoke",
                "aurora",
                "--reason",
                "x",
                "--date",
                "9999-01-01",
            ],
            "not come yet",
        ),
        (
            &["distributor", "reinstate", "aurora", "--reason", "x"],
            "is not revoked",
        ),
        (&["mark", "x.mp4", "--to", "kernel"], "revoked on 2"),
        (
            &["mark", "x.mp4", "--to", "kernel"],
            "leakmark distributor reinstate",
        ),
        (&["mark", "x.mp4", "--to", "aurora,kernel"], "revoked on 2"),
    ] {
        let output = house.run(args);
        assert_eq!(code(&output), 2, "{args:?}: {}", err(&output));
        assert!(err(&output).contains(why), "{args:?}: {}", err(&output));
    }
    // A name that was given up is nobody else's; back to one's own is allowed.
    house.ended(0, &["distributor", "rename", "aurora", "Aurora Group"]);
    let taken = house.run(&["distributor", "add", "other", "--name", "Aurora Cinémas"]);
    assert!(err(&taken).contains("is or was called"), "{}", err(&taken));
    house.ended(0, &["distributor", "rename", "aurora", "Aurora Cinémas"]);
    let taken = house.run(&["distributor", "add", "other", "--name", "AURORA GROUP"]);
    assert!(err(&taken).contains("is or was called"), "{}", err(&taken));
    // With everybody, those who were revoked are left out aloud; then nobody is left.
    house.file("x.mp4", b"garbage");
    let output = house.run(&["mark", "x.mp4", "--to", "all"]);
    assert!(
        err(&output).contains("no copy for those who were revoked: kernel"),
        "{}",
        err(&output)
    );
    assert_eq!(code(&output), 3);
    house.ended(0, &["distributor", "revoke", "aurora", "--reason", "x"]);
    let nobody = house.run(&["mark", "x.mp4", "--to", "all"]);
    assert!(
        err(&nobody).contains("all distributors are revoked"),
        "{}",
        err(&nobody)
    );
}

#[test]
fn a_report_gives_the_name_of_the_receipt_the_name_now_and_the_revocation() {
    let case = Case::new("living_list");
    let before = case.scan(&[]).attributions.remove(0);
    assert!(before.name_now.is_none() && before.revoked.is_none());
    fs::remove_dir_all(case.path("reports")).unwrap();
    case.ended(0, &["distributor", "rename", LEAKER, "Kernel Group"]);
    case.ended(
        0,
        &[
            "distributor",
            "revoke",
            LEAKER,
            "--reason",
            "contract ended",
            "--date",
            "2026-01-31",
        ],
    );
    let report = case.scan(&["--html", "html"]);
    let named = &report.attributions[0];
    assert_eq!(
        (named.name.as_str(), named.name_in_table.as_ref()),
        (before.name.as_str(), None)
    );
    assert_eq!(named.name_now.as_deref(), Some("Kernel Group"));
    let revoked = named.revoked.as_ref().unwrap();
    assert_eq!(
        (revoked.since.as_str(), revoked.reason.as_str()),
        ("2026-01-31", "contract ended")
    );
    assert_eq!(named.log10_likelihood_ratio, before.log10_likelihood_ratio);
    let words: Vec<_> = report.findings.iter().map(|f| f.words.as_str()).collect();
    assert!(
        words
            .iter()
            .any(|w| w.contains("is called \"Kernel Group\" now")),
        "{words:?}"
    );
    assert!(
        words
            .iter()
            .any(|w| w.contains("no more copies since 2026-01-31")),
        "{words:?}"
    );
    let html = fs::read_to_string(case.path("html/leaked.mp4.report.html")).unwrap();
    assert!(html.contains("Kernel Group") && html.contains("contract ended"));
    let key = case.registry_key();
    let path = "reports/leaked.mp4.report.json";
    case.ended(0, &["report", "verify", path, "--registry-key", &key]);
    case.ended(0, &["pack", "make", path, "-o", "leak.pack.json"]);
    case.ended(
        0,
        &[
            "pack",
            "verify",
            "leak.pack.json",
            "--registry-key",
            &key,
            "--report",
            path,
        ],
    );
}
