//! Gathers a reference from the pictures of a master, in order.

use std::sync::{Arc, Mutex, PoisonError};

use crate::detect::{Bin, BinGatherer, grid_size};
use crate::error::{Error, Result};
use crate::luma::resample::Resampler;
use crate::luma::{LumaView, Plane};
use crate::mark::chip_extent;
use crate::media::GrayGroup;
use crate::recognize::{Sketcher, Sketches};
use crate::registry::Title;

/// Pictures packed together: half a minute.
const PICTURES_A_GROUP: usize = 64;
/// x264's constant rate factor: seven kilobytes a picture on film.
const RATE_FACTOR: f32 = 26.0;

/// What was gathered of a master.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gathered {
    /// Rows and columns of each picture.
    pub size: (usize, usize),
    /// The middle of each picture, seconds from the master's beginning, ascending.
    pub times_s: Vec<f64>,
    /// Pictures in each group but the last.
    pub pictures_a_group: usize,
    /// The packed groups.
    pub groups: Vec<Vec<u8>>,
    /// The features of some of the pictures, at the same times.
    pub sketches: Sketches,
}

/// Gathers half-second means of a master's active picture.
pub(crate) struct ReferenceGatherer {
    frame: (usize, usize),
    resampler: Resampler,
    picture: Plane,
    bins: BinGatherer,
    waiting: Vec<Vec<u8>>,
    sketcher: Sketcher,
    gathered: Gathered,
}

impl ReferenceGatherer {
    /// For the frames of a title's master.
    pub fn of_title(title: &Title) -> Self {
        let frame = (title.width as usize, title.height as usize);
        let active = title.active.within(frame.0, frame.1);
        let (width, height) = (active.width.max(1), active.height.max(1));
        let (rows, columns) = grid_size(width, height, width.max(height));
        // The codec wants even sides.
        let size = (rows.next_multiple_of(2), columns.next_multiple_of(2));
        let extent = chip_extent(title.display_width, title.display_height);
        Self {
            frame,
            resampler: Resampler::new(active, size.0, size.1),
            picture: Plane::zeros(size),
            bins: BinGatherer::default(),
            waiting: Vec::new(),
            sketcher: Sketcher::new(extent),
            gathered: Gathered {
                size,
                times_s: Vec::new(),
                pictures_a_group: PICTURES_A_GROUP,
                groups: Vec::new(),
                sketches: Sketcher::new(extent).finish(),
            },
        }
    }

    /// Adds the picture shown `time_s` after the master's beginning. One of another
    /// size than the first is left out.
    pub fn push(&mut self, time_s: f64, luma: &LumaView<'_>) -> Result<()> {
        let same = (luma.format.width, luma.format.height) == self.frame;
        if !same || !self.bins.wants(time_s) || !self.resampler.apply_to(luma, &mut self.picture) {
            return Ok(());
        }
        self.bins.push(time_s, &self.picture);
        let done = self.bins.take_done();
        self.keep(done)
    }

    fn keep(&mut self, bins: Vec<Bin>) -> Result<()> {
        for bin in bins {
            let last = self.gathered.times_s.last();
            if last.is_some_and(|last| bin.time_s <= *last) {
                continue;
            }
            self.gathered.times_s.push(bin.time_s);
            self.sketcher.push(bin.time_s, &bin.picture);
            self.waiting.push(
                bin.picture
                    .iter()
                    .map(|v| v.round().clamp(0.0, 255.0) as u8)
                    .collect(),
            );
            if self.waiting.len() == PICTURES_A_GROUP {
                self.pack()?;
            }
        }
        Ok(())
    }

    fn pack(&mut self) -> Result<()> {
        let group = GrayGroup {
            size: self.gathered.size,
            pictures: std::mem::take(&mut self.waiting),
        };
        self.gathered.groups.push(group.packed(RATE_FACTOR)?);
        Ok(())
    }

    /// What was gathered.
    pub fn finish(mut self) -> Result<Gathered> {
        let rest = std::mem::take(&mut self.bins).finish();
        self.keep(rest)?;
        if !self.waiting.is_empty() {
            self.pack()?;
        }
        self.gathered.sketches = self.sketcher.finish();
        Ok(self.gathered)
    }
}

/// A gatherer that copies being marked side by side share: each offers every
/// picture, whoever comes to a picture first adds it.
pub(crate) struct SharedGatherer(Mutex<(u64, ReferenceGatherer)>);

impl SharedGatherer {
    /// Around a gatherer of nothing yet.
    pub fn new(gatherer: ReferenceGatherer) -> Self {
        Self(Mutex::new((0, gatherer)))
    }

    /// Adds picture number `frame` unless another copy has done so.
    pub fn offer(&self, frame: u64, time_s: f64, luma: &LumaView<'_>) -> Result<()> {
        // A copy that panicked leaves the pictures before its own whole.
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if frame != shared.0 {
            return Ok(());
        }
        shared.0 += 1;
        shared.1.push(time_s, luma)
    }

    /// What was gathered.
    ///
    /// # Errors
    /// [`Error::Internal`] if a copy holds it still, or the last pictures cannot be packed.
    pub fn finish(shared: Arc<Self>) -> Result<Gathered> {
        let shared = Arc::into_inner(shared)
            .ok_or_else(|| Error::Internal("a copy still offers pictures".into()))?;
        let (_, gatherer) = shared
            .0
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        gatherer.finish()
    }
}
