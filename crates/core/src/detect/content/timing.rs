//! Finds when in the title bins were, once it is known where in the picture.
//!
//! What stands still says nothing of time, so the mean over time is taken away of both, and
//! what is left of each bin is correlated with what is left of the title's pictures,
//! between which it is interpolated: a half second that begins elsewhere is about the mean
//! of two of the title's, weighted by how much it holds of each.

use super::when::When;
use crate::luma::Plane;

/// Offsets are tried in such steps, seconds, and to each side of those expected.
const STEP_S: f64 = 0.25;
const AROUND_S: f64 = 2.0;
/// Speeds tried to each side of the title's own, and the steps between them.
const RATES: i32 = 15;
const RATE_STEP: f64 = 0.01;
/// Bins must last so long before their speed is looked for, seconds.
pub(crate) const SPAN_S: f64 = 4.0;
/// What a percent of speed costs, in correlation, for the first few: more than chance gives.
const RATE_COST: f64 = 0.003;
const MOST_COST: f64 = 0.012;
/// Pictures of the title further apart are not interpolated, seconds.
const GAP_S: f64 = 0.8;
/// So much of the way to where the next picture would be, the outermost one is shown.
const EDGE: f64 = 0.5;

/// A picture of values about 0, 0 where nothing is shown, and its time, seconds.
pub(crate) type Timed<'a> = (f64, &'a Plane);

/// Correlations of bins with a title's pictures.
pub(crate) struct Timing {
    /// Exhibit times of the bins, and title times of the pictures, ascending.
    bins_s: Vec<f64>,
    pub title_s: Vec<f64>,
    /// Of each bin with each picture, of each bin with itself, of each picture with itself
    /// and with the next one.
    products: Vec<Vec<f64>>,
    own: Vec<f64>,
    pictures: Vec<(f64, f64)>,
}

impl Timing {
    /// Of bins and pictures, each with its time, on the same nodes, weighted node by node.
    pub fn new(bins: &[Timed<'_>], pictures: &[Timed<'_>], weights: &Plane) -> Self {
        let bins_left = without_mean(bins, weights);
        let title_left = without_mean(pictures, weights);
        let dot = |a: &Plane, b: &Plane| -> f64 {
            f64::from(a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>())
        };
        let next = |k: usize| {
            title_left
                .get(k + 1)
                .map_or(0.0, |n| dot(&title_left[k], n))
        };
        Self {
            bins_s: bins.iter().map(|b| b.0).collect(),
            title_s: pictures.iter().map(|p| p.0).collect(),
            products: bins_left
                .iter()
                .map(|b| title_left.iter().map(|p| dot(b, p)).collect())
                .collect(),
            own: bins_left.iter().map(|b| dot(b, b)).collect(),
            pictures: (0..title_left.len())
                .map(|k| (dot(&title_left[k], &title_left[k]), next(k)))
                .collect(),
        }
    }

    /// The picture before a title time, and the part of the way to the next one.
    fn between(&self, title_s: f64) -> Option<(usize, f64)> {
        let last = self.title_s.len().checked_sub(2)?;
        let after = self.title_s.partition_point(|t| *t <= title_s);
        let before = after.saturating_sub(1).min(last);
        let gap = self.title_s[before + 1] - self.title_s[before];
        let part = (title_s - self.title_s[before]) / gap;
        // The first picture and the last are also those of the moment before and after.
        let beside = (-EDGE..=1.0 + EDGE).contains(&part);
        (gap < GAP_S && beside).then_some((before, part.clamp(0.0, 1.0)))
    }

    /// (bin · picture, picture · picture) for a bin at a title time.
    fn at(&self, bin: usize, title_s: f64) -> Option<(f64, f64)> {
        let (k, part) = self.between(title_s)?;
        let product = (1.0 - part) * self.products[bin][k] + part * self.products[bin][k + 1];
        let power = (1.0 - part).powi(2) * self.pictures[k].0
            + part.powi(2) * self.pictures[k + 1].0
            + 2.0 * part * (1.0 - part) * self.pictures[k].1;
        Some((product, power))
    }

    /// How well bins fit, −1 to 1; those that no picture belongs to count as unlike any.
    pub fn fit(&self, bins: &[usize], when: &When) -> f64 {
        let (mut product, mut power, mut own) = (0.0, 1e-9, 1e-9);
        for &bin in bins {
            own += self.own[bin];
            if let Some((p, q)) = self.at(bin, when.title_s(self.bins_s[bin])) {
                product += p;
                power += q;
            }
        }
        product / (power * own).sqrt()
    }

    /// When the bins fit best, looked for around each of `offsets_s` at speeds around
    /// `rate`; None if there is no picture there.
    pub fn best(&self, bins: &[usize], offsets_s: &[f64], rate: Option<f64>) -> Option<When> {
        let first = bins
            .iter()
            .map(|b| self.bins_s[*b])
            .fold(f64::INFINITY, f64::min);
        let last = bins
            .iter()
            .map(|b| self.bins_s[*b])
            .fold(f64::NEG_INFINITY, f64::max);
        let middle_s = (first + last) / 2.0;
        let rates: Vec<f64> = match rate {
            Some(rate) => vec![rate],
            None if last - first < SPAN_S => vec![1.0],
            None => (-RATES..=RATES)
                .map(|r| 1.0 + f64::from(r) * RATE_STEP)
                .collect(),
        };
        let worth = |when: &When| {
            self.fit(bins, when) - (RATE_COST * 100.0 * (when.rate - 1.0).abs()).min(MOST_COST)
        };
        // The offset is that of the middle, where speed does not move it.
        let when = |offset_s: f64, rate: f64| When {
            offset_s: offset_s + middle_s * (1.0 - rate),
            rate,
        };
        let steps = (AROUND_S / STEP_S) as i32;
        let mut best: Option<(f64, f64, f64)> = None;
        for offset in offsets_s {
            for step in -steps..=steps {
                let offset = offset + f64::from(step) * STEP_S;
                for rate in &rates {
                    let here = worth(&when(offset, *rate));
                    if best.is_none_or(|b| here > b.0) {
                        best = Some((here, offset, *rate));
                    }
                }
            }
        }
        let (mut worth_there, mut offset, mut rate_there) = best?;
        let (mut by_s, mut by_rate) = (STEP_S / 2.0, RATE_STEP / 2.0);
        while by_s > 0.004 {
            let near = [(by_s, 0.0), (-by_s, 0.0), (0.0, by_rate), (0.0, -by_rate)];
            let tried = near.map(|(o, r)| {
                let rate = if rates.len() > 1 {
                    rate_there + r
                } else {
                    rate_there
                };
                (worth(&when(offset + o, rate)), offset + o, rate)
            });
            let better = tried.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
            match better.filter(|b| b.0 > worth_there) {
                Some(b) => (worth_there, offset, rate_there) = b,
                None => (by_s, by_rate) = (by_s / 2.0, by_rate / 2.0),
            }
        }
        (worth_there > 0.0).then(|| when(offset, rate_there))
    }

    /// True if the bin is clearly more alike to pictures of another time than that said,
    /// no further than `around_s` away.
    pub fn is_elsewhere(&self, bin: usize, when: &When, around_s: f64) -> bool {
        let title_s = when.title_s(self.bins_s[bin]);
        // What a bin has that the picture has not, as a share: 1 − correlation².
        let rest = |title_s: f64| {
            let (product, power) = self.at(bin, title_s)?;
            Some(1.0 - product.max(0.0).powi(2) / (power * self.own[bin] + 1e-9))
        };
        let least = |away: &dyn Fn(f64) -> bool| {
            let steps = (around_s / 0.1) as i32;
            let moved = (-steps..=steps)
                .map(|s| f64::from(s) * 0.1)
                .filter(|s| away(*s));
            moved.filter_map(|s| rest(title_s + s)).fold(1.0, f64::min)
        };
        const NEAR_S: f64 = 0.35;
        least(&|s| s.abs() <= NEAR_S) > 1.35 * least(&|s| s.abs() > NEAR_S)
    }
}

fn without_mean(all: &[Timed<'_>], weights: &Plane) -> Vec<Plane> {
    // A few bins are their own mean: they are compared as they are.
    const FEW: usize = 4;
    let mut mean = Plane::zeros(weights.dim());
    if all.len() >= FEW {
        all.iter().for_each(|(_, values)| mean += *values);
        mean /= all.len() as f32;
    }
    let root = weights.mapv(f32::sqrt);
    all.iter()
        .map(|(_, values)| (*values - &mean) * &root)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of half a second of blobs, of which some stand still and others drift.
    fn picture(time_s: f64) -> Plane {
        let blob = |x: f64, y: f64, i: i32, drift: f64| {
            let at = |step: i32, length: i32| f64::from(i * step % length);
            let (x, y) = (x + 150.0 - at(37, 240) - drift, y - at(23, 45));
            (-(x * x + y * y) / 4.0).exp()
        };
        Plane::from_shape_fn((45, 80), |(y, x)| {
            let (x, y) = (x as f64, y as f64);
            let still: f64 = (0..40).map(|i| blob(x, y, i, 0.0)).sum();
            let times = (0..6).map(|i| time_s + f64::from(i) / 12.0 - 0.21);
            let drifting = |t: f64| (40..80).map(|i| blob(x, y, i, 6.0 * t)).sum::<f64>();
            (still + times.map(drifting).sum::<f64>() / 6.0) as f32
        })
    }

    fn timed(all: &[(f64, Plane)]) -> Vec<Timed<'_>> {
        all.iter()
            .map(|(time_s, values)| (*time_s, values))
            .collect()
    }

    #[test]
    fn time_and_speed_are_found() {
        let weights = Plane::ones((45, 80));
        let title: Vec<_> = (0..50)
            .map(|i| 0.25 + f64::from(i) / 2.0)
            .map(|t| (t, picture(t)))
            .collect();
        for (offset_s, rate) in [(4.1, 1.0), (5.35, 1.04), (6.0, 0.96)] {
            let times = (0..20).map(|i| 0.25 + f64::from(i) / 2.0);
            let bins: Vec<_> = times.map(|t| (t, picture(offset_s + rate * t))).collect();
            let timing = Timing::new(&timed(&bins), &timed(&title), &weights);
            let all: Vec<usize> = (0..20).collect();
            let when = timing.best(&all, &[5.0], None).unwrap();
            let off = |t: f64| (when.title_s(t) - offset_s - rate * t).abs();
            assert!(
                off(0.0) < 0.06 && off(10.0) < 0.06,
                "{offset_s} {rate}: {when:?}"
            );
            assert!((0..20).all(|b| !timing.is_elsewhere(b, &when, 3.0)));
            let wrong = When {
                offset_s: when.offset_s + 1.5,
                ..when
            };
            assert!(
                (0..20)
                    .filter(|b| timing.is_elsewhere(*b, &wrong, 3.0))
                    .count()
                    > 12
            );
        }
    }
}
