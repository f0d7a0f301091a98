//! The thin layer over FFmpeg: every `unsafe` block of the
//! crate is in one of its files, each of which does one thing and hands safe,
//! plain values up.
//!
//! Two habits hold throughout. Fields that a file can set to any number
//! (colour, chroma location, field order) are read and written as integers and
//! never as the bindings' enums, for which an unknown value is undefined
//! behaviour. Text is read lossily: metadata need not be UTF-8.

mod carry;
pub(super) mod decoder;
mod demuxers;
pub(super) mod encoder;
pub(super) mod facts;
pub(super) mod frame;
pub(super) mod hdr;
pub(super) mod index;
pub(super) mod input;
pub(super) mod memory;
pub(super) mod output;
pub(super) mod packet;
pub(super) mod pixel;
pub(super) mod scale;
pub(super) mod sound;

use std::sync::OnceLock;

use ffmpeg_next as ff;

pub(super) use ff::Error as FfError;
pub(super) use ff::format::context::{Input, Output};
pub(super) use ff::frame::Video as Frame;
pub(super) use ff::{Packet, Rational};

/// Makes FFmpeg ready and quiet, once. Without it error texts are empty.
pub(super) fn init() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        // It cannot fail: it only registers the texts of errors.
        let _ = ff::init();
        ff::log::set_level(ff::log::Level::Quiet);
    });
}

/// True if `error` only says "call again with something else first".
pub(super) fn is_again(error: FfError) -> bool {
    error
        == FfError::Other {
            errno: libc::EAGAIN,
        }
}

/// Seconds a tick of `time_base`; 0 if it is not a positive number.
pub(super) fn seconds_per_tick(time_base: Rational) -> f64 {
    let (num, den) = (time_base.numerator(), time_base.denominator());
    if num > 0 && den > 0 {
        f64::from(num) / f64::from(den)
    } else {
        0.0
    }
}

/// A rate in Hz, if it is a positive number.
pub(super) fn hertz(rate: Rational) -> Option<f64> {
    let (num, den) = (rate.numerator(), rate.denominator());
    (num > 0 && den > 0).then(|| f64::from(num) / f64::from(den))
}

/// The run-time versions of the four libraries in use.
pub(super) fn library_version() -> String {
    let words = [
        ("libavcodec", ff::codec::version()),
        ("libavformat", ff::format::version()),
        ("libavutil", ff::util::version()),
        ("libswscale", ff::software::scaling::version()),
    ]
    .map(|(name, v)| format!("{name} {}.{}.{}", v >> 16, (v >> 8) & 0xff, v & 0xff));
    words.join(", ")
}
