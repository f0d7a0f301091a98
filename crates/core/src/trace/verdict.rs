//! Decides what a likelihood ratio is worth: who is named, when enough was read, and
//! what was found in one word.
//!
//! ```text
//!  log10 LR   luck                near      threshold     settled
//!  ───────────┼───────────────────┼─────────┼─────────────┼──────▶
//!   nobody    │                   evidence  somebody      reading
//!             │                   of a mark is named      may stop
//!             the luckiest of so many innocents
//! ```

use serde::{Deserialize, Serialize};

use crate::units::Log10;

/// An innocent's log10 LR exceeds that of all others by more than this in at
/// most one exhibit in ten.
const LUCK: f64 = 1.0;
/// A likelihood ratio this close to the threshold (log10) is evidence of a mark by itself.
const NEAR: f64 = 3.0;
/// Reading stops once the threshold is passed by this much (log10).
const MARGIN: f64 = 4.0;
/// The true source must have been expected to pass the threshold this many times
/// over (in log10) before the lack of a match counts as a finding: expectations
/// rest on the pilot, which can survive better than the symbols.
const LEGIBLE: f64 = 2.0;

/// What was found. None of these is a probability that somebody did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The exhibit carries the symbols of the distributor named; the chance that
    /// any innocent distributor of the registry is named so is below the bound stated.
    Attributed,
    /// The exhibit carries the symbols of the distributor named, on pictures that are
    /// mostly not the title's: a mark can be copied onto another film, so that this
    /// says nothing about where the film comes from.
    MarkOnOtherContent,
    /// The registry's mark is there and legible, but no distributor of the
    /// registry has these symbols.
    MarkedUnattributed,
    /// There is evidence of the registry's mark, but not enough to say whose copy it is.
    Inconclusive,
    /// No mark of this registry was found. That is not to say that nobody in it
    /// leaked the title: the mark may have been destroyed, or the copy never marked.
    NoMarkFound,
}

impl Verdict {
    /// True if somebody's symbols were read beyond the threshold.
    pub fn names(self) -> bool {
        matches!(self, Self::Attributed | Self::MarkOnOtherContent)
    }

    /// The verdict on pictures under the mark of which so many seconds were seen to be the
    /// title's, and so many to be others. Neither looks at a distributor.
    pub fn on_content(self, title_s: f64, other_s: f64) -> Self {
        match self {
            Self::Attributed if other_s > title_s => Self::MarkOnOtherContent,
            verdict => verdict,
        }
    }
}

/// What it takes to name somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The bound for the whole registry that must be reached.
    pub log10_p_false: Log10,
}

impl Threshold {
    /// The default: one wrong accusation in a million exhibits at most.
    pub const DEFAULT: Self = Self {
        log10_p_false: Log10(-6.0),
    };
    /// No threshold may be looser than this.
    pub const LOOSEST: Self = Self {
        log10_p_false: Log10(-3.0),
    };

    /// The log10 LR that reaches the bound when `hypotheses` copies were
    /// scored.
    pub fn log10_lr(&self, hypotheses: u64) -> Log10 {
        Log10(log10(hypotheses) - self.log10_p_false.0)
    }

    /// The rule by which `hypotheses` pairs of distributor and title are judged.
    pub fn among(self, hypotheses: u64) -> Rule {
        Rule {
            threshold: self.log10_lr(hypotheses).0,
            hypotheses,
        }
    }
}

/// A threshold for so many pairs of distributor and title. All likelihood ratios are log10.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    threshold: f64,
    hypotheses: u64,
}

impl Rule {
    /// The log10 LR from which on somebody is named.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The bound that a log10 LR reaches, log10 and at most 0.
    pub fn log10_p_false(&self, log10_lr: f64) -> f64 {
        log10_p_false(Log10(log10_lr), self.hypotheses).0
    }

    /// True if somebody with this log10 LR is named with a margin, so that reading may stop.
    pub fn settles(&self, log10_lr: f64) -> bool {
        log10_lr >= self.threshold + MARGIN
    }

    /// By how much a log10 LR falls short of the threshold, if it is near it.
    pub fn short_by(&self, log10_lr: f64) -> Option<f64> {
        Some(self.threshold - log10_lr).filter(|short| *short > 0.0 && *short <= NEAR)
    }

    /// The verdict. `best` is the strongest log10 LR, `expected` what the true source
    /// should reach, both `None` without evidence.
    pub fn verdict(&self, best: Option<f64>, expected: Option<f64>, pilot_found: bool) -> Verdict {
        let nobody = best.is_none_or(|b| b <= log10(self.hypotheses) + LUCK);
        let legible = expected.is_some_and(|e| e >= self.threshold * LEGIBLE);
        match best {
            Some(best) if best >= self.threshold => Verdict::Attributed,
            _ if pilot_found && legible && nobody => Verdict::MarkedUnattributed,
            _ if pilot_found => Verdict::Inconclusive,
            Some(best) if self.short_by(best).is_some() => Verdict::Inconclusive,
            _ => Verdict::NoMarkFound,
        }
    }
}

/// The bound that a likelihood ratio reaches among `hypotheses` copies
/// of all titles: Markov's inequality and the union bound, at most 0.
pub fn log10_p_false(log10_lr: Log10, hypotheses: u64) -> Log10 {
    Log10((log10(hypotheses) - log10_lr.0).min(0.0))
}

fn log10(hypotheses: u64) -> f64 {
    (hypotheses.max(1) as f64).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_grows_with_the_registry_and_never_passes_certainty() {
        assert_eq!(Threshold::DEFAULT.log10_lr(1000).0, 9.0);
        assert_eq!(log10_p_false(Log10(9.0), 1000).0, -6.0);
        assert_eq!(log10_p_false(Log10(1.0), 1000).0, 0.0);
    }

    #[test]
    fn every_yes_has_its_no() {
        // Among 100: a threshold of 8, luck up to 3.
        let rule = Threshold::DEFAULT.among(100);
        let judged = |best, expected, pilot| rule.verdict(best, expected, pilot);
        assert_eq!(judged(Some(9.0), Some(1.0), false), Verdict::Attributed);
        assert_eq!(judged(Some(7.9), Some(40.0), true), Verdict::Inconclusive);
        assert_eq!(
            judged(Some(0.1), Some(40.0), true),
            Verdict::MarkedUnattributed
        );
        assert_eq!(judged(Some(0.1), Some(15.0), true), Verdict::Inconclusive);
        assert_eq!(judged(Some(0.1), Some(40.0), false), Verdict::NoMarkFound);
        assert_eq!(judged(Some(6.0), None, false), Verdict::Inconclusive);
        assert_eq!(judged(None, None, false), Verdict::NoMarkFound);
        assert_eq!(judged(Some(f64::NAN), None, false), Verdict::NoMarkFound);
    }

    #[test]
    fn a_mark_on_other_pictures_is_no_copy() {
        let on = |verdict: Verdict, title_s, other_s| verdict.on_content(title_s, other_s);
        assert_eq!(on(Verdict::Attributed, 0.0, 0.0), Verdict::Attributed);
        assert_eq!(on(Verdict::Attributed, 8.0, 2.0), Verdict::Attributed);
        let pasted = on(Verdict::Attributed, 2.0, 8.0);
        assert_eq!(pasted, Verdict::MarkOnOtherContent);
        assert!(pasted.names() && !Verdict::Inconclusive.names());
        assert_eq!(on(Verdict::Inconclusive, 0.0, 8.0), Verdict::Inconclusive);
    }

    #[test]
    fn near_is_not_there_and_settled_is_beyond() {
        let rule = Threshold::DEFAULT.among(100);
        assert_eq!(rule.short_by(6.5), Some(1.5));
        assert_eq!((rule.short_by(8.0), rule.short_by(4.9)), (None, None));
        assert!(rule.settles(12.0) && !rule.settles(11.9) && !rule.settles(f64::NAN));
        assert_eq!(rule.log10_p_false(10.0), -8.0);
    }
}
