//! Gives every decoded picture its number, its time and the
//! encoder's shape.

use std::path::{Path, PathBuf};

use super::parcel::Picture;
use crate::ff::facts::StreamFacts;
use crate::ff::frame::{self, Shape};
use crate::ff::scale::Scaler;
use crate::ff::{self, Frame, Rational, output, pixel};
use leakmark_core::error::{Error, Result};

/// The pictures of the master, in order.
pub(super) struct Pictures {
    path: PathBuf,
    /// The first picture's own shape, and the encoder's.
    original: Shape,
    shape: Shape,
    scaler: Scaler,
    /// Taken off every timestamp, and expected from frame to frame; ticks.
    shift: i64,
    nominal: i64,
    tick_s: f64,
    frames: u64,
    dropped: u64,
    resized: u64,
    first_pts: i64,
    last_pts: Option<i64>,
    last_duration: i64,
}

impl Pictures {
    /// For film `video` of the file at `path`, whose first picture has the
    /// first of `shapes`, for an encoder that wants the second.
    pub(super) fn new(
        path: &Path,
        video: &StreamFacts,
        (original, shape): (Shape, Shape),
        shift_us: i64,
    ) -> Self {
        let tick_s = ff::seconds_per_tick(video.time_base);
        let frame_s = ff::hertz(video.rate).map_or(0.04, |hz| 1.0 / hz);
        let nominal = if tick_s > 0.0 {
            (frame_s / tick_s).round()
        } else {
            1.0
        };
        Self {
            path: path.to_owned(),
            original,
            shape,
            scaler: Scaler::default(),
            shift: output::rescale(shift_us, Rational(1, 1_000_000), video.time_base),
            nominal: (nominal as i64).max(1),
            tick_s,
            frames: 0,
            dropped: 0,
            resized: 0,
            first_pts: 0,
            last_pts: None,
            last_duration: 0,
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
        if self.dropped > 0 {
            notes.push(format!(
                "{} frames whose time does not increase were left out",
                self.dropped
            ));
        }
        if self.resized > 0 {
            notes.push(format!(
                "{} frames of another size or format were converted",
                self.resized
            ));
        }
        notes
    }

    /// Gives a decoded frame its number, its time and the encoder's shape;
    /// `None` if its time does not increase.
    pub(super) fn prepare(&mut self, frame: Frame) -> Result<Option<Picture>> {
        let pts = match (frame.timestamp(), self.last_pts) {
            (Some(pts), _) => pts.saturating_sub(self.shift),
            (None, Some(last)) => last.saturating_add(self.nominal),
            (None, None) => 0,
        };
        if self.last_pts.is_some_and(|last| pts <= last) {
            self.dropped += 1;
            return Ok(None);
        }
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
        // Otherwise the encoder would repeat the master's choice of I, P, B.
        frame.set_kind(ffmpeg_next::picture::Type::None);
        let time_s = pts.saturating_sub(self.first_pts) as f64 * self.tick_s;
        Ok(Some(Picture {
            frame,
            index,
            time_s,
            duration,
        }))
    }

    /// The frame in the encoder's size and format.
    fn shaped(&mut self, mut frame: Frame) -> Result<Frame> {
        let want = self.shape;
        let got = Shape::of(&frame);
        if is_same_layout(got.format, want.format) {
            frame::rename_format(&mut frame, want.format);
            let cut = got.width - want.width.min(got.width) <= 1
                && got.height - want.height.min(got.height) <= 1
                && got.width >= want.width
                && got.height >= want.height;
            if cut {
                frame::crop(&mut frame, want.width, want.height);
                return Ok(frame);
            }
        }
        self.resized += u64::from(self.original != got);
        let convert = |scaler: &mut Scaler| {
            let mut converted = scaler.convert(&frame, want)?;
            frame::copy_properties(&frame, &mut converted)?;
            Ok(converted)
        };
        convert(&mut self.scaler).map_err(|e: ff::FfError| {
            let problem = format!("a picture cannot be converted for the encoder ({e})");
            Error::unreadable(&self.path, problem)
        })
    }
}

/// True for the same format, and for `yuvj…` against its plain name.
fn is_same_layout(got: i32, want: i32) -> bool {
    let plain = |format: i32| pixel::layout(format).map(|l| l.name.replacen("yuvj", "yuv", 1));
    got == want || plain(got).is_some_and(|name| plain(want) == Some(name))
}
