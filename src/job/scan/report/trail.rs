//! Follows the evidence over the exhibit's time.

use crate::evidence::{Attribution, Cumulative, Trail, TrailSlot, rounded};
use crate::job::scan::context::ScanContext;
use crate::job::scan::evidence::Scored;
use crate::trace::cumulative;
use crate::units::Log10;

/// The slots that were scored, in order of exhibit time, and what those named gain in each.
pub(crate) fn trail(context: &ScanContext, scored: &Scored, attributions: &[Attribution]) -> Trail {
    let mut order: Vec<usize> = (0..scored.places.len()).collect();
    let at = |i: &usize| scored.places[*i].exhibit_s;
    order.sort_by(|a, b| at(a).total_cmp(&at(b)));
    let of = |named: &Attribution| {
        let steps = cumulative(
            &context.secret,
            &scored.evidence,
            &named.distributor,
            &order,
        );
        Cumulative {
            distributor: named.distributor.clone(),
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
