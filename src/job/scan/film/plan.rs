//! Decides which parts of a film are read, and in which order.

use crate::job::scan::film::window::Window;
use crate::media::Timeline;

/// An exhibit up to this long is read as one window, seconds.
pub(crate) const WHOLE_S: f64 = 64.0;
/// Longer ones are read in windows of this length, spread over the exhibit.
pub(crate) const WINDOW_S: f64 = 32.0;
/// No window is longer, seconds: a length that is declared may be a lie.
pub(crate) const LONGEST_WINDOW_S: f64 = 2.0 * WHOLE_S;
/// Windows read before the mark is given up, unless everything is to be read.
const MOST_WINDOWS: usize = 24;

/// What is read of a film, unless the verdict is settled before.
#[derive(Debug, PartialEq)]
pub(crate) enum Plan {
    /// All of it at once: it is short.
    Whole(Window),
    /// Windows far apart, in the order in which they are read: spread over the
    /// whole film, ever more closely.
    Spread(Vec<Window>),
    /// All of a film of this length, seconds.
    All { duration_s: f64 },
    /// So many windows at most, one after another, to the end of the film.
    Onwards { windows: usize },
}

/// The plan for a film that lies in time like this, of which at most `longest_s`
/// seconds are read. A film in which no place can be found by its time is read
/// onwards until the matter is settled: nobody knows where else to look.
pub(crate) fn plan(timeline: &Timeline, full: bool, longest_s: f64) -> Plan {
    let Some(duration_s) = timeline.length_s.filter(|_| timeline.seekable) else {
        return Plan::Onwards {
            windows: (longest_s / WINDOW_S).ceil() as usize,
        };
    };
    let duration_s = duration_s.min(longest_s);
    if duration_s <= WHOLE_S {
        // A declared length may be a lie: memory stays bounded all the same.
        return Plan::Whole(Window {
            start_s: 0.0,
            end_s: LONGEST_WINDOW_S,
        });
    }
    let count = (duration_s / WINDOW_S).ceil() as usize;
    if full || count <= MOST_WINDOWS {
        return Plan::All { duration_s };
    }
    let spread = count as f64 / MOST_WINDOWS as f64;
    let window = |i: usize| {
        let number = (i as f64 * spread).floor();
        Window {
            start_s: number * WINDOW_S,
            end_s: (number + 1.0) * WINDOW_S,
        }
    };
    let order = bit_reversed(MOST_WINDOWS);
    Plan::Spread(order.into_iter().map(window).collect())
}

/// The windows of several stretches, each with the number of its stretch: one of
/// each stretch in turn, and each stretch's own in order.
pub(crate) fn in_turns(mut windows: Vec<Vec<Window>>) -> Vec<(usize, Window)> {
    windows.iter_mut().for_each(|w| w.reverse());
    let order = bit_reversed(windows.len());
    let mut turns = Vec::new();
    while windows.iter().any(|w| !w.is_empty()) {
        for &stretch in &order {
            turns.extend(windows[stretch].pop().map(|w| (stretch, w)));
        }
    }
    turns
}

/// Number `i` of a sequence from 0 to 1 of which every beginning is spread
/// evenly (van der Corput, base 2).
pub(crate) fn van_der_corput(i: usize) -> f64 {
    i.reverse_bits() as f64 / 2.0_f64.powi(usize::BITS as i32)
}

/// 0..count in an order in which every beginning is spread evenly (van der Corput).
fn bit_reversed(count: usize) -> Vec<usize> {
    let bits = usize::BITS - count.saturating_sub(1).leading_zeros();
    let reversed = |i: usize| {
        if bits == 0 {
            0
        } else {
            i.reverse_bits() >> (usize::BITS - bits)
        }
    };
    (0..1_usize << bits)
        .map(reversed)
        .filter(|&i| i < count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_spread_over_a_long_film_at_once() {
        let of = |length_s, seekable, full| {
            let timeline = Timeline { length_s, seekable };
            plan(&timeline, full, 86_400.0)
        };
        let Plan::Spread(film) = of(Some(7200.0), true, false) else {
            panic!("a long film is not read as a whole")
        };
        assert_eq!(film.len(), MOST_WINDOWS);
        let early: Vec<f64> = film[..3].iter().map(|w| w.start_s).collect();
        assert!(early.iter().any(|s| *s > 3000.0) && early.contains(&0.0));
        assert!(matches!(of(Some(12.0), true, true), Plan::Whole(_)));
        assert_eq!(
            of(Some(7200.0), true, true),
            Plan::All { duration_s: 7200.0 }
        );
        let onwards = Plan::Onwards { windows: 2700 };
        assert_eq!(of(None, true, false), onwards);
        assert_eq!(of(Some(7200.0), false, false), onwards);
    }

    #[test]
    fn stretches_take_turns() {
        let window = |i: u8| Window {
            start_s: f64::from(i),
            end_s: f64::from(i) + 1.0,
        };
        let stretches = vec![
            vec![window(0), window(1)],
            vec![window(2)],
            vec![window(3), window(4)],
        ];
        let starts = |(stretch, window): (usize, Window)| (stretch, window.start_s);
        let turns: Vec<_> = in_turns(stretches).into_iter().map(starts).collect();
        assert_eq!(turns, [(0, 0.0), (2, 3.0), (1, 2.0), (0, 1.0), (2, 4.0)]);
    }
}
