//! This module runs a command and says what it took: time, processor, memory.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a running command's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Linux counts processor time in hundredths of a second, whatever the kernel's clock.
const TICKS_A_SECOND: f64 = 100.0;

/// What a command took and said.
pub struct Taken {
    /// By the clock.
    pub seconds: f64,
    /// Of the processor, user and system.
    pub processor_s: f64,
    /// The most memory it had at once.
    pub peak_mb: f64,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<Taken, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |e: std::io::Error| format!("cannot run {name}: {e}");
    let (mut stdout, mut stderr) = (
        tempfile::tempfile().map_err(failed)?,
        tempfile::tempfile().map_err(failed)?,
    );
    command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().map_err(failed)?)
        .stderr(stderr.try_clone().map_err(failed)?);
    let start = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    let mut peak_mb = 0.0_f64;
    // A process that has ended keeps its times until it is waited for.
    let processor_s = loop {
        let (ended, processor_s) = times(child.id())?;
        if ended {
            break processor_s;
        }
        peak_mb = peak_mb.max(memory_mb(child.id()).unwrap_or(0.0));
        thread::sleep(LOOK_EVERY);
    };
    let seconds = start.elapsed().as_secs_f64();
    let status = child.wait().map_err(failed)?;
    Ok(Taken {
        seconds,
        processor_s,
        peak_mb,
        code: status.code(),
        stdout: text(&mut stdout).map_err(failed)?,
        stderr: text(&mut stderr).map_err(failed)?,
    })
}

/// Runs a command that must succeed, and returns its stdout.
pub fn run_well(command: &mut Command) -> Result<String, String> {
    let taken = run(command)?;
    match taken.code {
        Some(0) => Ok(taken.stdout),
        code => Err(format!("exit {code:?}: {}", taken.stderr.trim())),
    }
}

/// Whether a process has ended, and the processor time it took, seconds.
fn times(process: u32) -> Result<(bool, f64), String> {
    let unread = || format!("/proc/{process}/stat cannot be read: this needs Linux");
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).map_err(|_| unread())?;
    // The program's name, in brackets, may hold anything.
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    let all = ticks(11).zip(ticks(12)).ok_or_else(unread)?;
    Ok((fields[0] == "Z", (all.0 + all.1) / TICKS_A_SECOND))
}

/// The most memory that a running process has had at once.
fn memory_mb(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn text(file: &mut File) -> std::io::Result<String> {
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
