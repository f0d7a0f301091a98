//! Draws what a developer looks at when a mark is not read.

use ndarray::Array2;

use super::bins::Bin;
use super::detector::Detector;
use super::geometry::Geometry;
use super::judge::Judged;
use crate::luma::Plane;
use crate::mark::{LONG_CHIPS, TILE};

/// What detection saw, as pictures of values of any range.
#[derive(Debug, Clone)]
pub struct DebugPictures {
    /// The folded tile, every slot's pilot rolled and signed back: [`TILE`] × [`TILE`].
    pub tile: Plane,
    /// Its correlation with the pilot, shift zero in the middle: the pilot's
    /// peak is there or nowhere.
    pub map: Plane,
    /// The bin in the middle, 8-bit code values.
    pub picture: Plane,
    /// The edges of the tiles and of the title's picture, drawn as bright lines
    /// over [`picture`](Self::picture).
    pub registered: Plane,
}

impl Detector<'_> {
    /// The pictures of a candidate on its bins.
    pub fn debug_pictures(&self, bins: &[Bin], judged: &Judged) -> DebugPictures {
        let (tile, map) = self.tile_and_map(judged);
        let candidate = &judged.candidate;
        let factor = self.level(candidate.scale).factor;
        let middle = &bins[bins.len() / 2];
        let onto_bins = candidate.geometry_at(middle.time_s).rescaled(1.0 / factor);
        DebugPictures {
            tile,
            map,
            registered: overlaid(&middle.picture, &onto_bins, candidate.extent),
            picture: middle.picture.clone(),
        }
    }

    /// All bins' tiles and maps on one of each, every slot's pilot undone.
    fn tile_and_map(&self, judged: &Judged) -> (Plane, Plane) {
        let mut tile: Plane = Array2::zeros((TILE, TILE));
        let mut map: Plane = Array2::zeros((TILE, TILE));
        let alignment = &judged.candidate.alignment;
        for (track, &offset) in judged.tracks.iter().zip(&alignment.offsets_s) {
            for (slot, share) in alignment.shown(offset, track.time_s, self.key.codes.len()) {
                let code = self.key.codes[slot];
                let weight = share * track.weight * f32::from(code.sign);
                for (row, column) in (0..TILE).flat_map(|r| (0..TILE).map(move |c| (r, c))) {
                    let from = (row + code.rows) % TILE * TILE + (column + code.columns) % TILE;
                    tile[[row, column]] += weight * track.tile[from];
                    let centred = [(row + TILE / 2) % TILE, (column + TILE / 2) % TILE];
                    map[centred] += weight * track.map[from];
                }
            }
        }
        (tile, map)
    }
}

/// The picture with the edges of tiles in white, those of the title's picture
/// black and white.
fn overlaid(picture: &Plane, geometry: &Geometry, extent: (f64, f64)) -> Plane {
    const WHITE: f32 = 255.0;
    let mut out = picture.clone();
    let reach = 2.0 * LONG_CHIPS;
    let mut draw = |from: (f64, f64), to: (f64, f64), dashed: bool| {
        let steps = 2000;
        for step in 0..=steps {
            let part = f64::from(step) / f64::from(steps);
            let at = |a: f64, b: f64| a + (b - a) * part - 0.5;
            let (x, y) = geometry.at(at(from.0, to.0), at(from.1, to.1));
            let (row, column) = (y.round(), x.round());
            if row < 0.0 || column < 0.0 {
                continue;
            }
            if let Some(sample) = out.get_mut([row as usize, column as usize]) {
                *sample = if dashed && step / 10 % 2 == 0 {
                    0.0
                } else {
                    WHITE
                };
            }
        }
    };
    for tile in -4..=4 {
        let edge = f64::from(tile * TILE as i32);
        draw((edge, -reach), (edge, reach), false);
        draw((-reach, edge), (reach, edge), false);
    }
    let corners = [(0.0, 0.0), (extent.0, 0.0), extent, (0.0, extent.1)];
    for side in 0..4 {
        draw(corners[side], corners[(side + 1) % 4], true);
    }
    out
}
