//! Gives every decoded picture its number, its time and the
//! encoder's shape. None is left out.

use std::path::{Path, PathBuf};

use super::cuts::Cuts;
use super::parcel::Picture;
use super::plan::Plan;
use crate::clock::Clock;
use crate::ff::facts::StreamFacts;
use crate::ff::frame::{self, Shape};
use crate::ff::scale::RangeScaler;
use crate::ff::{self, Frame, Rational, output, pixel};
use crate::reader::stamp;
use crate::stream_info::is_full_range;
use leakmark_core::error::{Error, Result};

/// Rows and columns that may be cut where the encoder wants even sizes.
const MOST_CUT_PX: u32 = 3;

/// The pictures of the master, in order.
pub(super) struct Pictures {
    path: PathBuf,
    /// The first picture's own shape, and the encoder's.
    original: Shape,
    shape: Shape,
    full_range: bool,
    scaler: RangeScaler,
    /// Dates pictures, in ticks.
    clock: Clock,
    /// Taken off every timestamp; ticks.
    shift: i64,
    /// Expected from frame to frame; ticks.
    nominal: i64,
    tick_s: f64,
    frames: u64,
    resized: u64,
    brightened: u64,
    first_pts: i64,
    last_pts: Option<i64>,
    last_duration: i64,
    /// Where to put keyframes, if anywhere.
    cuts: Option<Cuts>,
}

impl Pictures {
    /// For film `video` of the file at `path`, which begins with `first`, for the
    /// encoder of `plan`.
    pub(super) fn new(
        path: &Path,
        video: &StreamFacts,
        first: &Frame,
        plan: &Plan,
        (shift_us, cut_from_s): (i64, Option<f64>),
    ) -> Self {
        let tick_s = ff::seconds_per_tick(video.time_base);
        let frame_s = ff::hertz(video.rate).map_or(0.04, |hz| 1.0 / hz);
        let nominal = if tick_s > 0.0 {
            (frame_s / tick_s).round()
        } else {
            1.0
        };
        let nominal = (nominal as i64).max(1);
        Self {
            path: path.to_owned(),
            original: Shape::of(first),
            shape: plan.encoder.shape,
            full_range: plan.full_range,
            scaler: RangeScaler::default(),
            clock: Clock::new(stamp(first), nominal, 1.0).patient(),
            shift: output::rescale(shift_us, Rational(1, 1_000_000), video.time_base)
                .saturating_sub(stamp(first).unwrap_or(0)),
            nominal,
            tick_s,
            frames: 0,
            resized: 0,
            brightened: 0,
            first_pts: 0,
            last_pts: None,
            last_duration: 0,
            cuts: cut_from_s.map(Cuts::new),
        }
    }

    /// Pictures given out so far.
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// From the first frame to the end of the last, seconds.
    pub(super) fn duration_s(&self) -> f64 {
        let end = self
            .last_pts
            .unwrap_or(0)
            .saturating_add(self.last_duration);
        end.saturating_sub(self.first_pts) as f64 * self.tick_s
    }

    /// What was done to pictures that a viewer could care about, in words.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.resized > 0 {
            notes.push(format!(
                "{} frames of another size or format were converted",
                self.resized
            ));
        }
        if self.brightened > 0 {
            notes.push(format!(
                "frames whose samples have another range: {}; they were converted to the copy's and look as they did",
                self.brightened
            ));
        }
        let lies = self.clock.faults.outliers + self.clock.faults.jumps;
        if lies > 0 {
            notes.push(format!(
                "time stamps that those around them contradict: {lies}; these frames are shown between their neighbours"
            ));
        }
        notes
    }

    /// True if a picture can only be dated with those after it.
    pub(super) fn doubts(&self, frame: &Frame) -> bool {
        self.clock.doubts(stamp(frame))
    }

    /// Gives a decoded frame, which is followed by pictures stamped `next`, its number,
    /// its time and the encoder's shape.
    pub(super) fn prepare(&mut self, frame: Frame, next: &[Option<i64>]) -> Result<Picture> {
        let tick = self.clock.time_s(stamp(&frame), next).round() as i64;
        let dated = tick.saturating_sub(self.shift);
        let pts = self.last_pts.map_or(dated, |last| dated.max(last + 1));
        let duration = Some(frame.packet().duration)
            .filter(|&d| d > 0)
            .unwrap_or(self.nominal);
        let index = self.frames;
        if index == 0 {
            self.first_pts = pts;
        }
        self.frames += 1;
        self.last_pts = Some(pts);
        self.last_duration = duration;
        let mut frame = self.shaped(frame)?;
        frame.set_pts(Some(pts));
        let time_s = pts.saturating_sub(self.first_pts) as f64 * self.tick_s;
        let begins = self.cuts.as_mut().map(|cuts| cuts.begins(time_s));
        let is_key = begins.transpose().map_err(|gap| gap.at(&self.path))?;
        // Otherwise the encoder would repeat the master's choice of I, P, B.
        frame.set_kind(match is_key {
            Some(true) => ffmpeg_next::picture::Type::I,
            _ => ffmpeg_next::picture::Type::None,
        });
        Ok(Picture {
            frame,
            index,
            time_s,
            duration,
        })
    }

    /// The frame in the encoder's size, format and range.
    fn shaped(&mut self, mut frame: Frame) -> Result<Frame> {
        let (want, got) = (self.shape, Shape::of(&frame));
        let is_full = is_full(&frame);
        let same_range = is_full.is_none_or(|full| full == self.full_range);
        let fits = |got: u32, want: u32| (want..=want + MOST_CUT_PX).contains(&got);
        let sized = fits(got.width, want.width) && fits(got.height, want.height);
        if same_range && is_same_layout(got.format, want.format) {
            frame::rename_format(&mut frame, want.format);
            if sized {
                frame::crop(&mut frame, want.width, want.height);
                return Ok(frame);
            }
        }
        let other = !sized || self.original.format != got.format;
        self.resized += u64::from(other && same_range);
        self.brightened += u64::from(!same_range);
        let (from, to) = (is_full.unwrap_or(self.full_range), self.full_range);
        let convert = |scaler: &mut RangeScaler| {
            let mut converted = scaler.convert(&frame, from, want, to)?;
            frame::copy_properties(&frame, &mut converted)?;
            Ok(converted)
        };
        convert(&mut self.scaler).map_err(|e: ff::FfError| {
            let problem = format!("a picture cannot be converted for the encoder ({e})");
            Error::unreadable(&self.path, problem).advise("convert it to H.264 first")
        })
    }
}

/// True if a picture's samples are of full range; `None` if it does not say, or is RGB.
fn is_full(frame: &Frame) -> Option<bool> {
    let layout = pixel::layout(frame::format(frame))?;
    let range = frame::color(frame).range;
    let says = layout.chroma != pixel::Chroma::Rgb && (range > 0 || layout.is_full_range_name);
    says.then(|| is_full_range(range, Some(&layout)))
}

/// True for the same format, and for `yuvj…` against its plain name.
fn is_same_layout(got: i32, want: i32) -> bool {
    let plain = |format: i32| pixel::layout(format).map(|l| l.name.replacen("yuvj", "yuv", 1));
    got == want || plain(got).is_some_and(|name| plain(want) == Some(name))
}
