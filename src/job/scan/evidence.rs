//! Turns what was read into the copies' scores.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::detect::{Fit, Piece, Reading, SlotSoft, change_of_title};
use crate::evidence::SlotReading;
use crate::job::scan::context::ScanContext;
use crate::key::Secret;
use crate::mark::{Alphabet, chip_extent};
use crate::trace::{Evidence, Score, SlotEvidence, bias, decoy_scores, score_all, variant_bias};
use crate::units::Log10;

/// Decoys scored beside the registry's distributors.
const DECOYS: u32 = 1000;
/// Pictures whose shape is within this factor of another's count as the same.
const SAME_SHAPE: f64 = 1.004;
/// Shapes tried at most.
const MOST_SHAPES: usize = 8;

/// The copies' scores on a title that is there, in the order of [`ScanContext::labels`].
#[derive(Clone)]
pub(crate) struct Scored {
    pub scores: Vec<Score>,
    /// Where the exhibit shows the title, in order of exhibit time.
    pub pieces: Vec<Piece>,
    pub decoys: Vec<Log10>,
    /// What was scored.
    pub evidence: Evidence,
    /// Where each of its slots was read.
    pub places: Vec<Place>,
    /// The same exactly, so that it can be read again.
    pub readings: Vec<SlotReading>,
}

/// Where a slot was read, how strong the pilot was there, and what the true
/// source's copy should gain.
#[derive(Clone)]
pub(crate) struct Place {
    pub exhibit_s: f64,
    pub pilot_z: f64,
    /// log10; nothing where the pilot was not found, for then the reliabilities
    /// are those of noise.
    pub expected: f64,
}

impl Scored {
    /// The strongest log10 LR.
    pub fn best(&self) -> f64 {
        let scores = self.scores.iter().map(|s| s.log10_lr.0);
        scores.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The log10 LR that the true source's copy should reach.
    pub fn expected(&self) -> f64 {
        self.places.iter().map(|p| p.expected).sum()
    }
}

/// The shapes to try, in chips: those of the registry's titles, nearest to
/// the exhibit's first, and the exhibit's own.
pub(crate) fn extents(context: &ScanContext, shape: (f64, f64)) -> Vec<(f64, f64)> {
    let own = (shape.0 / shape.1).ln();
    let off = |ratio: f64| (ratio.ln() - own).abs().min((ratio.ln() + own).abs());
    let mut ratios: Vec<f64> = Vec::new();
    let titles = context
        .titles
        .iter()
        .map(|t| t.display_width / t.display_height);
    for ratio in titles.chain([shape.0 / shape.1]) {
        if ratio.is_finite()
            && ratio > 0.0
            && !ratios
                .iter()
                .any(|r| (r / ratio).max(ratio / r) < SAME_SHAPE)
        {
            ratios.push(ratio);
        }
    }
    ratios.sort_by(|a, b| off(*a).total_cmp(&off(*b)));
    ratios.truncate(MOST_SHAPES);
    ratios.into_iter().map(|r| chip_extent(r, 1.0)).collect()
}

/// Adds what keyframes showed after another round. Slots that an earlier round
/// read stay as they were; where the picture and the titles lie is as the latest
/// round, which saw the most, found it.
pub(crate) fn add_keyframes(readings: &mut Vec<Reading>, mut latest: Reading) {
    for mut earlier in readings.drain(..).flat_map(|r| r.titles) {
        let mut later = latest.titles.iter_mut();
        match later.find(|t| t.title == earlier.title) {
            Some(title) => {
                earlier.slots.append(&mut title.slots);
                title.slots = earlier.slots;
            }
            None => {
                // Another title was thought of then. Its slots keep their scores, but the
                // latest round judges by all that it saw.
                earlier.agreement = 0.0;
                earlier.pieces.clear();
                latest.titles.push(earlier);
            }
        }
    }
    readings.push(latest);
}

/// Scores every copy on all windows read so far, title by title: the one whose data chips
/// agree best over all of them, and each other that is there beyond what a change of title
/// costs. Those on which somebody reaches `threshold`, log10 LR, come first.
pub(crate) fn score(context: &ScanContext, readings: &[Reading], threshold: f64) -> Vec<Scored> {
    let mut agreement: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for reading in readings {
        for title in &reading.titles {
            let sums = agreement.entry(&title.title).or_default();
            sums.0 += title.agreement;
            sums.1 += if reading.sync.found {
                title.agreement
            } else {
                0.0
            };
        }
    }
    let mut titles: Vec<(&str, (f64, f64))> = agreement.into_iter().collect();
    titles.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    let least = change_of_title(context.titles.len());
    let there = titles.iter().enumerate();
    let there = there.filter(|(place, (_, (_, found)))| *place == 0 || *found > least);
    let mut scored: Vec<Scored> = there
        .map(|(_, (title, _))| scored(context, readings, title))
        .collect();
    scored.sort_by_key(|s| s.best() < threshold);
    scored
}

/// The scores on one title.
fn scored(context: &ScanContext, readings: &[Reading], title: &str) -> Scored {
    let found = readings.iter().filter(|r| r.sync.found);
    let read = found.flat_map(|r| &r.titles).filter(|t| t.title == title);
    let mut pieces: Vec<Piece> = read.flat_map(|t| t.pieces.iter().copied()).collect();
    pieces.sort_by(|a, b| a.exhibit_start_s.total_cmp(&b.exhibit_start_s));
    let mut slots: BTreeMap<u32, (&SlotSoft, bool)> = BTreeMap::new();
    for reading in readings {
        let read = reading.titles.iter().filter(|t| t.title == title);
        for slot in read.flat_map(|t| &t.slots) {
            // A slot seen twice counts once, as first read: its symbols may have had
            // a say in reading on, so they may not be used again.
            slots
                .entry(slot.slot.0)
                .or_insert((slot, reading.sync.found));
        }
    }
    // Rounded as the report carries them, so that the scores follow from the report.
    let slot = |s: &SlotSoft| {
        SlotEvidence {
            slot: s.slot,
            z: s.z,
            reliability: s.reliability,
            bias: bias(&context.secret, title, s.slot),
        }
        .rounded()
    };
    let evidence = Evidence {
        title: title.to_owned(),
        slots: slots.values().map(|(read, _)| slot(read)).collect(),
    };
    let kinds = context.copies.kinds(title);
    let place = |((read, found), scored): (&(&SlotSoft, bool), &SlotEvidence)| Place {
        exhibit_s: read.exhibit_s,
        pilot_z: f64::from(read.pilot_z),
        expected: if *found {
            expected(&context.secret, title, scored, &kinds)
        } else {
            0.0
        },
    };
    let places = slots.values().zip(&evidence.slots).map(place).collect();
    Scored {
        scores: score_all(&context.secret, &evidence, &context.labels(title)),
        pieces,
        decoys: decoy_scores(&context.secret, &evidence, &kinds, DECOYS),
        evidence,
        places,
        readings: slot_readings(slots.values().map(|(read, _)| *read)),
    }
}

/// The log10 LR that the true source's copy should gain in a slot, whichever kind it is of.
fn expected(secret: &Secret, title: &str, slot: &SlotEvidence, kinds: &[Option<Alphabet>]) -> f64 {
    let of = |kind: &Option<Alphabet>| match *kind {
        None => slot.expected_log10_lr(),
        Some(alphabet) => {
            slot.expected_variant_log10_lr(&variant_bias(secret, title, slot.slot, alphabet))
        }
    };
    kinds.iter().map(of).fold(f64::INFINITY, f64::min)
}

/// Where slots, given in order, were read.
fn slot_readings<'a>(slots: impl Iterator<Item = &'a SlotSoft>) -> Vec<SlotReading> {
    let mut found: Vec<(&Arc<Fit>, Vec<u32>)> = Vec::new();
    for slot in slots {
        match found
            .iter_mut()
            .find(|(fit, _)| Arc::ptr_eq(fit, &slot.fit))
        {
            Some((_, slots)) => slots.push(slot.slot.0),
            None => found.push((&slot.fit, vec![slot.slot.0])),
        }
    }
    let reading = |(fit, slots): (&Arc<Fit>, Vec<u32>)| SlotReading {
        slots,
        fit: Fit::clone(fit),
    };
    found.into_iter().map(reading).collect()
}
