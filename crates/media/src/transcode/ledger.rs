//! The loss ledger: what came in, what went out, and what is missing.

use serde::Serialize;

use super::loss::{Loss, LossKind};
use leakmark_core::film::StreamCounts;

/// Less than this is no loss of sound or time, seconds: containers round.
const SLACK_S: f64 = 0.1;

/// What a film file holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Account {
    /// Streams by kind.
    pub streams: StreamCounts,
    /// Pictures of the film.
    pub frames: u64,
    /// From the first picture to the end of the last, seconds.
    pub picture_s: f64,
    /// The length of each sound stream, seconds, in the order of the streams.
    pub sound_s: Vec<f64>,
}

/// What one copy is against its master.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Ledger {
    /// The master, as far as it could be read.
    pub master: Account,
    /// The copy.
    pub copy: Account,
    /// What the copy loses.
    pub lost: Vec<Loss>,
    /// What is missing of the master itself, in words.
    pub damage: Vec<String>,
}

impl Ledger {
    /// Adds the losses that only the sums of the accounts show.
    pub(super) fn balance(&mut self) {
        let (master, copy) = (&self.master, &self.copy);
        let mut lost = Vec::new();
        if copy.frames < master.frames {
            lost.push(Loss::new(
                LossKind::Frames,
                format!(
                    "{} of {} pictures",
                    master.frames - copy.frames,
                    master.frames
                ),
            ));
        }
        let short_s = master.picture_s - copy.picture_s;
        if short_s > SLACK_S {
            lost.push(Loss::new(
                LossKind::Time,
                format!("{short_s:.2} of {:.2} s", master.picture_s),
            ));
        }
        self.lost.extend(lost);
    }
}

/// How long one stream is, from its packets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    /// First time and last end, seconds.
    span_s: Option<(f64, f64)>,
    pub packets: u64,
}

impl Extent {
    /// Counts a packet.
    pub fn add(&mut self, start_s: f64, end_s: f64) {
        self.packets += 1;
        self.span_s = Some(match self.span_s {
            None => (start_s, end_s),
            Some((first, last)) => (first.min(start_s), last.max(end_s)),
        });
    }

    /// Seconds from the first packet's start to the last one's end.
    pub fn length_s(&self) -> f64 {
        self.span_s.map_or(0.0, |(first, last)| last - first)
    }
}

/// The loss of sound stream `index` between what was read of it and what was written.
pub(super) fn sound_lost(index: usize, read: &Extent, written: &Extent) -> Option<Loss> {
    let short_s = read.length_s() - written.length_s();
    (short_s > SLACK_S).then(|| {
        Loss::new(
            LossKind::Sound,
            format!(
                "{short_s:.2} of {:.2} s of sound stream {index}",
                read.length_s()
            ),
        )
    })
}
