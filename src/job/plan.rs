//! This module decides which parts of a film are read, and in which order.

use super::window::Window;
use crate::media::Limits;

/// An exhibit up to this long is read as one window, seconds.
pub(super) const WHOLE_S: f64 = 64.0;
/// Longer ones are read in windows of this length, spread over the exhibit.
const WINDOW_S: f64 = 32.0;
/// Windows read before the mark is given up, unless everything is to be read.
const MOST_WINDOWS: usize = 24;

/// The windows of a film in the order in which they are read: everything at
/// once if it is short, else spread over the whole film, ever more closely.
pub(super) fn windows(duration_s: Option<f64>, full: bool) -> Vec<Window> {
    let Some(duration) = duration_s else {
        // No length declared: one window after another, until nothing comes.
        let most = if full {
            (Limits::default().max_duration_s / WINDOW_S) as usize
        } else {
            MOST_WINDOWS
        };
        return (0..most)
            .map(|i| Window {
                start_s: i as f64 * WINDOW_S,
                end_s: (i + 1) as f64 * WINDOW_S,
            })
            .collect();
    };
    if duration <= WHOLE_S {
        // A declared length may be a lie: memory stays bounded all the same.
        return vec![Window {
            start_s: 0.0,
            end_s: 2.0 * WHOLE_S,
        }];
    }
    let count = (duration / WINDOW_S).ceil() as usize;
    let kept = if full { count } else { count.min(MOST_WINDOWS) };
    let spread = count as f64 / kept as f64;
    let window = |i: usize| {
        let number = (i as f64 * spread).floor();
        Window {
            start_s: number * WINDOW_S,
            end_s: (number + 1.0) * WINDOW_S,
        }
    };
    bit_reversed(kept).into_iter().map(window).collect()
}

/// Number `i` of a sequence from 0 to 1 of which every beginning is spread
/// evenly (van der Corput, base 2).
pub(super) fn van_der_corput(i: usize) -> f64 {
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
    fn windows_cover_a_film_without_overlap_and_spread_at_once() {
        assert_eq!(windows(Some(12.0), false).len(), 1);
        let film = windows(Some(7200.0), false);
        assert_eq!(film.len(), MOST_WINDOWS);
        let early: Vec<f64> = film[..3].iter().map(|w| w.start_s).collect();
        assert!(early.iter().any(|s| *s > 3000.0) && early.contains(&0.0));
        let mut all = windows(Some(1000.0), true);
        all.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        assert!(all.windows(2).all(|w| w[0].end_s == w[1].start_s));
        assert!(all.last().is_some_and(|w| w.end_s >= 1000.0));
        assert!(windows(None, false).len() > 1);
    }
}
