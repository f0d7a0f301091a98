//! The bars themselves: a gauge for each file and one for the batch.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::pace::Pace;
use super::words::{clock, count};
use crate::evidence::escape::plain;
use crate::job::Event;

/// What takes less is over before a bar could be read.
const PATIENCE: Duration = Duration::from_secs(1);
/// Steps of a bar.
const STEPS: u64 = 1000;
/// Letters of a file's name on a bar.
const NAME_STYLE: &str = "{prefix:28!}";

/// A gauge for each file, and one for the batch.
pub struct Gauges {
    tasks: BTreeMap<usize, Task>,
    begun: Instant,
    /// Files of the batch; 0 if there is no batch.
    expected: usize,
    ended: usize,
    overall: Option<ProgressBar>,
}

struct Task {
    name: String,
    /// Beginnings that have not ended; never 0 while it is kept.
    depth: u32,
    begun: Instant,
    pace: Pace,
    bar: Option<ProgressBar>,
}

impl Gauges {
    /// Nothing is done.
    pub fn new() -> Self {
        Self {
            tasks: BTreeMap::new(),
            begun: Instant::now(),
            expected: 0,
            ended: 0,
            overall: None,
        }
    }

    /// Announces a batch of so many files.
    pub fn expect(&mut self, files: usize) {
        self.expected = files;
    }

    /// Notes an event.
    pub fn note(&mut self, event: Event) {
        match event {
            Event::Began { task, name } => self.begin(task, &name),
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
            Event::Ended { task } => self.end(task),
        }
    }

    /// Work may be part of work of the same number: the whole gives the name.
    fn begin(&mut self, number: usize, name: &str) {
        let begun = Instant::now();
        let fresh = || Task {
            name: plain(name),
            depth: 0,
            begun,
            pace: Pace::new(begun),
            bar: None,
        };
        self.tasks.entry(number).or_insert_with(fresh).depth += 1;
    }

    fn end(&mut self, number: usize) {
        let Some(task) = self.tasks.get_mut(&number) else {
            return;
        };
        task.depth -= 1;
        if task.depth == 0 {
            self.ended += 1;
            self.tasks.remove(&number).into_iter().for_each(Task::end);
        }
    }

    /// Draws what takes longer than a second.
    pub fn draw(&mut self, multi: &MultiProgress, stopping: bool) {
        self.draw_overall(multi);
        let due = |task: &&mut Task| task.begun.elapsed() > PATIENCE;
        for task in self.tasks.values_mut().filter(due) {
            task.draw(multi, self.overall.as_ref(), stopping);
        }
    }

    fn draw_overall(&mut self, multi: &MultiProgress) {
        let elapsed = self.begun.elapsed();
        if self.ended >= self.expected {
            self.overall
                .take()
                .iter()
                .for_each(ProgressBar::finish_and_clear);
        } else if self.expected > 1 && elapsed > PATIENCE {
            let bar = self
                .overall
                .get_or_insert_with(|| multi.add(bar(self.expected as u64)));
            bar.set_prefix("all");
            bar.set_position(self.ended as u64);
            bar.set_message(overall_words(self.ended, self.expected, elapsed));
        }
    }

    /// Takes all bars off the terminal.
    pub fn clear(&mut self) {
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
    let done = format!("{} of {} done", count(ended as u64), count(expected as u64));
    if ended == 0 {
        return done;
    }
    let left = elapsed.as_secs_f64() / ended as f64 * (expected - ended) as f64;
    format!("{done}, {} left", clock(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_within_work_counts_once_and_keeps_its_name() {
        let mut gauges = Gauges::new();
        let began = |name: &str| Event::Began {
            task: 0,
            name: name.to_owned(),
        };
        gauges.note(began("film.mov"));
        gauges.note(began(".part"));
        gauges.note(Event::Ended { task: 0 });
        assert_eq!(gauges.tasks[&0].name, "film.mov");
        assert_eq!(gauges.ended, 0);
        gauges.note(Event::Ended { task: 0 });
        gauges.note(Event::Ended { task: 0 });
        assert_eq!((gauges.tasks.len(), gauges.ended), (0, 1));
    }
}
