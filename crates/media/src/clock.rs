//! Turns decoder timestamps into times that always increase.

/// Repairs a run of timestamps. Units are ticks of the stream's time base.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    origin: Option<i64>,
    last: Option<i64>,
    nominal: i64,
    longest: i64,
    seconds_per_tick: f64,
}

impl Clock {
    /// A clock that starts at tick `origin` (at the first frame, if not
    /// known), expects `nominal` ticks from frame to frame, and takes a
    /// timestamp `longest` ticks or more from its origin for damage.
    pub(super) fn new(
        origin: Option<i64>,
        nominal: i64,
        longest: i64,
        seconds_per_tick: f64,
    ) -> Self {
        Self {
            origin,
            last: None,
            nominal: nominal.max(1),
            longest: longest.max(1),
            seconds_per_tick,
        }
    }

    /// The time in seconds from the origin of a frame stamped `tick`. A
    /// missing or absurd stamp becomes the last one plus the nominal step; one
    /// that does not increase becomes the last one plus a tick.
    pub(super) fn time_s(&mut self, tick: Option<i64>) -> f64 {
        let origin = *self.origin.get_or_insert(tick.unwrap_or(0));
        let sane = tick.filter(|t| {
            t.checked_sub(origin)
                .is_some_and(|d| d.unsigned_abs() <= self.longest.unsigned_abs())
        });
        let repaired = match (sane, self.last) {
            (Some(t), Some(last)) if t > last => t,
            (Some(_), Some(last)) => last.saturating_add(1),
            (Some(t), None) => t,
            (None, Some(last)) => last.saturating_add(self.nominal),
            (None, None) => origin,
        };
        self.last = Some(repaired);
        repaired.saturating_sub(origin) as f64 * self.seconds_per_tick
    }

    /// Forgets the last frame, as after a seek; the origin stays.
    pub(super) fn restart(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_increase_whatever_the_stamps_do() {
        let mut clock = Clock::new(None, 40, 1_000_000, 0.001);
        let stamps = [
            Some(100),
            Some(140),
            Some(140),
            None,
            Some(i64::MAX),
            Some(300),
        ];
        let times: Vec<f64> = stamps.iter().map(|&s| clock.time_s(s)).collect();
        assert_eq!(times[0], 0.0);
        assert!(times.windows(2).all(|w| w[1] > w[0]), "{times:?}");
        assert!((times[5] - 0.2).abs() < 1e-9, "{times:?}");
    }
}
