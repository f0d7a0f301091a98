//! What a report cites of a dossier, and where the exhibit lies in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A dossier that a report cites, and where the exhibit lies in what it tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// SHA-256 of the dossier's file, as it was given: 64 lower-case hexadecimal digits.
    pub dossier_sha256: String,
    /// When the dossier was finished, RFC 3339 UTC.
    pub made_at: String,
    /// The key that the dossier's signature names; null if it is not signed. Whether the
    /// signature holds is for `leakmark report verify` to say.
    pub signed_by: Option<String>,
    /// True if version, commit and signal format of the program that made the dossier are
    /// those of the one that made this report.
    pub same_program: bool,
    /// Exhibits that were scanned for the dossier: attacked copies of known sources.
    pub tested: u32,
    /// The picture's longer side, pixels.
    pub size_px: Interval,
    /// Bits a second of the whole file. Exhibits of dossiers hold nothing but the
    /// picture: sound in this exhibit counts against it.
    pub bitrate_bps: Interval,
    /// Length, seconds; beginnings that were scanned by themselves count as tested.
    pub length_s: Interval,
    /// Of the exhibits tested that have no more pixels, bits a second and seconds than
    /// this one, how many there are.
    pub no_better: u32,
    /// How many of those were attributed to their source.
    pub no_better_attributed: u32,
}

/// A figure of the exhibit beside the least and the most that was tested.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The exhibit's; null if it does not say.
    pub exhibit: Option<f64>,
    /// The least that was tested; 0 if nothing was.
    pub least: f64,
    /// The most that was tested; 0 if nothing was.
    pub most: f64,
    /// Where the exhibit's lies.
    pub place: Place,
}

/// Where a figure lies beside what was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// From the least to the most tested.
    Inside,
    /// Below the least tested.
    Below,
    /// Above the most tested.
    Above,
    /// The exhibit does not say, or nothing was tested.
    Unknown,
}

impl Validation {
    /// True if size, bitrate and length all lie from the least to the most tested.
    pub fn is_inside(&self) -> bool {
        [self.size_px, self.bitrate_bps, self.length_s]
            .iter()
            .all(|i| i.place == Place::Inside)
    }
}
