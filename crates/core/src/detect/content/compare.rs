//! Compares the bins of a reading with the title's reference, and judges
//! stretch by stretch whether they show the title's pictures.
//!
//! A lattice alone does not say which of its tiles is the picture's first: places
//! 64 chips apart look alike to the pilot. The pictures tell them apart, so all
//! are tried, and the one in which the pictures are most alike is taken for the
//! whole reading. Bins are half-second means that begin anywhere, so each is
//! compared with the reference's nearest picture and the ones beside it.

use std::sync::OnceLock;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::MasterPictures;
use super::chips::Chips;
use super::likeness::{Likeness, alike, median, median_in_place};
use crate::detect::bins::{BIN_S, Bin};
use crate::detect::fit::Fit;
use crate::detect::geometry::Geometry;
use crate::detect::register::Scale;
use crate::mark::TILE;

/// Tiles tried to each side of where the fit says that the picture begins.
const TILES: i64 = 2;
/// Bins in which the tiles are tried.
const TRIED: usize = 4;
/// A picture of the reference this far away is another one, seconds.
const NEAR_S: f64 = 0.75 * BIN_S;
/// Seconds of exhibit that are judged together: a slot.
const TOGETHER_S: f64 = 2.0;
/// Blocks that a stretch must have for a judgement.
const LEAST_BLOCKS: usize = 8;
/// The middle block of the title's picture correlates at least so much, and by so much
/// more than chance, or so much that chance does not explain it: a page of text is alike to
/// itself mirrored;
const ALIKE: f32 = 0.35;
const BEYOND_CHANCE: f32 = 0.2;
const THE_SAME: f32 = 0.9;
/// that of another picture less, by at most so much more than chance.
const CHANCE: f32 = 0.08;

/// What a stretch of an exhibit shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// The title's picture at that time.
    Title,
    /// Another picture.
    Other,
    /// It cannot be said: too little is shown, too flat or too spoilt, or the
    /// reference has no picture of that time.
    Unknown,
}

/// A stretch of exhibit, and what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ContentRun {
    /// Where it begins in the exhibit, seconds.
    pub exhibit_start_s: f64,
    /// Where it ends in the exhibit, seconds.
    pub exhibit_end_s: f64,
    /// The title time with which it begins, seconds; null if that is not known.
    pub title_start_s: Option<f64>,
    /// What it shows.
    pub content: Content,
    /// The middle correlation of the blocks compared, −1 to 1; 0 if there are none.
    pub correlation: f32,
}

/// What the bins that `fit` places in the title show, in order of time; what title time that
/// is, is not said.
pub fn compare(bins: &[Bin], fit: &Fit, master: &MasterPictures) -> Vec<ContentRun> {
    let placed = placed(bins, fit);
    let prepared = Prepared::new(master);
    let (tile, _) = likeliest_tile(&placed, &prepared);
    let likenesses: Vec<Likeness> = placed
        .par_iter()
        .map(|bin| bin.likeness(&prepared, tile))
        .collect();
    judged(&likenesses)
}

/// Chips (right, down) from where the fit begins the title's picture to where it does; `None`
/// if no bin that is tried shows that picture.
pub(crate) fn first_tile(bins: &[Bin], fit: &Fit, master: &MasterPictures) -> Option<(i64, i64)> {
    let (tile, shown) = likeliest_tile(&placed(bins, fit), &Prepared::new(master));
    shown.then_some(tile)
}

fn placed<'a>(bins: &'a [Bin], fit: &Fit) -> Vec<Placed<'a>> {
    bins.iter()
        .filter(|bin| bin.picture.dim() == fit.grid)
        .filter_map(|bin| Placed::of(bin, fit))
        .collect()
}

/// A bin, and where and when the fit says that it is.
struct Placed<'a> {
    bin: &'a Bin,
    /// Chips to samples of the bin.
    geometry: Geometry,
    title_s: f64,
    negative: bool,
}

impl<'a> Placed<'a> {
    fn of(bin: &'a Bin, fit: &Fit) -> Option<Self> {
        let geometry = fit.geometry_at(bin.time_s)?;
        Some(Self {
            bin,
            geometry: match fit.scale {
                Scale::Half => geometry.rescaled(0.5),
                Scale::Whole | Scale::Negative => geometry,
            },
            title_s: fit.title_s(bin.time_s)?,
            negative: fit.scale == Scale::Negative,
        })
    }

    /// How alike it is to the picture of its time, with the picture's first chip
    /// `tile` (right, down) from where the fit has it.
    fn likeness(&self, master: &Prepared<'_>, tile: (i64, i64)) -> Likeness {
        let time_s = self.bin.time_s;
        match self.beside(master, tile) {
            Some((exhibit, reference)) => Likeness::of(time_s, &exhibit, reference),
            None => Likeness::nothing(time_s),
        }
    }

    /// The blocks of [`likeness`](Self::likeness) alone.
    fn blocks(&self, master: &Prepared<'_>, tile: (i64, i64)) -> Vec<f32> {
        match self.beside(master, tile) {
            Some((exhibit, reference)) => alike(&exhibit, reference).0,
            None => Vec::new(),
        }
    }

    /// Its picture, and that of the title's pictures around its time that is most like it.
    fn beside<'m>(&self, master: &'m Prepared<'_>, tile: (i64, i64)) -> Option<(Chips, &'m Chips)> {
        let named = self.geometry.renamed(tile.0 as f64, tile.1 as f64);
        let mut exhibit = Chips::of(&self.bin.picture, &named, master.pictures.extent);
        if self.negative {
            exhibit.0.mapv_inplace(|v| -v);
        }
        let beside = master.pictures.beside(self.title_s, NEAR_S);
        let near = beside.map(|i| master.chips(i));
        let (reference, _) = near
            .map(|chips| (chips, median_in_place(&exhibit, chips)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((exhibit, reference))
    }
}

/// The master's pictures, each at one sample a chip once that is asked for.
struct Prepared<'a> {
    pictures: &'a MasterPictures,
    chips: Vec<OnceLock<Chips>>,
}

impl<'a> Prepared<'a> {
    fn new(pictures: &'a MasterPictures) -> Self {
        Self {
            chips: pictures.pictures.iter().map(|_| OnceLock::new()).collect(),
            pictures,
        }
    }

    fn chips(&self, number: usize) -> &Chips {
        let MasterPictures {
            pictures, extent, ..
        } = self.pictures;
        let whole = || self.pictures.geometry();
        self.chips[number].get_or_init(|| Chips::of(&pictures[number].1, &whole(), *extent))
    }
}

/// Chips (right, down) from where the fit begins the picture to where the pictures are
/// most alike, and whether one of them is the title's there.
fn likeliest_tile(placed: &[Placed<'_>], master: &Prepared<'_>) -> ((i64, i64), bool) {
    let step = placed.len().div_ceil(TRIED).max(1);
    let tried: Vec<&Placed<'_>> = placed.iter().step_by(step).collect();
    let likenesses = |tile| tried.par_iter().map(move |bin| bin.likeness(master, tile));
    let in_place: Vec<Likeness> = likenesses((0, 0)).collect();
    if content(&in_place) == Content::Title {
        return ((0, 0), true);
    }
    let tiles = (-TILES..=TILES).flat_map(|v| (-TILES..=TILES).map(move |u| (u, v)));
    let places: Vec<(i64, i64)> = tiles
        .map(|(u, v)| (u * TILE as i64, v * TILE as i64))
        .collect();
    let worth = |&tile: &(i64, i64)| {
        let blocks: Vec<f32> = tried.iter().flat_map(|b| b.blocks(master, tile)).collect();
        let number = blocks.len() as f32;
        // A sliver that happens to be alike is worth less than all of the picture.
        median(blocks) * number.sqrt()
    };
    let worths: Vec<f32> = places.par_iter().map(worth).collect();
    let best = places.iter().zip(worths).max_by(|a, b| {
        let near = |p: &(i64, i64)| -(p.0.abs() + p.1.abs());
        a.1.total_cmp(&b.1).then(near(a.0).cmp(&near(b.0)))
    });
    let best = best.map_or((0, 0), |(tile, _)| *tile);
    let there: Vec<Likeness> = likenesses(best).collect();
    let shown = |l: &Likeness| content(std::slice::from_ref(l)) == Content::Title;
    (best, there.iter().any(shown))
}

/// Stretches of about a slot, judged, and put together where they show the same.
fn judged(likenesses: &[Likeness]) -> Vec<ContentRun> {
    let number = |l: &Likeness| (l.exhibit_s / TOGETHER_S).floor() as i64;
    let mut runs: Vec<(ContentRun, Vec<f32>)> = Vec::new();
    for together in likenesses.chunk_by(|a, b| number(a) == number(b)) {
        let blocks: Vec<f32> = together.iter().flat_map(|l| &l.blocks).copied().collect();
        let content = content(together);
        let (first, last) = (&together[0], &together[together.len() - 1]);
        let (start_s, end_s) = (first.exhibit_s - BIN_S / 2.0, last.exhibit_s + BIN_S / 2.0);
        match runs.last_mut() {
            Some((run, all))
                if run.content == content && start_s - run.exhibit_end_s < TOGETHER_S =>
            {
                run.exhibit_end_s = end_s;
                all.extend(blocks);
            }
            _ => runs.push((
                ContentRun {
                    exhibit_start_s: start_s.max(0.0),
                    exhibit_end_s: end_s,
                    title_start_s: None,
                    content,
                    correlation: 0.0,
                },
                blocks,
            )),
        }
    }
    let finished = |(run, blocks): (ContentRun, Vec<f32>)| ContentRun {
        correlation: median(blocks),
        ..run
    };
    runs.into_iter().map(finished).collect()
}

fn content(together: &[Likeness]) -> Content {
    let pooled =
        |of: &dyn Fn(&Likeness) -> Vec<f32>| -> Vec<f32> { together.iter().flat_map(of).collect() };
    let blocks = pooled(&|l| l.blocks.clone());
    let number = blocks.len();
    let middle = median(blocks);
    let chance = (0..3).map(|turn| median(pooled(&|l| l.chance[turn].clone())));
    let chance = chance.fold(0.0, f32::max);
    let explained = middle < THE_SAME && middle < chance + BEYOND_CHANCE;
    match number >= LEAST_BLOCKS {
        true if middle >= ALIKE && !explained => Content::Title,
        true if middle < ALIKE && middle <= chance + CHANCE => Content::Other,
        _ => Content::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::fit::{FitGeometry, FitRun, Frames};
    use crate::detect::geometry::{Orientation, Region};
    use crate::luma::Plane;

    const EXTENT: (f64, f64) = (160.0, 90.0);
    const DIM: (usize, usize) = (270, 480);
    const WHOLE: Region = Region {
        x: 0.0,
        y: 0.0,
        width: 480.0,
        height: 270.0,
    };

    /// A number from 0 to 1 for each point of a lattice.
    fn point(seed: u32, x: i64, y: i64) -> f64 {
        let mut word = seed.wrapping_mul(0x9E37_79B9) ^ (x as u32).wrapping_mul(0x85EB_CA6B);
        word = (word ^ (word >> 15)).wrapping_add((y as u32).wrapping_mul(0xC2B2_AE35));
        word = (word ^ (word >> 13)).wrapping_mul(0x27D4_EB2F);
        f64::from(word ^ (word >> 16)) / f64::from(u32::MAX)
    }

    /// A scene of soft spots of many sizes that drifts; another `seed` is another scene.
    fn shown(seed: u32, time_s: f64, x: f64, y: f64) -> f64 {
        let spots = |pitch: f64| {
            let (x, y) = ((x + 6.0 * time_s) / pitch, y / pitch);
            let (u, v) = (x.floor(), y.floor());
            let (fx, fy) = (x - u, y - v);
            let at = |du: i64, dv: i64| point(seed, u as i64 + du, v as i64 + dv);
            let row = |dv: i64| at(0, dv) * (1.0 - fx) + at(1, dv) * fx;
            row(0) * (1.0 - fy) + row(1) * fy
        };
        20.0 + 80.0 * (spots(9.0) + spots(23.0))
    }

    fn plane(seed: u32, time_s: f64, at: impl Fn(f64, f64) -> (f64, f64)) -> Plane {
        Plane::from_shape_fn(DIM, |(row, column)| {
            let (x, y) = at(column as f64, row as f64);
            shown(seed, time_s, x, y) as f32
        })
    }

    fn master() -> MasterPictures {
        let times = (0..14).map(|i| 100.0 + 0.25 + f64::from(i) / 2.0);
        MasterPictures {
            region: WHOLE,
            extent: EXTENT,
            pictures: times.map(|t| (t, plane(1, t, |x, y| (x, y)))).collect(),
        }
    }

    /// Bins whose pictures `at` gives of scene `seed`, from title time 102 s on.
    fn bins(seed: u32, at: impl Fn(f64, f64) -> (f64, f64)) -> Vec<Bin> {
        let bin = |i: i32| {
            let time_s = 0.3 + f64::from(i) / 2.0;
            Bin::showing(plane(seed, 102.0 + time_s, &at) * 0.6 + 30.0, time_s)
        };
        (0..8).map(bin).collect()
    }

    fn fit(map: Geometry, scale: Scale) -> Fit {
        Fit {
            frames: Frames::Between {
                first_s: 0.0,
                last_s: 4.0,
            },
            grid: DIM,
            scale,
            rate: 1.0,
            runs: vec![FitRun {
                first_s: 0.0,
                last_s: 4.0,
                offset_s: 102.0,
            }],
            geometries: vec![FitGeometry { from_s: 0.0, map }],
            hosts: Vec::new(),
        }
    }

    fn kinds(runs: &[ContentRun]) -> Vec<Content> {
        runs.iter().map(|run| run.content).collect()
    }

    #[test]
    fn the_title_s_pictures_are_told_from_others() {
        let whole = Geometry::whole(WHOLE, EXTENT, Orientation::default());
        let fit = fit(whole, Scale::Whole);
        let same = compare(&bins(1, |x, y| (x, y)), &fit, &master());
        assert_eq!(kinds(&same), [Content::Title], "{same:?}");
        assert!(same[0].correlation > 0.95);
        let off = (same[0].exhibit_start_s - 0.05).abs() + (same[0].exhibit_end_s - 4.05).abs();
        assert!(off < 1e-9, "{same:?}");
        let other = compare(&bins(2, |x, y| (x, y)), &fit, &master());
        assert_eq!(kinds(&other), [Content::Other], "{other:?}");
    }

    #[test]
    fn a_page_that_is_its_own_mirror_image_is_the_title_s() {
        let whole = Geometry::whole(WHOLE, EXTENT, Orientation::default());
        let fit = fit(whole, Scale::Whole);
        // Lines of text, alike from left to right and from above to below.
        let page = |pitch: f64| {
            Plane::from_shape_fn(DIM, |(row, column)| {
                let (y, x) = (row as f64 - 134.5, column as f64 - 239.5);
                (230.0 - 60.0 * (y / pitch).cos().max(0.0) * (x / 7.0).cos().abs()) as f32
            })
        };
        let with = |picture: Plane| {
            let mut bins = bins(1, |x, y| (x, y));
            bins.iter_mut().for_each(|bin| bin.picture.assign(&picture));
            bins
        };
        let mut master = master();
        master
            .pictures
            .iter_mut()
            .for_each(|(_, p)| p.assign(&page(3.0)));
        let same = compare(&with(page(3.0)), &fit, &master);
        assert_eq!(kinds(&same), [Content::Title], "{same:?}");
        let other = compare(&with(page(4.1)), &fit, &master);
        assert_ne!(kinds(&other), [Content::Title], "{other:?}");
    }

    #[test]
    fn what_cannot_be_compared_is_unknown() {
        let whole = Geometry::whole(WHOLE, EXTENT, Orientation::default());
        let fit = fit(whole, Scale::Whole);
        let mut grey = bins(1, |x, y| (x, y));
        grey.iter_mut().for_each(|bin| bin.picture.fill(90.0));
        assert_eq!(kinds(&compare(&grey, &fit, &master())), [Content::Unknown]);
        let none = MasterPictures {
            pictures: Vec::new(),
            ..master()
        };
        let bins = bins(1, |x, y| (x, y));
        assert_eq!(kinds(&compare(&bins, &fit, &none)), [Content::Unknown]);
    }

    #[test]
    fn a_crop_is_found_whichever_tile_the_fit_begins_with() {
        // The middle 60 % of the picture, and a fit that is a tile off.
        let (left, upper) = (96.0, 54.0);
        let cropped = bins(1, |x, y| (left + x * 0.6, upper + y * 0.6));
        let pitch = 3.0 / 0.6;
        let first = ((1.0 - left) / 0.6, (1.0 - upper) / 0.6);
        let true_map = Geometry::about(first, (pitch, pitch), 0.0, Orientation::default());
        for tile in [0.0, TILE as f64] {
            let fit = fit(true_map.renamed(tile, 0.0), Scale::Whole);
            let runs = compare(&cropped, &fit, &master());
            assert_eq!(kinds(&runs), [Content::Title], "{tile}: {runs:?}");
        }
    }

    #[test]
    fn black_for_white_is_the_title_s_picture_if_it_was_read_so() {
        let whole = Geometry::whole(WHOLE, EXTENT, Orientation::default());
        let mut negative = bins(1, |x, y| (x, y));
        negative
            .iter_mut()
            .for_each(|bin| bin.picture.mapv_inplace(|v| 255.0 - v));
        let read = |scale| kinds(&compare(&negative, &fit(whole, scale), &master()));
        assert_eq!(read(Scale::Negative), [Content::Title]);
        assert_ne!(read(Scale::Whole), [Content::Title]);
    }
}
