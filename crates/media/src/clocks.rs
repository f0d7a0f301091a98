//! Says how fast a film runs by its time stamps, and how fast by what its pictures and
//! its container declare: where stamps were written for a wrong rate, they differ by a
//! constant factor.
//!
//! ```text
//! stamps    0   80  160  240 ms      12.5 frames a second
//! pictures  H.264: 25 frames a second      one of them is wrong throughout
//! ```

use super::decode::Decode;
use super::ff::decoder::{Deblock, DecodeOptions};
use super::ff::facts::StreamFacts;
use super::ff::input::{self, Keep};
use super::ff::{self, FfError, Input};
use super::limits::Limits;
use super::probe::{self, Opened};
use super::reader::usual_s;
use super::source::Source;
use leakmark_core::error::Result;

/// Packets at the beginning by which the rate of the stamps is told.
const SAMPLE: usize = 120;
/// Packets of all streams read for that, at most.
const MOST_PACKETS: usize = 16 * SAMPLE;
/// Steps beyond so many halves of the median one are gaps: frames that are missing, or
/// come later in the order of decoding.
const GAP_HALVES: i64 = 3;
/// Rates that are believed of a film, frames a second. Where the time between frames
/// varies, encoders declare the fineness of their clock instead.
const BELIEVED_HZ: std::ops::RangeInclusive<f64> = 8.0..=240.0;

/// The speeds of one film, frames a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clocks {
    /// What times are counted by: that of the time stamps or, without any, that which
    /// the container declares or the format takes for granted.
    pub counted_hz: f64,
    /// True if there are time stamps that increase at a rate of films.
    pub stamped: bool,
    /// What the pictures declare, in the headers of their codec; `None` if they do not,
    /// or what no film runs at.
    pub coded_hz: Option<f64>,
    /// What the container declares beside its stamps; `None` if it does not, or has it
    /// from them.
    pub declared_hz: Option<f64>,
}

/// The speeds of the film in a file, by its first pictures.
///
/// # Errors
/// [`Error::Unreadable`](leakmark_core::error::Error::Unreadable) as for
/// [`VideoReader::open`](super::VideoReader::open).
pub fn clocks(source: &Source, limits: &Limits) -> Result<Clocks> {
    let mut opened = probe::open(source, limits)?;
    let stamped_hz = stamped_hz(&mut opened.input, &opened.video);
    let coded_hz = coded_hz(source, limits)?;
    Ok(Clocks {
        counted_hz: stamped_hz.unwrap_or(1.0 / usual_s(&opened.video)),
        stamped: stamped_hz.is_some_and(|hz| BELIEVED_HZ.contains(&hz)),
        coded_hz,
        declared_hz: declared_hz(&opened),
    })
}

/// The rate in a header of Matroska or Flash, where stamps are written one by one.
fn declared_hz(opened: &Opened) -> Option<f64> {
    let beside = ["matroska", "flv"]
        .iter()
        .any(|name| opened.info.container.contains(name));
    let declared = ff::hertz(opened.video.rate).filter(|_| beside);
    declared.filter(|hz| BELIEVED_HZ.contains(hz))
}

/// What the decoder knows of the rate once it has decoded a picture.
fn coded_hz(source: &Source, limits: &Limits) -> Result<Option<f64>> {
    let opened = probe::open(source, limits)?;
    let how = DecodeOptions {
        threads: 1,
        keyframes_only: true,
        deblock: Deblock::Nothing,
    };
    let index = opened.video.index;
    let mut decode = Decode::new(source.path(), opened.input, &opened.video, limits, how)?;
    decode.keep(|stream| match stream == index {
        true => Keep::Everything,
        false => Keep::Nothing,
    });
    decode.next(&mut |_| Ok(()))?;
    let declared = decode.coded_rate().and_then(ff::hertz);
    Ok(declared.filter(|hz| BELIEVED_HZ.contains(hz)))
}

/// Frames a second by the stamps at the beginning of a file; `None` if there are none
/// that increase.
fn stamped_hz(input: &mut Input, video: &StreamFacts) -> Option<f64> {
    let mut stamps = Vec::with_capacity(SAMPLE);
    for _ in 0..MOST_PACKETS {
        if stamps.len() == SAMPLE {
            break;
        }
        match input::read(input) {
            Ok(packet) if packet.stream() == video.index => {
                stamps.extend(packet.pts().or(packet.dts()));
            }
            Err(FfError::Eof) => break,
            _ => {}
        }
    }
    let tick_s = ff::seconds_per_tick(video.time_base);
    usual_step(stamps)
        .map(|ticks| 1.0 / (ticks * tick_s))
        .filter(|hz| hz.is_finite())
}

/// The mean step between stamps in the order of time, gaps left out, ticks.
fn usual_step(mut stamps: Vec<i64>) -> Option<f64> {
    stamps.sort_unstable();
    let steps = stamps.windows(2).map(|w| w[1].saturating_sub(w[0]));
    let mut steps: Vec<i64> = steps.collect();
    steps.sort_unstable();
    let median = *steps.get(steps.len() / 2)?;
    steps.retain(|step| step.saturating_mul(2) <= median.saturating_mul(GAP_HALVES));
    let sum: f64 = steps.iter().map(|step| *step as f64).sum();
    (median > 0).then(|| sum / steps.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_step_is_that_of_most_stamps() {
        let even = |step: i64| (0..50).map(move |n| n * step).collect::<Vec<_>>();
        assert_eq!(usual_step(even(40)), Some(40.0));
        // In the order of decoding, with one that lies, and a gap.
        let mut stamps: Vec<i64> = even(80);
        stamps.swap(3, 5);
        stamps[20] = 900_000;
        stamps[49] = 40_000;
        assert_eq!(usual_step(stamps), Some(80.0));
        // Milliseconds of 24 frames a second.
        let rounded: Vec<i64> = (0..120)
            .map(|n| (f64::from(n) / 0.024).round() as i64)
            .collect();
        assert!((usual_step(rounded).unwrap_or(0.0) - 1.0 / 0.024).abs() < 0.01);
    }

    #[test]
    fn stamps_that_do_not_increase_have_no_step() {
        assert_eq!(usual_step(vec![0; 50]), None);
        assert_eq!(usual_step(vec![7]), None);
        assert_eq!(usual_step(Vec::new()), None);
    }
}
