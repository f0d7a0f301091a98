//! This module shows how far the work has come: a bar for each file that takes
//! longer than a second, and one line for all of a batch.
//!
//! ```text
//! events ─ on() ─ State ─ every 100 ms ─ draw() ─ bars on standard error
//! ```
//!
//! Events only note numbers; one thread draws. Without a terminal nothing is
//! noted and no thread runs.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::pace::Pace;
use super::plain::plain;
use super::words::{clock, count};
use crate::job::{Event, Observer};

/// What takes less is over before a bar could be read.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two drawings.
const INTERVAL: Duration = Duration::from_millis(100);
/// Steps of a bar.
const STEPS: u64 = 1000;
/// Letters of a file's name on a bar.
const NAME_STYLE: &str = "{prefix:28!}";

/// The bars of one run, and the flag that stops it.
pub struct Bars {
    shown: Option<Arc<Shown>>,
    cancelled: Arc<AtomicBool>,
}

struct Shown {
    multi: MultiProgress,
    state: Mutex<State>,
    cancelled: Arc<AtomicBool>,
}

struct State {
    tasks: BTreeMap<usize, Task>,
    begun: Instant,
    /// Files of the batch; 0 if there is no batch.
    expected: usize,
    ended: usize,
    overall: Option<ProgressBar>,
}

struct Task {
    name: String,
    begun: Instant,
    pace: Pace,
    bar: Option<ProgressBar>,
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
            shown.state().expected = files;
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
            shown.state().note(event);
        }
    }

    fn cancelled(&self) -> &AtomicBool {
        &self.cancelled
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        if let Some(shown) = &self.shown {
            shown.state().clear();
        }
    }
}

impl Shown {
    fn start(cancelled: &Arc<AtomicBool>) -> Arc<Self> {
        let shown = Arc::new(Self {
            multi: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            state: Mutex::new(State::new()),
            cancelled: Arc::clone(cancelled),
        });
        let watched = Arc::downgrade(&shown);
        std::thread::spawn(move || draw_while_there(&watched));
        shown
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn draw_while_there(shown: &Weak<Shown>) {
    while let Some(shown) = shown.upgrade() {
        let stopping = shown.cancelled.load(Ordering::Relaxed);
        shown.state().draw(&shown.multi, stopping);
        drop(shown);
        std::thread::sleep(INTERVAL);
    }
}

impl State {
    fn new() -> Self {
        Self {
            tasks: BTreeMap::new(),
            begun: Instant::now(),
            expected: 0,
            ended: 0,
            overall: None,
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Began { task, name } => {
                let begun = Instant::now();
                let fresh = Task {
                    name: plain(&name),
                    begun,
                    pace: Pace::new(begun),
                    bar: None,
                };
                self.tasks
                    .insert(task, fresh)
                    .into_iter()
                    .for_each(Task::end);
            }
            Event::Progress {
                task,
                stage,
                share,
                frames,
            } => {
                if let Some(task) = self.tasks.get_mut(&task) {
                    task.pace.note(stage, share, frames, Instant::now());
                }
            }
            Event::Ended { task } => {
                self.ended += 1;
                self.tasks.remove(&task).into_iter().for_each(Task::end);
            }
        }
    }

    fn draw(&mut self, multi: &MultiProgress, stopping: bool) {
        if self.expected > 1 && self.begun.elapsed() > PATIENCE && self.ended < self.expected {
            let bar = self
                .overall
                .get_or_insert_with(|| multi.add(bar(self.expected as u64)));
            bar.set_prefix("all");
            bar.set_position(self.ended as u64);
            bar.set_message(overall_words(
                self.ended,
                self.expected,
                self.begun.elapsed(),
            ));
        }
        for task in self
            .tasks
            .values_mut()
            .filter(|task| task.begun.elapsed() > PATIENCE)
        {
            task.draw(multi, self.overall.as_ref(), stopping);
        }
    }

    fn clear(&mut self) {
        self.expected = 0;
        std::mem::take(&mut self.tasks)
            .into_values()
            .for_each(Task::end);
        if let Some(bar) = self.overall.take() {
            bar.finish_and_clear();
        }
    }
}

impl Task {
    fn draw(&mut self, multi: &MultiProgress, overall: Option<&ProgressBar>, stopping: bool) {
        let bar = self.bar.get_or_insert_with(|| match overall {
            Some(overall) => multi.insert_before(overall, bar(STEPS)),
            None => multi.add(bar(STEPS)),
        });
        bar.set_prefix(self.name.clone());
        bar.set_position((self.pace.share().unwrap_or(0.0) * STEPS as f64) as u64);
        bar.set_message(match stopping {
            true => "stopping; once more to stop at once".to_owned(),
            false => self.pace.words(Instant::now()),
        });
    }

    fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(&format!("{NAME_STYLE} {{bar:20}} {{msg}}"));
    let bar = ProgressBar::new(length);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn overall_words(ended: usize, expected: usize, elapsed: Duration) -> String {
    let done = format!(
        "{} of {} exhibits",
        count(ended as u64),
        count(expected as u64)
    );
    if ended == 0 {
        return done;
    }
    let left = elapsed.as_secs_f64() / ended as f64 * (expected - ended) as f64;
    format!("{done}, {} left", clock(left))
}
