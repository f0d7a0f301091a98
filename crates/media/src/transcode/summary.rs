//! What a run tells about itself.

use std::path::PathBuf;

use super::ledger::Ledger;
use leakmark_core::film::FrameCounts;

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TranscodeProgress {
    /// Frames decoded and handed to every encoder.
    pub frames: u64,
    /// Time of the latest, seconds from the master's first frame.
    pub time_s: f64,
    /// The master's declared running time, seconds.
    pub duration_s: Option<f64>,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq)]
pub struct TranscodeSummary {
    /// Frames in each copy.
    pub frames: u64,
    /// Time from the first frame to the end of the last, seconds.
    pub duration_s: f64,
    /// One for each output, in the order given.
    pub outputs: Vec<OutputSummary>,
    /// What became of the master's frames.
    pub counts: FrameCounts,
    /// What was changed that a viewer could care about, in words; what was lost is in
    /// the ledgers.
    pub notes: Vec<String>,
}

/// What became of one output.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputSummary {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What was changed without loss, in words.
    pub notes: Vec<String>,
    /// What came in, what went out, what is missing.
    pub ledger: Ledger,
}
