//! Looks a film over and brings its frames into bins.
//!
//! ```text
//! decoded frames ─ area resample ─ bins
//!        └─ bars
//! ```

use crate::detect::{Bin, BinGatherer, Region, grid_size};
use crate::error::{Error, Result};
use crate::job::events::Observer;
use crate::job::task::Task;
use crate::luma::bars::BarFinder;
use crate::luma::resample::Resampler;
use crate::luma::{LumaView, Plane, Rect};
use crate::media::{
    Deblock, DecodedFrame, FrameCounts, Limits, Overview, ReadOptions, Source, StreamInfo,
    Timeline, VideoReader, timeline,
};

/// Keyframes, spread over the film, in which black bars are looked for.
const SURVEYED: u32 = 12;
/// Every so many frames the bars are looked for again.
const BARS_EVERY: u64 = 24;

/// A film that was opened and looked over.
#[derive(Debug, Clone)]
pub(crate) struct Survey {
    pub info: StreamInfo,
    /// How long it is, and whether places in it can be found by their times.
    pub timeline: Timeline,
    /// The picture inside black bars, as far as the keyframes looked at tell.
    pub active: Rect,
    /// What most of these keyframes are like; `info` has their size.
    pub overview: Overview,
    /// Seconds of exhibit time for each second stamped.
    pub clock_rate: f64,
}

impl Survey {
    /// The film of a survey by its stamps, read by another clock.
    pub fn at_clock_rate(mut self, clock_rate: f64) -> Self {
        self.timeline.length_s = self.timeline.length_s.map(|s| s * clock_rate);
        self.clock_rate = clock_rate;
        self
    }
}

/// Opens a film, measures its length and looks for black bars in keyframes spread
/// over it.
pub(crate) fn survey(source: &Source, limits: &Limits, observer: &dyn Observer) -> Result<Survey> {
    let options = ReadOptions {
        threads: 1,
        keyframes_only: true,
        deblock: Deblock::Nothing,
        clock_rate: 1.0,
    };
    let mut reader = VideoReader::open(source, limits, &options)?;
    let mut info = reader.info().clone();
    let timeline = timeline(source, limits, &|| !observer.is_cancelled())?;
    let mut sizes = Sizes::default();
    for i in 0..SURVEYED {
        let place = f64::from(i) / f64::from(SURVEYED);
        let frame = match timeline.length_s {
            Some(length_s) if i > 0 => reader.keyframe(length_s * place)?,
            _ => reader.next_frame()?,
        };
        match frame {
            Some(frame) => sizes.push(&frame),
            None => break,
        }
    }
    let (overview, active) = sizes.most(&info);
    (info.width, info.height) = (overview.width, overview.height);
    Ok(Survey {
        info,
        timeline,
        active,
        overview,
        clock_rate: 1.0,
    })
}

/// The sizes of the keyframes looked at, and the bars in each.
#[derive(Default)]
struct Sizes {
    found: Vec<((u32, u32), BarFinder, u32)>,
    /// Of the first that consists of fields: whether the upper one comes first.
    top_first: Option<bool>,
}

impl Sizes {
    fn push(&mut self, frame: &DecodedFrame) {
        if frame.is_interlaced() {
            self.top_first.get_or_insert(frame.is_top_first());
        }
        let size = (frame.width(), frame.height());
        let known = self.found.iter().position(|(own, ..)| *own == size);
        let at = known.unwrap_or_else(|| {
            let bars = BarFinder::new(size.0 as usize, size.1 as usize);
            self.found.push((size, bars, 0));
            self.found.len() - 1
        });
        let (_, bars, count) = &mut self.found[at];
        bars.push(&frame.luma());
        *count += 1;
    }

    /// What most of them are like, the first of as many, and the picture in their
    /// bars; what is declared if there are none.
    fn most(self, declared: &StreamInfo) -> (Overview, Rect) {
        let top_first = self.top_first;
        let ways = self.found.into_iter().rev();
        let most = ways.max_by_key(|(.., count)| *count);
        let ((width, height), bars) = most.map_or_else(
            || {
                let (width, height) = (declared.width, declared.height);
                let bars = BarFinder::new(width as usize, height as usize);
                ((width, height), bars)
            },
            |(size, bars, _)| (size, bars),
        );
        let overview = Overview {
            width,
            height,
            interlaced: top_first.is_some(),
            top_first: top_first.unwrap_or(true),
        };
        (overview, bars.active())
    }
}

/// A stretch of exhibit time, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Window {
    pub start_s: f64,
    pub end_s: f64,
}

/// What was gathered from a window.
pub(crate) struct Gathered {
    pub bins: Vec<Bin>,
    /// Active pictures to try, on the grid, likeliest first.
    pub regions: Vec<Region>,
    /// The likeliest one in pixels.
    pub active: Rect,
    pub counts: FrameCounts,
    /// The window.
    pub window: Window,
}

/// How to decode.
#[derive(Clone, Copy)]
pub(crate) struct Decoding<'a> {
    pub source: &'a Source,
    pub limits: &'a Limits,
    pub threads: usize,
    pub task: Task<'a>,
}

/// Puts frames on the grid and into bins.
#[derive(Clone)]
pub(crate) struct Gatherer {
    size: (usize, usize),
    surveyed: Rect,
    grid: (usize, usize),
    resampler: Resampler,
    bars: BarFinder,
    bins: BinGatherer,
    /// The latest frame on the grid.
    picture: Plane,
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
            picture: Plane::zeros(grid),
            frames: 0,
        }
    }

    /// Adds a frame; one of another size is brought to the same grid.
    /// One more than its bin can use is left out.
    pub fn push(&mut self, time_s: f64, luma: &LumaView<'_>) -> Result<()> {
        if !self.bins.wants(time_s) {
            return Ok(());
        }
        let (width, height) = (luma.format.width, luma.format.height);
        let done = if (width, height) == self.size {
            if self.frames.is_multiple_of(BARS_EVERY) {
                self.bars.push(luma);
            }
            self.resampler.apply_to(luma, &mut self.picture)
        } else {
            Resampler::new(Rect::whole(width, height), self.grid.0, self.grid.1)
                .apply_to(luma, &mut self.picture)
        };
        if !done {
            let problem = "a decoded frame is smaller than it says";
            return Err(Error::Internal(problem.into()));
        }
        self.frames += 1;
        self.bins.push(time_s, &self.picture);
        Ok(())
    }

    /// Frames so far.
    pub fn frames(&self) -> u64 {
        self.frames
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
            window: Window::default(),
        }
    }
}
