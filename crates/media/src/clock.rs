//! Turns the time stamps of decoded pictures into times that always increase,
//! although stamps lie.
//!
//! ```text
//! stamps   1 2 3 63 5 6 7      one is late: its neighbours outvote it       times 1 2 3 4 5 6 7
//!          1 2 3 4 1 2 3       they begin again: a new stretch follows on          1 2 3 4 5 6 7
//!          1 2 3 9001 9002     far forward: the same                               1 2 3 4 5
//! ```
//!
//! Whether a stamp is wrong shows only in those after it, so a clock that is in
//! doubt asks for the next few.

/// So many later stamps may have a say in whether one is wrong.
pub(super) const VOTERS: usize = 4;
/// Steps longer than this between pictures begin a new stretch, seconds: a frozen
/// picture may be one long frame, an hour is not.
pub(super) const FAR_S: f64 = 120.0;
/// Steps longer than so many usual ones are looked at twice.
const ODD: i64 = 3;

/// What was wrong with the time stamps of a run of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct StampFaults {
    /// Pictures whose stamp the pictures around them contradict.
    pub outliers: u64,
    /// Places where stamps went back or far forward and went on from there.
    pub jumps: u64,
    /// When the first of either is shown, seconds of exhibit time.
    pub first_s: Option<f64>,
}

/// Dates a run of pictures. Units are ticks of the stream's time base.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    origin: Option<i64>,
    nominal: i64,
    far: i64,
    seconds_per_tick: f64,
    /// The last stamp that was believed, and the tick that it was taken for.
    anchor: Option<(i64, i64)>,
    /// Pictures dated since then.
    since: i64,
    /// What the run begins with need not be the beginning of the stream.
    restarted: bool,
    last_s: f64,
    pub faults: StampFaults,
}

/// What a stamp is taken for.
enum Belief {
    /// It is right.
    Right,
    /// It is wrong; the picture this many further on has a right one, this stamp.
    Outlier(i64, i64),
    /// It begins a new stretch.
    Jump,
}

impl Clock {
    /// A clock that starts at tick `origin` (at the first frame, if not known)
    /// and expects `nominal` ticks from frame to frame.
    pub(super) fn new(origin: Option<i64>, nominal: i64, seconds_per_tick: f64) -> Self {
        let nominal = nominal.max(1);
        let far = if seconds_per_tick > 0.0 {
            (FAR_S / seconds_per_tick) as i64
        } else {
            i64::MAX
        };
        Self {
            origin,
            nominal,
            far: far.max(nominal.saturating_mul(ODD)),
            seconds_per_tick,
            anchor: None,
            since: 0,
            restarted: false,
            last_s: f64::NEG_INFINITY,
            faults: StampFaults::default(),
        }
    }

    /// Leaves steps far forward as they are: somebody else looks after those.
    pub(super) fn patient(mut self) -> Self {
        self.far = i64::MAX;
        self
    }

    /// True if `stamp` can only be judged with the next [`VOTERS`] stamps.
    pub(super) fn doubts(&self, stamp: Option<i64>) -> bool {
        let (Some(stamp), Some((believed, _))) = (stamp, self.anchor) else {
            return false;
        };
        let step = stamp.saturating_sub(believed);
        step <= 0 || step > self.nominal.saturating_mul(ODD)
    }

    /// The time in seconds from the origin of a picture stamped `stamp`, which is
    /// followed by pictures stamped `next`. Greater than the time before.
    pub(super) fn time_s(&mut self, stamp: Option<i64>, next: &[Option<i64>]) -> f64 {
        let Some((believed, tick)) = self.anchor else {
            return self.first(stamp);
        };
        let Some(stamp) = stamp else {
            // Without a stamp a picture follows the one before at the usual step.
            self.since += 1;
            return self.dated(tick as f64 + self.nominal as f64 * self.since as f64);
        };
        match self.believe(stamp, believed, next) {
            Belief::Right => {
                self.settle(stamp, tick.saturating_add(stamp.saturating_sub(believed)))
            }
            Belief::Outlier(further, right) => {
                self.since += 1;
                let share = self.since as f64 / (self.since + further) as f64;
                let between = tick as f64 + right.saturating_sub(believed) as f64 * share;
                let time_s = self.dated(between);
                self.faults.outliers += 1;
                self.fault_at(time_s);
                time_s
            }
            Belief::Jump => {
                let onwards = tick.saturating_add(self.nominal.saturating_mul(self.since + 1));
                let time_s = self.settle(stamp, onwards);
                self.faults.jumps += 1;
                self.fault_at(time_s);
                time_s
            }
        }
    }

    /// Forgets the pictures so far, as after a seek; the origin stays.
    pub(super) fn restart(&mut self) {
        self.anchor = None;
        self.since = 0;
        self.restarted = true;
        self.last_s = f64::NEG_INFINITY;
    }

    /// The first picture of a run: at the beginning of the stream near its origin.
    fn first(&mut self, stamp: Option<i64>) -> f64 {
        let origin = *self.origin.get_or_insert(stamp.unwrap_or(0));
        let stamp = stamp.unwrap_or(origin);
        let tick = stamp.saturating_sub(origin);
        let near = (0..=self.far).contains(&tick);
        self.settle(stamp, if near || self.restarted { tick } else { 0 })
    }

    /// What the stamps that follow say of one, given the last believed.
    fn believe(&self, stamp: i64, believed: i64, next: &[Option<i64>]) -> Belief {
        let step = stamp.saturating_sub(believed);
        // The next pictures come later than this one, and it later than the last.
        let most = if step > 0 { step } else { self.far };
        let later = |n: &Option<i64>| {
            n.filter(|n| {
                let step = n.saturating_sub(believed);
                step > 0 && step < most
            })
        };
        let right = next
            .iter()
            .map(later)
            .zip(1..)
            .find_map(|(n, further)| Some((further, n?)));
        match right {
            Some((further, right)) => Belief::Outlier(further, right),
            None if step > 0 && step <= self.far => Belief::Right,
            None => Belief::Jump,
        }
    }

    fn settle(&mut self, stamp: i64, tick: i64) -> f64 {
        self.anchor = Some((stamp, tick));
        self.since = 0;
        self.dated(tick as f64)
    }

    fn dated(&mut self, tick: f64) -> f64 {
        let time_s = tick * self.seconds_per_tick;
        // Ticks of no length, or steps beyond what a number of this size can tell.
        self.last_s = match time_s > self.last_s {
            true => time_s,
            false => self.last_s.next_up(),
        };
        self.last_s
    }

    fn fault_at(&mut self, time_s: f64) {
        self.faults.first_s.get_or_insert(time_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times that pictures get, seconds, and the faults found.
    fn dated(stamps: &[Option<i64>]) -> (Vec<f64>, StampFaults) {
        let mut clock = Clock::new(None, 40, 0.001);
        let time = |(n, &stamp): (usize, &Option<i64>)| {
            let next = match clock.doubts(stamp) {
                true => &stamps[n + 1..stamps.len().min(n + 1 + VOTERS)],
                false => &[],
            };
            clock.time_s(stamp, next)
        };
        let times = stamps.iter().enumerate().map(time).collect();
        (times, clock.faults)
    }

    /// 24 pictures of 40 ticks, with what is wrong with some of them.
    fn run(lies: &[(usize, Option<i64>)]) -> Vec<Option<i64>> {
        let mut stamps: Vec<_> = (0..24).map(|n| Some(1000 + 40 * n)).collect();
        for &(at, stamp) in lies {
            stamps[at] = stamp;
        }
        stamps
    }

    fn assert_evenly(times: &[f64]) {
        for (n, time) in times.iter().enumerate() {
            assert!((time - 0.040 * n as f64).abs() < 1e-6, "{n}: {times:?}");
        }
    }

    #[test]
    fn a_stamp_that_its_neighbours_contradict_is_outvoted() {
        for lie in [
            Some(61_240),
            Some(1400),
            Some(0),
            Some(-9_000_000),
            Some(i64::MAX),
            Some(i64::MIN),
        ] {
            let (times, faults) = dated(&run(&[(6, lie)]));
            assert_evenly(&times);
            assert_eq!((faults.outliers, faults.jumps), (1, 0), "{lie:?}");
            assert!((faults.first_s.unwrap_or(0.0) - 0.24).abs() < 1e-9);
        }
        let several = [(6, Some(90_000)), (7, Some(90_000)), (15, Some(1560))];
        let (times, faults) = dated(&run(&several));
        assert_evenly(&times);
        assert_eq!((faults.outliers, faults.jumps), (3, 0));
    }

    #[test]
    fn a_missing_stamp_is_no_fault() {
        let (times, faults) = dated(&run(&[(6, None), (7, None), (20, None)]));
        assert_evenly(&times);
        assert_eq!(faults, StampFaults::default());
    }

    #[test]
    fn stamps_that_go_back_or_far_forward_begin_a_new_stretch() {
        for start in [-500_000, 0, 900, 1000, 400_000_000, i64::MAX - 2000] {
            let lies: Vec<_> = (12..24)
                .map(|n| (n, Some(start + 40 * (n as i64 - 12))))
                .collect();
            let (times, faults) = dated(&run(&lies));
            assert_evenly(&times);
            assert_eq!((faults.outliers, faults.jumps), (0, 1), "{start}");
            assert!((faults.first_s.unwrap_or(0.0) - 0.48).abs() < 1e-9);
        }
    }

    #[test]
    fn a_long_frame_and_an_uneven_rate_are_as_they_say() {
        let stamps: Vec<_> = [0, 40, 80, 30_080, 30_110, 30_160, 30_500, 90_500]
            .map(Some)
            .to_vec();
        let (times, faults) = dated(&stamps);
        assert_eq!(faults, StampFaults::default());
        for (time, stamp) in times.iter().zip(&stamps) {
            assert!(
                (time * 1000.0 - stamp.unwrap_or(0) as f64).abs() < 1e-6,
                "{times:?}"
            );
        }
    }

    #[test]
    fn times_increase_whatever_the_stamps_do() {
        let mut state = 1_u64;
        let stamps: Vec<_> = (0..2000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(99);
                match state >> 61 {
                    0 => None,
                    1 => Some((state << 3) as i64),
                    _ => Some((state >> 48) as i64),
                }
            })
            .collect();
        let (times, _) = dated(&stamps);
        assert!(times.windows(2).all(|w| w[1] > w[0]));
        assert!(times.iter().all(|t| t.is_finite()));
    }
}
