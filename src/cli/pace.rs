//! Tells from events how fast a stage goes and how long it will take.

use std::time::Instant;

use super::words::{clock, count};
use crate::job::Stage;

/// Seconds of a stage before its speed is told.
const SETTLING_S: f64 = 0.5;

/// How far one piece of work has come.
pub struct Pace {
    stage: Option<Stage>,
    first: Mark,
    last: Mark,
}

/// A moment of a stage.
#[derive(Clone, Copy)]
struct Mark {
    at: Instant,
    share: Option<f64>,
    frames: u64,
}

impl Pace {
    /// Nothing is known yet.
    pub fn new(at: Instant) -> Self {
        let start = Mark {
            at,
            share: None,
            frames: 0,
        };
        Self {
            stage: None,
            first: start,
            last: start,
        }
    }

    /// Notes an event. A new stage, or one that starts over, has a new pace.
    pub fn note(&mut self, stage: Stage, share: Option<f64>, frames: u64, at: Instant) {
        let share = share
            .filter(|share| share.is_finite())
            .map(|share| share.clamp(0.0, 1.0));
        let mark = Mark { at, share, frames };
        let again = share < self.last.share || frames < self.last.frames;
        if self.stage != Some(stage) || again {
            self.stage = Some(stage);
            self.first = mark;
        }
        self.last = mark;
    }

    /// How far the stage has come, 0 to 1, if that is known.
    pub fn share(&self) -> Option<f64> {
        self.last.share
    }

    /// What is being done, frames, speed and time left, as far as they are known.
    pub fn words(&self, now: Instant) -> String {
        let mut words = vec![self.stage.map_or("waiting", name).to_owned()];
        let seconds = (self.last.at - self.first.at).as_secs_f64();
        if self.last.frames > 0 {
            words.push(format!("{} frames", count(self.last.frames)));
        }
        if self.last.frames > self.first.frames && seconds > SETTLING_S {
            let speed = (self.last.frames - self.first.frames) as f64 / seconds;
            words.push(format!("{} frames/s", count(speed.round() as u64)));
        }
        if let Some(left) = self.seconds_left(now) {
            words.push(format!("{} left", clock(left)));
        }
        words.join(", ")
    }

    fn seconds_left(&self, now: Instant) -> Option<f64> {
        let (from, to) = (self.first.share?, self.last.share?);
        let seconds = (self.last.at - self.first.at).as_secs_f64();
        let since = now.saturating_duration_since(self.last.at).as_secs_f64();
        let known = to > from && seconds > SETTLING_S;
        known.then(|| (seconds * (1.0 - to) / (to - from) - since).max(0.0))
    }
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Hashing => "hashing",
        Stage::Reading => "reading",
        Stage::Detecting => "looking for the mark",
        Stage::Scoring => "comparing distributors",
        Stage::Marking => "marking",
        Stage::Verifying => "reading back",
        Stage::Writing => "writing",
        Stage::Attacking => "attacking",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn speed_and_time_left_are_those_of_the_stage() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut pace = Pace::new(start);
        assert_eq!(pace.words(start), "waiting");
        pace.note(Stage::Hashing, Some(0.9), 0, at(1));
        pace.note(Stage::Reading, Some(0.0), 0, at(2));
        pace.note(Stage::Reading, Some(0.25), 2400, at(12));
        assert_eq!(
            pace.words(at(12)),
            "reading, 2,400 frames, 240 frames/s, 0:00:30 left"
        );
        pace.note(Stage::Detecting, None, 0, at(13));
        assert_eq!(pace.words(at(14)), "looking for the mark");
        assert_eq!(pace.share(), None);
    }

    #[test]
    fn a_stage_that_starts_over_has_a_new_pace() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.note(Stage::Reading, Some(0.9), 100, start);
        pace.note(
            Stage::Reading,
            Some(0.1),
            10,
            start + Duration::from_secs(5),
        );
        assert_eq!(
            pace.words(start + Duration::from_secs(5)),
            "reading, 10 frames"
        );
        pace.note(
            Stage::Reading,
            Some(f64::NAN),
            20,
            start + Duration::from_secs(6),
        );
        assert_eq!(pace.share(), None);
    }
}
