//! Follows the evidence over the exhibit's time.

use crate::evidence::{Attribution, Cumulative, Stretch, Trail, TrailSlot, rounded};
use crate::job::scan::context::ScanContext;
use crate::job::scan::copies::alphabet;
use crate::job::scan::evidence::{Place, Scored};
use crate::mark::SLOT_S;
use crate::trace::{Label, cumulative, slot_weights};
use crate::units::{Log10, SlotIndex};

/// A slot shows a copy if the models of its likelihood ratio give that this weight: one in
/// twenty of somebody else's slots looks so by chance at most.
const SHOWS: f64 = 0.95;
/// Speeds differ by this much at most.
const SPEED: f64 = 0.13;

/// The slots that were scored, in order of exhibit time, and what those named gain in each.
pub(crate) fn trail(context: &ScanContext, scored: &Scored, attributions: &[Attribution]) -> Trail {
    let order = in_time(&scored.places);
    let of = |named: &Attribution| {
        let steps = cumulative(&context.secret, &scored.evidence, label(named), &order);
        Cumulative {
            distributor: named.distributor.clone(),
            copy: named.copy,
            log10_likelihood_ratio: steps.into_iter().map(|Log10(v)| rounded(v)).collect(),
        }
    };
    let slot = |&i: &usize| TrailSlot {
        slot: scored.evidence.slots[i].slot.0,
        exhibit_s: rounded(scored.places[i].exhibit_s),
        pilot_z: rounded(scored.places[i].pilot_z),
        expected_log10_likelihood_ratio: rounded(scored.places[i].expected),
    };
    Trail {
        cumulative: attributions.iter().map(of).collect(),
        slots: order.iter().map(slot).collect(),
    }
}

/// The copy that is named.
pub(crate) fn label(named: &Attribution) -> Label<'_> {
    Label {
        variants: named.variants.and_then(alphabet),
        ..Label::marked(&named.distributor, named.copy)
    }
}

/// The indices of the places in order of exhibit time.
fn in_time(places: &[Place]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&a, &b| places[a].exhibit_s.total_cmp(&places[b].exhibit_s));
    order
}

/// Where the exhibit shows a copy that is named.
pub(crate) fn stretches(context: &ScanContext, scored: &Scored, copy: Label<'_>) -> Vec<Stretch> {
    let weights = slot_weights(&context.secret, &scored.evidence, copy);
    let seen = |i: usize| Seen {
        slot: scored.evidence.slots[i].slot,
        exhibit_s: scored.places[i].exhibit_s,
        shows: weights[i] >= SHOWS,
    };
    runs(in_time(&scored.places).into_iter().map(seen))
}

/// A slot that was read, and whether it shows the copy.
#[derive(Debug, Clone, Copy)]
struct Seen {
    slot: SlotIndex,
    exhibit_s: f64,
    shows: bool,
}

impl Seen {
    /// True if the title runs on from here to `next` as the exhibit does.
    fn runs_on(&self, next: &Self) -> bool {
        let exhibit = next.exhibit_s - self.exhibit_s;
        let title = f64::from(next.slot.0) - f64::from(self.slot.0);
        title > 0.0 && (title * SLOT_S - exhibit).abs() <= SLOT_S / 2.0 + SPEED * exhibit
    }
}

/// The runs of slots, given in order of exhibit time, that show the copy.
fn runs(slots: impl Iterator<Item = Seen>) -> Vec<Stretch> {
    let mut runs: Vec<(Seen, Seen)> = Vec::new();
    let mut open = false;
    for seen in slots {
        match runs.last_mut() {
            Some((_, last)) if open && seen.shows && last.runs_on(&seen) => *last = seen,
            _ if seen.shows => runs.push((seen, seen)),
            _ => {}
        }
        open = seen.shows;
    }
    let stretch = |(first, last): (Seen, Seen)| Stretch {
        exhibit_start_s: rounded((first.exhibit_s - SLOT_S / 2.0).max(0.0)),
        exhibit_end_s: rounded(last.exhibit_s + SLOT_S / 2.0),
        title_start_s: f64::from(first.slot.0) * SLOT_S,
        title_end_s: f64::from(last.slot.0 + 1) * SLOT_S,
    };
    runs.into_iter().map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(slot: u32, exhibit_s: f64, shows: bool) -> Seen {
        Seen {
            slot: SlotIndex(slot),
            exhibit_s,
            shows,
        }
    }

    fn times(slots: &[Seen]) -> Vec<[f64; 4]> {
        let of = |s: Stretch| {
            [
                s.exhibit_start_s,
                s.exhibit_end_s,
                s.title_start_s,
                s.title_end_s,
            ]
        };
        runs(slots.iter().copied()).into_iter().map(of).collect()
    }

    #[test]
    fn a_stretch_ends_where_a_slot_shows_something_else_or_the_title_jumps() {
        let slots = [
            seen(150, 1.0, true),
            seen(151, 3.0, true),
            seen(152, 5.0, false),
            seen(153, 7.0, true),
            seen(40, 9.0, true),
            seen(41, 11.0, true),
        ];
        let want = [
            [0.0, 4.0, 300.0, 304.0],
            [6.0, 8.0, 306.0, 308.0],
            [8.0, 12.0, 80.0, 84.0],
        ];
        assert_eq!(times(&slots), want);
        assert!(times(&[seen(3, 5.0, false)]).is_empty());
    }

    #[test]
    fn slots_read_here_and_there_make_one_stretch_at_any_speed() {
        let pal = [
            seen(0, 1.0, true),
            seen(60, 116.2, true),
            seen(90, 173.8, true),
        ];
        assert_eq!(times(&pal), [[0.0, 174.8, 0.0, 182.0]]);
    }
}
