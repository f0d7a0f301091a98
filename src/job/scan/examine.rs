//! Examines a picture or a film, step by step, until the matter is
//! settled or there is no more to read.
//!
//! ```text
//! film ─ rounds of keyframes ─ settled? ─ windows, frame by frame ─ settled? ─ … ─ the end
//!                  └──────────── readings ────────────┘ └ scored on all slots so far
//! ```
//!
//! `--full` begins with the windows and reads them all.

use std::time::Instant;

use crate::detect::{
    BIN_S, Bin, DebugPictures, Effort, Reading, Search, read, read_keyframes, read_with_pictures,
};
use crate::error::Result;
use crate::evidence::{Examined, Timing};
use crate::job::events::Stage;
use crate::job::scan::animation::Animation;
use crate::job::scan::content::{Compared, compared, thinned};
use crate::job::scan::context::ScanContext;
use crate::job::scan::debug_pictures::write_pictures;
use crate::job::scan::evidence::{Scored, add_keyframes, extents, score};
use crate::job::scan::film::keyframes::{Keyframes, rounds};
use crate::job::scan::film::plan::{LONGEST_WINDOW_S, Plan, WHOLE_S, WINDOW_S, plan};
use crate::job::scan::film::prefetch::prefetch;
use crate::job::scan::film::schedule::Schedule;
use crate::job::scan::film::window::{Decoding, Gathered, Gatherer, Survey, Window};
use crate::job::scan::still::Still;
use crate::job::scan::stopping::settled;
use crate::job::task::Task;
use crate::luma::Rect;
use crate::media::{FrameCounts, Source};

/// Fewer keyframes than this are not worth looking for the pilot in: a file
/// with a keyframe at its beginning alone.
const LEAST_KEYFRAMES: usize = 8;
/// Windows read at least, so that splices show up.
const LEAST_WINDOWS: usize = 3;

/// What was seen so far.
#[derive(Default, Clone)]
pub(crate) struct Seen {
    pub readings: Vec<Reading>,
    pub examined: Vec<Examined>,
    pub counts: FrameCounts,
    pub active: Option<Rect>,
    /// Title by title; `None` until all that was read is scored.
    pub scored: Option<Vec<Scored>>,
    /// What was compared with the titles' references.
    pub content: Vec<Compared>,
    /// Times of the keyframes examined, seconds, in order.
    pub keyframes_s: Vec<f64>,
    /// What it took.
    pub timing: Timing,
}

/// One exhibit under examination.
pub(crate) struct Examination<'a> {
    context: &'a ScanContext,
    decoding: Decoding<'a>,
    seen: Seen,
    /// When the file in hand begins, seconds of exhibit time.
    start_s: f64,
    /// Readings of files before it.
    before: usize,
    /// What was compared of files before it.
    compared: usize,
}

impl<'a> Examination<'a> {
    /// Nothing seen yet.
    pub fn new(context: &'a ScanContext, decoding: Decoding<'a>) -> Self {
        Self {
            context,
            decoding,
            seen: Seen::default(),
            start_s: 0.0,
            before: 0,
            compared: 0,
        }
    }

    /// Goes on with another file of the same exhibit, which begins at `start_s` seconds
    /// of exhibit time.
    pub fn turn_to(&mut self, source: &'a Source, start_s: f64) {
        self.decoding.source = source;
        self.start_s = start_s;
        self.before = self.seen.readings.len();
        self.compared = self.seen.content.len();
    }

    /// Frames decoded so far.
    pub fn decoded(&self) -> u64 {
        self.seen.counts.decoded
    }

    /// What it is compared with.
    pub fn context(&self) -> &'a ScanContext {
        self.context
    }

    /// What was seen so far.
    pub fn seen(&self) -> Seen {
        self.seen.clone()
    }

    /// Goes on from what was `seen` instead, and gives what was seen so far. The time that
    /// it took stays.
    pub fn replace(&mut self, seen: Seen) -> Seen {
        let timing = std::mem::take(&mut self.seen.timing);
        std::mem::replace(&mut self.seen, Seen { timing, ..seen })
    }

    /// True if the pilot is found in the file in hand.
    pub fn shows_pilot(&self) -> bool {
        self.seen.readings[self.before..]
            .iter()
            .any(|r| r.sync.found)
    }

    /// What it is told as.
    pub fn task(&self) -> Task<'a> {
        self.decoding.task
    }

    /// What was seen, scored.
    pub fn finish(mut self) -> Result<Seen> {
        if self.seen.scored.is_none() {
            self.score()?;
        }
        Ok(self.seen)
    }

    /// Examines a still image.
    pub fn still(&mut self, still: &Still) -> Result<()> {
        let mut gatherer = Gatherer::with((still.width, still.height), still.active());
        gatherer.push(0.0, &still.luma())?;
        let shape = (still.width as f64, still.height as f64);
        self.seen.examined.push(Examined {
            start_s: self.start_s,
            end_s: self.start_s,
        });
        let mut gathered = gatherer.finish();
        gathered.counts = FrameCounts {
            declared: Some(1),
            demuxed: 1,
            decoded: 1,
            ..FrameCounts::default()
        };
        self.examine(gathered, shape)
    }

    /// Examines an animated image, window after window.
    pub fn animation(&mut self, animation: &Animation) -> Result<()> {
        let Animation { width, height, .. } = *animation;
        let step_s = match animation.length_s <= WHOLE_S {
            true => LONGEST_WINDOW_S,
            false => WINDOW_S,
        };
        let fresh = || Gatherer::with((width, height), animation.active);
        let (mut gatherer, mut window) = (fresh(), Window::default());
        window.end_s = step_s;
        let (source, longest_s) = (self.decoding.source, self.decoding.limits.max_duration_s);
        let (counts, _) = animation.each(source, longest_s, &mut |time_s, luma| {
            if time_s >= window.end_s {
                let read = std::mem::replace(&mut gatherer, fresh());
                self.examine_part(read, window)?;
                if !self.context.settings.full && settled(self.context, self.seen.scored.as_deref())
                {
                    return Ok(false);
                }
                window = Window {
                    start_s: window.end_s,
                    end_s: window.end_s + step_s,
                };
            }
            gatherer.push(time_s, luma)?;
            let share = (time_s / animation.length_s).min(1.0);
            self.tell(Stage::Reading, Some(share))?;
            Ok(true)
        })?;
        self.count(counts);
        self.examine_part(gatherer, window)
    }

    fn examine_part(&mut self, gatherer: Gatherer, window: Window) -> Result<()> {
        let mut gathered = gatherer.finish();
        gathered.window = window;
        if gathered.bins.is_empty() {
            return Ok(());
        }
        let active = gathered.active;
        self.note_window(&gathered);
        self.examine(gathered, (active.width as f64, active.height as f64))
    }

    /// Examines a film.
    pub fn film(&mut self, survey: &Survey) -> Result<()> {
        if !self.context.settings.full && self.examine_keyframes(survey)? {
            return Ok(());
        }
        let decoding = self.decoding;
        let settings = &self.context.settings;
        let plan = plan(
            &survey.timeline,
            settings.full,
            settings.limits.max_duration_s,
        );
        let mut begun = Instant::now();
        let schedule = Schedule::new(&decoding, survey, &plan)?;
        prefetch(&decoding, survey, &schedule, &mut |number, gathered| {
            self.seen.timing.decode_s += begun.elapsed().as_secs_f64();
            let gathered = gathered?;
            let go_on = if gathered.bins.is_empty() && number > 0 {
                self.count(gathered.counts);
                // Read onwards, it is at its end.
                !matches!(plan, Plan::Onwards { .. })
            } else {
                self.examine_window(survey, gathered)?;
                let enough = number + 1 >= LEAST_WINDOWS.min(schedule.len());
                let stop = enough && settled(self.context, self.seen.scored.as_deref());
                self.context.settings.full || !stop
            };
            self.tell(
                Stage::Reading,
                Some((number + 1) as f64 / schedule.len() as f64),
            )?;
            begun = Instant::now();
            Ok(go_on)
        })
    }

    fn examine_window(&mut self, survey: &Survey, gathered: Gathered) -> Result<()> {
        self.note_window(&gathered);
        let shape = shape(survey, &gathered);
        self.examine(gathered, shape)
    }

    fn note_window(&mut self, gathered: &Gathered) {
        if let (Some(first), Some(last)) = (gathered.bins.first(), gathered.bins.last()) {
            let half = BIN_S / 2.0;
            self.seen.examined.push(Examined {
                start_s: self.start_s + (first.time_s - half).max(gathered.window.start_s),
                end_s: self.start_s + last.time_s + half,
            });
        }
    }

    /// Looks at keyframes all over the film, round after round; true if they
    /// settle the matter. What they show counts only once the pilot is found in
    /// them, and then each slot as it was first read.
    fn examine_keyframes(&mut self, survey: &Survey) -> Result<bool> {
        let length_s = survey.timeline.length_s.filter(|s| *s > WHOLE_S);
        let Some(length_s) = length_s.filter(|_| survey.timeline.seekable) else {
            return Ok(false);
        };
        let decoding = self.decoding;
        let mut keyframes = Keyframes::new(survey, self.start_s);
        let mut places: Vec<f64> = Vec::new();
        let earlier = self.seen.keyframes_s.len();
        let mut hinted = false;
        for round in rounds(length_s) {
            if round.on_hint && !hinted {
                break;
            }
            self.tell(Stage::Reading, None)?;
            let begun = Instant::now();
            places.extend(round.places.iter().map(|place| self.start_s + place));
            let counts = keyframes.read(&decoding, survey, &round.places, &self.context.pool)?;
            self.count(counts);
            self.seen.timing.decode_s += begun.elapsed().as_secs_f64();
            let times = keyframes.whitened.iter().map(|k| k.0);
            self.seen.keyframes_s.truncate(earlier);
            self.seen.keyframes_s.extend(times);
            if keyframes.whitened.len() < LEAST_KEYFRAMES {
                return Ok(false);
            }
            self.tell(Stage::Detecting, None)?;
            let begun = Instant::now();
            let gathered = keyframes.gathered();
            if self.before == 0 {
                self.seen.active = Some(gathered.active);
            }
            let search = self.search(&gathered, shape(survey, &gathered));
            let reading = self.context.pool.install(|| {
                read_keyframes(&self.context.key, &keyframes.whitened, &places, &search)
            });
            self.seen.timing.detect_s += begun.elapsed().as_secs_f64();
            hinted = reading.as_ref().is_some_and(|r| r.sync.hinted());
            if let Some(reading) = reading.filter(|r| r.sync.found) {
                self.seen.content.truncate(self.compared);
                let content = compared(self.context, &keyframes.pictures, [&reading]);
                self.seen.content.extend(content);
                let mut own = self.seen.readings.split_off(self.before);
                add_keyframes(&mut own, reading);
                self.seen.readings.append(&mut own);
                self.score()?;
                if settled(self.context, self.seen.scored.as_deref()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn search(&self, gathered: &Gathered, shape: (f64, f64)) -> Search {
        Search {
            regions: gathered.regions.clone(),
            extents: extents(self.context, shape),
            sample_aspect: shape.0 * gathered.active.height as f64
                / (shape.1 * gathered.active.width as f64),
            effort: self.context.settings.effort,
            titles: self.context.titles.iter().map(|t| t.id.clone()).collect(),
        }
    }

    /// What the bins show, with pictures of it if they were asked for.
    fn read(&self, bins: Vec<Bin>, search: &Search) -> (Vec<Reading>, Vec<DebugPictures>) {
        let key = &self.context.key;
        self.context
            .pool
            .install(|| match self.context.settings.debug_dir {
                Some(_) => read_with_pictures(key, bins, search, &self.context.masters)
                    .into_iter()
                    .unzip(),
                None => (read(key, bins, search, &self.context.masters), Vec::new()),
            })
    }

    /// Writes what was seen, if that was asked for.
    fn keep_pictures(&self, pictures: &[DebugPictures]) -> Result<()> {
        let Some(dir) = &self.context.settings.debug_dir else {
            return Ok(());
        };
        let first = self.seen.readings.len();
        (first..).zip(pictures).try_for_each(|(number, seen)| {
            write_pictures(dir, self.decoding.source.path(), number, seen)
        })
    }

    /// Adds what became of frames of the file in hand.
    fn count(&mut self, counts: FrameCounts) {
        self.seen.counts += FrameCounts {
            first_misdated_s: counts.first_misdated_s.map(|s| self.start_s + s),
            ..counts
        };
    }

    fn examine(&mut self, mut gathered: Gathered, shape: (f64, f64)) -> Result<()> {
        self.count(gathered.counts);
        gathered
            .bins
            .iter_mut()
            .for_each(|bin| bin.shift(self.start_s));
        self.seen.active.get_or_insert(gathered.active);
        self.tell(Stage::Detecting, None)?;
        let begun = Instant::now();
        let mut search = self.search(&gathered, shape);
        if search.effort == Effort::Normal && fruitless(&self.seen.readings[self.before..]) {
            search.effort = Effort::Quick;
        }
        let looked_at = thinned(self.context, &gathered.bins);
        let (readings, pictures) = self.read(gathered.bins, &search);
        let content = compared(self.context, &looked_at, &readings);
        self.seen.content.extend(content);
        self.seen.timing.detect_s += begun.elapsed().as_secs_f64();
        self.keep_pictures(&pictures)?;
        self.seen.readings.extend(readings);
        self.seen.scored = None;
        // Without a pilot nobody can be settled on: scored once, at the end.
        if self.seen.readings.iter().any(|r| r.sync.found) {
            self.score()?;
        }
        Ok(())
    }

    /// Tells how far the examination has come; an error if it is to stop.
    pub fn tell(&self, stage: Stage, share: Option<f64>) -> Result<()> {
        self.decoding.task.tell(stage, share)
    }

    fn score(&mut self) -> Result<()> {
        self.tell(Stage::Scoring, None)?;
        let begun = Instant::now();
        let threshold = self.context.rule().threshold();
        let score = || score(self.context, &self.seen.readings, threshold);
        self.seen.scored = Some(self.context.pool.install(score));
        self.seen.timing.score_s += begun.elapsed().as_secs_f64();
        Ok(())
    }
}

/// True if the first windows have shown no mark in any geometry: where it is
/// missing in three places of a film, sweeping over the others as well costs
/// much and finds little.
fn fruitless(readings: &[Reading]) -> bool {
    readings.len() >= LEAST_WINDOWS && readings.iter().all(|r| !r.sync.found)
}

/// The shape of the active picture as displayed, (width, height).
fn shape(survey: &Survey, gathered: &Gathered) -> (f64, f64) {
    let sar = survey.info.sample_aspect_ratio;
    let pixel_aspect = f64::from(sar.0.max(1)) / f64::from(sar.1.max(1));
    let active = gathered.active;
    (active.width as f64 * pixel_aspect, active.height as f64)
}
