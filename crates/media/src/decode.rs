//! Turns packets into pictures and counts what became of them.

use std::path::{Path, PathBuf};

use super::ff::decoder::DecodeOptions;
use super::ff::facts::StreamFacts;
use super::ff::input::{self, Keep};
use super::ff::{self, FfError, Frame, Input, Packet, Rational};
use super::limits::{Limits, MAX_SIDE_PX};
use super::splice::Splice;
use leakmark_core::error::{Error, Result};
use leakmark_core::film::FrameCounts;
use leakmark_core::problem::{Problem, ProblemKind as Kind};

/// Damaged packets in a row after which the rest of a file is given up, and
/// errors in a row after which a drained decoder is.
const GIVE_UP_AFTER: u32 = 1000;

/// Where packets of the other streams go, in file order.
pub(super) type Elsewhere<'a> = &'a mut dyn FnMut(Packet) -> Result<()>;

/// Demuxer and decoder of one file.
pub(super) struct Decode {
    path: PathBuf,
    input: Input,
    stream: usize,
    decoder: ff::decoder::Decoder,
    keyframes_only: bool,
    pending: Option<Packet>,
    draining: bool,
    finished: bool,
    failures: u32,
    /// What joins stretches of stamps, if that is wanted.
    splice: Option<Splice>,
    pub counts: FrameCounts,
}

impl Decode {
    /// Opens the decoder for stream `video` of `input`, the file at `path`.
    pub(super) fn new(
        path: &Path,
        input: Input,
        video: &StreamFacts,
        limits: &Limits,
        options: DecodeOptions,
    ) -> Result<Self> {
        let decoder = ff::decoder::open(&input, video.index, limits.max_pixels, options)
            .map_err(|e| no_decoder(path, video, e))?;
        Ok(Self {
            path: path.to_owned(),
            input,
            stream: video.index,
            decoder,
            keyframes_only: options.keyframes_only,
            pending: None,
            draining: false,
            finished: false,
            failures: 0,
            splice: None,
            counts: FrameCounts {
                declared: video.frames,
                ..FrameCounts::default()
            },
        })
    }

    /// The demuxer, to look at its streams.
    pub(super) fn input(&self) -> &Input {
        &self.input
    }

    /// Frames a second that the pictures declare, once one was decoded; unchecked.
    pub(super) fn coded_rate(&self) -> Option<Rational> {
        self.decoder.frame_rate()
    }

    /// Joins stretches of time stamps from here on, in all streams.
    pub(super) fn join(&mut self, splice: Splice) {
        self.splice = Some(splice);
    }

    /// What joins stretches of time stamps.
    pub(super) fn splice(&self) -> Option<&Splice> {
        self.splice.as_ref()
    }

    /// Chooses what is read of each stream.
    pub(super) fn keep(&mut self, choose: impl Fn(usize) -> Keep) {
        for index in 0..self.input.nb_streams() as usize {
            input::keep(&mut self.input, index, choose(index));
        }
    }

    /// The next picture in display order, `None` at the end. Packets of other
    /// streams that are kept are handed `elsewhere` on the way.
    ///
    /// # Errors
    /// What `elsewhere` returns, or [`Error::Unreadable`] if the disk fails;
    /// damage in the file is counted instead.
    pub(super) fn next(&mut self, elsewhere: Elsewhere<'_>) -> Result<Option<Frame>> {
        while !self.finished {
            if let Some(frame) = self.receive() {
                return Ok(Some(frame));
            }
            if !self.finished && !self.draining {
                self.feed(elsewhere)?;
            }
        }
        Ok(None)
    }

    /// Goes to the keyframe at or before `tick` of the stream's time base, or
    /// to the first byte if there is no tick.
    pub(super) fn seek(&mut self, tick: Option<i64>) -> Result<()> {
        let gone = match tick {
            Some(tick) => input::seek(&mut self.input, self.stream, tick),
            None => input::rewind(&mut self.input),
        };
        gone.map_err(|e| {
            let problem = format!("places in it cannot be found by their time ({e})");
            Error::unreadable(&self.path, problem).advise("remux it first, for instance to mkv")
        })?;
        self.restart();
        Ok(())
    }

    /// One keyframe alone: the first at or after `tick` of the stream's time
    /// base. Nothing else is decoded, and as little read as the format's index
    /// allows. `None` if there is none or it does not decode.
    pub(super) fn keyframe(&mut self, tick: i64) -> Result<Option<Frame>> {
        if input::seek_onwards(&mut self.input, self.stream, tick).is_err() {
            return Ok(None);
        }
        self.restart();
        let Some(packet) = self.read(&mut |_| Ok(()))? else {
            return Ok(None);
        };
        if self.decoder.send_packet(&packet).is_err() {
            self.counts.rejected += 1;
            return Ok(None);
        }
        // A decoder that waits for pictures to put in order gives it out at the end.
        self.draining = true;
        self.finished = self.decoder.send_eof().is_err();
        while !self.finished {
            if let Some(frame) = self.receive() {
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    /// Makes the decoder forget what it was given.
    fn restart(&mut self) {
        self.decoder.flush();
        self.pending = None;
        self.draining = false;
        self.finished = false;
        self.failures = 0;
    }

    fn receive(&mut self) -> Option<Frame> {
        let mut frame = Frame::empty();
        match self.decoder.receive_frame(&mut frame) {
            Ok(()) if frame.width().max(frame.height()) > MAX_SIDE_PX => self.counts.rejected += 1,
            Ok(()) => {
                self.failures = 0;
                self.counts.decoded += 1;
                self.counts.corrupt += u64::from(frame.is_corrupt() || frame.has_decode_errors());
                return Some(frame);
            }
            Err(FfError::Eof) => self.finished = true,
            Err(e) if ff::is_again(e) => {}
            Err(_) => {
                self.counts.rejected += 1;
                self.failures += 1;
                self.finished = self.draining && self.failures >= GIVE_UP_AFTER;
            }
        }
        None
    }

    /// Sends the decoder one packet, or the end.
    fn feed(&mut self, elsewhere: Elsewhere<'_>) -> Result<()> {
        let packet = match self.pending.take() {
            Some(packet) => Some(packet),
            None => self.read(elsewhere)?,
        };
        let Some(packet) = packet else {
            self.draining = true;
            self.finished = self.decoder.send_eof().is_err();
            return Ok(());
        };
        match self.decoder.send_packet(&packet) {
            Err(e) if ff::is_again(e) => self.pending = Some(packet),
            Err(_) => self.counts.rejected += 1,
            Ok(()) => {}
        }
        Ok(())
    }

    /// The next video packet, `None` at the end of what can be read.
    fn read(&mut self, elsewhere: Elsewhere<'_>) -> Result<Option<Packet>> {
        let mut failures = 0;
        loop {
            match input::read(&mut self.input) {
                Ok(packet) => {
                    if let Some(packet) = self.sorted(packet, elsewhere)? {
                        self.counts.demuxed += 1;
                        return Ok(Some(packet));
                    }
                }
                Err(FfError::Eof) => {
                    let rest = self.splice.as_mut().map(Splice::finish);
                    rest.into_iter().flatten().try_for_each(elsewhere)?;
                    return Ok(None);
                }
                Err(_) if input::has_io_error(&self.input) => return Err(self.disk_failed()),
                Err(_) => {
                    self.counts.read_errors += 1;
                    failures += 1;
                    if failures >= GIVE_UP_AFTER {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// The packet if it is one of the film that is wanted; hands others `elsewhere`.
    fn sorted(&mut self, packet: Packet, elsewhere: Elsewhere<'_>) -> Result<Option<Packet>> {
        let ready = match &mut self.splice {
            Some(splice) => splice.take(packet),
            None => [Some(packet), None],
        };
        let mut film = None;
        for packet in ready.into_iter().flatten() {
            if packet.stream() != self.stream {
                elsewhere(packet)?;
            } else if !self.keyframes_only || packet.is_key() {
                film = Some(packet);
            }
        }
        Ok(film)
    }

    fn disk_failed(&self) -> Error {
        let hint = "check the disk or the network mount";
        Problem::new(Kind::ReadError, "reading failed with an I/O error", hint).at(&self.path)
    }
}

fn no_decoder(path: &Path, video: &StreamFacts, error: FfError) -> Error {
    let problem = match video.has_encryption {
        true => encrypted(),
        false => Problem::new(
            Kind::Unsupported,
            format!(
                "its video ({}, {} × {}) cannot be decoded by this FFmpeg ({error})",
                video.codec, video.width, video.height
            ),
            "convert it to H.264 first",
        ),
    };
    problem.at(path)
}

/// What is wrong with an encrypted stream.
pub(super) fn encrypted() -> Problem {
    Problem::new(
        Kind::Encrypted,
        "its video is encrypted (DRM); expected a file that plays",
        "decrypt it first",
    )
}
