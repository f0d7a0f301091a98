//! Decides when enough of an exhibit was read.
//!
//! A scan reads an exhibit in steps (rounds of keyframes, then windows) and may
//! stop after any of them. Stopping once somebody's score is high looks like
//! picking a lucky moment; why the bound survives it:
//!
//! 1. Fix the exhibit, the secret's other streams and an innocent distributor D.
//!    D's symbols are then still independent, each +1 with its bias p. All that
//!    was chosen without looking at any distributor is fixed as well: which parts
//!    would be read at step 1, 2, 3 …, where the pilot is found, the geometry, the
//!    alignment, every slot's soft symbols and reliabilities.
//! 2. Each step adds slots that no step before it used (a slot counts once, as
//!    first read: [`score`](crate::job::scan::evidence::score)). A slot multiplies a model's
//!    LR by a factor whose mean over D's symbols in it is 1: the product of its
//!    symbols' ratios, or, for films spliced from several copies, a bet λ · LR_slot +
//!    1 − λ whose λ was fixed beforehand ([`crate::trace`]). No slot's factor depends
//!    on another slot. So given all symbols used so far, the LR after the next step
//!    has the present LR as its mean: it is a martingale, and so is the weighted mean
//!    of models.
//! 3. The decision to stop looks only at symbols used already. By Ville's
//!    inequality P(the LR ever reaches c) ≤ 1/c for a nonnegative martingale that
//!    begins at 1, so the bound holds for the running maximum and at any
//!    stopping time (Ville, "Étude critique de la notion de collectif", 1939).
//!
//! All of this holds title by title: which titles are there is chosen by the agreement of
//! data chips alone, and n counts the copies of all titles.
//!
//! What would break it: reading a used slot again and replacing its soft symbols
//! because of a score; choosing the next part, the title or the geometry by a
//! score. Nothing here does.

use crate::job::scan::context::ScanContext;
use crate::job::scan::evidence::Scored;

/// True once somebody is named with a margin on every title that is there.
pub(crate) fn settled(context: &ScanContext, scored: Option<&[Scored]>) -> bool {
    let rule = context.rule();
    let settled = |scored: &Scored| rule.settles(scored.best());
    scored.is_some_and(|titles| !titles.is_empty() && titles.iter().all(settled))
}

#[cfg(test)]
mod tests {
    use crate::key::{Secret, Stream};
    use crate::trace::{Evidence, Label, SlotEvidence, bias, score_all};
    use crate::units::SlotIndex;

    /// Steps of reading, and slots that each adds.
    const STEPS: u32 = 12;
    const SLOTS: u32 = 2;

    /// An exhibit read step by step: soft symbols of somebody unknown, or noise,
    /// believed in far more than they deserve.
    fn evidence(secret: &Secret, steps: u32) -> Evidence {
        let mut numbers = secret.stream(&Stream::Check);
        let mut uniform = || numbers.next_u32() as f32 / 4_294_967_296.0;
        let mut slot = |slot: u32| SlotEvidence {
            slot: SlotIndex(slot),
            z: std::array::from_fn(|_| {
                3.0 * (uniform() + uniform() - 1.0) + if uniform() < 0.5 { 0.6 } else { -0.6 }
            }),
            reliability: std::array::from_fn(|_| 0.8 * uniform()),
            bias: bias(secret, "film", SlotIndex(slot)),
        };
        Evidence {
            title: "film".into(),
            slots: (0..steps * SLOTS).map(&mut slot).collect(),
        }
    }

    /// How often an innocent's LR reaches `c` if reading stops at the luckiest
    /// moment, and how often at the end.
    #[test]
    fn stopping_when_somebody_looks_guilty_accuses_no_more_often_than_the_bound() {
        let ids: Vec<String> = (0..2000).map(|i| format!("innocent {i}")).collect();
        let labels: Vec<Label> = ids
            .iter()
            .map(|distributor| Label::marked(distributor, 1))
            .collect();
        let (mut runs, mut reached) = (0.0_f64, [0.0_f64; 3]);
        for exhibit in 0..5_u8 {
            let secret = Secret::from_bytes([exhibit; 32]);
            let mut best = vec![f64::NEG_INFINITY; ids.len()];
            for step in 1..=STEPS {
                for score in score_all(&secret, &evidence(&secret, step), &labels) {
                    best[score.index] = best[score.index].max(score.log10_lr.0);
                }
            }
            runs += ids.len() as f64;
            for (count, log10_c) in reached.iter_mut().zip([0.5, 1.0, 2.0]) {
                *count += best.iter().filter(|b| **b >= log10_c).count() as f64;
            }
        }
        for (count, log10_c) in reached.iter().zip([0.5_f64, 1.0, 2.0]) {
            let expected = runs * 10_f64.powf(-log10_c);
            assert!(
                *count <= expected + 4.0 * expected.sqrt(),
                "LR 10^{log10_c}: {count} of {runs} innocents"
            );
        }
        // The test would see a broken bound: the luckiest moment is really lucky.
        assert!(reached[0] > 0.02 * runs, "{reached:?}");
    }
}
