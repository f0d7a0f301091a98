//! This module decodes windows of a film into bins.
//!
//! ```text
//! decoder thread ─ bounded channel of frames ─ this thread: area resample, bins
//! ```

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::events::{Event, Observer, Stage};
use crate::detect::{Bin, BinGatherer, Region, grid_size};
use crate::error::{Error, Result};
use crate::luma::bars::BarFinder;
use crate::luma::resample::Resampler;
use crate::luma::{LumaView, Rect};
use crate::media::{
    Deblock, DecodedFrame, FrameCounts, Limits, ReadOptions, StreamInfo, VideoReader,
};

/// Keyframes, spread over the film, in which black bars are looked for.
const SURVEYED: u32 = 12;
/// Frames in flight between decoder and resampler: 4 of 8-bit 2160p are 50 MB.
const IN_FLIGHT: usize = 4;
/// Every so many frames the bars are looked for again.
const BARS_EVERY: u64 = 24;

/// A film that was opened and looked over.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    pub info: StreamInfo,
    /// The picture inside black bars, as far as the keyframes looked at tell.
    pub active: Rect,
}

/// Opens a film and looks for black bars in keyframes spread over it.
pub(super) fn survey(path: &Path, limits: &Limits) -> Result<Survey> {
    let options = ReadOptions {
        threads: 1,
        keyframes_only: true,
        deblock: Deblock::Nothing,
    };
    let mut reader = VideoReader::open(path, limits, &options)?;
    let info = reader.info().clone();
    let mut bars = BarFinder::new(info.width as usize, info.height as usize);
    for i in 0..SURVEYED {
        let place = f64::from(i) / f64::from(SURVEYED);
        let frame = match info.duration_s {
            Some(duration) if i > 0 => reader.keyframe(duration * place)?,
            _ => reader.next_frame()?,
        };
        match frame {
            Some(frame) => bars.push(&frame.luma()),
            None => break,
        }
    }
    Ok(Survey {
        info,
        active: bars.active(),
    })
}

/// A stretch of exhibit time, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub start_s: f64,
    pub end_s: f64,
}

/// What was gathered from a window.
pub(super) struct Gathered {
    pub bins: Vec<Bin>,
    /// Active pictures to try, on the grid, likeliest first.
    pub regions: Vec<Region>,
    /// The likeliest one in pixels.
    pub active: Rect,
    pub counts: FrameCounts,
}

/// How to decode.
pub(super) struct Decoding<'a> {
    pub path: &'a Path,
    pub limits: &'a Limits,
    pub threads: usize,
    pub task: usize,
    pub observer: &'a dyn Observer,
}

/// Decodes a window; its end may lie beyond the film's.
pub(super) fn gather(decoding: &Decoding<'_>, survey: &Survey, window: Window) -> Result<Gathered> {
    let (send, receive) = bounded(IN_FLIGHT);
    std::thread::scope(|scope| {
        let decoder = scope.spawn(move || decode(decoding, window, &send));
        let gathered = resample(decoding, survey, window, &receive);
        drop(receive);
        let counts = decoder
            .join()
            .map_err(|_| Error::Internal("the decoder thread died".into()))??;
        let mut gathered = gathered?;
        gathered.counts = counts;
        Ok(gathered)
    })
}

/// [`gather`] on this thread alone, without a word to the observer; gives up
/// early, with [`Error::Interrupted`], if it becomes `unwanted`.
pub(super) fn gather_here(
    decoding: &Decoding<'_>,
    survey: &Survey,
    window: Window,
    unwanted: &AtomicBool,
) -> Result<Gathered> {
    let mut gatherer = Gatherer::new(survey);
    let options = ReadOptions {
        threads: decoding.threads,
        keyframes_only: false,
        deblock: Deblock::References,
    };
    let mut reader = VideoReader::open(decoding.path, decoding.limits, &options)?;
    if window.start_s > 0.0 {
        reader.seek(window.start_s)?;
    }
    while let Some(frame) = reader.next_frame()? {
        if unwanted.load(Ordering::Relaxed) || decoding.observer.is_cancelled() {
            return Err(Error::Interrupted);
        }
        if frame.time_s() >= window.end_s {
            break;
        }
        if frame.time_s() >= window.start_s {
            gatherer.push(frame.time_s(), &frame.luma())?;
        }
    }
    let mut gathered = gatherer.finish();
    gathered.counts = reader.counts();
    Ok(gathered)
}

fn decode(
    decoding: &Decoding<'_>,
    window: Window,
    send: &Sender<DecodedFrame>,
) -> Result<FrameCounts> {
    let options = ReadOptions {
        threads: decoding.threads,
        keyframes_only: false,
        deblock: Deblock::References,
    };
    let mut reader = VideoReader::open(decoding.path, decoding.limits, &options)?;
    if window.start_s > 0.0 {
        reader.seek(window.start_s)?;
    }
    while let Some(frame) = reader.next_frame()? {
        if decoding.observer.is_cancelled() {
            return Err(Error::Interrupted);
        }
        if frame.time_s() >= window.end_s {
            break;
        }
        // The receiver is gone only if it failed; its error is the one to report.
        if frame.time_s() >= window.start_s && send.send(frame).is_err() {
            break;
        }
    }
    Ok(reader.counts())
}

fn resample(
    decoding: &Decoding<'_>,
    survey: &Survey,
    window: Window,
    frames: &Receiver<DecodedFrame>,
) -> Result<Gathered> {
    let mut gatherer = Gatherer::new(survey);
    let length = (window
        .end_s
        .min(survey.info.duration_s.unwrap_or(window.end_s))
        - window.start_s)
        .max(1e-3);
    for frame in frames {
        gatherer.push(frame.time_s(), &frame.luma())?;
        if gatherer.frames % 10 == 1 {
            let share = Some(((frame.time_s() - window.start_s) / length).clamp(0.0, 1.0))
                .filter(|s| s.is_finite());
            decoding.observer.on(Event::Progress {
                task: decoding.task,
                stage: Stage::Reading,
                share,
                frames: gatherer.frames,
            });
        }
    }
    Ok(gatherer.finish())
}

/// Puts frames on the grid and into bins.
#[derive(Clone)]
pub(super) struct Gatherer {
    size: (usize, usize),
    surveyed: Rect,
    grid: (usize, usize),
    resampler: Resampler,
    bars: BarFinder,
    bins: BinGatherer,
    frames: u64,
}

impl Gatherer {
    /// For the frames of a surveyed film.
    pub fn new(survey: &Survey) -> Self {
        let size = (survey.info.width as usize, survey.info.height as usize);
        Self::with(size, survey.active)
    }

    /// For frames of (width, height) `size` with the active picture `surveyed`.
    pub fn with(size: (usize, usize), surveyed: Rect) -> Self {
        let grid = grid_size(size.0, size.1, surveyed.width.max(surveyed.height));
        Self {
            size,
            surveyed,
            grid,
            resampler: Resampler::new(Rect::whole(size.0, size.1), grid.0, grid.1),
            bars: BarFinder::new(size.0, size.1),
            bins: BinGatherer::default(),
            frames: 0,
        }
    }

    /// Adds a frame; one of another size is brought to the same grid.
    pub fn push(&mut self, time_s: f64, luma: &LumaView<'_>) -> Result<()> {
        let (width, height) = (luma.format.width, luma.format.height);
        let picture = if (width, height) == self.size {
            if self.frames.is_multiple_of(BARS_EVERY) {
                self.bars.push(luma);
            }
            self.resampler.apply(luma)
        } else {
            Resampler::new(Rect::whole(width, height), self.grid.0, self.grid.1).apply(luma)
        };
        let picture = picture
            .ok_or_else(|| Error::Internal("a decoded frame is smaller than it says".into()))?;
        self.frames += 1;
        self.bins.push(time_s, &picture);
        Ok(())
    }

    /// The bins so far, which are taken away.
    pub fn take_bins(&mut self) -> Vec<Bin> {
        std::mem::take(&mut self.bins).finish()
    }

    /// Adds the bars that another gatherer of the same film saw.
    pub fn add_bars_of(&mut self, other: &Self) {
        self.bars.merge(&other.bars);
    }

    /// The bins and the regions to try.
    pub fn finish(self) -> Gathered {
        let active = self.bars.active();
        let whole = Rect::whole(self.size.0, self.size.1);
        let mut rects = vec![active];
        for rect in [self.surveyed, whole] {
            if !rects.contains(&rect) {
                rects.push(rect);
            }
        }
        let scale = (
            self.grid.1 as f64 / self.size.0 as f64,
            self.grid.0 as f64 / self.size.1 as f64,
        );
        let region = |r: &Rect| Region {
            x: r.x as f64 * scale.0,
            y: r.y as f64 * scale.1,
            width: r.width as f64 * scale.0,
            height: r.height as f64 * scale.1,
        };
        Gathered {
            regions: rects.iter().map(region).collect(),
            active,
            bins: self.bins.finish(),
            counts: FrameCounts::default(),
        }
    }
}
