//! Reads the master once for all copies.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;

use super::damage::{Declared, met};
use super::encoding::VideoEncoding;
use super::ledger::Extent;
use super::loss::{Allowances, Loss};
use super::parcel::{Parcel, broadcast_packet, broadcast_picture};
use super::pictures::Pictures;
use super::plan::Plan;
use super::summary::TranscodeProgress;
use super::watch::Watch;
use crate::clock::VOTERS;
use crate::decode::{Decode, Elsewhere, encrypted};
use crate::ff::decoder::{Deblock, DecodeOptions};
use crate::ff::facts::{Kind, StreamFacts};
use crate::ff::input::{self, Keep};
use crate::ff::{self, Frame, Input, Packet, output};
use crate::limits::Limits;
use crate::probe;
use crate::reader::stamp;
use crate::source::Source;
use crate::splice::{MICROSECONDS, Splice};
use leakmark_core::error::{Error, Result};
use leakmark_core::film::FrameCounts;

/// Packets of other streams that may come before the first picture, bytes.
const MOST_HELD_BYTES: usize = 256 << 20;
/// The first picture is no further than this from what the file calls its start.
const START_US: i64 = 10_000_000;

/// The master, being read.
pub(super) struct Feed {
    pub path: PathBuf,
    decode: Decode,
    pub video: StreamFacts,
    pub all: Vec<StreamFacts>,
    /// Taken off every timestamp, microseconds.
    pub shift_us: i64,
    loose: bool,
    duration_s: Option<f64>,
    max_duration_s: f64,
    declared: Declared,
    pub allowed: Allowances,
    /// Packets that came before the first picture.
    early: VecDeque<Packet>,
    /// Pictures decoded already, to date the one before them.
    ahead: VecDeque<Frame>,
    pictures: Option<Pictures>,
    watch: Option<Watch>,
    /// What was read of each stream.
    extents: Vec<Extent>,
}

impl Feed {
    /// Opens the master.
    pub(super) fn open(
        master: &Source,
        limits: &Limits,
        threads: usize,
        allowed: &Allowances,
    ) -> Result<Self> {
        let opened = probe::open(master, limits)?;
        let path = master.path();
        if opened.info.encrypted {
            return Err(encrypted().at(path));
        }
        let declared = Declared::of(&opened.input, &opened.video, master.size(), limits);
        allowed.check_damage(path, &declared.at_once())?;
        // Broadcast files begin at any hour; other files mean what they say.
        let loose = input::has_loose_timestamps(&opened.input);
        let start_us = input::start_us(&opened.input).filter(|_| loose);
        let how = DecodeOptions {
            threads,
            keyframes_only: false,
            deblock: Deblock::All,
        };
        let mut decode = Decode::new(path, opened.input, &opened.video, limits, how)?;
        decode.join(Splice::new(&opened.all, loose));
        Ok(Self {
            path: path.to_owned(),
            decode,
            video: opened.video,
            extents: vec![Extent::default(); opened.all.len()],
            all: opened.all,
            shift_us: start_us.unwrap_or(0),
            loose,
            duration_s: opened.info.duration_s,
            max_duration_s: limits.max_duration_s,
            declared,
            allowed: allowed.clone(),
            early: VecDeque::new(),
            ahead: VecDeque::new(),
            pictures: None,
            watch: None,
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

    /// What was read of stream `index`.
    pub(super) fn extent(&self, index: usize) -> Extent {
        self.extents.get(index).copied().unwrap_or_default()
    }

    /// What was lost of the pictures, when all are read.
    pub(super) fn losses(&self) -> Vec<Loss> {
        self.watch.as_ref().map_or_else(Vec::new, Watch::losses)
    }

    /// What is missing of the master, when all is read.
    pub(super) fn damage(&self) -> Vec<String> {
        let splice = self.decode.splice();
        let damaged = splice.map_or(0, |s| s.damaged);
        let damaged = if damaged > self.seams() { damaged } else { 0 };
        let covered_s = self.duration_s().max(splice.map_or(0.0, Splice::stamped_s));
        self.declared
            .at_the_end(&self.decode.counts, damaged, covered_s)
    }

    /// Packets that may be marked as damaged although nothing is lost: those where files
    /// were joined.
    fn seams(&self) -> u64 {
        2 + self.decode.splice().map_or(0, |s| 2 * s.jumps)
    }

    /// `notes` and what the reading adds to them.
    pub(super) fn into_notes(self, mut notes: Vec<String>) -> Vec<String> {
        notes.extend(self.pictures.iter().flat_map(Pictures::notes));
        let damaged = self.decode.splice().map_or(0, |s| s.damaged);
        if (1..=self.seams()).contains(&damaged) {
            notes.push(format!(
                "packets marked as damaged, as where files were joined: {damaged}; every picture could be decoded"
            ));
        }
        let jumps = self.decode.splice().map_or(0, |s| s.jumps);
        if jumps > 0 {
            notes.push(format!(
                "the time stamps begin again or leap in {jumps} places: what follows goes on at once, in picture and sound alike"
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
        self.keep_all_but_other_films();
        let (path, early, mut held) = (&self.path, &mut self.early, 0);
        let mut keep = |packet: Packet| {
            stop_if(cancelled)?;
            held += packet.size();
            if held > MOST_HELD_BYTES {
                let problem = "no picture within the first 256 MB of sound; expected a film";
                return Err(Error::unreadable(path, problem).advise("remux it first"));
            }
            early.push_back(packet);
            Ok(())
        };
        let first = self.decode.next(&mut keep)?.ok_or_else(|| {
            let problem = "not one frame could be decoded; expected a film";
            Error::unreadable(&self.path, problem)
                .advise("it is damaged or encrypted: fetch it again")
        })?;
        let plan = Plan::new(self.decode.input(), &self.video, &first, encoding)?;
        self.begin_at(&first);
        let shift_us = self.shift_us;
        let pictures = Pictures::new(
            &self.path,
            &self.video,
            &first,
            &plan,
            (shift_us, encoding.cut_from_s),
        );
        self.pictures = Some(pictures);
        self.watch = Some(Watch::new(
            &plan,
            &first,
            self.video.display_matrix.is_some(),
        ));
        self.ahead.push_back(first);
        Ok(plan)
    }

    fn keep_all_but_other_films(&mut self) {
        let film = self.video.index;
        let other = |s: &&StreamFacts| s.kind == Kind::Video && !s.is_cover && s.index != film;
        let others: Vec<usize> = self.all.iter().filter(other).map(|s| s.index).collect();
        self.decode.keep(|index| match others.contains(&index) {
            true => Keep::Nothing,
            false => Keep::Everything,
        });
    }

    /// A broadcast file may call another stretch's start its own.
    fn begin_at(&mut self, first: &Frame) {
        let first_us = stamp(first).map(|t| output::rescale(t, self.video.time_base, MICROSECONDS));
        if let Some(first_us) = first_us.filter(|_| self.loose)
            && (first_us - self.shift_us).abs() > START_US
        {
            self.shift_us = first_us;
        }
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
        let mut extents = std::mem::take(&mut self.extents);
        let outcome = self.feed(&copies, &mut extents, progress, cancelled);
        self.extents = extents;
        match outcome {
            Ok(()) => copies.iter().for_each(|copy| drop(copy.send(Parcel::End))),
            Err(Error::Interrupted) if !cancelled.load(Ordering::Relaxed) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn too_long(&self) -> Error {
        let problem = format!(
            "it runs for more than the limit of {:.0} seconds",
            self.max_duration_s
        );
        Error::unreadable(&self.path, problem)
            .advise("raise the limit (--max-duration) if that is right")
    }

    fn feed(
        &mut self,
        copies: &[Sender<Parcel>],
        extents: &mut [Extent],
        progress: &(dyn Fn(TranscodeProgress) + Sync),
        cancelled: &AtomicBool,
    ) -> Result<()> {
        let bases: Vec<_> = self.all.iter().map(|s| s.time_base).collect();
        let mut elsewhere = |packet: Packet| {
            stop_if(cancelled)?;
            if let (Some(extent), Some(&base)) =
                (extents.get_mut(packet.stream()), bases.get(packet.stream()))
            {
                count(extent, &packet, base);
            }
            broadcast_packet(copies, &packet)
        };
        let early = std::mem::take(&mut self.early);
        early.into_iter().try_for_each(&mut elsewhere)?;
        loop {
            stop_if(cancelled)?;
            let Some((frame, next)) = self.next_frame(&mut elsewhere)? else {
                break;
            };
            self.look(&frame)?;
            let pictures = self.pictures.as_mut();
            let pictures =
                pictures.ok_or_else(|| Error::Internal("no plan was made".to_owned()))?;
            let picture = pictures.prepare(frame, &next)?;
            if picture.time_s > self.max_duration_s {
                return Err(self.too_long());
            }
            broadcast_picture(copies, &picture)?;
            progress(TranscodeProgress {
                frames: pictures.frames(),
                time_s: picture.time_s,
                duration_s: self.duration_s,
            });
        }
        Ok(())
    }

    /// The next picture, and the stamps of those after it if it cannot be dated
    /// without.
    fn next_frame(
        &mut self,
        elsewhere: Elsewhere<'_>,
    ) -> Result<Option<(Frame, Vec<Option<i64>>)>> {
        let next = match self.ahead.pop_front() {
            Some(frame) => Some(frame),
            None => self.decode.next(elsewhere)?,
        };
        let Some(frame) = next else {
            return Ok(None);
        };
        if self.pictures.as_ref().is_some_and(|p| p.doubts(&frame)) {
            while self.ahead.len() < VOTERS {
                match self.decode.next(elsewhere)? {
                    Some(later) => self.ahead.push_back(later),
                    None => break,
                }
            }
        }
        let next = self.ahead.iter().map(stamp).collect();
        Ok(Some((frame, next)))
    }

    /// Refuses what would be lost, and damage, as soon as it is seen.
    fn look(&mut self, frame: &Frame) -> Result<()> {
        let lost = self.watch.as_mut().map_or_else(Vec::new, |w| w.look(frame));
        if !lost.is_empty() {
            self.allowed.check(&self.path, &lost)?;
        }
        if self.allowed.damage {
            return Ok(());
        }
        let met = met(&self.decode.counts, 0);
        self.allowed.check_damage(&self.path, &met)
    }
}

fn count(extent: &mut Extent, packet: &Packet, base: ff::Rational) {
    if let Some(start) = packet.pts().or(packet.dts()) {
        let tick_s = ff::seconds_per_tick(base);
        let end = start.saturating_add(packet.duration().max(0));
        extent.add(start as f64 * tick_s, end as f64 * tick_s);
    }
}

fn stop_if(cancelled: &AtomicBool) -> Result<()> {
    if cancelled.load(Ordering::Relaxed) {
        Err(Error::Interrupted)
    } else {
        Ok(())
    }
}
