//! What is counted of a film file, as whoever reads it counts and reports print it.

use std::ops::{AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// Streams of a container by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamCounts {
    /// Moving pictures.
    pub video: u32,
    /// Sound streams, how many.
    pub audio: u32,
    /// Subtitle streams, how many.
    pub subtitle: u32,
    /// Attached files, such as fonts.
    pub attachment: u32,
    /// Everything else, such as time code.
    pub data: u32,
    /// Cover pictures and thumbnails.
    pub cover: u32,
}

/// What became of the frames of what was read. A whole, sound file that was read
/// to its end has `demuxed == decoded`, nothing rejected, corrupt or misdated, and
/// `declared == demuxed` where the container declares.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FrameCounts {
    /// Frames the container says the whole file has; null if it does not say.
    pub declared: Option<u64>,
    /// Packets read from the parts examined.
    pub demuxed: u64,
    /// Packets that the decoder refused.
    pub rejected: u64,
    /// Frames that came out of the decoder.
    pub decoded: u64,
    /// Frames among those that the decoder marked as damaged.
    pub corrupt: u64,
    /// Places where the container itself could not be read.
    pub read_errors: u64,
    /// Frames whose time stamp those around them contradict; they were shown
    /// between these.
    pub misdated: u64,
    /// Places where time stamps went back or far forward and on from there; what
    /// follows was taken to follow at once.
    pub time_jumps: u64,
    /// When the first misdated frame or jump is shown, seconds of exhibit time;
    /// null if there is none.
    pub first_misdated_s: Option<f64>,
}

/// What became of the frames of several parts of one file.
impl AddAssign for FrameCounts {
    fn add_assign(&mut self, part: Self) {
        self.declared = self.declared.or(part.declared);
        self.demuxed += part.demuxed;
        self.rejected += part.rejected;
        self.decoded += part.decoded;
        self.corrupt += part.corrupt;
        self.read_errors += part.read_errors;
        self.misdated += part.misdated;
        self.time_jumps += part.time_jumps;
        let firsts = [self.first_misdated_s, part.first_misdated_s];
        self.first_misdated_s = firsts.into_iter().flatten().reduce(f64::min);
    }
}

/// What became of the frames since another count was taken.
impl Sub for FrameCounts {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        let sound_before = before.misdated + before.time_jumps == 0;
        Self {
            declared: self.declared,
            demuxed: self.demuxed - before.demuxed,
            rejected: self.rejected - before.rejected,
            decoded: self.decoded - before.decoded,
            corrupt: self.corrupt - before.corrupt,
            read_errors: self.read_errors - before.read_errors,
            misdated: self.misdated - before.misdated,
            time_jumps: self.time_jumps - before.time_jumps,
            first_misdated_s: self.first_misdated_s.filter(|_| sound_before),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_come_apart() {
        let part = |misdated, first_misdated_s| FrameCounts {
            decoded: 10,
            misdated,
            first_misdated_s,
            ..FrameCounts::default()
        };
        let (first, second) = (part(0, None), part(2, Some(4.0)));
        let mut all = first;
        all += second;
        assert_eq!(all - first, second);
        all += part(1, Some(2.0));
        assert_eq!((all.misdated, all.first_misdated_s), (3, Some(2.0)));
    }
}
