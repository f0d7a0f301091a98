//! Files that change while they are read: no report, no copy.

use std::fs::{self, FileTimes, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::kit::case::{Case, LEAKER, testdata};
use leakmark::error::{Error, Result};
use leakmark::evidence::{Report, Verdict, from_json};
use leakmark::job::{
    Event, Home, MarkRequest, Observer, ScanContext, ScanSettings, Stage, Task, mark, scan,
};
use sha2::{Digest, Sha256};

/// Does something once, when a stage is reached.
struct When<'a> {
    stage: Stage,
    then: Mutex<Option<&'a (dyn Fn() + Sync)>>,
    cancelled: AtomicBool,
}

impl<'a> When<'a> {
    fn reached(stage: Stage, then: &'a (dyn Fn() + Sync)) -> Self {
        Self {
            stage,
            then: Mutex::new(Some(then)),
            cancelled: AtomicBool::new(false),
        }
    }
}

impl Observer for When<'_> {
    fn on(&self, event: Event) {
        if matches!(event, Event::Progress { stage, .. } if stage == self.stage)
            && let Some(then) = self.then.lock().unwrap().take()
        {
            then();
        }
    }

    fn cancelled(&self) -> &AtomicBool {
        &self.cancelled
    }
}

/// What scanning the leak gives if `change` happens to its file while the mark is
/// looked for: when it is open, decoded, and perhaps hashed.
fn scanned(name: &str, change: &(dyn Fn(&Path) + Sync)) -> Result<Report> {
    let case = Case::new(name);
    let exhibit = case.path("exhibit.mp4");
    fs::copy(testdata("leaked.mp4"), &exhibit).unwrap();
    // The clock that stamps inodes ticks every few milliseconds.
    std::thread::sleep(Duration::from_millis(20));
    let home = Home::open(&case.home()).unwrap();
    let context = ScanContext::new(&home, ScanSettings::default()).unwrap();
    let change = || change(&exhibit);
    scan(
        &context,
        &exhibit,
        Task::only(&When::reached(Stage::Detecting, &change)),
    )
}

fn assert_changed<T: std::fmt::Debug>(outcome: Result<T>, how: &str) {
    let error = outcome.expect_err("it changed while it was read");
    let said = error.to_string();
    assert!(matches!(error, Error::Unreadable { .. }), "{said}");
    assert!(said.contains("changed while it was read"), "{said}");
    assert!(said.contains(how), "{said}");
}

#[test]
fn a_file_that_stays_as_it_is_is_attributed() {
    let report = scanned("stays", &|_| {}).unwrap();
    assert_eq!(report.verdict, Verdict::Attributed);
    assert_eq!(report.attributions[0].distributor, LEAKER);
}

#[test]
fn another_file_under_the_same_name_gives_no_report() {
    let swap = |exhibit: &Path| {
        let other = exhibit.with_extension("new");
        fs::copy(testdata("leaked.mp4"), &other).unwrap();
        fs::rename(&other, exhibit).unwrap();
    };
    assert_changed(scanned("renamed", &swap), "another file has its name");
    let link = |exhibit: &Path| {
        fs::rename(exhibit, exhibit.with_extension("kept")).unwrap();
        std::os::unix::fs::symlink(testdata("leaked.mp4"), exhibit).unwrap();
    };
    assert_changed(scanned("linked", &link), "another file has its name");
}

#[test]
fn overwriting_in_place_gives_no_report_though_the_time_is_set_back() {
    let overwrite = |exhibit: &Path| {
        let before = fs::metadata(exhibit).unwrap().modified().unwrap();
        let mut file = OpenOptions::new().write(true).open(exhibit).unwrap();
        file.write_all(&[0; 64]).unwrap();
        file.set_times(FileTimes::new().set_modified(before))
            .unwrap();
    };
    assert_changed(scanned("overwritten", &overwrite), "");
}

#[test]
fn a_file_that_grows_gives_no_report() {
    let grow = |exhibit: &Path| {
        let mut file = OpenOptions::new().append(true).open(exhibit).unwrap();
        file.write_all(b"more").unwrap();
    };
    assert_changed(scanned("grows", &grow), "bytes");
}

#[test]
fn a_master_that_changes_gives_no_copy() {
    let case = Case::new("master");
    let (master, folder) = (case.path("master.mp4"), case.path("copies"));
    fs::create_dir(&folder).unwrap();
    film(&master, "testsrc2=s=320x180:r=25:d=8");
    std::thread::sleep(Duration::from_millis(20));
    let home = Home::open(&case.home()).unwrap();
    let issues = home.registry.issues().unwrap().len();
    let request = MarkRequest {
        output: Some(folder.join("copy.mp4")),
        preset: "ultrafast".into(),
        verify: false,
        ..MarkRequest::new(master.clone(), vec![LEAKER.into()])
    };
    let grow = || {
        let mut file = OpenOptions::new().append(true).open(&master).unwrap();
        file.write_all(b"more").unwrap();
    };
    let marked = mark(
        &home,
        &request,
        Task::only(&When::reached(Stage::Marking, &grow)),
    );
    assert_changed(marked, "bytes");
    assert_eq!(home.registry.issues().unwrap().len(), issues);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    // Left alone, the same request is done.
    let marked = mark(
        &home,
        &request,
        Task::only(&leakmark::job::Silent::default()),
    )
    .unwrap();
    assert!(marked.copies[0].issue.is_some());
}

/// Whenever the names are swapped, a report is about one file or there is none.
#[test]
fn no_report_joins_the_hash_of_one_file_with_the_mark_of_another() {
    let case = Case::new("race");
    let clean = case.path("clean.mp4");
    film(&clean, "testsrc2=s=640x360:r=25:d=6");
    // An mp4 may carry anything after its last box; hashing it takes a moment.
    let padding: u32 = 64 << 20;
    let mut file = OpenOptions::new().append(true).open(&clean).unwrap();
    file.write_all(&padding.to_be_bytes()).unwrap();
    file.write_all(b"free").unwrap();
    file.set_len(file.metadata().unwrap().len() + u64::from(padding) - 8)
        .unwrap();
    let of_clean = sha256(&clean);
    let mut refused = 0;
    for wait_ms in [0, 2, 5, 10, 20, 40, 80, 160] {
        let (exhibit, fresh) = (case.path("exhibit.mp4"), case.path("fresh.mp4"));
        fs::copy(&clean, &exhibit).unwrap();
        fs::copy(testdata("leaked.mp4"), &fresh).unwrap();
        let scan = case
            .command()
            .args(["-q", "scan", "--json"])
            .arg(&exhibit)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until_open(scan.id(), &exhibit);
        std::thread::sleep(Duration::from_millis(wait_ms));
        fs::rename(&fresh, &exhibit).unwrap();
        let ended = scan.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        if ended.status.code() == Some(3) {
            assert!(told.contains("changed while it was read"), "{told}");
            refused += 1;
            continue;
        }
        let report = from_json(std::str::from_utf8(&ended.stdout).unwrap()).unwrap();
        let about_clean = report.exhibit.sha256 == of_clean;
        assert_eq!(
            report.verdict == Verdict::Attributed,
            !about_clean,
            "after {wait_ms} ms: {told}"
        );
    }
    assert!(refused > 0, "no swap came while the file was read");
}

/// Waits, not for ever, until a process has a file open.
fn wait_until_open(process: u32, file: &Path) {
    let open = || {
        let files = fs::read_dir(format!("/proc/{process}/fd")).ok()?;
        let links = files.filter_map(|f| fs::read_link(f.ok()?.path()).ok());
        links.into_iter().find(|link| link == file)
    };
    for _ in 0..2000 {
        if open().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
}

fn film(path: &PathBuf, source: &str) {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", source])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-crf", "24"])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

fn sha256(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).unwrap());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
