//! Says what everybody scored, in a size that does not grow with
//! the registry: the strongest one by one, all in a histogram.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rounded::rounded;

/// The strongest distributors listed one by one, at most.
pub const LISTED: usize = 100;
/// Bins of a histogram, about.
const BINS: f64 = 60.0;

/// What all distributors and all decoys scored on the same evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreFacts {
    /// The strongest distributors, strongest first: all of them if they are no
    /// more than [`LISTED`]. To be listed is no accusation.
    pub strongest: Vec<ScoreFact>,
    /// All distributors and all decoys.
    pub histogram: Histogram,
}

/// What one distributor scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreFact {
    /// The distributor's id.
    pub distributor: String,
    /// The distributor's name.
    pub name: String,
    /// log10 of the likelihood ratio "this distributor's copy" : "no copy in the registry".
    pub log10_likelihood_ratio: f64,
}

/// How many scored what: bin i is the log10 likelihood ratios from
/// `start + i · width` up to but without `start + (i + 1) · width`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Histogram {
    /// Where the first bin begins, log10 likelihood ratio.
    pub start: f64,
    /// A bin's width, log10 likelihood ratio.
    pub width: f64,
    /// Distributors in each bin.
    pub distributors: Vec<u64>,
    /// Decoys in each bin: distributors who never got a copy.
    pub decoys: Vec<u64>,
}

impl Histogram {
    /// Of these log10 likelihood ratios; values that are not finite are left out.
    pub fn of(distributors: &[f64], decoys: &[f64]) -> Self {
        let finite = || distributors.iter().chain(decoys).filter(|v| v.is_finite());
        let least = finite().copied().fold(f64::INFINITY, f64::min);
        let most = finite().copied().fold(f64::NEG_INFINITY, f64::max);
        if least > most {
            return Self {
                start: 0.0,
                width: 1.0,
                distributors: Vec::new(),
                decoys: Vec::new(),
            };
        }
        let width = round_step((most - least) / BINS);
        let first = (least / width).floor();
        let bins = ((most / width).floor() - first) as usize + 1;
        let count = |values: &[f64]| {
            let mut counts = vec![0; bins];
            for value in values.iter().filter(|v| v.is_finite()) {
                counts[((value / width).floor() - first) as usize] += 1;
            }
            counts
        };
        Self {
            start: rounded(first * width),
            width,
            distributors: count(distributors),
            decoys: count(decoys),
        }
    }
}

/// The smallest of 1, 2 or 5 times a power of ten that is no less than `step`
/// and no less than 0.05.
fn round_step(step: f64) -> f64 {
    let step = step.max(0.05);
    let power = 10_f64.powf((step * 1.000_001).log10().floor());
    let of = [1.0, 2.0, 5.0, 10.0].map(|m| m * power);
    let round = of.into_iter().find(|w| *w >= step * 0.999_999);
    rounded(round.unwrap_or(10.0 * power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_counted_once_and_in_the_right_bin() {
        let distributors = [-12.4, -0.1, 0.0, 0.3, 57.2, f64::NEG_INFINITY];
        let decoys = [-3.0, -2.9, 1.0];
        let histogram = Histogram::of(&distributors, &decoys);
        assert_eq!((histogram.start, histogram.width), (-14.0, 2.0));
        assert_eq!(histogram.distributors.iter().sum::<u64>(), 5);
        assert_eq!(histogram.decoys.iter().sum::<u64>(), 3);
        assert_eq!(histogram.distributors[0], 1);
        assert_eq!(histogram.distributors[7], 2, "0.0 and 0.3");
        assert_eq!(histogram.distributors.last(), Some(&1));
    }

    #[test]
    fn a_histogram_of_nobody_or_of_one_value_is_small() {
        assert!(Histogram::of(&[], &[f64::NAN]).decoys.is_empty());
        let one = Histogram::of(&[4.0; 1000], &[]);
        assert_eq!(one.distributors, [1000]);
        let wide = Histogram::of(&[-900.0, 900.0], &[]);
        assert!(wide.distributors.len() <= 62, "{}", wide.distributors.len());
    }

    #[test]
    fn steps_are_round() {
        let steps = [0.0, 0.06, 0.1, 0.11, 0.9, 1.0, 3.0, 70.0].map(round_step);
        assert_eq!(steps, [0.05, 0.1, 0.1, 0.2, 1.0, 1.0, 5.0, 100.0]);
    }
}
