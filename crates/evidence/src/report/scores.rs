//! Says what decoys scored, in a size that does not grow with their number. Of
//! distributors who are not named nothing is said: their scores would give their
//! symbols away.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rounded::rounded;

/// Bins of a histogram, about.
const BINS: f64 = 60.0;

/// What decoys scored on the same evidence: distributors who never got a copy, whose
/// symbols come from a stream of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decoys {
    /// How many decoys were scored.
    pub count: u32,
    /// The strongest decoy's log10 likelihood ratio.
    pub max_log10_likelihood_ratio: f64,
    /// The median of the decoys' log10 likelihood ratios.
    pub median_log10_likelihood_ratio: f64,
    /// How many scored what.
    pub histogram: Histogram,
}

impl Decoys {
    /// Of these log10 likelihood ratios; `None` if there are none.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            count: values.len() as u32,
            max_log10_likelihood_ratio: rounded(*values.last()?),
            median_log10_likelihood_ratio: rounded(values[values.len() / 2]),
            histogram: Histogram::of(&values),
        })
    }
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
    /// How many are in each bin.
    pub counts: Vec<u64>,
}

impl Histogram {
    /// Of these log10 likelihood ratios; values that are not finite are left out.
    fn of(values: &[f64]) -> Self {
        let finite = || values.iter().copied().filter(|v| v.is_finite());
        let least = finite().fold(f64::INFINITY, f64::min);
        let most = finite().fold(f64::NEG_INFINITY, f64::max);
        if least > most {
            return Self {
                start: 0.0,
                width: 1.0,
                counts: Vec::new(),
            };
        }
        let width = round_step((most - least) / BINS);
        let first = (least / width).floor();
        let bins = ((most / width).floor() - first) as usize + 1;
        let mut counts = vec![0; bins];
        for value in finite() {
            counts[((value / width).floor() - first) as usize] += 1;
        }
        Self {
            start: rounded(first * width),
            width,
            counts,
        }
    }

    /// The bin that a log10 likelihood ratio, rounded to three decimals, may be in:
    /// at the edge of two, either.
    pub fn may_hold(&self, value: f64) -> impl Iterator<Item = usize> {
        const ROUNDING: f64 = 0.000_51;
        let bin = |v: f64| ((v - self.start) / self.width).floor();
        let (low, high) = (bin(value - ROUNDING), bin(value + ROUNDING));
        let bins = self.counts.len();
        let inside = move |b: f64| (b >= 0.0 && b < bins as f64).then_some(b as usize);
        [inside(low), inside(high)].into_iter().flatten()
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
    fn every_decoy_is_counted_once_and_in_the_right_bin() {
        let decoys = vec![-12.4, -0.1, 0.0, 0.3, 57.2, f64::NEG_INFINITY];
        let decoys = Decoys::of(decoys).expect("some");
        let histogram = &decoys.histogram;
        assert_eq!((histogram.start, histogram.width), (-14.0, 2.0));
        assert_eq!(histogram.counts.iter().sum::<u64>(), 5);
        assert_eq!((histogram.counts[0], histogram.counts[7]), (1, 2));
        assert_eq!(histogram.counts.last(), Some(&1));
        let last = histogram.counts.len() - 1;
        let most = decoys.max_log10_likelihood_ratio;
        assert!(histogram.may_hold(most).all(|bin| bin == last));
        assert_eq!(histogram.may_hold(0.0).collect::<Vec<_>>(), [6, 7]);
        assert_eq!(histogram.may_hold(-99.0).count(), 0);
        assert_eq!(Decoys::of(Vec::new()), None);
    }

    #[test]
    fn a_histogram_of_nobody_or_of_one_value_is_small() {
        assert!(Histogram::of(&[f64::NAN]).counts.is_empty());
        let one = Histogram::of(&[4.0; 1000]);
        assert_eq!(one.counts, [1000]);
        let wide = Histogram::of(&[-900.0, 900.0]);
        assert!(wide.counts.len() <= 62, "{}", wide.counts.len());
    }

    #[test]
    fn steps_are_round() {
        let steps = [0.0, 0.06, 0.1, 0.11, 0.9, 1.0, 3.0, 70.0].map(round_step);
        assert_eq!(steps, [0.05, 0.1, 0.1, 0.2, 1.0, 1.0, 5.0, 100.0]);
    }
}
