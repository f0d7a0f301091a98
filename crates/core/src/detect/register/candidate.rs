//! The places where the title's picture may lie, and how likely they are.

use super::pyramid::Scale;
use crate::detect::align::Alignment;
use crate::detect::geometry::{Geometry, Orientation};

/// A pilot this many standard deviations strong needs no other geometry to be tried.
pub(crate) const BEYOND_DOUBT: f32 = 10.0;
/// ln of the number of places that a sweep chooses from, over that of the whole
/// picture: shifts × independent bases. A candidate of the sweep must be
/// likelier than one of the whole picture by this much.
const BREADTH: f64 = 22.0;
/// What the freedom to step is worth for each bin of a picture that wanders: the
/// entropy of a step, ln(2πe) + 2 ln(1.2 chips).
const A_STEP: f64 = 3.2;

/// A geometry but for where its chips begin.
#[derive(Clone, Copy)]
pub(crate) struct Lattice {
    pub geometry: Geometry,
    pub orientation: Orientation,
    /// The scale on whose grid it lies.
    pub scale: Scale,
}

/// A geometry, and from when it holds.
#[derive(Clone, Copy)]
pub(crate) struct Waypoint {
    /// Exhibit time, seconds.
    pub from_s: f64,
    pub geometry: Geometry,
}

/// A geometry and an alignment under it.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub geometry: Geometry,
    pub orientation: Orientation,
    pub alignment: Alignment,
    /// Chips (across, down) of the title's whole picture, as far as is known.
    pub extent: (f64, f64),
    /// How the geometry moves; empty if it stands still.
    pub waypoints: Vec<Waypoint>,
    /// The pilot's strength along the path of a picture that wanders, before
    /// its geometries were refined: what decoys' paths are compared with.
    pub path_z: Option<f32>,
    /// The scale on whose grid the geometry lies.
    pub scale: Scale,
    /// True if it was found by sweeping over bases and shifts.
    pub swept: bool,
}

impl Candidate {
    /// The geometry at an exhibit time in seconds.
    pub fn geometry_at(&self, time_s: f64) -> Geometry {
        let passed = self.waypoints.iter().take_while(|w| w.from_s <= time_s);
        passed
            .last()
            .or(self.waypoints.first())
            .map_or(self.geometry, |w| w.geometry)
    }

    /// ln of the likelihood of the pilot, less what the choice is worth.
    pub fn likelihood(&self) -> f64 {
        let merit = f64::from(self.alignment.merit().max(0.0));
        let chosen = if self.swept { BREADTH } else { 0.0 };
        let wandered = match self.path_z {
            Some(_) => self.alignment.offsets_s.len() as f64 * A_STEP,
            None => 0.0,
        };
        merit * merit / 2.0 - chosen - wandered
    }
}
