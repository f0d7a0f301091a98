//! Listens for the signals that ask a program to stop.
//!
//! The first sets a flag, so that the work winds up and takes back what is
//! half done; the second ends the program at once. A signal that the program
//! was started to ignore (`nohup`, a job in the background) stays ignored.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::Exit;

#[cfg(unix)]
const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Sets `stop` at the first signal from now on. Where the system refuses to
/// tell, a signal ends the program as if nobody listened.
pub fn listen(stop: &Arc<AtomicBool>) {
    let ignored = ignored_signals();
    for signal in SIGNALS
        .into_iter()
        .filter(|signal| ignored >> (signal - 1) & 1 == 0)
    {
        let code = i32::from(Exit::Interrupted.code());
        // The order matters: the first asks whether the second has run before.
        let second = flag::register_conditional_shutdown(signal, code, Arc::clone(stop));
        if second.is_ok() {
            let _ = flag::register(signal, Arc::clone(stop));
        }
    }
}

/// The signals ignored at the start: bit n − 1 for signal n; 0 where the
/// system does not say.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
