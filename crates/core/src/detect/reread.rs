//! Reads soft symbols again where a reading found them: no secret, no pilot, no
//! search.
//!
//! ```text
//! whitened bins ─ fold (the fit's geometry) ─ slots (the fit's alignment) ─ opened cells ─ z
//! ```
//!
//! It is the last third of a scan with everything given that a scan has to look
//! for. One thing is done without the pilot that a scan does with it: a bin that
//! is much louder than the others is held down by the power of its tile rather
//! than of its correlation with the pilot. The two differ by the scatter of a
//! power that is estimated from 4096 cells.

use rayon::prelude::*;

use super::bins::Bin;
use super::fit::{Fit, FitGeometry};
use super::pilot::{SLOTS, Tile, capped, folded, root_mean_square};
use super::register::{Pyramid, Scale};
use super::symbols::{Placed, slot_sums};
use crate::luma::Plane;
use crate::mark::{SYMBOLS, SlotCells};
use crate::units::SlotIndex;

/// A geometry may spread the grid over so many chips along each side; more would
/// be no picture.
const MOST_CHIPS: i64 = 1024;

/// One slot read again.
#[derive(Debug, Clone, PartialEq)]
pub struct Reread {
    /// The slot of the title.
    pub slot: SlotIndex,
    /// Soft symbols in units of their noise; `None` if its cells were not opened.
    pub z: Option<[f32; SYMBOLS]>,
}

/// The bins of a reading.
#[derive(Debug, Clone, Copy)]
pub enum WhitenedBins<'a> {
    /// Bins of a window, as they were gathered.
    Bins(&'a [Bin]),
    /// Keyframes, whitened cluster by cluster, in order of time.
    Keyframes(&'a [(f64, Plane)]),
}

/// Every slot that the bins show where `fit` says that they lie, in order, read with the
/// `cells` of those slots that were opened. `hosts` are those that [`Fit::hosts`] names, as
/// [`hosts_of`](super::hosts_of) gives them. `None` if the fit is none that a scan makes.
pub fn reread<'c>(
    bins: WhitenedBins<'_>,
    fit: &Fit,
    hosts: Vec<Option<Plane>>,
    cells: impl Fn(SlotIndex) -> Option<&'c SlotCells>,
) -> Option<Vec<Reread>> {
    let pyramid = match bins {
        WhitenedBins::Bins(bins) => Pyramid::informed(bins, hosts),
        WhitenedBins::Keyframes(_) if fit.scale == Scale::Half => return None,
        WhitenedBins::Keyframes(whitened) => Pyramid::of_whitened(whitened),
    };
    let level = pyramid.at(fit.scale);
    let (rows, columns) = level.dim();
    let shows = |g: &FitGeometry| {
        let [u, v, last_u, last_v] = g.map.chips_in(rows, columns);
        last_u - u < MOST_CHIPS && last_v - v < MOST_CHIPS
    };
    if !(fit.geometries.iter().all(shows) && fit.rate > 0.0) {
        return None;
    }
    let tile = |(time_s, plane): &(f64, Plane)| {
        let map = fit.geometry_at(*time_s)?;
        Some((*time_s, folded(plane, &map)))
    };
    let tiles: Vec<(f64, Tile)> = level.whitened.par_iter().map(tile).collect::<Option<_>>()?;
    let deviations: Vec<f32> = tiles.iter().map(|(_, t)| root_mean_square(t)).collect();
    let weight = |(kept, all): (f32, &f32)| if *all > 0.0 { kept / all } else { 0.0 };
    let weights = capped(&deviations).into_iter().zip(&deviations).map(weight);
    let placed = tiles
        .iter()
        .zip(weights)
        .filter_map(|((time_s, tile), weight)| {
            Some(Placed {
                time_s: *time_s,
                offset_s: fit.offset_s(*time_s)?,
                weight,
                tile,
            })
        });
    let sums = slot_sums(placed, fit.rate, SLOTS).into_iter();
    let again = sums.map(|sum| Reread {
        slot: sum.slot,
        z: cells(sum.slot).map(|cells| cells.soft_symbols(&sum.cells).0),
    });
    Some(again.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{BinGatherer, Effort, NoMasters, PilotKey, Reading, Region, Search, read};
    use crate::key::Secret;
    use crate::luma::{LumaFormat, LumaViewMut, Rect, SamplesMut};
    use crate::mark::{DataCells, EmbedSettings, Embedder, Gain, Pilot, SlotCode, chip_extent};

    const WIDTH: usize = 480;
    const HEIGHT: usize = 270;

    /// Eight seconds of grainy film, grey but for a flicker that makes one bin loud.
    fn marked(secret: &Secret) -> Vec<Bin> {
        let settings = EmbedSettings {
            title: "film".into(),
            active: Rect::whole(WIDTH, HEIGHT),
            pixel_aspect: 1.0,
            gain: Gain::DEFAULT,
        };
        let symbols = |slot: SlotIndex| {
            std::array::from_fn(|j| {
                if (j as u32 + slot.0).is_multiple_of(3) {
                    1
                } else {
                    -1
                }
            })
        };
        let mut embedder = Embedder::new(secret, settings, symbols);
        let mut bins = BinGatherer::default();
        for frame in 0..32_usize {
            let grain = if frame / 2 == 5 { 41 } else { 5 };
            let value = |i: usize| 100 + ((i * 7919 + frame * 104_729) % grain) as u8;
            let mut picture: Vec<u8> = (0..WIDTH * HEIGHT).map(value).collect();
            let format = LumaFormat {
                width: WIDTH,
                height: HEIGHT,
                stride: WIDTH,
                bit_depth: 8,
                full_range: false,
            };
            let time_s = frame as f64 / 4.0;
            let samples = SamplesMut::U8(&mut picture);
            embedder.mark(time_s, LumaViewMut { format, samples });
            let at = |(y, x): (usize, usize)| f32::from(picture[y * WIDTH + x]);
            bins.push(time_s, &Plane::from_shape_fn((HEIGHT, WIDTH), at));
        }
        bins.finish()
    }

    fn searched(secret: &Secret, bins: Vec<Bin>) -> Reading {
        let search = Search {
            regions: vec![Region {
                x: 0.0,
                y: 0.0,
                width: WIDTH as f64,
                height: HEIGHT as f64,
            }],
            extents: vec![chip_extent(WIDTH as f64, HEIGHT as f64)],
            sample_aspect: 1.0,
            effort: Effort::Quick,
            titles: vec!["film".into()],
        };
        read(&PilotKey::new(secret), bins, &search, &NoMasters).remove(0)
    }

    #[test]
    fn what_was_read_is_read_again_without_the_secret_and_only_there() {
        let secret = Secret::from_bytes([7; 32]);
        let bins = marked(&secret);
        let mut reading = searched(&secret, bins.clone());
        assert!(reading.sync.found);
        let slots = reading.titles.remove(0).slots;
        let pilot = Pilot::new(&secret);
        let opened: Vec<SlotCells> = (0..5)
            .map(SlotIndex)
            .map(|slot| {
                let data = DataCells::new(&secret, "film", slot);
                SlotCells::new(&pilot, SlotCode::new(&secret, slot), &data)
            })
            .collect();
        let again = |fit: &Fit| {
            let cells = |slot: SlotIndex| opened.get(slot.0 as usize);
            reread(WhitenedBins::Bins(&bins), fit, Vec::new(), cells).expect("a fit")
        };
        let fit = slots[0].fit.as_ref();
        let numbers = |slots: &mut dyn Iterator<Item = SlotIndex>| slots.collect::<Vec<_>>();
        let reread = again(fit);
        assert_eq!(
            numbers(&mut reread.iter().map(|s| s.slot)),
            numbers(&mut slots.iter().map(|s| s.slot))
        );
        let apart = |reread: &[Reread]| {
            let pairs = slots.iter().zip(reread);
            let all = pairs.flat_map(|(a, b)| a.z.into_iter().zip(b.z.expect("opened")));
            all.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
        };
        let strongest = slots[0].z.iter().fold(0.0_f32, |m, z| m.max(z.abs()));
        assert!(strongest > 2.0, "{strongest}");
        assert!(apart(&reread) < 0.05, "{}", apart(&reread));
        let mut elsewhere = fit.clone();
        elsewhere.geometries[0].map = elsewhere.geometries[0].map.renamed(1.0, 0.0);
        assert!(apart(&again(&elsewhere)) > 1.0);
        let mut wild = fit.clone();
        wild.geometries[0].map = wild.geometries[0].map.rescaled(50.0);
        let none = super::reread(WhitenedBins::Bins(&bins), &wild, Vec::new(), |_| None);
        assert_eq!(none, None);
    }
}
