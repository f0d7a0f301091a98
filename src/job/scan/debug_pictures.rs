//! Writes what detection saw as pictures, for whoever wants to know
//! why a mark was not read.

use std::path::{Path, PathBuf};

use image::{GrayImage, Luma};

use crate::detect::DebugPictures;
use crate::error::{Error, Result};
use crate::job::events::file_name;
use crate::luma::Plane;

/// Pixels a cell of tile and map.
const ENLARGED: u32 = 6;

/// Writes `<file name>.<number>.{tile,map,picture,registered}.png` into `dir`,
/// which is made if missing.
///
/// # Errors
/// [`Error::Unwritable`] if a picture cannot be written.
pub(crate) fn write_pictures(
    dir: &Path,
    exhibit: &Path,
    number: usize,
    seen: &DebugPictures,
) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(|e| failed(dir, e))?;
    let name =
        |what: &str| -> PathBuf { dir.join(format!("{}.{number}.{what}.png", file_name(exhibit))) };
    let pictures = [
        ("tile", stretched(&seen.tile, ENLARGED)),
        ("map", stretched(&seen.map, ENLARGED)),
        ("picture", plain(&seen.picture)),
        ("registered", plain(&seen.registered)),
    ];
    for (what, picture) in pictures {
        let path = name(what);
        picture.save(&path).map_err(|e| failed(&path, e))?;
    }
    Ok(())
}

fn failed(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unwritable(path, error.to_string()).caused_by(error)
}

fn plain(plane: &Plane) -> GrayImage {
    drawn(plane, 1, |value| value)
}

/// The least value black, the greatest white.
fn stretched(plane: &Plane, enlarged: u32) -> GrayImage {
    let least = plane.iter().copied().fold(f32::INFINITY, f32::min);
    let most = plane.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let scale = 255.0 / (most - least).max(f32::MIN_POSITIVE);
    drawn(plane, enlarged, |value| (value - least) * scale)
}

fn drawn(plane: &Plane, enlarged: u32, level: impl Fn(f32) -> f32) -> GrayImage {
    let (rows, columns) = plane.dim();
    GrayImage::from_fn(columns as u32 * enlarged, rows as u32 * enlarged, |x, y| {
        let value = plane[[(y / enlarged) as usize, (x / enlarged) as usize]];
        Luma([level(value).round().clamp(0.0, 255.0) as u8])
    })
}
