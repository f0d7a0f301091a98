//! Turns a PCM stream into a lossless one that the copy's container can carry.

use crate::ff::output::rescale;
use crate::ff::sound::{LosslessEncoder, PcmDecoder};
use crate::ff::{FfError, Packet, Rational};

/// Stamps may be off by this much before silence is put in or samples are left out.
const SLACK_S: f64 = 0.05;
/// Samples of silence that are made at a time.
const SILENCE: usize = 1 << 16;

/// Converts one stream.
pub(super) struct Converter {
    decoder: PcmDecoder,
    encoder: LosslessEncoder,
    /// Of the master's packets.
    base: Rational,
    /// Samples not encoded yet, channels by turns, and when the first is heard,
    /// in samples.
    waiting: Vec<i32>,
    at: Option<i64>,
    /// Samples left out because others were there already, and put in as silence.
    pub dropped: u64,
    pub silent: u64,
}

impl Converter {
    pub(super) fn new((decoder, encoder): (PcmDecoder, LosslessEncoder), base: Rational) -> Self {
        Self {
            decoder,
            encoder,
            base,
            waiting: Vec::new(),
            at: None,
            dropped: 0,
            silent: 0,
        }
    }

    /// The unit of the packets given out: one sample.
    pub(super) fn time_base(&self) -> Rational {
        Rational(1, self.encoder.rate as i32)
    }

    /// Takes a packet of the master; a damaged one becomes silence.
    pub(super) fn take(&mut self, packet: &Packet, ready: &mut Vec<Packet>) -> Result<(), FfError> {
        let mut samples = Vec::new();
        if self.decoder.decode(packet, &mut samples).is_err() {
            return Ok(());
        }
        let stamp = packet.pts().or(packet.dts());
        let stamp = stamp.map(|t| rescale(t, self.base, self.time_base()));
        let channels = self.encoder.channels;
        let at = *self.at.get_or_insert(stamp.unwrap_or(0));
        let expected = at + (self.waiting.len() / channels) as i64;
        let off = stamp.unwrap_or(expected).saturating_sub(expected);
        let slack = (SLACK_S * f64::from(self.encoder.rate)) as i64;
        if off > slack {
            self.silence(off, ready)?;
        } else if off < -slack {
            let gone = samples.len().min(off.unsigned_abs() as usize * channels);
            samples.drain(..gone);
            self.dropped += (gone / channels) as u64;
        }
        self.waiting.extend(samples);
        self.encode_whole(ready)
    }

    /// Encodes what is left.
    pub(super) fn finish(&mut self, ready: &mut Vec<Packet>) -> Result<(), FfError> {
        self.encode_whole(ready)?;
        if let Some(at) = self.at.filter(|_| !self.waiting.is_empty()) {
            self.encoder.encode(&self.waiting, at)?;
        }
        self.encoder.end()?;
        self.collect(ready)
    }

    fn silence(&mut self, mut samples: i64, ready: &mut Vec<Packet>) -> Result<(), FfError> {
        self.silent += samples.unsigned_abs();
        while samples > 0 {
            let count = usize::try_from(samples).map_or(SILENCE, |n| n.min(SILENCE));
            let fresh = self.waiting.len() + count * self.encoder.channels;
            self.waiting.resize(fresh, 0);
            self.encode_whole(ready)?;
            samples -= count as i64;
        }
        Ok(())
    }

    /// Encodes as many whole frames as there are.
    fn encode_whole(&mut self, ready: &mut Vec<Packet>) -> Result<(), FfError> {
        let frame = self.encoder.frame_samples();
        let length = frame * self.encoder.channels;
        let whole = self.waiting.len() / length;
        for n in 0..whole {
            let at = self.at.unwrap_or(0);
            self.encoder
                .encode(&self.waiting[n * length..(n + 1) * length], at)?;
            self.at = Some(at + frame as i64);
            self.collect(ready)?;
        }
        self.waiting.drain(..whole * length);
        Ok(())
    }

    fn collect(&mut self, ready: &mut Vec<Packet>) -> Result<(), FfError> {
        while let Some(packet) = self.encoder.packet()? {
            ready.push(packet);
        }
        Ok(())
    }
}
