//! How a window lies in the title, and how good that is beside others.

use super::slots::slots_of;
use crate::detect::bins::BIN_S;
use crate::detect::pilot::Track;

/// By how many standard deviations, and by what share of the pilot, a changed
/// speed must be better than an unchanged one: there are many more of them, few
/// exhibits need one, and encoders let a new slot's mark come late, which looks
/// like a change of speed.
const ODD_RATE: (f32, f32) = (0.8, 0.06);
/// What the ratios of film and PAL must be better by, in those units.
const PAL_RATE: (f32, f32) = (0.4, 0.035);
/// Bins further apart than this are not of one run, seconds.
const GAP_S: f64 = 4.0;

/// A part of the exhibit that runs through the title without a jump.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    /// Where it begins in the exhibit, seconds.
    pub exhibit_start_s: f64,
    /// Where it ends in the exhibit, seconds.
    pub exhibit_end_s: f64,
    /// Where it begins in the title, seconds.
    pub title_start_s: f64,
}

/// How a window of the exhibit lies in the title.
#[derive(Debug, Clone)]
pub(crate) struct Alignment {
    /// Σ of the pilot's correlations along the path less what its jumps cost,
    /// in standard deviations of such a sum at a place chosen beforehand.
    pub z: f32,
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// The offset of each bin, seconds of title time.
    pub offsets_s: Vec<f64>,
    /// What the pictures tell of the times, if they do: its jumps cost nothing.
    pub seen: Option<Times>,
}

/// Times of bins as pictures tell them. Where the pilot is strongest is near by: encoders let
/// a slot's mark come late.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Times {
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// The offset of each bin, seconds of title time.
    pub offsets_s: Vec<f64>,
}

impl Alignment {
    /// At times that pictures tell, where the pilot is so strong.
    pub fn at(times: Times, z: f32) -> Self {
        Self {
            z,
            rate: times.rate,
            offsets_s: times.offsets_s.clone(),
            seen: Some(times),
        }
    }

    /// The slots, of so many, that the bin with this offset and exhibit time
    /// shows, and their shares.
    pub fn shown(&self, offset_s: f64, time_s: f64, slots: usize) -> [(usize, f32); 2] {
        slots_of(offset_s + self.rate * time_s, self.rate, slots)
    }

    /// How good it is beside others at other speeds: z less what an unlikely speed costs
    /// that was not seen.
    pub fn merit(&self) -> f32 {
        if self.seen.is_some() {
            return self.z;
        }
        let near = |rate: f64| (self.rate / rate - 1.0).abs() < 0.0015;
        let (cost, share) = if near(1.0) {
            (0.0, 0.0)
        } else if near(25.0 / 24.0) || near(24.0 / 25.0) {
            PAL_RATE
        } else {
            ODD_RATE
        };
        self.z * (1.0 - share) - cost
    }

    /// Speed and offsets of the bins: as the pictures tell them, else where the pilot is.
    pub fn times(&self) -> (f64, &[f64]) {
        match &self.seen {
            Some(times) => (times.rate, &times.offsets_s),
            None => (self.rate, &self.offsets_s),
        }
    }

    /// The path over some of the bins, given in order, cut where the offset jumps or
    /// bins are missing.
    pub fn runs(&self, tracks: &[Track], bins: &[usize]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut last: Option<usize> = None;
        let (rate, offsets_s) = self.times();
        for &bin in bins {
            let (time_s, offset) = (tracks[bin].time_s, offsets_s[bin]);
            let (start, end) = ((time_s - BIN_S / 2.0).max(0.0), time_s + BIN_S / 2.0);
            let goes_on = last.is_some_and(|l| l + 1 == bin && offsets_s[l] == offset);
            match runs.last_mut() {
                Some(run) if goes_on && start < run.exhibit_end_s + GAP_S => {
                    run.exhibit_end_s = end;
                }
                _ => runs.push(Run {
                    exhibit_start_s: start,
                    exhibit_end_s: end,
                    title_start_s: (offset + rate * start).max(0.0),
                }),
            }
            last = Some(bin);
        }
        runs
    }
}
