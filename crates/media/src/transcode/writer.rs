//! Writes one marked copy, in a thread of its own.

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Receiver;

use super::encoding::OutputSpec;
use super::feed::Feed;
use super::parcel::{Parcel, Picture};
use super::plan::Plan;
use super::routes::{Routes, losses, tag};
use super::summary::OutputSummary;
use super::text;
use crate::ff::encoder::{self, Encoder};
use crate::ff::output::{self, CopyAs, rescale};
use crate::ff::packet::with_payload;
use crate::ff::{self, FfError, Output, Packet, Rational};
use leakmark_core::error::{Error, Result};

/// One copy being written.
pub(super) struct Writer {
    path: PathBuf,
    output: Output,
    encoder: Encoder,
    film: usize,
    /// By the master's stream number.
    routes: Routes,
    master_bases: Vec<Rational>,
    /// By the copy's stream number.
    last_dts: Vec<Option<i64>>,
    shift_us: i64,
    film_base: Rational,
    /// pts and duration of the frames inside the encoder.
    durations: VecDeque<(i64, i64)>,
}

impl Writer {
    /// Creates the file, its streams, the encoder and the header, so that
    /// what cannot work fails before the long work.
    pub(super) fn open(spec: OutputSpec, plan: &Plan, feed: &Feed) -> Result<Self> {
        let OutputSpec { path, container } = spec;
        let encoder = encoder::open(&plan.encoder).map_err(|e| {
            Error::usage(format!(
                "{} refuses {} × {} pictures with this preset or FFmpeg ({e}): \
                 try another preset or codec",
                plan.encoder.name, plan.encoder.shape.width, plan.encoder.shape.height
            ))
        })?;
        let file = File::create(&path).map_err(|e| {
            Error::unwritable(
                &path,
                format!("{e}: check the folder, its rights and the disk"),
            )
        })?;
        let fails = |e: FfError| Error::unwritable(&path, format!("the header failed ({e})"));
        let mut output = output::create(file, container.muxer()).map_err(fails)?;
        let rate = plan.encoder.rate;
        let source = (feed.input(), feed.video.index);
        let film = output::add_encoded(
            &mut output,
            &encoder,
            tag(container, plan.codec),
            rate,
            source,
        )
        .map_err(fails)?;
        let mut routes = Routes::add(
            &mut output,
            container,
            feed.input(),
            feed.video.index,
            &feed.all,
        )
        .map_err(fails)?;
        let lost = output::copy_tags(&mut output, feed.input(), feed.shift_us);
        routes.left_out.extend(losses(container, &feed.video, lost));
        output.write_header().map_err(fails)?;
        Ok(Self {
            path,
            encoder,
            film,
            last_dts: vec![None; output.nb_streams() as usize],
            output,
            routes,
            master_bases: feed.all.iter().map(|s| s.time_base).collect(),
            shift_us: feed.shift_us,
            film_base: plan.encoder.time_base,
            durations: VecDeque::new(),
        })
    }

    /// Takes parcels until the end, then finishes the file.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if cancelled or if the parcels just stop: then
    /// the cause is elsewhere.
    pub(super) fn run(
        mut self,
        parcels: &Receiver<Parcel>,
        cancelled: &AtomicBool,
    ) -> Result<OutputSummary> {
        loop {
            let parcel = parcels.recv().map_err(|_| Error::Interrupted)?;
            if cancelled.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            match parcel {
                Parcel::Picture(picture) => self.encode(picture)?,
                Parcel::Packet(packet) => self.copy(packet)?,
                Parcel::End => break,
            }
        }
        self.encoder
            .send_eof()
            .map_err(|e| self.encoding_failed(e))?;
        while self.take_packet()? {
            if cancelled.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
        }
        output::finish(&mut self.output).map_err(|e| self.writing_failed(e))?;
        self.summary()
    }

    fn summary(self) -> Result<OutputSummary> {
        let Self {
            path,
            output,
            routes,
            ..
        } = self;
        drop(output);
        let bytes = std::fs::metadata(&path)
            .map_err(|e| Error::unwritable(&path, format!("it vanished while written: {e}")))?
            .len();
        Ok(OutputSummary {
            path,
            bytes,
            left_out: routes.left_out,
        })
    }

    fn encode(&mut self, picture: Picture) -> Result<()> {
        let Picture {
            frame, duration, ..
        } = picture;
        self.durations
            .push_back((frame.pts().unwrap_or(0), duration));
        loop {
            match self.encoder.send_frame(&frame) {
                Ok(()) => break,
                Err(e) if ff::is_again(e) && self.take_packet()? => {}
                Err(e) => return Err(self.encoding_failed(e)),
            }
        }
        while self.take_packet()? {}
        Ok(())
    }

    /// Moves one packet from the encoder to the file; false if there is none.
    fn take_packet(&mut self) -> Result<bool> {
        let mut packet = Packet::empty();
        match self.encoder.receive_packet(&mut packet) {
            Ok(()) => {}
            Err(e) if ff::is_again(e) || e == FfError::Eof => return Ok(false),
            Err(e) => return Err(self.encoding_failed(e)),
        }
        let pts = packet.pts().unwrap_or(0);
        if let Some(at) = self.durations.iter().position(|&(own, _)| own == pts) {
            // libx264 sets none, and the last frame would last no time.
            packet.set_duration(self.durations.remove(at).map_or(0, |(_, d)| d));
        }
        self.write(packet, self.film, self.film_base)?;
        Ok(true)
    }

    /// Copies a packet of another stream.
    fn copy(&mut self, mut packet: Packet) -> Result<()> {
        let from = packet.stream();
        let Some(route) = self.routes.ways.get(from).copied().flatten() else {
            return Ok(());
        };
        let base = self
            .master_bases
            .get(from)
            .copied()
            .unwrap_or(Rational(1, 1));
        let converted = match route.copy_as {
            CopyAs::Attachment => return Ok(()),
            CopyAs::Same => None,
            CopyAs::SubRip => Some(packet.data().and_then(text::from_mov_text)),
            CopyAs::MovText => Some(packet.data().and_then(text::to_mov_text)),
        };
        if let Some(payload) = converted {
            // A pause between two texts has none, and none is needed.
            let Some(fresh) = payload.and_then(|p| with_payload(&packet, &p)) else {
                return Ok(());
            };
            packet = fresh;
        }
        if packet.size() == 0 {
            return Ok(());
        }
        let shift = rescale(self.shift_us, Rational(1, 1_000_000), base);
        packet.set_pts(packet.pts().map(|t| t.saturating_sub(shift)));
        packet.set_dts(packet.dts().map(|t| t.saturating_sub(shift)));
        self.write(packet, route.stream, base)
    }

    /// Writes a packet of the copy's stream `stream`, timed in `base`.
    fn write(&mut self, mut packet: Packet, stream: usize, base: Rational) -> Result<()> {
        let to = output::time_base(&self.output, stream);
        packet.set_stream(stream);
        packet.rescale_ts(base, to);
        self.order(&mut packet, stream);
        output::write(&mut self.output, &mut packet).map_err(|e| self.writing_failed(e))
    }

    /// Completes and repairs decoding times: muxers insist that they increase.
    fn order(&mut self, packet: &mut Packet, stream: usize) {
        let last = self.last_dts.get(stream).copied().flatten();
        let next = last.map_or(0, |l| l.saturating_add(1));
        let given = packet.dts().or(packet.pts()).unwrap_or(next);
        let dts = if last.is_some() {
            given.max(next)
        } else {
            given
        };
        packet.set_dts(Some(dts));
        packet.set_pts(Some(packet.pts().unwrap_or(dts).max(dts)));
        if let Some(slot) = self.last_dts.get_mut(stream) {
            *slot = Some(dts);
        }
    }

    fn encoding_failed(&self, error: FfError) -> Error {
        Error::unwritable(&self.path, format!("the encoder failed ({error})"))
    }

    fn writing_failed(&self, error: FfError) -> Error {
        let problem = format!("writing failed ({error}): check the room on the disk");
        Error::unwritable(&self.path, problem)
    }
}
