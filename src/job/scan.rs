//! This module examines one exhibit from its bytes to its report.

use std::path::Path;
use std::time::Instant;

use super::compose::{Found, compose};
use super::context::ScanContext;
use super::events::{Event, Observer, Stage, file_name};
use super::evidence::{Scored, extents, score};
use super::hash::hash_file;
use super::illustrate::illustrate;
use super::plan::windows;
use super::sights::write_sight;
use super::still::{Still, read_still};
use super::window::{Decoding, Gathered, Gatherer, Survey, gather, survey};
use crate::detect::{Reading, Search, read};
use crate::error::{Error, Result};
use crate::luma::Rect;
use crate::media::FrameCounts;
use crate::report::{Examined, Illustrations, Report, Timing};

/// Windows read at least, so that splices show up.
const LEAST_WINDOWS: usize = 3;
/// Reading stops once the threshold is passed by this much (log10).
const MARGIN: f64 = 4.0;

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

/// The evidence so far.
#[derive(Default)]
pub(super) struct Progress {
    pub readings: Vec<Reading>,
    pub examined: Vec<Examined>,
    pub counts: FrameCounts,
    pub active: Option<Rect>,
    pub scored: Option<Scored>,
}

impl Job<'_> {
    fn run(&mut self) -> Result<Scanned> {
        let begun = Instant::now();
        self.timing.started_at = now();
        self.timing.threads = self.context.threads as u32;
        self.timing.command_line = self.context.settings.command_line.clone();
        let hash = hash_file(self.path, &mut |share| {
            self.tell(Stage::Hashing, Some(share))
        })?;
        let mut progress = Progress::default();
        let found = match read_still(self.path, &self.context.settings.limits)? {
            Some(still) => {
                self.examine_still(&still, &mut progress)?;
                Found::still(self.path, hash, &still)
            }
            None => {
                let survey = survey(self.path, &self.context.settings.limits)?;
                self.examine_film(&survey, &mut progress)?;
                Found::film(self.path, hash, survey.info)
            }
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
        let windows = windows(survey.info.duration_s, self.context.settings.full);
        let decoding = Decoding {
            path: self.path,
            limits: &self.context.settings.limits,
            threads: self.decoders,
            task: self.task,
            observer: self.observer,
        };
        let sar = survey.info.sample_aspect_ratio;
        let pixel_aspect = f64::from(sar.0.max(1)) / f64::from(sar.1.max(1));
        for (number, window) in windows.iter().enumerate() {
            let begun = Instant::now();
            let gathered = match gather(&decoding, survey, *window) {
                // A film of unknown length that cannot be read on is at its end.
                Err(Error::Unreadable { .. }) if number > 0 && survey.info.duration_s.is_none() => {
                    break;
                }
                gathered => gathered?,
            };
            self.timing.decode_s += begun.elapsed().as_secs_f64();
            if gathered.bins.is_empty() && number > 0 {
                add_counts(&mut progress.counts, &gathered.counts);
                if survey.info.duration_s.is_none() {
                    break;
                }
                continue;
            }
            if let (Some(first), Some(last)) = (gathered.bins.first(), gathered.bins.last()) {
                let half = crate::detect::BIN_S / 2.0;
                progress.examined.push(Examined {
                    start_s: (first.time_s - half).max(window.start_s),
                    end_s: last.time_s + half,
                });
            }
            let shape = (
                gathered.active.width as f64 * pixel_aspect,
                gathered.active.height as f64,
            );
            self.examine(gathered, shape, progress)?;
            if !self.context.settings.full
                && number + 1 >= LEAST_WINDOWS.min(windows.len())
                && self.settled(progress)
            {
                break;
            }
        }
        Ok(())
    }

    /// True once somebody is named with a margin. Which window is read next never
    /// depends on a distributor's symbols there, so a distributor's LR over the
    /// windows is a martingale with mean 1, and by Ville's inequality the bound
    /// holds for its running maximum, hence at any stopping time.
    fn settled(&self, progress: &Progress) -> bool {
        let threshold = self
            .context
            .settings
            .threshold
            .log10_lr(self.context.hypotheses())
            .0;
        let best = progress
            .scored
            .iter()
            .flat_map(|s| &s.scores)
            .map(|s| s.log10_lr.0)
            .fold(f64::NEG_INFINITY, f64::max);
        best >= threshold + MARGIN
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
        let search = Search {
            regions: gathered.regions,
            extents: extents(self.context, shape),
            sample_aspect: shape.0 * gathered.active.height as f64
                / (shape.1 * gathered.active.width as f64),
            effort: self.context.settings.effort,
            sights: self.context.settings.sights.is_some(),
            titles: self.context.titles.iter().map(|t| t.id.clone()).collect(),
        };
        let readings = self
            .context
            .pool
            .install(|| read(&self.context.key, &gathered.bins, &search));
        self.timing.detect_s += begun.elapsed().as_secs_f64();
        self.keep_sights(progress.readings.len(), &readings)?;
        progress.readings.extend(readings);
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

fn add_counts(sum: &mut FrameCounts, part: &FrameCounts) {
    sum.declared = sum.declared.or(part.declared);
    sum.demuxed += part.demuxed;
    sum.rejected += part.rejected;
    sum.decoded += part.decoded;
    sum.corrupt += part.corrupt;
    sum.read_errors += part.read_errors;
}
