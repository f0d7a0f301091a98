//! Reads a film by another clock where its time stamps may run at a wrong speed and
//! no mark is found by them.
//!
//! ```text
//! by the stamps ─ pilot? ─ that is it
//!        └─ no: do pictures or header declare another speed? ─ once more by that ─ pilot? ─ that is it
//!                                                                             └─ no: by the stamps
//! ```

use crate::detect::SPEED_PERCENT;
use crate::error::Result;
use crate::job::scan::examine::Examination;
use crate::job::scan::film::clock::{OtherClock, Witness};
use crate::job::scan::film::window::Survey;
use crate::media::{Clocks, Limits, Source, clocks};

/// Speeds nearer to each other than this are the same.
const SAME: f64 = 0.01;

/// Examines a film by its stamps and, if no mark is found so, by other clocks until one
/// is found. The survey is by the clock that was gone by; the others are those tried.
pub(crate) fn film_by_any_clock(
    examination: &mut Examination<'_>,
    source: &Source,
    limits: &Limits,
    survey: Survey,
) -> Result<(Survey, Vec<OtherClock>)> {
    let before = examination.seen();
    examination.film(&survey)?;
    let mut tried = Vec::new();
    if examination.shows_pilot() {
        return Ok((survey, tried));
    }
    let titles_hz: Vec<f64> = examination.context().titles.iter().map(|t| t.fps).collect();
    for mut clock in others(&clocks(source, limits)?, &titles_hz) {
        let by_stamps = examination.replace(before.clone());
        let other = survey.clone().at_clock_rate(clock.rate);
        examination.film(&other)?;
        clock.found = examination.shows_pilot();
        tried.push(clock);
        if clock.found {
            return Ok((other, vec![clock]));
        }
        examination.replace(by_stamps);
    }
    Ok((survey, tried))
}

/// The clocks to try besides the stamps: those too far from them to be found as a change
/// of speed. Of a film without stamps, those of the titles as well.
fn others(clocks: &Clocks, titles_hz: &[f64]) -> Vec<OtherClock> {
    let titles_hz = titles_hz.iter().filter(|hz| !clocks.stamped && **hz > 0.0);
    let titles = titles_hz.map(|hz| (*hz, Witness::Title));
    let pictures = clocks.coded_hz.map(|hz| (hz, Witness::Pictures));
    let mut others: Vec<OtherClock> = Vec::new();
    let container = clocks.declared_hz.map(|hz| (hz, Witness::Container));
    for (hz, witness) in pictures.into_iter().chain(container).chain(titles) {
        let rate = clocks.counted_hz / hz;
        let searched = (rate - 1.0).abs() <= f64::from(SPEED_PERCENT) / 100.0;
        let known = others.iter().any(|o| (o.rate / rate - 1.0).abs() < SAME);
        if rate.is_finite() && rate > 0.0 && !searched && !known {
            others.push(OtherClock {
                rate,
                hz,
                counted_hz: clocks.counted_hz,
                witness,
                found: false,
            });
        }
    }
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(counted_hz: f64, stamped: bool, coded_hz: Option<f64>) -> Vec<f64> {
        let clocks = Clocks {
            counted_hz,
            stamped,
            coded_hz,
            declared_hz: None,
        };
        let found = others(&clocks, &[24.0, 0.0, 23.976, 50.0, 25.0]);
        found.iter().map(|o| o.rate).collect()
    }

    #[test]
    fn stamps_that_agree_with_the_pictures_are_not_doubted() {
        assert!(rates(25.0, true, Some(25.0)).is_empty());
        assert!(rates(25.0, true, Some(23.976)).is_empty());
        assert!(rates(60.0, true, None).is_empty());
    }

    #[test]
    fn stamps_at_another_speed_are_tried_at_that_of_the_pictures() {
        assert_eq!(rates(12.5, true, Some(25.0)), [0.5]);
        assert_eq!(rates(48.0, true, Some(24.0)), [2.0]);
    }

    #[test]
    fn what_two_say_is_tried_once() {
        let clocks = Clocks {
            counted_hz: 50.0,
            stamped: true,
            coded_hz: Some(25.0),
            declared_hz: Some(25.1),
        };
        let rates = |clocks| -> Vec<f64> { others(&clocks, &[]).iter().map(|o| o.rate).collect() };
        assert_eq!(rates(clocks), [2.0]);
        let other = Clocks {
            declared_hz: Some(20.0),
            ..clocks
        };
        assert_eq!(rates(other), [2.0, 2.5]);
    }

    #[test]
    fn a_film_without_stamps_may_run_as_a_title_does() {
        assert_eq!(rates(25.0, false, None), [0.5]);
        assert_eq!(rates(30.0, false, None), [1.25, 0.6, 1.2]);
        assert_eq!(rates(25.0, false, Some(50.0)), [0.5]);
    }
}
