//! Finds out who holds the registry's write lock, where the system tells (Linux).
//!
//! SQLite locks ranges of its files for a process; the kernel lists all of them
//! in `/proc/locks`. Nothing has to be written to know who it is, and nothing
//! is left behind by a program that was killed.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use leakmark_evidence::naming;

/// Clock ticks a second in `/proc/PID/stat`: the same on every Linux.
const TICKS: u64 = 100;

/// The longest command line that is shown, in characters.
const SHOWN_CHARS: usize = 120;

/// A process that holds the lock.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Holder {
    process: u32,
    /// As it was typed, cut short; empty if the system does not tell.
    command: String,
    /// RFC 3339 UTC.
    began: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.process)?;
        if let Some(began) = &self.began {
            write!(f, ", running since {began}")?;
        }
        match self.command.as_str() {
            "" => Ok(()),
            command => write!(f, ", `{command}`"),
        }
    }
}

/// Who else holds a lock for writing on the registry at `path`.
pub(super) fn holder(path: &Path) -> Option<Holder> {
    let inodes: Vec<u64> = ["", "-shm"]
        .iter()
        .filter_map(|end| beside(path, end).metadata().ok())
        .map(|meta| meta.ino())
        .collect();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let process = locks
        .lines()
        .filter_map(lock)
        .find(|(process, inode)| inodes.contains(inode) && *process != std::process::id())?
        .0;
    Some(Holder {
        process,
        command: command(process),
        began: began(process),
    })
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Process and inode of a line that tells of a lock for writing.
fn lock(line: &str) -> Option<(u32, u64)> {
    // 4: POSIX  ADVISORY  WRITE 1234 fd:01:5678 120 120
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "WRITE")?;
    // A line with an arrow tells of one who waits.
    if words.contains(&"->") {
        return None;
    }
    let inode = words.get(at + 2)?.rsplit(':').next()?;
    Some((words.get(at + 1)?.parse().ok()?, inode.parse().ok()?))
}

fn command(process: u32) -> String {
    let bytes = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).replace('\0', " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(SHOWN_CHARS).collect()
}

/// When the process began.
fn began(process: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold anything; the 22nd field is the 20th after it.
    let ticks: u64 = stat
        .rsplit_once(')')?
        .1
        .split_whitespace()
        .nth(19)?
        .parse()
        .ok()?;
    let boot: u64 = fs::read_to_string("/proc/stat")
        .ok()?
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()?;
    naming::at(i64::try_from(boot + ticks / TICKS).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_process_and_inode() {
        let line = "4: POSIX  ADVISORY  WRITE 1234 fd:01:5678 120 120";
        assert_eq!(lock(line), Some((1234, 5678)));
        for other in [
            "4: POSIX  ADVISORY  READ  1234 fd:01:5678 120 120",
            "4: -> POSIX  ADVISORY  WRITE 1234 fd:01:5678 120 120",
            "",
        ] {
            assert_eq!(lock(other), None, "{other}");
        }
    }

    #[test]
    fn a_process_says_what_it_is_and_since_when() {
        let own = std::process::id();
        if cfg!(target_os = "linux") {
            assert!(command(own).contains("leakmark"), "{}", command(own));
            assert!(began(own).is_some_and(|t| t <= naming::now().unwrap_or_default()));
        }
        let unknown = Holder {
            process: 7,
            command: String::new(),
            began: None,
        };
        assert_eq!(unknown.to_string(), "process 7");
    }
}
