//! Says where variants are cut: at the first picture of every slot of the title.

use std::path::Path;

use leakmark_core::error::Error;
use leakmark_core::mark::{SLOT_S, segment_of};
use leakmark_core::units::SlotIndex;

/// The slots of a film, picture by picture.
pub(super) struct Cuts {
    /// Title time of the first picture, seconds.
    from_s: f64,
    last: Option<SlotIndex>,
}

/// A slot in which no picture begins.
#[derive(Debug, PartialEq)]
pub(super) struct Gap {
    /// Time of the film, seconds, at which it begins.
    start_s: f64,
}

impl Cuts {
    /// For a film that begins at this time of its title, seconds.
    pub fn new(from_s: f64) -> Self {
        Self { from_s, last: None }
    }

    /// True if the picture at `time_s` seconds of the film, the next in order, is the first
    /// of its slot; an error if it leaves one out.
    pub fn begins(&mut self, time_s: f64) -> Result<bool, Gap> {
        let slot = segment_of(self.from_s + time_s);
        let is_new = self.last != Some(slot);
        if let Some(last) = self.last
            && slot.0 > last.0 + 1
        {
            return Err(Gap {
                start_s: f64::from(last.0 + 1) * SLOT_S - self.from_s,
            });
        }
        self.last = Some(slot);
        Ok(is_new)
    }
}

impl Gap {
    /// The error of the master at `path` that has this gap.
    pub fn at(self, path: &Path) -> Error {
        let (start_s, end_s) = (self.start_s, self.start_s + SLOT_S);
        let problem = format!(
            "no picture begins from {start_s:.3} to {end_s:.3} s, so a segment would have none: variants are cut every {SLOT_S} s of the title"
        );
        Error::unreadable(path, problem)
            .advise("give the master a constant frame rate first, or mark it: `leakmark mark`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_begin_with_the_first_picture_of_a_slot() {
        // 23.976 frames a second: 48 frames a slot, now and then 47.
        let mut cuts = Cuts::new(0.0);
        let begins = (0..48_000_u32)
            .filter(|frame| cuts.begins(f64::from(*frame) * 1001.0 / 24000.0) == Ok(true));
        let starts: Vec<u32> = begins.collect();
        let lengths: Vec<u32> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(lengths.iter().all(|n| [47, 48].contains(n)));
        assert_eq!(lengths.iter().filter(|n| **n == 47).count(), 47);
        assert_eq!(starts.len(), 1001);
    }

    #[test]
    fn a_film_that_begins_within_a_slot_has_a_short_first_segment() {
        let mut cuts = Cuts::new(301.5);
        let begins: Vec<bool> = (0..8)
            .map(|n| cuts.begins(f64::from(n) / 4.0).unwrap_or(false))
            .collect();
        assert_eq!(
            begins,
            [true, false, true, false, false, false, false, false]
        );
    }

    #[test]
    fn a_slot_without_a_picture_is_told() {
        let mut cuts = Cuts::new(0.0);
        assert_eq!(cuts.begins(0.0), Ok(true));
        assert_eq!(cuts.begins(3.9), Ok(true));
        assert_eq!(cuts.begins(8.5), Err(Gap { start_s: 4.0 }));
        let words = Gap { start_s: 4.0 }.at(Path::new("m.mkv")).to_string();
        assert!(
            words.contains("from 4.000 to 6.000 s") && words.contains("m.mkv"),
            "{words}"
        );
    }
}
