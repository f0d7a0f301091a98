//! Shows how far the work has come: a bar for each file that takes
//! longer than a second, and one line for all of a batch.
//!
//! ```text
//! events ─ on() ─ Gauges ─ every 100 ms ─ draw() ─ bars on standard error
//! ```
//!
//! Events only note numbers; one thread draws. Without a terminal nothing is
//! noted and no thread runs.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressDrawTarget};

use super::gauges::Gauges;
use crate::job::{Event, Observer};

/// Between two drawings.
const INTERVAL: Duration = Duration::from_millis(100);

/// The bars of one run, and the flag that stops it.
pub struct Bars {
    shown: Option<Arc<Shown>>,
    cancelled: Arc<AtomicBool>,
}

struct Shown {
    multi: MultiProgress,
    gauges: Mutex<Gauges>,
    cancelled: Arc<AtomicBool>,
}

impl Bars {
    /// Bars on standard error if they are wanted and it is a terminal.
    pub fn new(wanted: bool) -> Self {
        let cancelled = Arc::new(AtomicBool::new(false));
        let shown = (wanted && std::io::stderr().is_terminal()).then(|| Shown::start(&cancelled));
        Self { shown, cancelled }
    }

    /// The flag that stops the work.
    pub fn stop_flag(&self) -> &Arc<AtomicBool> {
        &self.cancelled
    }

    /// Announces a batch of so many files.
    pub fn expect(&self, files: usize) {
        if let Some(shown) = &self.shown {
            shown.gauges().expect(files);
        }
    }

    /// Prints something without disturbing the bars.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.shown {
            Some(shown) => shown.multi.suspend(print),
            None => print(),
        }
    }
}

impl Observer for Bars {
    fn on(&self, event: Event) {
        if let Some(shown) = &self.shown {
            shown.gauges().note(event);
        }
    }

    fn cancelled(&self) -> &AtomicBool {
        &self.cancelled
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        if let Some(shown) = &self.shown {
            shown.gauges().clear();
        }
    }
}

impl Shown {
    fn start(cancelled: &Arc<AtomicBool>) -> Arc<Self> {
        let shown = Arc::new(Self {
            multi: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            gauges: Mutex::new(Gauges::new()),
            cancelled: Arc::clone(cancelled),
        });
        let watched = Arc::downgrade(&shown);
        std::thread::spawn(move || draw_while_there(&watched));
        shown
    }

    fn gauges(&self) -> MutexGuard<'_, Gauges> {
        self.gauges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn draw_while_there(shown: &Weak<Shown>) {
    while let Some(shown) = shown.upgrade() {
        let stopping = shown.cancelled.load(Ordering::Relaxed);
        shown.gauges().draw(&shown.multi, stopping);
        drop(shown);
        std::thread::sleep(INTERVAL);
    }
}
