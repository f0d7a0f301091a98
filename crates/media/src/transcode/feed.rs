//! Reads the master once for all copies.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;

use super::encoding::VideoEncoding;
use super::parcel::{Parcel, broadcast_packet, broadcast_picture};
use super::pictures::Pictures;
use super::plan::Plan;
use super::summary::TranscodeProgress;
use crate::decode::{Decode, encrypted};
use crate::ff::decoder::{Deblock, DecodeOptions};
use crate::ff::facts::StreamFacts;
use crate::ff::frame::Shape;
use crate::ff::input::{self, Keep};
use crate::ff::{self, Frame, Input, Packet};
use crate::limits::Limits;
use crate::probe;
use crate::source::Source;
use leakmark_core::error::{Error, Result};
use leakmark_core::film::FrameCounts;

/// Packets of other streams that may come before the first picture, bytes.
const MOST_HELD_BYTES: usize = 256 << 20;

/// The master, being read.
pub(super) struct Feed {
    path: PathBuf,
    decode: Decode,
    pub video: StreamFacts,
    pub all: Vec<StreamFacts>,
    /// Taken off every timestamp, microseconds.
    pub shift_us: i64,
    duration_s: Option<f64>,
    max_duration_s: f64,
    /// Packets that came before the first picture.
    early: VecDeque<Packet>,
    first: Option<Frame>,
    pictures: Option<Pictures>,
}

impl Feed {
    /// Opens the master.
    pub(super) fn open(master: &Source, limits: &Limits, threads: usize) -> Result<Self> {
        let opened = probe::open(master, limits)?;
        let path = master.path();
        if opened.info.encrypted {
            return Err(encrypted().at(path));
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
            deblock: Deblock::All,
        };
        let decode = Decode::new(path, opened.input, &opened.video, limits, how)?;
        Ok(Self {
            path: path.to_owned(),
            decode,
            video: opened.video,
            all: opened.all,
            shift_us,
            duration_s: opened.info.duration_s,
            max_duration_s: limits.max_duration_s,
            early: VecDeque::new(),
            first: None,
            pictures: None,
        })
    }

    pub(super) fn input(&self) -> &Input {
        self.decode.input()
    }

    pub(super) fn counts(&self) -> FrameCounts {
        self.decode.counts
    }

    /// Frames handed out so far.
    pub(super) fn frames(&self) -> u64 {
        self.pictures.as_ref().map_or(0, Pictures::frames)
    }

    /// From the first frame to the end of the last, seconds.
    pub(super) fn duration_s(&self) -> f64 {
        self.pictures.as_ref().map_or(0.0, Pictures::duration_s)
    }

    /// `notes` and what the reading adds to them.
    pub(super) fn into_notes(self, mut notes: Vec<String>) -> Vec<String> {
        notes.extend(self.pictures.iter().flat_map(Pictures::notes));
        notes
    }

    /// Decodes the first picture and plans the copies after it.
    pub(super) fn plan(
        &mut self,
        encoding: &VideoEncoding,
        cancelled: &AtomicBool,
    ) -> Result<Plan> {
        let (path, early, mut held) = (&self.path, &mut self.early, 0);
        let mut keep = |packet: Packet| {
            stop_if(cancelled)?;
            held += packet.size();
            if held > MOST_HELD_BYTES {
                let problem = "no picture within the first 256 MB of sound; expected a film";
                return Err(Error::unreadable(path, problem));
            }
            early.push_back(packet);
            Ok(())
        };
        let first = self.decode.next(&mut keep)?.ok_or_else(|| {
            let problem =
                "not one frame could be decoded; expected a film: it is damaged or encrypted";
            Error::unreadable(&self.path, problem)
        })?;
        let plan = Plan::new(self.decode.input(), &self.video, &first, encoding)?;
        let shapes = (Shape::of(&first), plan.encoder.shape);
        self.pictures = Some(Pictures::new(
            &self.path,
            &self.video,
            shapes,
            self.shift_us,
        ));
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

    fn too_long(&self) -> Error {
        let problem = format!(
            "it runs for more than the limit of {:.0} seconds: raise the limit (--max-duration) if that is right",
            self.max_duration_s
        );
        Error::unreadable(&self.path, problem)
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
            let pictures = self.pictures.as_mut();
            let pictures =
                pictures.ok_or_else(|| Error::Internal("no plan was made".to_owned()))?;
            if let Some(picture) = pictures.prepare(frame)? {
                if picture.time_s > self.max_duration_s {
                    return Err(self.too_long());
                }
                broadcast_picture(copies, &picture)?;
                let (frames, time_s) = (pictures.frames(), picture.time_s);
                progress(TranscodeProgress {
                    frames,
                    time_s,
                    duration_s: self.duration_s,
                });
            }
        }
    }
}

fn stop_if(cancelled: &AtomicBool) -> Result<()> {
    if cancelled.load(Ordering::Relaxed) {
        Err(Error::Interrupted)
    } else {
        Ok(())
    }
}
