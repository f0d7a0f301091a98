//! Decodes a film from a keyframe on, window after window, without
//! decoding anything twice.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::job::events::Stage;
use crate::job::scan::film::window::{Decoding, Gathered, Gatherer, Survey, Window};
use crate::media::{Deblock, DecodedFrame, FrameCounts, ReadOptions, VideoReader};

/// A film being read from somewhere on.
pub(crate) struct Stretch {
    reader: VideoReader,
    /// Decoded already, and not gathered yet.
    next: Option<DecodedFrame>,
    /// What was counted for the windows gathered so far.
    counted: FrameCounts,
    /// Tell the observer how far each window has come: it is the only one.
    pub tells: bool,
}

impl Stretch {
    /// Opens the film and decodes the keyframe at or before `from_s`.
    pub fn open(decoding: &Decoding<'_>, survey: &Survey, from_s: f64) -> Result<Self> {
        let options = ReadOptions {
            threads: decoding.threads,
            keyframes_only: false,
            deblock: Deblock::References,
            clock_rate: survey.clock_rate,
        };
        let mut reader = VideoReader::open(decoding.source, decoding.limits, &options)?;
        if from_s > 0.0 {
            reader.seek(from_s)?;
        }
        Ok(Self {
            next: reader.next_frame()?,
            reader,
            counted: FrameCounts::default(),
            tells: false,
        })
    }

    /// When the next frame is shown, seconds; `None` at the end of the film.
    pub fn next_s(&self) -> Option<f64> {
        self.next.as_ref().map(DecodedFrame::time_s)
    }

    /// Decodes up to the window's end, and gathers what is shown in it. Gives up,
    /// with [`Error::Interrupted`], if it becomes `unwanted`.
    pub fn gather(
        &mut self,
        decoding: &Decoding<'_>,
        survey: &Survey,
        window: Window,
        unwanted: &AtomicBool,
    ) -> Result<Gathered> {
        let mut gatherer = Gatherer::new(survey);
        let film_s = survey.timeline.length_s.unwrap_or(window.end_s);
        let length_s = (window.end_s.min(film_s) - window.start_s).max(1e-3);
        while let Some(frame) = self.next.take() {
            if unwanted.load(Ordering::Relaxed) || decoding.task.check().is_err() {
                return Err(Error::Interrupted);
            }
            if frame.time_s() >= window.end_s {
                self.next = Some(frame);
                break;
            }
            if frame.time_s() >= window.start_s {
                gatherer.push(frame.time_s(), &frame.luma())?;
            }
            if self.tells && gatherer.frames() % 10 == 1 {
                let share = (frame.time_s() - window.start_s) / length_s;
                let share = Some(share.clamp(0.0, 1.0)).filter(|s| s.is_finite());
                decoding
                    .task
                    .progress(Stage::Reading, share, gatherer.frames());
            }
            self.next = self.reader.next_frame()?;
        }
        let mut gathered = gatherer.finish();
        gathered.counts = self.uncounted();
        gathered.window = window;
        Ok(gathered)
    }

    /// What became of the frames decoded since it was last asked.
    fn uncounted(&mut self) -> FrameCounts {
        let all = self.reader.counts();
        all - std::mem::replace(&mut self.counted, all)
    }
}
