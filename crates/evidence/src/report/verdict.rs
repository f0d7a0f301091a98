//! Says in one word what was found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was found. None of these is a probability that somebody did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The exhibit carries the symbols of the distributor named; the chance that
    /// any innocent distributor of the registry is named so is below the bound stated.
    Attributed,
    /// The registry's mark is there and legible, but no distributor of the
    /// registry has these symbols.
    MarkedUnattributed,
    /// There is evidence of the registry's mark, but not enough to say whose copy it is.
    Inconclusive,
    /// No mark of this registry was found. That is not to say that nobody in it
    /// leaked the title: the mark may have been destroyed, or the copy never marked.
    NoMarkFound,
}

/// The true source must have been expected to pass the threshold this many times
/// over (in log10) before the lack of a match counts as a finding: expectations
/// rest on the pilot, which can survive better than the symbols.
const LEGIBLE: f64 = 2.0;
/// A likelihood ratio this close to the threshold (log10) is evidence of a mark by itself.
const NEAR: f64 = 3.0;

/// The verdict. `best` is the strongest log10 likelihood ratio, `expected` what
/// the true source should reach, both `None` without evidence; `chance` is what
/// the luckiest of so many innocents may well score.
pub fn judge(
    best: Option<f64>,
    threshold: f64,
    chance: f64,
    pilot_found: bool,
    expected: Option<f64>,
) -> Verdict {
    let nobody = best.is_none_or(|b| b <= chance);
    let legible = expected.is_some_and(|e| e >= threshold * LEGIBLE);
    match best {
        Some(best) if best >= threshold => Verdict::Attributed,
        _ if pilot_found && legible && nobody => Verdict::MarkedUnattributed,
        _ if pilot_found => Verdict::Inconclusive,
        Some(best) if best >= threshold - NEAR => Verdict::Inconclusive,
        _ => Verdict::NoMarkFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_yes_has_its_no() {
        assert_eq!(
            judge(Some(9.0), 8.0, 2.0, false, Some(1.0)),
            Verdict::Attributed
        );
        assert_eq!(
            judge(Some(7.9), 8.0, 2.0, true, Some(40.0)),
            Verdict::Inconclusive
        );
        assert_eq!(
            judge(Some(0.1), 8.0, 2.0, true, Some(40.0)),
            Verdict::MarkedUnattributed
        );
        assert_eq!(
            judge(Some(0.1), 8.0, 2.0, false, Some(40.0)),
            Verdict::NoMarkFound
        );
        assert_eq!(
            judge(Some(6.0), 8.0, 2.0, false, None),
            Verdict::Inconclusive
        );
        assert_eq!(judge(None, 8.0, 2.0, false, None), Verdict::NoMarkFound);
    }
}
