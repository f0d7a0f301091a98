//! This module runs one child and brings back all that it said.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A child that has ended.
pub struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
    /// Wall-clock time from start to end.
    pub seconds: f64,
}

impl Ended {
    /// The last line on stderr and the exit code: why it failed, in short.
    pub fn complaint(&self) -> String {
        let line = self.stderr.lines().rev().find(|l| !l.trim().is_empty());
        let code = self
            .code
            .map_or("a signal".to_owned(), |c| format!("exit {c}"));
        format!("{code}: {}", line.unwrap_or("(no message)").trim())
    }
}

/// Runs a command to its end, or kills it at the limit.
pub fn run(command: &mut Command, limit: Option<Duration>) -> Result<Ended, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |e: std::io::Error| format!("cannot run {name}: {e}");
    // Files, not pipes: a child can fill a pipe and wait for ever.
    let mut stdout = tempfile::tempfile().map_err(failed)?;
    let mut stderr = tempfile::tempfile().map_err(failed)?;
    command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().map_err(failed)?)
        .stderr(stderr.try_clone().map_err(failed)?);
    let start = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if limit.is_some_and(|limit| start.elapsed() > limit) {
            child.kill().map_err(failed)?;
            child.wait().map_err(failed)?;
            return Err(format!(
                "stopped after {:.0} s",
                start.elapsed().as_secs_f64()
            ));
        }
        thread::sleep(Duration::from_millis(5));
    };
    let seconds = start.elapsed().as_secs_f64();
    Ok(Ended {
        code: status.code(),
        stdout: text(&mut stdout).map_err(failed)?,
        stderr: text(&mut stderr).map_err(failed)?,
        seconds,
    })
}

/// Runs a command that must succeed, and returns its stdout.
pub fn run_well(command: &mut Command) -> Result<String, String> {
    let ended = run(command, None)?;
    if ended.code == Some(0) {
        Ok(ended.stdout)
    } else {
        Err(ended.complaint())
    }
}

fn text(file: &mut File) -> std::io::Result<String> {
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
