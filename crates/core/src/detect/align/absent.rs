//! Finds parts of a window in which the pilot is missing although it is strong
//! elsewhere: another source, another crop, another film.

use std::ops::Range;

use super::alignment::Alignment;
use crate::detect::bins::BIN_S;
use crate::detect::pilot::{PilotKey, Track};

/// Parts shorter than this are left alone, seconds.
const LEAST_S: f64 = 5.0;
/// Standard deviations that the pilot must be expected to have in a part.
const EXPECTED: f32 = 3.5;
/// Share of that below which it counts as missing.
const MISSING: f32 = 0.25;

impl PilotKey {
    /// The ranges of bins in which the pilot is missing, in order.
    pub(crate) fn absent(&self, tracks: &[Track], alignment: &Alignment) -> Vec<Range<usize>> {
        let along: Vec<f32> = tracks
            .iter()
            .zip(&alignment.offsets_s)
            .map(|(track, &offset)| self.correlation(track, alignment, offset))
            .collect();
        let window = (LEAST_S / BIN_S) as usize;
        if along.len() < 2 * window {
            return Vec::new();
        }
        let sums: Vec<f32> = along.windows(window).map(|w| w.iter().sum()).collect();
        // The pilot where it is: the upper quartile is not swayed by where it is not.
        let mut sorted = sums.clone();
        sorted.sort_by(f32::total_cmp);
        let usual = sorted[sorted.len() * 3 / 4];
        if usual < EXPECTED * (window as f32).sqrt() {
            return Vec::new();
        }
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for first in (0..sums.len()).filter(|&i| sums[i] < MISSING * usual) {
            match ranges.last_mut() {
                Some(last) if first <= last.end => last.end = first + window,
                _ => ranges.push(first..first + window),
            }
        }
        ranges
    }

    /// The pilot's correlation in a bin with this offset.
    fn correlation(&self, track: &Track, alignment: &Alignment, offset_s: f64) -> f32 {
        alignment
            .shown(offset_s, track.time_s, self.codes.len())
            .into_iter()
            .map(|(slot, share)| {
                share * track.weight * f32::from(self.codes[slot].sign) * track.map[self.roll(slot)]
            })
            .sum()
    }
}
