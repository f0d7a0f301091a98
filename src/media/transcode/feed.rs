//! This module reads the master once for all copies.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;

use super::plan::Plan;
use super::{TranscodeProgress, VideoEncoding};
use crate::error::{Error, Result};
use crate::media::decode::{Decode, DecodeOptions, FrameCounts, encrypted};
use crate::media::ff::facts::StreamFacts;
use crate::media::ff::frame::{self, share};
use crate::media::ff::input::{self, Keep};
use crate::media::ff::scale::{Scaler, Shape};
use crate::media::ff::{self, Frame, Input, Packet, Rational, output, packet, pixel};
use crate::media::limits::Limits;
use crate::media::probe;

/// A picture on its way to a copy; its timestamp is in it.
pub(super) struct Picture {
    pub frame: Frame,
    pub index: u64,
    pub time_s: f64,
    /// Ticks of the master's time base.
    pub duration: i64,
}

/// What a copy's thread is given, in the master's order.
pub(super) enum Parcel {
    Picture(Picture),
    Packet(Packet),
    End,
}

/// The master, being read.
pub(super) struct Feed {
    path: PathBuf,
    decode: Decode,
    pub video: StreamFacts,
    pub all: Vec<StreamFacts>,
    /// Taken off every timestamp, microseconds.
    pub shift_us: i64,
    duration_s: Option<f64>,
    /// Packets that came before the first picture.
    early: VecDeque<Packet>,
    first: Option<Frame>,
    shape: Option<Shape>,
    /// The first picture's own shape.
    original: Option<Shape>,
    scaler: Scaler,
    frames: u64,
    dropped: u64,
    resized: u64,
    first_pts: i64,
    last_pts: Option<i64>,
    last_duration: i64,
}

impl Feed {
    /// Opens the master.
    pub(super) fn open(path: &Path, limits: &Limits, threads: usize) -> Result<Self> {
        let opened = probe::open(path, limits)?;
        if opened.info.encrypted {
            return Err(Error::unreadable(path, encrypted()));
        }
        // Broadcast files begin at any hour; other files mean what they say.
        let loose = input::has_loose_timestamps(&opened.input);
        let shift_us = if loose {
            input::start_us(&opened.input).unwrap_or(0)
        } else {
            0
        };
        let how = DecodeOptions {
            threads,
            keyframes_only: false,
            skip_loop_filter: false,
        };
        let decode = Decode::new(path, opened.input, &opened.video, limits, how)?;
        Ok(Self {
            path: path.to_owned(),
            decode,
            video: opened.video,
            all: opened.all,
            shift_us,
            duration_s: opened.info.duration_s,
            early: VecDeque::new(),
            first: None,
            shape: None,
            original: None,
            scaler: Scaler::default(),
            frames: 0,
            dropped: 0,
            resized: 0,
            first_pts: 0,
            last_pts: None,
            last_duration: 0,
        })
    }

    pub(super) fn input(&self) -> &Input {
        self.decode.input()
    }

    pub(super) fn counts(&self) -> FrameCounts {
        self.decode.counts
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// From the first frame to the end of the last, seconds.
    pub(super) fn duration_s(&self) -> f64 {
        let end = self
            .last_pts
            .unwrap_or(0)
            .saturating_add(self.last_duration);
        end.saturating_sub(self.first_pts) as f64 * ff::seconds_per_tick(self.video.time_base)
    }

    /// `notes` and what the reading adds to them.
    pub(super) fn into_notes(self, mut notes: Vec<String>) -> Vec<String> {
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

    /// Decodes the first picture and plans the copies after it.
    pub(super) fn plan(
        &mut self,
        encoding: &VideoEncoding,
        cancelled: &AtomicBool,
    ) -> Result<Plan> {
        let early = &mut self.early;
        let mut keep = |packet: Packet| {
            stop_if(cancelled)?;
            early.push_back(packet);
            Ok(())
        };
        let first = self.decode.next(&mut keep)?.ok_or_else(|| {
            let problem =
                "not one frame could be decoded; expected a film: it is damaged or encrypted";
            Error::unreadable(&self.path, problem)
        })?;
        let plan = Plan::new(self.decode.input(), &self.video, &first, encoding)?;
        self.shape = Some(plan.encoder.shape);
        self.original = Some(Shape::of(&first));
        self.first = Some(first);
        let other_films: Vec<usize> = self
            .all
            .iter()
            .filter(|s| {
                s.kind == ff::facts::Kind::Video && !s.is_cover && s.index != self.video.index
            })
            .map(|s| s.index)
            .collect();
        self.decode.keep(|index| {
            if other_films.contains(&index) {
                Keep::Nothing
            } else {
                Keep::Everything
            }
        });
        Ok(plan)
    }

    /// Reads the master to its end and hands everything to every copy. Ends
    /// early and without an error if a copy stops listening: that copy's
    /// thread knows why.
    pub(super) fn run(
        &mut self,
        copies: Vec<Sender<Parcel>>,
        progress: &(dyn Fn(TranscodeProgress) + Sync),
        cancelled: &AtomicBool,
    ) -> Result<()> {
        let outcome = self.feed(&copies, progress, cancelled);
        match outcome {
            Ok(()) => copies.iter().for_each(|copy| drop(copy.send(Parcel::End))),
            Err(Error::Interrupted) if !cancelled.load(Ordering::Relaxed) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn feed(
        &mut self,
        copies: &[Sender<Parcel>],
        progress: &(dyn Fn(TranscodeProgress) + Sync),
        cancelled: &AtomicBool,
    ) -> Result<()> {
        for packet in std::mem::take(&mut self.early) {
            broadcast_packet(copies, &packet)?;
        }
        let mut elsewhere = |packet: Packet| {
            stop_if(cancelled)?;
            broadcast_packet(copies, &packet)
        };
        loop {
            stop_if(cancelled)?;
            let next = match self.first.take() {
                Some(first) => Some(first),
                None => self.decode.next(&mut elsewhere)?,
            };
            let Some(frame) = next else {
                return Ok(());
            };
            if let Some(picture) = self.prepare(frame)? {
                broadcast_picture(copies, &picture)?;
                let (frames, time_s) = (self.frames, picture.time_s);
                progress(TranscodeProgress {
                    frames,
                    time_s,
                    duration_s: self.duration_s,
                });
            }
        }
    }

    /// Gives a decoded frame its number, its time and the encoder's shape;
    /// `None` if its time does not increase.
    fn prepare(&mut self, frame: Frame) -> Result<Option<Picture>> {
        let base = self.video.time_base;
        let nominal = ff::hertz(self.video.rate).map_or(0.04, |hz| 1.0 / hz);
        let tick_s = ff::seconds_per_tick(base);
        let nominal = if tick_s > 0.0 {
            ((nominal / tick_s).round() as i64).max(1)
        } else {
            1
        };
        let shift = output::rescale(self.shift_us, Rational(1, 1_000_000), base);
        let pts = match (frame.timestamp(), self.last_pts) {
            (Some(pts), _) => pts.saturating_sub(shift),
            (None, Some(last)) => last.saturating_add(nominal),
            (None, None) => 0,
        };
        if self.last_pts.is_some_and(|last| pts <= last) {
            self.dropped += 1;
            return Ok(None);
        }
        let duration = Some(frame.packet().duration)
            .filter(|&d| d > 0)
            .unwrap_or(nominal);
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
        let time_s = pts.saturating_sub(self.first_pts) as f64 * tick_s;
        Ok(Some(Picture {
            frame,
            index,
            time_s,
            duration,
        }))
    }

    /// The frame in the encoder's size and format.
    fn shaped(&mut self, mut frame: Frame) -> Result<Frame> {
        let Some(want) = self.shape else {
            return Err(Error::Internal("no plan was made".to_owned()));
        };
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
        self.resized += u64::from(self.original != Some(got));
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

fn stop_if(cancelled: &AtomicBool) -> Result<()> {
    if cancelled.load(Ordering::Relaxed) {
        Err(Error::Interrupted)
    } else {
        Ok(())
    }
}

fn broadcast_packet(copies: &[Sender<Parcel>], original: &Packet) -> Result<()> {
    for copy in copies {
        let shared = packet::share(original).map_err(out_of_memory)?;
        send(copy, Parcel::Packet(shared))?;
    }
    Ok(())
}

fn broadcast_picture(copies: &[Sender<Parcel>], picture: &Picture) -> Result<()> {
    for copy in copies {
        let frame = share(&picture.frame).map_err(out_of_memory)?;
        send(copy, Parcel::Picture(Picture { frame, ..*picture }))?;
    }
    Ok(())
}

fn send(copy: &Sender<Parcel>, parcel: Parcel) -> Result<()> {
    copy.send(parcel).map_err(|_| Error::Interrupted)
}

fn out_of_memory(error: ff::FfError) -> Error {
    Error::Internal(format!("a picture cannot be shared: {error}"))
}
