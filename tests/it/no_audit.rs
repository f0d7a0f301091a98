//! Scans are entered in the audit log, or the report says that they are not.

use std::fs;

use crate::kit::exhibits::{finds, leaked, log10_lr, scanned};
use crate::kit::house::{House, code, err};
use crate::unwritable::in_own_mounts;
use leakmark::evidence::{FindingCode, from_json};

#[test]
fn a_report_says_that_its_scan_is_not_in_the_audit_log() {
    let case = leaked("no_audit");
    let log = || {
        let told = case.ended(0, &["registry", "audit", "--json"]);
        told.matches("\"command\":\"scan\"").count()
    };
    let before = log();
    let (lines, code, words) = scanned(&case, &["leak.mp4", "--no-audit"]);
    assert_eq!(code, 0, "{words}");
    let report = from_json(&lines[0].to_string()).unwrap();
    log10_lr(&report);
    assert!(finds(&report, FindingCode::NotInAuditLog));
    assert_eq!(log(), before);
    let (lines, ..) = scanned(&case, &["leak.mp4"]);
    let report = from_json(&lines[0].to_string()).unwrap();
    assert!(!finds(&report, FindingCode::NotInAuditLog));
    assert_eq!(log(), before + 1);
}

/// The picture is no film of this registry: scanned, it ends with 1.
const SCANS: &str = r#"
code=0; "$LEAKMARK" scan x.png || code=$?; [ $code = 2 ]
code=0; "$LEAKMARK" scan x.png --no-audit --json || code=$?; [ $code = 1 ]"#;

fn scanned_in(script: &str) -> Option<(String, String)> {
    let house = House::ready();
    image::GrayImage::new(320, 180)
        .save(house.dir.path().join("x.png"))
        .unwrap();
    let output = in_own_mounts(&house, &format!("{script}\n{SCANS}"))?;
    assert_eq!(code(&output), 0, "{}", err(&output));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((printed, err(&output)))
}

#[test]
fn on_a_read_only_registry_scanning_goes_on_only_without_the_audit_log() {
    let script = "mount --bind home home; mount -o remount,bind,ro home";
    let Some((printed, told)) = scanned_in(script) else {
        return;
    };
    assert!(told.contains("--no-audit"), "{told}");
    assert!(printed.contains("not_in_audit_log"), "{printed}");
}

#[test]
fn on_a_full_disk_likewise() {
    let script = "mkdir small; mount -t tmpfs -o size=1500k small small; cp home/* small
        export LEAKMARK_HOME=$PWD/small; head -c 10000000 /dev/zero > small/filler || true";
    let Some((printed, told)) = scanned_in(script) else {
        return;
    };
    assert!(told.contains("disk is full"), "{told}");
    assert!(told.contains("--no-audit"), "{told}");
    assert!(printed.contains("not_in_audit_log"), "{printed}");
}

#[test]
fn nothing_is_written_by_a_scan_that_is_refused() {
    let house = House::ready();
    let script = "mount --bind home home; mount -o remount,bind,ro home
        \"$LEAKMARK\" scan x.png --out reports || [ $? = 2 ]";
    if in_own_mounts(&house, script).is_some() {
        assert!(fs::read_dir(house.dir.path().join("reports")).is_err());
    }
}
