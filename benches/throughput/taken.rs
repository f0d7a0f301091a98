//! Runs a command and says what it took: time, processor, memory.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::child::{Ended, Running};

/// How often a running command's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Linux counts processor time in hundredths of a second, whatever the kernel's clock.
const TICKS_A_SECOND: f64 = 100.0;

/// What a command took.
pub struct Taken {
    /// What it said, and its time by the clock.
    pub ended: Ended,
    /// Seconds of the processor, user and system.
    pub processor_s: f64,
    /// The most memory it had at once.
    pub peak_mb: f64,
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<Taken, String> {
    let running = Running::start(command)?;
    let mut peak_mb = 0.0_f64;
    // A process that has ended keeps its times until it is waited for.
    let processor_s = loop {
        let (ended, processor_s) = times(running.child.id())?;
        if ended {
            break processor_s;
        }
        peak_mb = peak_mb.max(memory_mb(running.child.id()).unwrap_or(0.0));
        thread::sleep(LOOK_EVERY);
    };
    Ok(Taken {
        ended: running.ended()?,
        processor_s,
        peak_mb,
    })
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
