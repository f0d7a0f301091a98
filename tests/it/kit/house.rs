//! A home folder, and the program run in it.

use std::fs;
use std::process::Output;

pub use crate::kit::program::{code, err, out};

use crate::kit::program::LEAKMARK;
use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A home folder and a way to run the program in it.
pub struct House {
    /// The folder that commands run in.
    pub dir: TempDir,
}

impl House {
    /// A folder without a registry.
    pub fn empty() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    /// A folder with a registry of two distributors.
    pub fn ready() -> Self {
        let house = Self::empty();
        for args in [
            &["init"][..],
            &["distributor", "add", "aurora", "--name", "Aurora Cinémas"],
            &["distributor", "add", "kernel", "--name", "Kernel Streaming"],
        ] {
            assert_eq!(code(&house.run(args)), 0, "{args:?}");
        }
        house
    }

    /// The home folder.
    pub fn home(&self) -> std::path::PathBuf {
        self.dir.path().join("home")
    }

    /// The program, in the folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(LEAKMARK);
        command
            .current_dir(self.dir.path())
            .env("LEAKMARK_HOME", self.home());
        command
    }

    /// How it ended with these arguments.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }

    /// What it printed with these arguments, which must end with this code.
    pub fn ended(&self, expected: i32, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(
            code(&output),
            expected,
            "{args:?}: {}{}",
            out(&output),
            err(&output)
        );
        out(&output)
    }

    /// The same as JSON.
    pub fn json(&self, expected: i32, args: &[&str]) -> Value {
        let text = self.ended(expected, args);
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{args:?}: {e}: {text}"))
    }

    /// Writes a file beside the home folder.
    pub fn file(&self, name: &str, content: &[u8]) {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}
