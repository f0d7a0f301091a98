//! Reads the pictures of a video file, one after another.

use std::collections::VecDeque;
use std::path::PathBuf;

use super::clock::{Clock, VOTERS};
use super::decode::{Decode, encrypted};
use super::ff::decoder::{Deblock, DecodeOptions};
use super::ff::facts::StreamFacts;
use super::ff::input::Keep;
use super::ff::scale::Scaler;
use super::ff::{self, Frame};
use super::frame::DecodedFrame;
use super::limits::Limits;
use super::plane::Plane;
use super::probe;
use super::source::Source;
use super::stream_info::StreamInfo;
use leakmark_core::error::{Error, Result};
use leakmark_core::film::FrameCounts;
use leakmark_core::problem::{Problem, ProblemKind};

/// How to read a video.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadOptions {
    /// Decoder threads; 0 lets FFmpeg choose.
    pub threads: usize,
    /// Read and decode keyframes alone: some fifty times faster.
    pub keyframes_only: bool,
    /// Which pictures are deblocked.
    pub deblock: Deblock,
    /// Seconds of film for each second that is stamped: 1, unless the stamps are known
    /// to run at a wrong speed ([`clocks`](super::clocks())).
    pub clock_rate: f64,
}

impl Default for ReadOptions {
    /// One thread, every frame, as the encoder meant it, at the times stamped.
    fn default() -> Self {
        Self {
            threads: 1,
            keyframes_only: false,
            deblock: Deblock::All,
            clock_rate: 1.0,
        }
    }
}

/// An open video file.
pub struct VideoReader {
    path: PathBuf,
    info: StreamInfo,
    decode: Decode,
    clock: Clock,
    scaler: Scaler,
    start_tick: i64,
    tick_s: f64,
    sought: bool,
    /// The picture that a jump landed on.
    landed: Option<DecodedFrame>,
    /// Decoded already, to date the picture before them.
    ahead: VecDeque<Frame>,
}

/// How far before the wanted time to look for a keyframe, seconds, one try
/// after another: formats without an index land after it at times.
const STEPS_BACK_S: [f64; 5] = [0.0, 2.0, 10.0, 60.0, f64::INFINITY];

impl VideoReader {
    /// Opens the film in a file; nothing is decoded yet.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is not a video, encrypted, of a codec that FFmpeg lacks, or beyond the limits.
    pub fn open(source: &Source, limits: &Limits, options: &ReadOptions) -> Result<Self> {
        let opened = probe::open(source, limits)?;
        let path = source.path();
        if opened.info.encrypted {
            return Err(encrypted().at(path));
        }
        let video = opened.video;
        let how = DecodeOptions {
            threads: options.threads,
            keyframes_only: options.keyframes_only,
            deblock: options.deblock,
        };
        let mut decode = Decode::new(path, opened.input, &video, limits, how)?;
        let kept = film_packets(options, &opened.info.container);
        decode.keep(|index| {
            if index == video.index {
                kept
            } else {
                Keep::Nothing
            }
        });
        Ok(Self {
            path: path.to_owned(),
            info: opened.info,
            decode,
            clock: clock(&video, options.clock_rate),
            scaler: Scaler::default(),
            start_tick: video.start.unwrap_or(0),
            tick_s: ff::seconds_per_tick(video.time_base) * options.clock_rate,
            sought: false,
            landed: None,
            ahead: VecDeque::new(),
        })
    }

    /// What the container declares.
    pub fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// What became of the frames read so far.
    pub fn counts(&self) -> FrameCounts {
        FrameCounts {
            misdated: self.clock.faults.outliers,
            time_jumps: self.clock.faults.jumps,
            first_misdated_s: self.clock.faults.first_s,
            ..self.decode.counts
        }
    }

    /// The next picture in display order, `None` at the end of what can be
    /// decoded: a truncated file ends early, and [`counts`](Self::counts) tells.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if not one picture of the whole file can be
    /// decoded, if a picture format cannot be converted, or if the disk fails.
    pub fn next_frame(&mut self) -> Result<Option<DecodedFrame>> {
        if let Some(frame) = self.landed.take() {
            return Ok(Some(frame));
        }
        let frame = self.decode_one()?;
        if frame.is_none() && self.counts().decoded == 0 && !self.sought {
            return Err(self.no_frames());
        }
        Ok(frame)
    }

    /// Continues from the keyframe at or before `time_s` seconds from the
    /// start of the video stream.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the format cannot seek.
    pub fn seek(&mut self, time_s: f64) -> Result<()> {
        self.sought = true;
        for step_s in STEPS_BACK_S {
            let from_s = (time_s - step_s).max(0.0);
            let landed = self.jump(Some(self.tick_at(from_s)), time_s)?;
            if landed {
                return Ok(());
            }
            if from_s == 0.0 {
                break;
            }
        }
        self.jump(None, time_s).map(|_| ())
    }

    /// The first keyframe at or after `time_s` seconds from the start of the
    /// video stream, decoded alone. Formats without an index may give a later
    /// one, or one nearby. `None` if there is none or it does not decode.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if its format cannot be converted or the disk fails.
    pub fn keyframe(&mut self, time_s: f64) -> Result<Option<DecodedFrame>> {
        self.sought = true;
        self.landed = None;
        self.restart();
        let tick = self.tick_at(time_s);
        match self.decode.keyframe(tick)? {
            Some(frame) => self.dated(frame).map(Some),
            None => Ok(None),
        }
    }

    /// The tick at `time_s` seconds from the stream's start.
    fn tick_at(&self, time_s: f64) -> i64 {
        let ticks = if self.tick_s > 0.0 {
            (time_s / self.tick_s).round()
        } else {
            0.0
        };
        self.start_tick.saturating_add(ticks as i64)
    }

    /// Goes there, and says whether the frame found is at or before `time_s`.
    fn jump(&mut self, tick: Option<i64>, time_s: f64) -> Result<bool> {
        self.decode.seek(tick)?;
        self.restart();
        self.landed = self.decode_one()?;
        Ok(self
            .landed
            .as_ref()
            .is_some_and(|f| f.time_s <= time_s.max(0.0)))
    }

    fn decode_one(&mut self) -> Result<Option<DecodedFrame>> {
        let next = match self.ahead.pop_front() {
            Some(frame) => Some(frame),
            None => self.decode.next(&mut |_| Ok(()))?,
        };
        let Some(frame) = next else {
            return Ok(None);
        };
        if self.clock.doubts(stamp(&frame)) {
            while self.ahead.len() < VOTERS {
                match self.decode.next(&mut |_| Ok(()))? {
                    Some(frame) => self.ahead.push_back(frame),
                    None => break,
                }
            }
        }
        self.dated(frame).map(Some)
    }

    /// Forgets what was read ahead.
    fn restart(&mut self) {
        self.clock.restart();
        self.ahead.clear();
    }

    /// A decoded picture with its luma and its time.
    fn dated(&mut self, frame: Frame) -> Result<DecodedFrame> {
        let plane = Plane::of(&frame, &mut self.scaler).map_err(|e| {
            let problem = format!("a picture has a format that cannot be converted ({e})");
            Error::unreadable(&self.path, problem).advise("convert it to H.264 first")
        })?;
        let next: Vec<_> = self.ahead.iter().map(stamp).collect();
        let time_s = self.clock.time_s(stamp(&frame), &next);
        Ok(DecodedFrame {
            frame,
            plane,
            time_s,
        })
    }

    fn no_frames(&self) -> Error {
        let counts = self.counts();
        let got = format!(
            "not one frame could be decoded ({} video packets read, {} refused, {} read errors); \
             expected a {} stream",
            counts.demuxed, counts.rejected, counts.read_errors, self.info.codec
        );
        let hint = "the file is empty of pictures, damaged or encrypted: fetch it again";
        Problem::new(ProblemKind::Damaged, got, hint).at(&self.path)
    }
}

/// Leaving other frames out in the demuxer is fastest, but FFmpeg's mov
/// demuxer then forgets to step through its composition times (5.1: keyframes
/// at 1.12 and 2.92 s instead of 1 and 3), so there `Decode` drops them.
fn film_packets(options: &ReadOptions, container: &str) -> Keep {
    if options.keyframes_only && !container.contains("mov") {
        Keep::Keyframes
    } else {
        Keep::Everything
    }
}

/// The stamp that a picture carries. FFmpeg's own guess is second best: after one
/// bad stamp it goes by decoding order for good.
pub(super) fn stamp(frame: &Frame) -> Option<i64> {
    frame.pts().or(frame.timestamp())
}

/// What a frame lasts by what the container declares, seconds; 1/25 if it does not.
pub(super) fn usual_s(video: &StreamFacts) -> f64 {
    ff::hertz(video.rate).map_or(0.04, |hz| 1.0 / hz)
}

/// A clock for a film that is to begin at its first stamp, of so many seconds for each
/// second stamped.
pub(super) fn clock(video: &StreamFacts, clock_rate: f64) -> Clock {
    let tick_s = ff::seconds_per_tick(video.time_base);
    let nominal = if tick_s > 0.0 {
        (usual_s(video) / tick_s) as i64
    } else {
        1
    };
    Clock::new(video.start, nominal, tick_s * clock_rate)
}
