//! This module finds stretches of a window in which the pilot is missing
//! although it is strong elsewhere: another source, another crop, another film.

use std::ops::Range;

use super::align::{Alignment, slots_of};
use super::bins::BIN_S;
use super::pilot::{PilotKey, Track};

/// Stretches shorter than this are left alone, seconds.
const LEAST_S: f64 = 5.0;
/// Standard deviations that the pilot must be expected to have in a stretch.
const EXPECTED: f32 = 3.5;
/// Share of that below which it counts as missing.
const MISSING: f32 = 0.25;

/// The ranges of bins in which the pilot is missing, in order.
pub(super) fn absent(key: &PilotKey, tracks: &[Track], alignment: &Alignment) -> Vec<Range<usize>> {
    let along: Vec<f32> = tracks
        .iter()
        .zip(&alignment.offsets_s)
        .map(|(track, offset)| {
            correlation(
                key,
                track,
                offset + alignment.rate * track.time_s,
                alignment.rate,
            )
        })
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

/// The pilot's correlation in a bin that shows the title at `title_s`.
fn correlation(key: &PilotKey, track: &Track, title_s: f64, rate: f64) -> f32 {
    slots_of(title_s, rate, key.codes.len())
        .into_iter()
        .map(|(slot, share)| {
            share * track.weight * f32::from(key.codes[slot].sign) * track.map[key.roll(slot)]
        })
        .sum()
}
