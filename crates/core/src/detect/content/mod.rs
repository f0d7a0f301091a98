//! Compares what an exhibit shows with what the title's master shows there.
//!
//! ```text
//! bin ──────── geometry of the fit ─┐
//!                                   ├─ both at one sample a chip ─ block by block: how alike ─ Likeness
//! reference ── whole picture ───────┘
//! ```
//!
//! The mark takes no part: it is far fainter than what is compared, and the
//! reference has none. Nothing here looks at a distributor.

mod chips;
mod clock;
mod compare;
mod known;
mod likeness;
mod masters;
mod timing;
mod when;

pub(crate) use clock::{Told, by_pictures};
pub(crate) use compare::first_tile;
pub use compare::{Content, ContentRun, compare};
pub use known::Known;
pub(crate) use known::likely;
pub use masters::{Masters, NoMasters};
pub(crate) use timing::{SPAN_S, Timed, Timing};
pub(crate) use when::{USUAL_RATES, When};

use std::ops::Range;

use crate::detect::geometry::{Geometry, Orientation, Region};
use crate::luma::Plane;

/// Pictures of a title's master: half-second means on a small grid.
#[derive(Debug, Clone)]
pub struct MasterPictures {
    /// Where the title's picture lies on that grid.
    pub region: Region,
    /// Chips across and down the title's picture.
    pub extent: (f64, f64),
    /// The middle of each in seconds of title time, ascending, and its luma, 8-bit code values.
    pub pictures: Vec<(f64, Plane)>,
}

impl MasterPictures {
    /// From chips to samples of the grid.
    pub(crate) fn geometry(&self) -> Geometry {
        Geometry::whole(self.region, self.extent, Orientation::default())
    }

    /// The numbers of the picture nearest to a title time and of those beside it; none if
    /// that is more than `within_s` away.
    pub(crate) fn beside(&self, title_s: f64, within_s: f64) -> Range<usize> {
        let pictures = &self.pictures;
        let after = pictures.partition_point(|(time_s, _)| *time_s < title_s);
        let off = |i: &usize| (pictures[*i].0 - title_s).abs();
        let near = [after.checked_sub(1), Some(after)];
        let near = near.into_iter().flatten().filter(|i| *i < pictures.len());
        match near.min_by(|a, b| off(a).total_cmp(&off(b))) {
            Some(i) if off(&i) <= within_s => i.saturating_sub(1)..(i + 2).min(pictures.len()),
            _ => 0..0,
        }
    }
}
