//! Makes a case out of `testdata/`: a copy of its registry, and the report on
//! the leak.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::kit::program::{ended, folder, leakmark};
use leakmark::evidence::{EvidenceFile, Report, evidence_of, from_json};
use leakmark::job::Home;
use leakmark::registry::CodewordCommitment;
use leakmark::trace::{COMMITTED_SLOTS, Commitment};

/// Whose copy leaked.
pub const LEAKER: &str = "kernel";
/// Of which title.
pub const TITLE: &str = "lanterns-over-harbour";

/// A folder with a home, and the report on the leak.
pub struct Case {
    /// The folder, kept to be looked at.
    pub dir: PathBuf,
}

impl Case {
    /// In a new empty folder of this name.
    pub fn new(name: &str) -> Self {
        let case = Self {
            dir: folder(&format!("case/{name}")),
        };
        fs::create_dir_all(case.home()).unwrap();
        for file in ["leakmark.db", "leakmark.key"] {
            let copy = case.home().join(file);
            fs::copy(testdata("registry").join(file), &copy).unwrap();
            // A checkout does not keep the mode that a key must have.
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).unwrap();
        }
        case
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// The program, in the folder.
    pub fn command(&self) -> Command {
        let mut command = leakmark(&self.home());
        command.current_dir(&self.dir);
        command
    }

    /// How it ended with these arguments.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }

    /// The same, which must end with this code; returns what it printed, errors last.
    pub fn ended(&self, code: i32, args: &[&str]) -> String {
        ended(self.command().args(args), code)
    }

    /// Scans the leak; the report is in `reports/leaked.mp4.report.json`.
    pub fn scan(&self, more: &[&str]) -> Report {
        let leak = testdata("leaked.mp4");
        let mut args = vec!["scan", leak.to_str().unwrap(), "--out", "reports"];
        args.extend(more);
        self.ended(0, &args);
        self.report()
    }

    /// The soft symbols of that report, which stay in the house.
    pub fn evidence(&self) -> EvidenceFile {
        let path = self.path("reports/leaked.mp4.report.json");
        evidence_of(self.report().evidence.as_ref(), &path, None).unwrap()
    }

    /// The registry's public key, as `registry key` prints it.
    pub fn registry_key(&self) -> String {
        let told = self.ended(0, &["-q", "registry", "key"]);
        told.trim().to_owned()
    }

    /// The report that was written.
    pub fn report(&self) -> Report {
        let text = fs::read_to_string(self.path("reports/leaked.mp4.report.json")).unwrap();
        from_json(&text).unwrap()
    }
}

/// A file of `testdata/`.
pub fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}

/// Issues another copy of the title, as `mark` would.
pub fn issue(home: &Home, distributor: &str, salt: [u8; 32]) -> i64 {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02x}")).collect() };
    let copy = home.registry.next_copy(TITLE, distributor).unwrap();
    let root = Commitment::new(
        &home.secret,
        TITLE,
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
    let mut record = home.registry.issues().unwrap().remove(0);
    record.distributor = distributor.to_owned();
    record.copy = copy;
    record.copy_sha256 = hex(&salt.map(|byte| byte ^ 0xFF));
    home.registry.record_issue(&record, &codeword).unwrap()
}
