//! This module examines one exhibit from its bytes to its report.

use std::path::Path;
use std::time::Instant;

use super::ahead::gather_ahead;
use super::compose::{Found, compose};
use super::context::ScanContext;
use super::course::Course;
use super::events::{Event, Observer, Stage, file_name};
use super::evidence::{Scored, add_keyframes, extents, score};
use super::hash::{FileHash, hash_file};
use super::illustrate::illustrate;
use super::keyframes::{Keyframes, rounds};
use super::plan::{WHOLE_S, plan};
use super::settled::settled;
use super::sights::write_sight;
use super::still::{Still, read_still};
use super::window::{Decoding, Gathered, Gatherer, Survey, survey};
use crate::detect::{Effort, Reading, Search, read, read_keyframes};
use crate::error::{Error, Result};
use crate::luma::Rect;
use crate::media::FrameCounts;
use crate::report::{Examined, Illustrations, Report, Timing};

/// Fewer keyframes than this are not worth looking for the pilot in: a file
/// with a keyframe at its beginning alone.
const LEAST_KEYFRAMES: usize = 8;
/// Windows read at least, so that splices show up.
const LEAST_WINDOWS: usize = 3;

/// Examines the exhibit at `path`, using all the context's threads.
///
/// # Errors
/// [`Error::Unreadable`] if it cannot be read as a film or an image,
/// [`Error::Interrupted`] if the observer asked to stop.
pub fn scan(
    context: &ScanContext,
    path: &Path,
    task: usize,
    observer: &dyn Observer,
) -> Result<Report> {
    Ok(scan_with(context, path, task, observer, context.threads)?.report)
}

/// A report, and what is shown beside it: nothing, unless the settings ask for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// What was found.
    pub report: Report,
    /// What is shown beside it.
    pub illustrations: Illustrations,
}

/// [`scan`] with another number of decoder threads.
pub(super) fn scan_with(
    context: &ScanContext,
    path: &Path,
    task: usize,
    observer: &dyn Observer,
    decoders: usize,
) -> Result<Scanned> {
    observer.on(Event::Began {
        task,
        name: file_name(path),
    });
    let scanned = scan_within(context, path, task, observer, decoders);
    observer.on(Event::Ended { task });
    scanned
}

/// [`scan_with`] as a part of other work: it has no beginning and end of its own.
pub(super) fn scan_within(
    context: &ScanContext,
    path: &Path,
    task: usize,
    observer: &dyn Observer,
    decoders: usize,
) -> Result<Scanned> {
    Job {
        context,
        path,
        task,
        observer,
        decoders,
        timing: Timing::default(),
    }
    .run()
}

/// One scan under way.
struct Job<'a> {
    context: &'a ScanContext,
    path: &'a Path,
    task: usize,
    observer: &'a dyn Observer,
    decoders: usize,
    timing: Timing,
}

/// What kind of exhibit it is.
enum Looked {
    Still(Still),
    Film(Box<Survey>),
}

/// The evidence so far.
#[derive(Default)]
pub(super) struct Progress {
    pub readings: Vec<Reading>,
    pub examined: Vec<Examined>,
    pub counts: FrameCounts,
    pub active: Option<Rect>,
    pub scored: Option<Scored>,
    /// Times of the keyframes examined, seconds, in order.
    pub keyframes_s: Vec<f64>,
}

impl<'a> Job<'a> {
    fn run(&mut self) -> Result<Scanned> {
        let begun = Instant::now();
        self.timing.started_at = now();
        self.timing.threads = self.context.threads as u32;
        self.timing.command_line = self.context.settings.command_line.clone();
        self.tell(Stage::Hashing, None)?;
        let (path, observer) = (self.path, self.observer);
        // Hashing waits for the disk, the rest for the processor.
        let (hash, examined) = std::thread::scope(|scope| {
            let hash = scope.spawn(|| hash_unless_cancelled(path, observer));
            let examined = self.look_at_all();
            let hash = hash.join();
            (
                hash.unwrap_or_else(|_| Err(Error::Internal("the hashing thread died".into()))),
                examined,
            )
        });
        // What is no regular file is best described by the one who only reads bytes.
        let hash = hash?;
        let (looked, mut progress) = examined?;
        let found = match looked {
            Looked::Still(still) => Found::still(self.path, hash, &still),
            Looked::Film(survey) => Found::film(self.path, hash, survey.info),
        };
        self.timing.ended_at = now();
        self.timing.total_s = begun.elapsed().as_secs_f64();
        let timing = std::mem::take(&mut self.timing);
        let report = compose(self.context, found, &mut progress, timing);
        let settings = &self.context.settings;
        let illustrations = match settings.illustrate {
            true => illustrate(
                self.path,
                &settings.limits,
                &report,
                progress.scored.as_ref(),
            ),
            false => Illustrations::default(),
        };
        Ok(Scanned {
            report,
            illustrations,
        })
    }

    /// Everything but the hash.
    fn look_at_all(&mut self) -> Result<(Looked, Progress)> {
        let mut progress = Progress::default();
        let limits = &self.context.settings.limits;
        if let Some(still) = read_still(self.path, limits)? {
            self.examine_still(&still, &mut progress)?;
            if progress.scored.is_none() {
                self.score(&mut progress)?;
            }
            return Ok((Looked::Still(still), progress));
        }
        let survey = survey(self.path, limits)?;
        self.examine_film(&survey, &mut progress)?;
        if progress.scored.is_none() {
            self.score(&mut progress)?;
        }
        Ok((Looked::Film(Box::new(survey)), progress))
    }

    fn tell(&self, stage: Stage, share: Option<f64>) -> Result<()> {
        self.observer.on(Event::Progress {
            task: self.task,
            stage,
            share,
            frames: 0,
        });
        if self.observer.is_cancelled() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }

    fn examine_still(&mut self, still: &Still, progress: &mut Progress) -> Result<()> {
        let mut bars = crate::luma::bars::BarFinder::new(still.width, still.height);
        bars.push(&still.luma());
        let mut gatherer = Gatherer::with((still.width, still.height), bars.active());
        gatherer.push(0.0, &still.luma())?;
        let shape = (still.width as f64, still.height as f64);
        progress.examined.push(Examined {
            start_s: 0.0,
            end_s: 0.0,
        });
        self.examine(gatherer.finish(), shape, progress)
    }

    fn examine_film(&mut self, survey: &Survey, progress: &mut Progress) -> Result<()> {
        if !self.context.settings.full && self.examine_keyframes(survey, progress)? {
            return Ok(());
        }
        let decoding = self.decoding();
        let plan = plan(survey.info.duration_s, self.context.settings.full);
        let of_known_length = survey.info.duration_s.is_some();
        let mut begun = Instant::now();
        let course = Course::new(&decoding, survey, &plan)?;
        gather_ahead(&decoding, survey, &course, &mut |number, gathered| {
            self.timing.decode_s += begun.elapsed().as_secs_f64();
            let gathered = match gathered {
                // A film of unknown length that cannot be read on is at its end.
                Err(Error::Unreadable { .. }) if number > 0 && !of_known_length => {
                    return Ok(false);
                }
                gathered => gathered?,
            };
            let go_on = if gathered.bins.is_empty() && number > 0 {
                add_counts(&mut progress.counts, &gathered.counts);
                of_known_length
            } else {
                self.examine_window(survey, gathered, progress)?;
                let enough = number + 1 >= LEAST_WINDOWS.min(course.len());
                let stop = enough && settled(self.context, progress.scored.as_ref());
                self.context.settings.full || !stop
            };
            self.tell(
                Stage::Reading,
                Some((number + 1) as f64 / course.len() as f64),
            )?;
            begun = Instant::now();
            Ok(go_on)
        })
    }

    fn decoding(&self) -> Decoding<'a> {
        Decoding {
            path: self.path,
            limits: &self.context.settings.limits,
            threads: self.decoders,
            task: self.task,
            observer: self.observer,
        }
    }

    fn examine_window(
        &mut self,
        survey: &Survey,
        gathered: Gathered,
        progress: &mut Progress,
    ) -> Result<()> {
        if let (Some(first), Some(last)) = (gathered.bins.first(), gathered.bins.last()) {
            let half = crate::detect::BIN_S / 2.0;
            progress.examined.push(Examined {
                start_s: (first.time_s - half).max(gathered.window.start_s),
                end_s: last.time_s + half,
            });
        }
        let shape = shape(survey, &gathered);
        self.examine(gathered, shape, progress)
    }

    /// Looks at keyframes all over the film, round after round; true if they
    /// settle the matter. What they show counts only once the pilot is found in
    /// them, and then each slot as it was first read.
    fn examine_keyframes(&mut self, survey: &Survey, progress: &mut Progress) -> Result<bool> {
        let Some(duration_s) = survey.info.duration_s.filter(|d| *d > WHOLE_S) else {
            return Ok(false);
        };
        let decoding = self.decoding();
        let mut keyframes = Keyframes::new(survey);
        let mut hinted = false;
        for round in rounds(duration_s) {
            if round.on_hint && !hinted {
                break;
            }
            self.tell(Stage::Reading, None)?;
            let begun = Instant::now();
            let counts = keyframes.read(&decoding, survey, &round.places, &self.context.pool)?;
            add_counts(&mut progress.counts, &counts);
            self.timing.decode_s += begun.elapsed().as_secs_f64();
            progress.keyframes_s = keyframes.whitened.iter().map(|k| k.0).collect();
            if keyframes.whitened.len() < LEAST_KEYFRAMES {
                return Ok(false);
            }
            self.tell(Stage::Detecting, None)?;
            let begun = Instant::now();
            let gathered = keyframes.gathered();
            progress.active = Some(gathered.active);
            let search = self.search(&gathered, shape(survey, &gathered));
            let reading = self
                .context
                .pool
                .install(|| read_keyframes(&self.context.key, &keyframes.whitened, &search));
            self.timing.detect_s += begun.elapsed().as_secs_f64();
            hinted = reading.as_ref().is_some_and(|r| r.sync.hinted());
            if let Some(reading) = reading.filter(|r| r.sync.found) {
                add_keyframes(&mut progress.readings, reading);
                self.score(progress)?;
                if settled(self.context, progress.scored.as_ref()) {
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
            sights: self.context.settings.sights.is_some(),
            titles: self.context.titles.iter().map(|t| t.id.clone()).collect(),
        }
    }

    /// Writes what was seen, if that was asked for.
    fn keep_sights(&self, first: usize, readings: &[Reading]) -> Result<()> {
        let Some(dir) = &self.context.settings.sights else {
            return Ok(());
        };
        let sights = readings.iter().zip(first..);
        sights
            .filter_map(|(reading, number)| Some((number, reading.sight.as_ref()?)))
            .try_for_each(|(number, sight)| write_sight(dir, self.path, number, sight))
    }

    fn examine(
        &mut self,
        gathered: Gathered,
        shape: (f64, f64),
        progress: &mut Progress,
    ) -> Result<()> {
        add_counts(&mut progress.counts, &gathered.counts);
        progress.active.get_or_insert(gathered.active);
        self.tell(Stage::Detecting, None)?;
        let begun = Instant::now();
        let mut search = self.search(&gathered, shape);
        if search.effort == Effort::Normal && fruitless(&progress.readings) {
            search.effort = Effort::Quick;
        }
        let readings = self
            .context
            .pool
            .install(|| read(&self.context.key, &gathered.bins, &search));
        self.timing.detect_s += begun.elapsed().as_secs_f64();
        self.keep_sights(progress.readings.len(), &readings)?;
        progress.readings.extend(readings);
        progress.scored = None;
        // Without a pilot nobody can be settled on: scored once, at the end.
        if progress.readings.iter().any(|r| r.sync.found) {
            self.score(progress)?;
        }
        Ok(())
    }

    fn score(&mut self, progress: &mut Progress) -> Result<()> {
        self.tell(Stage::Scoring, None)?;
        let begun = Instant::now();
        progress.scored = self
            .context
            .pool
            .install(|| score(self.context, &progress.readings));
        self.timing.score_s += begun.elapsed().as_secs_f64();
        Ok(())
    }
}

/// The time, RFC 3339 UTC.
fn now() -> String {
    time::OffsetDateTime::now_utc()
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
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

fn hash_unless_cancelled(path: &Path, observer: &dyn Observer) -> Result<FileHash> {
    hash_file(path, &mut |_| {
        if observer.is_cancelled() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    })
}

pub(super) fn add_counts(sum: &mut FrameCounts, part: &FrameCounts) {
    sum.declared = sum.declared.or(part.declared);
    sum.demuxed += part.demuxed;
    sum.rejected += part.rejected;
    sum.decoded += part.decoded;
    sum.corrupt += part.corrupt;
    sum.read_errors += part.read_errors;
}
