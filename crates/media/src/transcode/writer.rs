//! Writes one marked copy, in a thread of its own.

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Receiver;

use super::encoding::OutputSpec;
use super::feed::Feed;
use super::ledger::{Account, Extent, Ledger};
use super::loss::{Allowances, Loss};
use super::parcel::{Parcel, Picture};
use super::plan::Plan;
use super::routes::{Routes, Way, losses, tag};
use super::text;
use crate::ff::encoder::{self, Encoder};
use crate::ff::output::{self, CopyAs, rescale};
use crate::ff::packet::with_payload;
use crate::ff::{self, FfError, Output, Packet, Rational, pixel};
use leakmark_core::error::{Error, Result};

/// A copy that is whole.
pub(super) struct Written {
    pub path: PathBuf,
    pub bytes: u64,
    /// What was changed without loss, in words.
    pub notes: Vec<String>,
    /// Without what came in.
    pub ledger: Ledger,
    /// What was written of each of the master's streams that it carries.
    pub extents: Vec<Option<Extent>>,
}

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
    written: Vec<Extent>,
    /// What was lost of the format and the container.
    lost: Vec<Loss>,
    shift_us: i64,
    film_base: Rational,
    master: PathBuf,
    allowed: Allowances,
    /// Packets of the master that the container refused, for they are damaged.
    refused: u64,
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
                "{} refuses {} × {} {} pictures of format {} ({e})",
                plan.encoder.name,
                plan.encoder.shape.width,
                plan.encoder.shape.height,
                if plan.encoder.interlaced {
                    "interlaced"
                } else {
                    "progressive"
                },
                pixel::layout(plan.encoder.shape.format).map_or_else(String::new, |l| l.name)
            ))
            .advise("try the other --codec")
        })?;
        let file = File::create(&path).map_err(|e| {
            Error::unwritable(&path, e.to_string())
                .advise("check the folder, its rights and the disk")
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
        let routes = Routes::add(
            &mut output,
            container,
            feed.input(),
            feed.video.index,
            &feed.all,
        )
        .map_err(fails)?;
        let lost = output::copy_tags(&mut output, feed.input(), feed.shift_us);
        let mut all_lost = plan.lost.clone();
        all_lost.extend(routes.lost.iter().cloned());
        all_lost.extend(losses(container, &feed.video, lost));
        feed.allowed.check(&feed.path, &all_lost)?;
        output::write_header(&mut output, &path).map_err(fails)?;
        Ok(Self {
            path,
            encoder,
            film,
            last_dts: vec![None; output.nb_streams() as usize],
            written: vec![Extent::default(); output.nb_streams() as usize],
            lost: all_lost,
            output,
            routes,
            master_bases: feed.all.iter().map(|s| s.time_base).collect(),
            shift_us: feed.shift_us,
            film_base: plan.encoder.time_base,
            master: feed.path.clone(),
            allowed: feed.allowed.clone(),
            refused: 0,
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
    ) -> Result<Written> {
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
        self.finish_sound()?;
        output::finish(&mut self.output).map_err(|e| self.writing_failed(e))?;
        self.whole()
    }

    fn whole(self) -> Result<Written> {
        let ledger = self.ledger();
        let notes = self.routes.notes.clone();
        let by_stream = |index| self.written(index);
        let extents = (0..self.routes.ways.len()).map(by_stream).collect();
        let Self { path, output, .. } = self;
        drop(output);
        let bytes = std::fs::metadata(&path)
            .map_err(|e| Error::unwritable(&path, format!("it vanished while written: {e}")))?
            .len();
        Ok(Written {
            path,
            bytes,
            notes,
            ledger,
            extents,
        })
    }

    /// What went out; what came in is for the reader to say.
    fn ledger(&self) -> Ledger {
        let sound = |route: &super::routes::Route| {
            let kind = self.output.stream(route.stream)?.parameters().medium();
            (kind == ffmpeg_next::media::Type::Audio).then(|| self.written[route.stream].length_s())
        };
        let film = self.written.get(self.film).copied().unwrap_or_default();
        Ledger {
            copy: Account {
                streams: output::counted(&self.output),
                frames: film.packets,
                picture_s: film.length_s(),
                sound_s: self
                    .routes
                    .ways
                    .iter()
                    .flatten()
                    .filter_map(sound)
                    .collect(),
            },
            lost: self.lost.clone(),
            damage: match self.refused {
                0 => Vec::new(),
                refused => vec![format!(
                    "packets left out because they are damaged: {refused}"
                )],
            },
            ..Ledger::default()
        }
    }

    /// What was written of the master's stream `index`; `None` if it has no way.
    fn written(&self, index: usize) -> Option<Extent> {
        let route = self.routes.ways.get(index)?.as_ref()?;
        self.written.get(route.stream).copied()
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
        let Some(route) = self.routes.ways.get_mut(from).and_then(Option::as_mut) else {
            return Ok(());
        };
        let base = self
            .master_bases
            .get(from)
            .copied()
            .unwrap_or(Rational(1, 1));
        let stream = route.stream;
        let shift = rescale(self.shift_us, Rational(1, 1_000_000), base);
        packet.set_pts(packet.pts().map(|t| t.saturating_sub(shift)));
        packet.set_dts(packet.dts().map(|t| t.saturating_sub(shift)));
        let copy_as = match &mut route.way {
            Way::Copied(copy_as) => *copy_as,
            Way::Converted(converter) => {
                let mut ready = Vec::new();
                let taken = converter.take(&packet, &mut ready);
                let base = converter.time_base();
                taken.map_err(|e| self.encoding_failed(e))?;
                return self.write_all(ready, stream, base);
            }
        };
        let converted = match copy_as {
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
        match self.write(packet, stream, base) {
            Err(Error::Unwritable { source, .. }) if is_damage(source.as_deref()) => {
                self.refuse(from)
            }
            done => done,
        }
    }

    /// Leaves out a damaged packet of the master's stream `from`, if that is allowed.
    fn refuse(&mut self, from: usize) -> Result<()> {
        self.refused += 1;
        let words = format!("a packet of stream {from} is damaged");
        self.allowed.check_damage(&self.master, &[words])
    }

    fn write_all(&mut self, packets: Vec<Packet>, stream: usize, base: Rational) -> Result<()> {
        let mut packets = packets.into_iter();
        packets.try_for_each(|packet| self.write(packet, stream, base))
    }

    /// Encodes what is left of converted sound.
    fn finish_sound(&mut self) -> Result<()> {
        for index in 0..self.routes.ways.len() {
            let Some(route) = self.routes.ways[index].as_mut() else {
                continue;
            };
            if let Way::Converted(converter) = &mut route.way {
                let (stream, base) = (route.stream, converter.time_base());
                let mut ready = Vec::new();
                let finished = converter.finish(&mut ready);
                finished.map_err(|e| self.encoding_failed(e))?;
                self.write_all(ready, stream, base)?;
            }
        }
        Ok(())
    }

    /// Writes a packet of the copy's stream `stream`, timed in `base`.
    fn write(&mut self, mut packet: Packet, stream: usize, base: Rational) -> Result<()> {
        let to = output::time_base(&self.output, stream);
        packet.set_stream(stream);
        packet.rescale_ts(base, to);
        self.order(&mut packet, stream);
        if let Some(written) = self.written.get_mut(stream) {
            let (tick_s, start) = (ff::seconds_per_tick(to), packet.pts().unwrap_or(0));
            let end = start.saturating_add(packet.duration().max(0));
            written.add(start as f64 * tick_s, end as f64 * tick_s);
        }
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
        let problem = format!("writing failed ({error})");
        Error::unwritable(&self.path, problem)
            .advise("check the room on the disk")
            .caused_by(error)
    }
}

/// True if writing failed for what was written, not for where.
fn is_damage(cause: Option<&(dyn std::error::Error + Send + Sync + 'static)>) -> bool {
    let cause = cause.and_then(|cause| cause.downcast_ref::<FfError>());
    matches!(cause, Some(FfError::InvalidData))
}
