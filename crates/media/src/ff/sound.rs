//! Decodes PCM and encodes it without loss.
#![allow(unsafe_code)] // Channel layouts, raw samples and parameters.

use ff::ffi;
use ffmpeg_next as ff;

use super::{FfError, Input, Packet, Rational};

/// The lossless encoders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lossless {
    Flac,
    Alac,
}

impl Lossless {
    /// FFmpeg's name of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Alac => "alac",
        }
    }
}

/// Whole numbers of more bits than this have no place in either.
const MOST_BITS: i32 = 24;

/// A decoder of PCM.
pub(crate) struct PcmDecoder(ff::decoder::Audio);

/// An open lossless encoder.
pub(crate) struct LosslessEncoder {
    encoder: ff::encoder::audio::Encoder,
    pub rate: u32,
    pub channels: usize,
    wide: bool,
    planar: bool,
}

/// Opens both for stream `index` of `input`; `None` if it is not PCM of whole
/// numbers that the encoder can hold, or the encoder refuses it.
pub(crate) fn open(
    input: &Input,
    index: usize,
    codec: Lossless,
) -> Option<(PcmDecoder, LosslessEncoder)> {
    let stream = input.stream(index)?;
    let parameters = stream.parameters();
    // SAFETY: parameters of a live stream; its name is static.
    let (name, bits, rate) = unsafe {
        let par = parameters.as_ptr();
        let bits = (*par).bits_per_coded_sample.max((*par).bits_per_raw_sample);
        let name = super::facts::text(ffi::avcodec_get_name((*par).codec_id));
        (name, bits, (*par).sample_rate)
    };
    let whole_numbers = name.starts_with("pcm_") && !name.starts_with("pcm_f");
    if !whole_numbers || !(1..=MOST_BITS).contains(&bits) || rate <= 0 {
        return None;
    }
    let context = ff::codec::Context::from_parameters(parameters).ok()?;
    let mut decoder = context.decoder();
    decoder.set_packet_time_base(stream.time_base());
    let decoder = decoder.audio().ok()?;
    let encoder = encoder(&decoder, codec, bits > 16).ok()?;
    Some((PcmDecoder(decoder), encoder))
}

fn encoder(
    decoder: &ff::decoder::Audio,
    codec: Lossless,
    wide: bool,
) -> Result<LosslessEncoder, FfError> {
    use ff::format::Sample;
    use ff::format::sample::Type;
    let found = ff::encoder::find_by_name(codec.name()).ok_or(FfError::EncoderNotFound)?;
    let mut encoder = ff::codec::Context::new_with_codec(found)
        .encoder()
        .audio()?;
    let planar = codec == Lossless::Alac;
    let kind = if planar { Type::Planar } else { Type::Packed };
    encoder.set_format(if wide {
        Sample::I32(kind)
    } else {
        Sample::I16(kind)
    });
    encoder.set_rate(decoder.rate() as i32);
    encoder.set_time_base(Rational(1, decoder.rate() as i32));
    // SAFETY: both contexts are live, and the encoder is not open yet.
    let channels = unsafe {
        let (to, from) = (encoder.as_mut_ptr(), decoder.as_ptr());
        let channels = (*from).ch_layout.nb_channels;
        (*to).bits_per_raw_sample = if wide { MOST_BITS } else { 16 };
        (*to).flags |= ffi::AV_CODEC_FLAG_GLOBAL_HEADER as i32;
        if (*from).ch_layout.order == ffi::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC {
            ffi::av_channel_layout_default(&mut (*to).ch_layout, channels);
        } else {
            ffi::av_channel_layout_copy(&mut (*to).ch_layout, &(*from).ch_layout);
        }
        channels
    };
    let encoder = encoder.open_as(found)?;
    Ok(LosslessEncoder {
        rate: decoder.rate(),
        channels: usize::try_from(channels).unwrap_or(0).max(1),
        encoder,
        wide,
        planar,
    })
}

impl PcmDecoder {
    /// The samples of a packet, channel by turns, each at the top of its 32 bits,
    /// added to `samples`.
    pub(crate) fn decode(
        &mut self,
        packet: &Packet,
        samples: &mut Vec<i32>,
    ) -> Result<(), FfError> {
        self.0.send_packet(packet)?;
        let mut frame = ff::frame::Audio::empty();
        while self.0.receive_frame(&mut frame).is_ok() {
            append(&frame, samples);
        }
        Ok(())
    }
}

fn append(frame: &ff::frame::Audio, samples: &mut Vec<i32>) {
    use ff::format::Sample;
    // SAFETY: a decoded frame holds `nb_samples` of every channel in plane 0 of a
    // packed format; the format tells how wide they are.
    unsafe {
        let raw = frame.as_ptr();
        let channels = usize::try_from((*raw).ch_layout.nb_channels).unwrap_or(0);
        let (count, start) = (frame.samples() * channels, (*raw).data[0]);
        if start.is_null() || frame.is_planar() {
            return;
        }
        match frame.format() {
            Sample::U8(_) => {
                let own = std::slice::from_raw_parts(start, count);
                samples.extend(own.iter().map(|&v| (i32::from(v) - 128) << 24));
            }
            Sample::I16(_) => {
                let own = std::slice::from_raw_parts(start.cast::<i16>(), count);
                samples.extend(own.iter().map(|&v| i32::from(v) << 16));
            }
            Sample::I32(_) => {
                samples.extend(std::slice::from_raw_parts(start.cast::<i32>(), count))
            }
            _ => {}
        }
    }
}

impl LosslessEncoder {
    /// Samples of each channel that it takes at a time.
    pub(crate) fn frame_samples(&self) -> usize {
        match self.encoder.frame_size() {
            0 => 4096,
            size => size as usize,
        }
    }

    /// Its context, to describe a stream.
    pub(crate) fn context(&self) -> &ff::codec::Context {
        &self.encoder
    }

    /// Encodes samples as [`PcmDecoder::decode`] gives them, the first at sample
    /// `at` of the stream.
    pub(crate) fn encode(&mut self, samples: &[i32], at: i64) -> Result<(), FfError> {
        let count = samples.len() / self.channels;
        let mut frame = ff::frame::Audio::empty();
        frame.set_format(self.encoder.format());
        frame.set_samples(count);
        // SAFETY: a fresh frame described as the encoder is, whose buffer is
        // allocated here before it is written to.
        unsafe {
            let raw = frame.as_mut_ptr();
            if raw.is_null() {
                return Err(FfError::Other {
                    errno: libc::ENOMEM,
                });
            }
            (*raw).sample_rate = self.rate as i32;
            ffi::av_channel_layout_copy(&mut (*raw).ch_layout, &(*self.encoder.as_ptr()).ch_layout);
            let code = ffi::av_frame_get_buffer(raw, 0);
            if code < 0 {
                return Err(code.into());
            }
            (*raw).pts = at;
            for (n, &sample) in samples.iter().enumerate() {
                let (channel, place) = (n % self.channels, n / self.channels);
                let (plane, index) = if self.planar {
                    (channel, place)
                } else {
                    (0, n)
                };
                let start = *(*raw).extended_data.add(plane);
                match self.wide {
                    true => *start.cast::<i32>().add(index) = sample,
                    false => *start.cast::<i16>().add(index) = (sample >> 16) as i16,
                }
            }
        }
        self.encoder.send_frame(&frame)
    }

    /// Says that nothing more comes.
    pub(crate) fn end(&mut self) -> Result<(), FfError> {
        self.encoder.send_eof()
    }

    /// The next packet, timed in samples; `None` if it wants more first.
    pub(crate) fn packet(&mut self) -> Result<Option<Packet>, FfError> {
        let mut packet = Packet::empty();
        match self.encoder.receive_packet(&mut packet) {
            Ok(()) => Ok(Some(packet)),
            Err(e) if super::is_again(e) || e == FfError::Eof => Ok(None),
            Err(e) => Err(e),
        }
    }
}
