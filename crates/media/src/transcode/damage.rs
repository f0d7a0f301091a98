//! Tells what is missing of a master: whether it is truncated, damaged or unfinished.

use crate::ff::facts::StreamFacts;
use crate::ff::{Input, index, input};
use crate::limits::Limits;
use leakmark_core::film::FrameCounts;

/// What may be missing of a declared length, seconds: containers round, and sound
/// ends with whole packets.
const SHORT_S: f64 = 0.6;

/// What a master says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    /// Packets of the film, where the container's index names each.
    packets: Option<u64>,
    /// Its running time, seconds, where it is to be believed.
    length_s: Option<f64>,
    /// True if the index names packets beyond the end of the file.
    is_cut: bool,
    /// True if the format always says how long it is, and this file does not.
    is_unfinished: bool,
}

impl Declared {
    /// What `input`, a file of `bytes` bytes whose film is `video`, declares.
    pub fn of(opened: &Input, video: &StreamFacts, bytes: u64, limits: &Limits) -> Self {
        let name = input::format_name(opened);
        let loose = input::has_loose_timestamps(opened);
        let length_s = input::declared_s(opened).filter(|_| !loose);
        let entries = if name.contains("mov") {
            index::entries(opened, video.index)
        } else {
            Vec::new()
        };
        let last = entries.iter().map(|entry| entry.at).max();
        Self {
            packets: (!entries.is_empty()).then_some(entries.len() as u64),
            is_cut: last.is_some_and(|at| u64::try_from(at).is_ok_and(|at| at >= bytes)),
            is_unfinished: name.contains("matroska") && length_s.is_none(),
            // A length that nobody would believe is no length.
            length_s: length_s.filter(|&s| s <= limits.max_duration_s),
        }
    }

    /// What is known to be wrong before anything is read.
    pub fn at_once(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.is_cut {
            words.push("its index names pictures beyond the end of the file".to_owned());
        }
        if self.is_unfinished {
            words.push(
                "its header does not say how long it is: it was never finished, or is still being written"
                    .to_owned(),
            );
        }
        words
    }

    /// What is wrong when all was read, and the streams cover `covered_s` seconds.
    pub fn at_the_end(&self, counts: &FrameCounts, damaged: u64, covered_s: f64) -> Vec<String> {
        let mut words = self.at_once();
        words.extend(met(counts, damaged));
        if let Some(packets) = self.packets.filter(|&all| counts.demuxed < all) {
            words.push(format!(
                "it declares {packets} pictures, {} are there",
                counts.demuxed
            ));
        }
        if let Some(length_s) = self.length_s.filter(|&s| covered_s < s - SHORT_S) {
            words.push(format!(
                "it declares {length_s:.2} s, {covered_s:.2} s are there"
            ));
        }
        words
    }
}

/// What was met so far.
pub(super) fn met(counts: &FrameCounts, damaged: u64) -> Vec<String> {
    let mut words = Vec::new();
    for (count, one, many) in [
        (counts.corrupt, "picture is damaged", "pictures are damaged"),
        (
            counts.rejected,
            "packet could not be decoded",
            "packets could not be decoded",
        ),
        (
            counts.read_errors,
            "place could not be read",
            "places could not be read",
        ),
        (
            damaged,
            "packet is marked as damaged",
            "packets are marked as damaged",
        ),
    ] {
        if count > 0 {
            words.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    words
}
