//! Tells whoever watches how far the work has come. Nothing here prints.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is being done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the file's bytes for its hash.
    Hashing,
    /// Decoding and averaging pictures.
    Reading,
    /// Looking for the mark.
    Detecting,
    /// Comparing with every distributor.
    Scoring,
    /// Marking and encoding.
    Marking,
    /// Cutting variants into segments, or putting copies together.
    Writing,
    /// Reading a marked copy back.
    Verifying,
    /// Doing to a copy what pirates do.
    Attacking,
}

/// Something that happened to piece of work number `task`.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Work on a file began.
    Began {
        /// Number of the piece of work.
        task: usize,
        /// The file's name, for people.
        name: String,
    },
    /// A stage was reached or went on.
    Progress {
        /// Number of the piece of work.
        task: usize,
        /// What is being done.
        stage: Stage,
        /// How far, 0 to 1; `None` if that cannot be told.
        share: Option<f64>,
        /// Frames done so far.
        frames: u64,
    },
    /// Work on a file ended.
    Ended {
        /// Number of the piece of work.
        task: usize,
    },
}

/// Watches work, and may stop it.
pub trait Observer: Sync {
    /// Something happened; called from any thread.
    fn on(&self, event: Event);
    /// Set to true by whoever wants the work to stop soon.
    fn cancelled(&self) -> &AtomicBool;
    /// True if the work should stop soon.
    fn is_cancelled(&self) -> bool {
        self.cancelled().load(Ordering::Relaxed)
    }
}

/// Watches nothing.
#[derive(Debug, Default)]
pub struct Silent(AtomicBool);

impl Observer for Silent {
    fn on(&self, _: Event) {}
    fn cancelled(&self) -> &AtomicBool {
        &self.0
    }
}

/// A file's name, for people.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}
