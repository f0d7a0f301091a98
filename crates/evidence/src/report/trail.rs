//! Says how the evidence came together over the exhibit's time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The slots that the verdict rests on, in order of exhibit time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trail {
    /// Slot by slot, in order of exhibit time; a slot seen twice is there once.
    pub slots: Vec<TrailSlot>,
    /// One for each attribution, in the same order.
    pub cumulative: Vec<Cumulative>,
}

/// A slot that was read. Nothing here depends on any distributor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrailSlot {
    /// The slot of the title.
    pub slot: u32,
    /// The middle of the pictures it was read from, seconds of exhibit time.
    pub exhibit_s: f64,
    /// The pilot's strength in this slot alone, in standard deviations.
    pub pilot_z: f64,
    /// log10 likelihood ratio that the true source is expected to gain here; 0 if
    /// the pilot was not found in this part.
    pub expected_log10_likelihood_ratio: f64,
}

/// A copy's log10 likelihood ratio as the slots come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cumulative {
    /// The distributor's id.
    pub distributor: String,
    /// Which of the distributor's copies.
    pub copy: u32,
    /// After each of the trail's slots and all before it. The last one is the
    /// likelihood ratio of the attribution, to rounding.
    pub log10_likelihood_ratio: Vec<f64>,
}

/// Slots that follow each other in exhibit and title and show a named distributor's
/// copy: in each, the likelihood ratio's models give that a weight of 0.95 or more. One in
/// twenty slots of somebody else looks so by chance at most. Between slots that were read
/// nothing is known. Times are right to half a slot, one second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// Where it begins in the exhibit, seconds.
    pub exhibit_start_s: f64,
    /// Where it ends in the exhibit, seconds.
    pub exhibit_end_s: f64,
    /// Where it begins in the title, seconds.
    pub title_start_s: f64,
    /// Where it ends in the title, seconds.
    pub title_end_s: f64,
}
