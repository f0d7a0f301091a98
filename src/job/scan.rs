//! This module examines one exhibit from its bytes to its report.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use super::compose::{Found, compose};
use super::events::{Event, Observer, Stage, file_name};
use super::hash::hash_file;
use super::home::Home;
use super::still::{Still, read_still};
use super::window::{Decoding, Gathered, Gatherer, Survey, Window, gather, survey};
use crate::detect::{PilotKey, Reading, Search, SlotSoft, read};
use crate::error::{Error, Result};
use crate::key::Secret;
use crate::luma::Rect;
use crate::mark::chip_extent;
use crate::media::{FrameCounts, Limits};
use crate::registry::{Distributor, Issue, Title};
use crate::report::{Examined, Report, Timing};
use crate::trace::{Evidence, Score, SlotEvidence, Threshold, bias, decoy_scores, score_all};
use crate::units::Log10;

/// An exhibit up to this long is read as one window, seconds.
const WHOLE_S: f64 = 64.0;
/// Longer ones are read in windows of this length, spread over the exhibit.
const WINDOW_S: f64 = 32.0;
/// Windows read before the mark is given up, unless everything is to be read.
const MOST_WINDOWS: usize = 24;
/// Windows read at least, so that splices show up.
const LEAST_WINDOWS: usize = 3;
/// Reading stops once the threshold is passed by this much (log10).
const MARGIN: f64 = 4.0;
/// Decoys scored beside the registry's distributors.
const DECOYS: u32 = 1000;
/// Pictures whose shape is within this factor of another's count as the same.
const SAME_SHAPE: f64 = 1.004;
/// Shapes tried at most.
const MOST_SHAPES: usize = 8;

/// How to scan.
#[derive(Debug, Clone)]
pub struct ScanSettings {
    /// What it takes to name somebody.
    pub threshold: Threshold,
    /// What a file may demand.
    pub limits: Limits,
    /// Threads for everything; 0 for one a core.
    pub threads: usize,
    /// Read everything, even if the verdict is settled.
    pub full: bool,
}

impl Default for ScanSettings {
    fn default() -> Self {
        Self { threshold: Threshold::DEFAULT, limits: Limits::default(), threads: 0, full: false }
    }
}

/// What all scans of a batch share.
pub struct ScanContext {
    pub(super) settings: ScanSettings,
    pub(super) pool: rayon::ThreadPool,
    pub(super) threads: usize,
    pub(super) registry_id: String,
    pub(super) titles: Vec<Title>,
    pub(super) distributors: Vec<Distributor>,
    pub(super) issues: Vec<Issue>,
    secret: Secret,
    key: PilotKey,
}

impl ScanContext {
    /// Loads what is needed of the registry.
    ///
    /// # Errors
    /// [`Error::Usage`] if the threshold is looser than allowed,
    /// [`Error::Registry`] if the registry cannot be read.
    pub fn new(home: &Home, settings: ScanSettings) -> Result<Self> {
        let bound = settings.threshold.log10_p_false.0;
        if bound.is_nan() || bound > Threshold::LOOSEST.log10_p_false.0 {
            return Err(Error::usage(format!("got a threshold of {bound} (log10 of the false-accusation bound); expected {} or less", Threshold::LOOSEST.log10_p_false.0)));
        }
        let threads = if settings.threads > 0 { settings.threads } else { std::thread::available_parallelism().map_or(1, usize::from) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|e| Error::Internal(format!("no threads: {e}")))?;
        Ok(Self {
            pool,
            threads,
            registry_id: home.registry.id().to_owned(),
            titles: home.registry.titles()?,
            distributors: home.registry.distributors()?,
            issues: home.registry.issues()?,
            secret: home.secret.clone(),
            key: PilotKey::new(&home.secret),
            settings,
        })
    }

    /// The same, with a title that may not be registered yet.
    pub(super) fn with_title(home: &Home, settings: ScanSettings, title: &Title) -> Result<Self> {
        let mut context = Self::new(home, settings)?;
        if let Err(place) = context.titles.binary_search_by(|t| t.id.cmp(&title.id)) {
            context.titles.insert(place, title.clone());
        }
        Ok(context)
    }

    /// Pairs of distributor and title that a scan compares.
    pub(super) fn hypotheses(&self) -> u64 {
        (self.distributors.len() as u64).saturating_mul(self.titles.len().max(1) as u64).max(1)
    }
}

/// Examines the exhibit at `path`, using all the context's threads.
///
/// # Errors
/// [`Error::Unreadable`] if it cannot be read as a film or an image,
/// [`Error::Interrupted`] if the observer asked to stop.
pub fn scan(context: &ScanContext, path: &Path, task: usize, observer: &dyn Observer) -> Result<Report> {
    scan_with(context, path, task, observer, context.threads)
}

/// [`scan`] with another number of decoder threads.
pub(super) fn scan_with(context: &ScanContext, path: &Path, task: usize, observer: &dyn Observer, decoders: usize) -> Result<Report> {
    observer.on(Event::Began { task, name: file_name(path) });
    let report = scan_within(context, path, task, observer, decoders);
    observer.on(Event::Ended { task });
    report
}

/// [`scan_with`] as a part of other work: it has no beginning and end of its own.
pub(super) fn scan_within(context: &ScanContext, path: &Path, task: usize, observer: &dyn Observer, decoders: usize) -> Result<Report> {
    Job { context, path, task, observer, decoders, timing: Timing::default() }.run()
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

/// The distributors' scores on the title that fits best.
pub(super) struct Scored {
    pub title: String,
    pub scores: Vec<Score>,
    pub decoys: Vec<Log10>,
    pub expected: f64,
}

impl Job<'_> {
    fn run(&mut self) -> Result<Report> {
        let begun = Instant::now();
        self.timing.started_at = time::OffsetDateTime::now_utc().format(&time::format_description::well_known::Rfc3339).unwrap_or_default();
        let hash = hash_file(self.path, &mut |share| self.tell(Stage::Hashing, Some(share)))?;
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
        self.timing.total_s = begun.elapsed().as_secs_f64();
        Ok(compose(self.context, found, progress, std::mem::take(&mut self.timing)))
    }

    fn tell(&self, stage: Stage, share: Option<f64>) -> Result<()> {
        self.observer.on(Event::Progress { task: self.task, stage, share, frames: 0 });
        if self.observer.is_cancelled() { Err(Error::Interrupted) } else { Ok(()) }
    }

    fn examine_still(&mut self, still: &Still, progress: &mut Progress) -> Result<()> {
        let mut bars = crate::luma::bars::BarFinder::new(still.width, still.height);
        bars.push(&still.luma());
        let mut gatherer = Gatherer::with((still.width, still.height), bars.active());
        gatherer.push(0.0, &still.luma())?;
        let shape = (still.width as f64, still.height as f64);
        progress.examined.push(Examined { start_s: 0.0, end_s: 0.0 });
        self.examine(gatherer.finish(), shape, progress)
    }

    fn examine_film(&mut self, survey: &Survey, progress: &mut Progress) -> Result<()> {
        let windows = windows(survey.info.duration_s, self.context.settings.full);
        let decoding = Decoding { path: self.path, limits: &self.context.settings.limits, threads: self.decoders, task: self.task, observer: self.observer };
        let sar = survey.info.sample_aspect_ratio;
        let pixel_aspect = f64::from(sar.0.max(1)) / f64::from(sar.1.max(1));
        for (number, window) in windows.iter().enumerate() {
            let begun = Instant::now();
            let gathered = match gather(&decoding, survey, *window) {
                // A film of unknown length that cannot be read on is at its end.
                Err(Error::Unreadable { .. }) if number > 0 && survey.info.duration_s.is_none() => break,
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
                progress.examined.push(Examined { start_s: (first.time_s - half).max(window.start_s), end_s: last.time_s + half });
            }
            let shape = (gathered.active.width as f64 * pixel_aspect, gathered.active.height as f64);
            self.examine(gathered, shape, progress)?;
            if !self.context.settings.full && number + 1 >= LEAST_WINDOWS.min(windows.len()) && self.settled(progress) {
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
        let threshold = self.context.settings.threshold.log10_lr(self.context.hypotheses()).0;
        let best = progress.scored.iter().flat_map(|s| &s.scores).map(|s| s.log10_lr.0).fold(f64::NEG_INFINITY, f64::max);
        best >= threshold + MARGIN
    }

    fn examine(&mut self, gathered: Gathered, shape: (f64, f64), progress: &mut Progress) -> Result<()> {
        add_counts(&mut progress.counts, &gathered.counts);
        progress.active.get_or_insert(gathered.active);
        self.tell(Stage::Detecting, None)?;
        let begun = Instant::now();
        let search = Search { regions: gathered.regions, extents: self.extents(shape), titles: self.context.titles.iter().map(|t| t.id.clone()).collect() };
        let reading = self.context.pool.install(|| read(&self.context.key, &gathered.bins, &search));
        self.timing.detect_s += begun.elapsed().as_secs_f64();
        progress.readings.extend(reading);
        self.tell(Stage::Scoring, None)?;
        let begun = Instant::now();
        progress.scored = self.context.pool.install(|| self.score(&progress.readings));
        self.timing.score_s += begun.elapsed().as_secs_f64();
        Ok(())
    }

    /// The shapes to try, in chips: those of the registry's titles, nearest to
    /// the exhibit's first, and the exhibit's own.
    fn extents(&self, shape: (f64, f64)) -> Vec<(f64, f64)> {
        let own = (shape.0 / shape.1).ln();
        let off = |ratio: f64| (ratio.ln() - own).abs().min((ratio.ln() + own).abs());
        let mut ratios: Vec<f64> = Vec::new();
        let titles = self.context.titles.iter().map(|t| t.display_width / t.display_height);
        for ratio in titles.chain([shape.0 / shape.1]) {
            if ratio.is_finite() && ratio > 0.0 && !ratios.iter().any(|r| (r / ratio).max(ratio / r) < SAME_SHAPE) {
                ratios.push(ratio);
            }
        }
        ratios.sort_by(|a, b| off(*a).total_cmp(&off(*b)));
        ratios.truncate(MOST_SHAPES);
        ratios.into_iter().map(|r| chip_extent(r, 1.0)).collect()
    }

    /// Scores every distributor on all windows read so far, for the title whose
    /// data chips agree best over all of them.
    fn score(&self, readings: &[Reading]) -> Option<Scored> {
        let mut agreement: BTreeMap<&str, f64> = BTreeMap::new();
        for title in readings.iter().filter_map(|r| r.title.as_ref()) {
            *agreement.entry(&title.title).or_default() += title.agreement;
        }
        let title = agreement.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?.0;
        let mut slots: BTreeMap<u32, &SlotSoft> = BTreeMap::new();
        for slot in readings.iter().filter_map(|r| r.title.as_ref()).filter(|t| t.title == title).flat_map(|t| &t.slots) {
            // A slot seen twice counts once: the one with the stronger pilot.
            let kept = slots.entry(slot.slot.0).or_insert(slot);
            if slot.pilot_z > kept.pilot_z {
                *kept = slot;
            }
        }
        let slot = |s: &SlotSoft| SlotEvidence { slot: s.slot, z: s.z, reliability: s.reliability, bias: bias(&self.context.secret, title, s.slot) };
        let evidence = Evidence { title: title.to_owned(), slots: slots.into_values().map(slot).collect() };
        let ids: Vec<&str> = self.context.distributors.iter().map(|d| d.id.as_str()).collect();
        Some(Scored {
            scores: score_all(&self.context.secret, &evidence, &ids),
            decoys: decoy_scores(&self.context.secret, &evidence, DECOYS),
            expected: evidence.expected_log10_lr(),
            title: evidence.title,
        })
    }
}

fn add_counts(sum: &mut FrameCounts, part: &FrameCounts) {
    sum.declared = sum.declared.or(part.declared);
    sum.demuxed += part.demuxed;
    sum.rejected += part.rejected;
    sum.decoded += part.decoded;
    sum.corrupt += part.corrupt;
    sum.read_errors += part.read_errors;
}

/// The windows of a film in the order in which they are read: everything at
/// once if it is short, else spread over the whole film, ever more closely.
fn windows(duration_s: Option<f64>, full: bool) -> Vec<Window> {
    let Some(duration) = duration_s else {
        // No length declared: one window after another, until nothing comes.
        let most = if full { (Limits::default().max_duration_s / WINDOW_S) as usize } else { MOST_WINDOWS };
        return (0..most).map(|i| Window { start_s: i as f64 * WINDOW_S, end_s: (i + 1) as f64 * WINDOW_S }).collect();
    };
    if duration <= WHOLE_S {
        // A declared length may be a lie: memory stays bounded all the same.
        return vec![Window { start_s: 0.0, end_s: 2.0 * WHOLE_S }];
    }
    let count = (duration / WINDOW_S).ceil() as usize;
    let kept = if full { count } else { count.min(MOST_WINDOWS) };
    let spread = count as f64 / kept as f64;
    let window = |i: usize| {
        let number = (i as f64 * spread).floor();
        Window { start_s: number * WINDOW_S, end_s: (number + 1.0) * WINDOW_S }
    };
    bit_reversed(kept).into_iter().map(window).collect()
}

/// 0..count in an order in which every beginning is spread evenly (van der Corput).
fn bit_reversed(count: usize) -> Vec<usize> {
    let bits = usize::BITS - count.saturating_sub(1).leading_zeros();
    let reversed = |i: usize| if bits == 0 { 0 } else { i.reverse_bits() >> (usize::BITS - bits) };
    (0..1_usize << bits).map(reversed).filter(|&i| i < count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_a_film_without_overlap_and_spread_at_once() {
        assert_eq!(windows(Some(12.0), false).len(), 1);
        let film = windows(Some(7200.0), false);
        assert_eq!(film.len(), MOST_WINDOWS);
        let early: Vec<f64> = film[..3].iter().map(|w| w.start_s).collect();
        assert!(early.iter().any(|s| *s > 3000.0) && early.contains(&0.0));
        let mut all = windows(Some(1000.0), true);
        all.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        assert!(all.windows(2).all(|w| w[0].end_s == w[1].start_s));
        assert!(all.last().is_some_and(|w| w.end_s >= 1000.0));
        assert!(windows(None, false).len() > 1);
    }
}
