//! Says exactly where a reading was read, so that it can be read again.
//!
//! ```text
//! frames ─ grid ─ bins ─ whitened ─ scale ─ fold: geometry at the bin's time
//!                                              │
//!                        title time = offset of the bin's run + rate · exhibit time ─ slots
//! ```
//!
//! All of it was chosen by the pilot and by how well data chips agree with each
//! other. Floats are as they were computed, not rounded.

use serde::{Deserialize, Serialize};

use super::bins::Bin;
use super::geometry::Geometry;
use super::register::Scale;

/// Which frames of the exhibit were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Frames {
    /// All that are shown from the first time to the last, both with it, seconds of
    /// exhibit time; 0 and 0 for a still image.
    Between {
        /// The first frame's time.
        first_s: f64,
        /// The last frame's time.
        last_s: f64,
    },
    /// Clusters of keyframes: at most four each, the first one at or after the place,
    /// the others at least 1.5 s after the one before.
    Keyframes {
        /// Where clusters were looked for, seconds of exhibit time, in that order.
        places_s: Vec<f64>,
    },
}

/// Where a reading was read: frames, grid, geometry and alignment, exactly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// Which frames of the exhibit went into the bins.
    pub frames: Frames,
    /// Rows and columns that a whole frame is brought to.
    pub grid: (usize, usize),
    /// Whether that grid is read as it is, halved, or black for white.
    pub scale: Scale,
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// The bins that were read, in order of time. What lies between two runs was not.
    pub runs: Vec<FitRun>,
    /// How the title's picture lies on the grid, in order of time, at least one:
    /// each holds until the next, the first also before its time.
    pub geometries: Vec<FitGeometry>,
    /// Titles whose masters' pictures were taken away before, and from where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostFit>,
}

/// Where the pictures of a master were taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HostFit {
    /// The title's id.
    pub title: String,
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// The bins from which they were taken, in order of time.
    pub runs: Vec<FitRun>,
    /// How the title's picture lies on the grid as it is, as in [`Fit::geometries`]; chip
    /// (0, 0) is the first of the title's picture.
    pub geometries: Vec<FitGeometry>,
}

/// Bins on one straight line from exhibit time to title time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FitRun {
    /// The middle of the first bin, seconds of exhibit time.
    pub first_s: f64,
    /// The middle of the last bin, seconds of exhibit time.
    pub last_s: f64,
    /// Title time at exhibit time zero, seconds.
    pub offset_s: f64,
}

/// A geometry, and from when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FitGeometry {
    /// Exhibit time, seconds.
    pub from_s: f64,
    /// Chips to samples of the grid at its scale.
    pub map: Geometry,
}

/// Times that differ by less than this are the same: what is left of a time that
/// went through text, seconds.
const SAME_S: f64 = 1e-6;

impl HostFit {
    /// The title time of the bin at `time_s`, seconds; `None` if nothing was taken from it.
    pub fn title_s(&self, time_s: f64) -> Option<f64> {
        Some(offset_in(&self.runs, time_s)? + self.rate * time_s)
    }

    /// The geometry at an exhibit time.
    pub(crate) fn geometry_at(&self, time_s: f64) -> Option<Geometry> {
        geometry_in(&self.geometries, time_s)
    }
}

impl FitRun {
    /// True of the time of one of its bins.
    pub(crate) fn holds(&self, time_s: f64) -> bool {
        self.first_s - SAME_S <= time_s && time_s <= self.last_s + SAME_S
    }
}

fn offset_in(runs: &[FitRun], time_s: f64) -> Option<f64> {
    let run = runs.iter().find(|run| run.holds(time_s));
    run.map(|run| run.offset_s)
}

fn geometry_in(geometries: &[FitGeometry], time_s: f64) -> Option<Geometry> {
    let passed = |g: &&FitGeometry| g.from_s <= time_s + SAME_S;
    let latest = geometries.iter().take_while(passed).last();
    latest.or(geometries.first()).map(|g| g.map)
}

impl Fit {
    /// Title time at exhibit time zero for the bin at `time_s`; `None` if it was not read.
    pub(crate) fn offset_s(&self, time_s: f64) -> Option<f64> {
        offset_in(&self.runs, time_s)
    }

    /// The title time of the bin at `time_s`, seconds; `None` if it was not read.
    pub fn title_s(&self, time_s: f64) -> Option<f64> {
        Some(self.offset_s(time_s)? + self.rate * time_s)
    }

    /// The geometry at an exhibit time.
    pub(crate) fn geometry_at(&self, time_s: f64) -> Option<Geometry> {
        geometry_in(&self.geometries, time_s)
    }

    /// True if a frame shown at `time_s` is one of [`Frames::Between`].
    pub fn holds_frame(&self, time_s: f64) -> bool {
        match self.frames {
            Frames::Between { first_s, last_s } => {
                first_s - SAME_S <= time_s && time_s <= last_s + SAME_S
            }
            Frames::Keyframes { .. } => false,
        }
    }
}

impl Frames {
    /// The frames in bins; `None` if there is none.
    pub(crate) fn of(bins: &[Bin]) -> Option<Self> {
        Some(Self::Between {
            first_s: bins.first()?.first_s,
            last_s: bins.last()?.last_s,
        })
    }
}
