//! Compares what was read again from the exhibit with what a pack says was read.
//!
//! ```text
//! z read again ─┬─ z of the pack: correlation, largest difference
//!               ├─ Σ(z² − 1) against Σ reliability²: is the strength claimed there?
//!               └─ reliabilities estimated from these z alone ─ log10 LR that owes the pack
//!                  nothing but frames, geometry and alignment
//! ```
//!
//! The last one has no number that whoever made the pack could choose symbol by
//! symbol or slot by slot: cells and symbols were fixed when the copy was issued,
//! and the power of z does not depend on what the symbols are.

use std::collections::BTreeSet;

use super::{Check, Judged};
use crate::EvidencePack;
use crate::pack::{ratio_of, values};
use leakmark_core::detect::Reread;
use leakmark_core::trace::{SYMBOLS, Threshold};

/// What the check of the reading is called.
pub(super) const READING: &str = "reading of the exhibit";
/// The least correlation of z read again with z.
const LEAST_CORRELATION: f64 = 0.999;
/// The most by which any z read again may differ, in units of its noise.
const MOST_DIFFERENCE: f32 = 0.1;
/// Σ(z² − 1) must be at least this share of Σ reliability²: an average of many copies
/// keeps half of it.
const LEAST_POWER: f64 = 0.25;
/// Standard deviations that noise may take away from it.
const NOISE: f64 = 4.0;

/// Soft symbols of a slot.
type Values = [f32; SYMBOLS];

/// What was read from an exhibit where a pack says.
#[derive(Debug, Clone)]
pub struct ReadAgain {
    /// SHA-256 of the file that was read, 64 lower-case hexadecimal digits.
    pub exhibit_sha256: String,
    /// For each of the pack's readings the slots that it shows, or why it cannot be read.
    pub readings: Vec<Result<Vec<Reread>, String>>,
}

/// Compares the pack with what was read again.
pub fn check_reading(pack: &EvidencePack, again: &ReadAgain) -> Vec<Check> {
    let mut checks = vec![Check::judged("exhibit", exhibit(pack, again))];
    let read = collected(pack, again).and_then(|z| Ok((claimed(pack)?, z)));
    let (claimed, z) = match read {
        Ok(read) => read,
        Err(words) => {
            checks.push(Check::fails(READING, words));
            return checks;
        }
    };
    let bare: Vec<Values> = claimed.iter().map(|(z, _)| *z).collect();
    checks.push(Check::judged(READING, agreement(pack, &bare, &z)));
    checks.push(Check::judged("strength", strength(&claimed, &z)));
    checks.push(likelihood(pack, &claimed, &z));
    checks
}

fn exhibit(pack: &EvidencePack, again: &ReadAgain) -> Judged {
    let (stated, got) = (&pack.exhibit_sha256, &again.exhibit_sha256);
    if stated == got {
        Ok("it is the file that the pack is about".into())
    } else {
        Err(format!(
            "the file has SHA-256 {got}; the pack is about {stated}: get that very file"
        ))
    }
}

fn claimed(pack: &EvidencePack) -> Result<Vec<(Values, Values)>, String> {
    let slots = pack.slots.iter().map(values).collect::<Option<_>>();
    slots.ok_or_else(|| "a slot is malformed".into())
}

/// z of the pack's slots as they were read again, in their order. A slot that the exhibit
/// does not show there, and one that it shows and the pack leaves out, is a fault.
fn collected(pack: &EvidencePack, again: &ReadAgain) -> Result<Vec<Values>, String> {
    let used: BTreeSet<u32> = pack.slots.iter().map(|s| s.slot).collect();
    let mut found: Vec<(u32, Values)> = Vec::new();
    for (reading, again) in pack.readings.iter().zip(&again.readings) {
        let shown = again.as_ref().map_err(String::clone)?;
        if let Some(left_out) = shown.iter().find(|s| !used.contains(&s.slot.0)) {
            return Err(format!(
                "the exhibit shows slot {} as well, which the pack leaves out",
                left_out.slot.0
            ));
        }
        for &slot in &reading.slots {
            let z = shown.iter().find(|s| s.slot.0 == slot).and_then(|s| s.z);
            found.push((
                slot,
                z.ok_or_else(|| {
                    format!("the exhibit does not show slot {slot} where the pack says")
                })?,
            ));
        }
    }
    found.sort_by_key(|(slot, _)| *slot);
    if !found.iter().map(|(slot, _)| slot).eq(&used) {
        return Err("the readings are not of the pack's slots, each once".into());
    }
    Ok(found.into_iter().map(|(_, z)| z).collect())
}

fn agreement(pack: &EvidencePack, claimed: &[Values], again: &[Values]) -> Judged {
    let pairs = || claimed.iter().flatten().zip(again.iter().flatten());
    let most = pairs().map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let correlation = correlation(pairs().map(|(a, b)| (f64::from(*a), f64::from(*b))));
    let found = format!(
        "{} soft symbols: correlation {correlation:.5}, largest difference {most:.4}",
        SYMBOLS * claimed.len()
    );
    if correlation >= LEAST_CORRELATION && most <= MOST_DIFFERENCE {
        let runs: usize = pack.readings.iter().map(|r| r.fit.runs.len()).sum();
        let maps: usize = pack.readings.iter().map(|r| r.fit.geometries.len()).sum();
        Ok(format!(
            "{found}; where they were read was given by the pack: {} readings, {runs} runs of time, {maps} geometries",
            pack.readings.len()
        ))
    } else {
        Err(format!(
            "the exhibit does not hold the pack's soft symbols: {found} (at least {LEAST_CORRELATION}, at most {MOST_DIFFERENCE})"
        ))
    }
}

/// Pearson's correlation; 0 if either side does not vary.
fn correlation(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut n, mut a, mut b, mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (x, y) in pairs {
        n += 1.0;
        a += x;
        b += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    let varies = (n * aa - a * a) * (n * bb - b * b);
    if varies > 0.0 {
        (n * ab - a * b) / f64::sqrt(varies)
    } else {
        0.0
    }
}

fn strength(claimed: &[(Values, Values)], again: &[Values]) -> Judged {
    let power: f64 = again.iter().map(excess).sum();
    let all = claimed.iter().flat_map(|(_, reliability)| reliability);
    let stated: f64 = all.map(|r| f64::from(*r).powi(2)).sum();
    let noise = (2.0 * (SYMBOLS * again.len()) as f64 + 4.0 * stated).sqrt();
    let words = format!(
        "what z has beyond noise is {:.2} of what the reliabilities claim",
        power / stated.max(f64::MIN_POSITIVE)
    );
    if power >= LEAST_POWER * stated - NOISE * noise {
        Ok(words)
    } else {
        Err(format!(
            "{words}; at least {LEAST_POWER} of it was to be expected"
        ))
    }
}

/// Σ(z² − 1) of a slot: the power beyond noise.
fn excess(z: &Values) -> f64 {
    z.iter().map(|z| f64::from(*z).powi(2) - 1.0).sum()
}

fn likelihood(pack: &EvidencePack, claimed: &[(Values, Values)], again: &[Values]) -> Check {
    const WHAT: &str = "likelihood ratio read again";
    let with = |soft: &[(Values, Values)]| ratio_of(pack, soft);
    let taken: Vec<_> = claimed
        .iter()
        .zip(again)
        .map(|((_, r), z)| (*z, *r))
        .collect();
    let estimates = estimated(pack, again).unwrap_or_default();
    let own: Vec<_> = again.iter().copied().zip(estimates).collect();
    let (Some(taken), Some(own)) = (with(&taken), with(&own)) else {
        return Check::fails(WHAT, "it cannot be computed: a slot is malformed");
    };
    let least = Threshold::LOOSEST.log10_lr(pack.hypotheses).0;
    let stated = pack.log10_likelihood_ratio;
    let words = format!(
        "log10 LR {taken:.3} from what was read again (stated {stated:.3}), {own:.3} with reliabilities estimated from it alone"
    );
    if taken < least {
        return Check::fails(
            WHAT,
            format!(
                "{words}: that names nobody among {} hypotheses ({least:.3} is the least)",
                pack.hypotheses
            ),
        );
    }
    if own < least {
        return Check::skipped(
            WHAT,
            format!(
                "{words}: the latter names nobody ({least:.3} is the least), so the result rests on the reliabilities of the pack"
            ),
        );
    }
    Check::holds(WHAT, words)
}

/// Reliabilities from z alone: a cell's amplitude in each slot from the power of its z,
/// drawn towards the mean of all slots by as much as the powers scatter no more than noise
/// would (James and Stein, 1961).
fn estimated(pack: &EvidencePack, z: &[Values]) -> Option<Vec<Values>> {
    let openings = pack.slots.iter().map(|s| s.opening());
    let counts = openings
        .map(|opening| opening.map(|o| o.cells.counts().map(f32::from)))
        .collect::<Option<Vec<_>>>()?;
    let cells: Vec<f64> = counts
        .iter()
        .map(|n| n.iter().map(|n| f64::from(*n)).sum::<f64>().max(1.0))
        .collect();
    let powers: Vec<f64> = z.iter().zip(&cells).map(|(z, n)| excess(z) / n).collect();
    let count = powers.len().max(1) as f64;
    let mean = powers.iter().sum::<f64>() / count;
    let scatter = powers.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / count;
    // Of a sum of squares of as many normal numbers of this mean power.
    let variance = |n: &f64| (2.0 * SYMBOLS as f64 + 4.0 * (mean * n).max(0.0)) / (n * n);
    let noise = cells.iter().map(variance).sum::<f64>() / count;
    let own = ((scatter - noise) / scatter.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    let amplitude = |p: &f64| (mean + own * (p - mean)).max(0.0).sqrt() as f32;
    let slots = powers.iter().map(amplitude).zip(&counts);
    Some(slots.map(|(a, n)| n.map(|n| a * n.sqrt())).collect())
}
