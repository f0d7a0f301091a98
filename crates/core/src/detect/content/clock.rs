//! Holds the times that a reading gives against the pictures, and mends them.
//!
//! A slot lasts two seconds, so that a pilot that runs a tenth too fast for nine seconds is
//! half a second off at its ends, and hardly weaker for it; and encoders let a new slot's
//! mark come late. Where anything moves, the pictures tell the time to a few hundredths.

use rayon::prelude::*;

use super::MasterPictures;
use super::chips::Chips;
use super::timing::{SPAN_S, Timed, Timing};
use super::when::{USUAL_RATES, When};
use crate::detect::bins::Bin;
use crate::detect::fit::{FitRun, HostFit};
use crate::luma::Plane;

/// What a bin has that the title's picture has not, 1 − correlation², must be greater by so
/// much for times to be worse: what stands still is as much alike at all of them, but for noise.
const WORSE: f64 = 1.01;
/// The same for a run of a few bins, which chance makes alike sooner.
const WORSE_OF_FEW: f64 = 1.05;
/// Of speeds that differ by less in that, the nearest to the best is taken.
const EQUAL: f64 = 1.002;
/// Times that differ by less all along are the same, seconds.
const SAME_S: f64 = 0.06;
/// So are speeds.
const SAME_RATE: f64 = 0.002;
/// Seconds by which a usual speed may be off at the ends of what is seen.
const UNSURE_S: f64 = 0.1;
/// Chips that must be shown in all bins that are compared.
const LEAST_SHOWN: f32 = 200.0;
/// What a chip has beside the mean of its neighbours is held down to so many code values: an
/// edge is worth no more than other places.
const MOST: f32 = 12.0;

/// Times as the pictures tell them.
pub(crate) struct Told {
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// Title time at exhibit time zero, seconds, of each run.
    pub offsets_s: Vec<f64>,
}

/// When the runs of `fit` are, by the pictures, if those are more alike so; `None` also if too
/// little is shown, or nothing moves. The speed is told only if all is one run that lasts.
pub(crate) fn by_pictures(bins: &[Bin], fit: &HostFit, master: &MasterPictures) -> Option<Told> {
    let of_run = |run: &FitRun| {
        let inside = bins.par_iter().filter(|bin| run.holds(bin.time_s));
        let chips = inside.filter_map(|bin| {
            let geometry = fit.geometry_at(bin.time_s)?;
            let chips = Chips::of(&bin.picture, &geometry, master.extent).0;
            Some((bin.time_s, chips))
        });
        chips.collect::<Vec<(f64, Plane)>>()
    };
    let shown: Vec<Vec<(f64, Plane)>> = fit.runs.iter().map(of_run).collect();
    let pictures = master.pictures.par_iter().map(|(time_s, picture)| {
        let chips = Chips::of(picture, &master.geometry(), master.extent).0;
        (*time_s, chips)
    });
    let timing = timing(shown.concat(), pictures.collect())?;
    let mut first = 0;
    let numbered = fit.runs.iter().zip(&shown).map(|(run, bins)| {
        first += bins.len();
        (*run, (first - bins.len()..first).collect())
    });
    let runs: Vec<(FitRun, Vec<usize>)> = numbered.collect();
    match &runs[..] {
        [(run, bins)] if run.last_s - run.first_s >= SPAN_S => {
            let when = one_run(&timing, (run, bins), fit.rate)?;
            Some(Told {
                rate: when.rate,
                offsets_s: vec![when.offset_s],
            })
        }
        _ => {
            let told = |(run, bins): &(FitRun, Vec<usize>)| offset(&timing, (run, bins), fit.rate);
            let offsets: Vec<Option<f64>> = runs.iter().map(told).collect();
            let any = offsets.iter().any(Option::is_some);
            let all = offsets.into_iter().zip(&fit.runs);
            any.then(|| Told {
                rate: fit.rate,
                offsets_s: all
                    .map(|(told, run)| told.unwrap_or(run.offset_s))
                    .collect(),
            })
        }
    }
}

/// What is left of bins if they are when it is said.
fn rest(timing: &Timing, bins: &[usize], when: &When) -> f64 {
    1.0 - timing.fit(bins, when).max(0.0).powi(2)
}

/// The offset of a run at its speed, if another than it has is clearly better.
fn offset(timing: &Timing, (run, bins): (&FitRun, &[usize]), rate: f64) -> Option<f64> {
    let said = When {
        offset_s: run.offset_s,
        rate,
    };
    let middle_s = (run.first_s + run.last_s) / 2.0;
    let best = timing.best(bins, &[said.title_s(middle_s) - middle_s], Some(rate))?;
    let differs = (best.offset_s - said.offset_s).abs() >= SAME_S;
    let worse = rest(timing, bins, &said) > WORSE_OF_FEW * rest(timing, bins, &best);
    (differs && worse).then_some(best.offset_s)
}

/// Offset and speed of a run that lasts, if others than it has are clearly better.
fn one_run(timing: &Timing, (run, bins): (&FitRun, &[usize]), rate: f64) -> Option<When> {
    let said = When {
        offset_s: run.offset_s,
        rate,
    };
    let half_s = (run.last_s - run.first_s) / 2.0;
    let middle_s = run.first_s + half_s;
    let around = [said.title_s(middle_s) - middle_s];
    let free = timing.best(bins, &around, None)?;
    let rest = |when: &When| rest(timing, bins, when);
    let as_like = |when: &When| rest(when) <= WORSE * rest(&free);
    let near = |rate: &f64| (rate - free.rate).abs() * half_s <= UNSURE_S;
    let at = |rate: f64| timing.best(bins, &around, Some(rate)).filter(as_like);
    let nearest = || {
        let usual = USUAL_RATES.into_iter().filter(near).filter_map(at);
        let mut usual: Vec<When> = usual.collect();
        let least = usual.iter().map(rest).fold(f64::INFINITY, f64::min);
        usual.retain(|when| rest(when) <= EQUAL * least);
        let away = |when: &When| (when.rate - free.rate).abs();
        usual.into_iter().min_by(|a, b| away(a).total_cmp(&away(b)))
    };
    let best = at(USUAL_RATES[0]).or_else(nearest).unwrap_or(free);
    let off_s = |time_s: f64| (best.title_s(time_s) - said.title_s(time_s)).abs();
    let differs = off_s(run.first_s).max(off_s(run.last_s)) >= SAME_S
        || (best.rate - said.rate).abs() >= SAME_RATE;
    (differs && rest(&said) > WORSE * rest(&best)).then_some(best)
}

/// Of bins and pictures, one sample a chip; `None` if too little is shown.
fn timing(bins: Vec<(f64, Plane)>, pictures: Vec<(f64, Plane)>) -> Option<Timing> {
    let mut weights = Plane::ones(pictures.first()?.1.dim());
    for (_, plane) in bins.iter().chain(&pictures) {
        weights.zip_mut_with(plane, |weight, v| {
            *weight = if v.is_nan() { 0.0 } else { *weight };
        });
    }
    let held = |all: Vec<(f64, Plane)>| -> Vec<(f64, Plane)> {
        let value = |v: f32| {
            if v.is_nan() {
                0.0
            } else {
                v.clamp(-MOST, MOST)
            }
        };
        all.into_iter()
            .map(|(time_s, plane)| (time_s, plane.mapv_into(value)))
            .collect()
    };
    let (bins, pictures) = (held(bins), held(pictures));
    let timing = Timing::new(&borrowed(&bins), &borrowed(&pictures), &weights);
    (weights.sum() >= LEAST_SHOWN).then_some(timing)
}

fn borrowed(all: &[(f64, Plane)]) -> Vec<Timed<'_>> {
    all.iter().map(|(time_s, plane)| (*time_s, plane)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::fit::FitGeometry;
    use crate::detect::geometry::{Geometry, Orientation, Region};

    const EXTENT: (f64, f64) = (160.0, 90.0);
    const WHOLE: Region = Region {
        x: 0.0,
        y: 0.0,
        width: 160.0,
        height: 90.0,
    };

    /// Blobs that stand still, and one that crosses the picture if `moves`.
    fn picture(title_s: f64, moves: bool) -> Plane {
        let blob = |x: f64, y: f64, at: (f64, f64)| {
            (-((x - at.0).powi(2) + (y - at.1).powi(2)) / 30.0).exp()
        };
        Plane::from_shape_fn((90, 160), |(y, x)| {
            let (x, y) = (x as f64, y as f64);
            let still: f64 = (0..40)
                .map(f64::from)
                .map(|i| blob(x, y, ((i * 37.0) % 160.0, (i * 23.0) % 90.0)))
                .sum();
            let moving = match moves {
                true => (0..6)
                    .map(|i| title_s - 100.0 + f64::from(i) / 12.0 - 0.21)
                    .map(|t| blob(x, y, (10.0 + 10.0 * t, 40.0 + 3.0 * t)) / 6.0)
                    .sum(),
                false => 0.0,
            };
            (60.0 + 50.0 * still + 120.0 * moving) as f32
        })
    }

    fn told(rate: f64, said: (f64, f64), moves: bool) -> Option<When> {
        let times = (0..28).map(|i| 99.25 + f64::from(i) / 2.0);
        let master = MasterPictures {
            region: WHOLE,
            extent: EXTENT,
            pictures: times.map(|t| (t, picture(t, moves))).collect(),
        };
        let bin = |i: i32| {
            let time_s = 0.3 + f64::from(i) / 2.0;
            Bin::showing(picture(100.0 + rate * time_s, moves) * 0.8 + 10.0, time_s)
        };
        let bins: Vec<Bin> = (0..20).map(bin).collect();
        let fit = HostFit {
            title: "film".into(),
            rate: said.1,
            runs: vec![FitRun {
                first_s: bins[0].time_s,
                last_s: bins[19].time_s,
                offset_s: said.0,
            }],
            geometries: vec![FitGeometry {
                from_s: 0.0,
                map: Geometry::whole(WHOLE, EXTENT, Orientation::default()),
            }],
        };
        let told = by_pictures(&bins, &fit, &master)?;
        Some(When {
            offset_s: told.offsets_s[0],
            rate: told.rate,
        })
    }

    #[test]
    fn what_moves_tells_speed_and_time_and_what_stands_still_tells_nothing() {
        for (rate, said) in [
            (1.1, (100.5, 1.0)),
            (1.0, (99.7, 1.0)),
            (0.96, (100.0, 1.0)),
        ] {
            let when = told(rate, said, true).expect("other times");
            assert!((when.rate - rate).abs() < 0.001, "{rate}: {when:?}");
            assert!((when.offset_s - 100.0).abs() < 0.05, "{rate}: {when:?}");
        }
        assert_eq!(told(1.0, (100.0, 1.0), true), None);
        assert_eq!(told(1.1, (100.5, 1.0), false), None);
    }
}
