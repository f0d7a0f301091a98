//! Runs one child and brings back all that it said.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Child, Command, Stdio};
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

/// A child under way.
pub struct Running {
    name: String,
    /// The process.
    pub child: Child,
    stdout: File,
    stderr: File,
    start: Instant,
}

impl Running {
    /// Starts a command. It writes to files, not pipes: a child can fill a pipe
    /// and wait for ever.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let failed = |e| failed(&name, &e);
        let (stdout, stderr) = (
            tempfile::tempfile().map_err(failed)?,
            tempfile::tempfile().map_err(failed)?,
        );
        command
            .stdin(Stdio::null())
            .stdout(stdout.try_clone().map_err(failed)?)
            .stderr(stderr.try_clone().map_err(failed)?);
        let start = Instant::now();
        Ok(Self {
            child: command.spawn().map_err(failed)?,
            name,
            stdout,
            stderr,
            start,
        })
    }

    /// Waits for its end.
    pub fn ended(mut self) -> Result<Ended, String> {
        let failed = |e| failed(&self.name, &e);
        let status = self.child.wait().map_err(failed)?;
        let seconds = self.start.elapsed().as_secs_f64();
        Ok(Ended {
            code: status.code(),
            stdout: text(&mut self.stdout).map_err(failed)?,
            stderr: text(&mut self.stderr).map_err(failed)?,
            seconds,
        })
    }
}

fn failed(name: &str, error: &std::io::Error) -> String {
    format!("cannot run {name}: {error}")
}

/// Runs a command to its end, or kills it at the limit.
pub fn run(command: &mut Command, limit: Option<Duration>) -> Result<Ended, String> {
    let mut running = Running::start(command)?;
    let Some(limit) = limit else {
        return running.ended();
    };
    loop {
        let waited = running.child.try_wait();
        if waited.map_err(|e| failed(&running.name, &e))?.is_some() {
            return running.ended();
        }
        if running.start.elapsed() > limit {
            let killed = running.child.kill().and_then(|()| running.child.wait());
            killed.map_err(|e| failed(&running.name, &e))?;
            let seconds = running.start.elapsed().as_secs_f64();
            return Err(format!("stopped after {seconds:.0} s"));
        }
        thread::sleep(Duration::from_millis(5));
    }
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
