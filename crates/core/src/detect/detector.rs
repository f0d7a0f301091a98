//! Holds what all phases of detection share: they are its methods.

use super::fit::{Frames, HostFit};
use super::pilot::PilotKey;
use super::question::Search;
use super::register::{Level, Pyramid, Scale};

/// A window under examination.
pub(crate) struct Detector<'a> {
    /// Whose pilot is looked for.
    pub key: &'a PilotKey,
    /// Which frames of the exhibit it holds.
    pub frames: Frames,
    /// The window's bins, whitened.
    pub pyramid: Pyramid<'a>,
    /// Where to look.
    pub search: &'a Search,
    /// The hosts that were taken away from the bins.
    pub hosts: Vec<HostFit>,
    /// Speeds tried: seconds of title for each second of exhibit.
    pub rates: &'a [f64],
}

impl<'a> Detector<'a> {
    /// The bins at a scale.
    pub fn level(&self, scale: Scale) -> &Level<'a> {
        self.pyramid.at(scale)
    }
}
