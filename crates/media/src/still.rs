//! Decodes still pictures of whatever format FFmpeg can, also those of many tiles.

use std::io::{Cursor, Read, Seek};
use std::path::Path;

use super::decode::Decode;
use super::ff;
use super::ff::decoder::{Deblock, DecodeOptions};
use super::ff::frame::Shape;
use super::ff::pixel::{self, Chroma};
use super::ff::scale::Scaler;
use super::frame::{DecodedFrame, RgbPicture};
use super::heif::{self, Coded};
use super::limits::Limits;
use super::plane::Plane;
use super::probe::{film, is_picture_format};
use super::source::Source;
use leakmark_core::error::Result;
use leakmark_core::luma::Samples;
use leakmark_core::problem::{Problem, ProblemKind};

/// A decoded still picture.
pub struct StillPicture {
    /// FFmpeg's name of the codec.
    pub codec: String,
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    tiles: Vec<Tile>,
}

struct Tile {
    x: usize,
    y: usize,
    frame: DecodedFrame,
}

/// The still picture in a file; `None` if it is none that FFmpeg knows: perhaps a film.
///
/// # Errors
/// [`Error::Unreadable`](leakmark_core::error::Error::Unreadable) if it is one, and damaged
/// or beyond the limits.
pub fn still_picture(source: &Source, limits: &Limits) -> Result<Option<StillPicture>> {
    if let Some(coded) = heif::coded(source) {
        return put_together(source.path(), coded, limits).map(Some);
    }
    let Ok(input) = ff::input::open(source.reader()) else {
        return Ok(None);
    };
    if !is_picture_format(&ff::input::format_name(&input)) {
        return Ok(None);
    }
    let (codec, frame) = first_frame(source.path(), input, limits)?;
    Ok(Some(StillPicture {
        codec,
        width: frame.width(),
        height: frame.height(),
        tiles: vec![Tile { x: 0, y: 0, frame }],
    }))
}

/// Decodes the tiles of a picture and lays them side by side.
fn put_together(path: &Path, coded: Coded, limits: &Limits) -> Result<StillPicture> {
    if let Some(problem) = coded.size.and_then(|(w, h)| limits.refuses(w, h)) {
        return Err(problem.at(path));
    }
    let (mut tiles, mut codec) = (Vec::new(), String::new());
    let (mut wide, mut high) = (0, 0);
    for (number, stream) in coded.tiles.into_iter().enumerate() {
        let input = opened(path, Cursor::new(stream))?;
        let (name, frame) = first_frame(path, input, limits)?;
        if number == 0 {
            (wide, high) = (frame.width(), frame.height());
        }
        codec = name;
        tiles.push(Tile {
            x: (number % coded.columns) * wide as usize,
            y: (number / coded.columns) * high as usize,
            frame,
        });
    }
    let (width, height) = coded.size.unwrap_or((wide, high));
    Ok(StillPicture {
        codec,
        width,
        height,
        tiles,
    })
}

fn opened(path: &Path, stream: impl Read + Seek + Send + 'static) -> Result<ff::Input> {
    ff::input::open(stream).map_err(|_| damaged().at(path))
}

fn damaged() -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        "it is a picture that cannot be decoded",
        "fetch it again, whole, or convert it to PNG",
    )
}

/// The first picture of a stream, and the name of its codec.
fn first_frame(path: &Path, input: ff::Input, limits: &Limits) -> Result<(String, DecodedFrame)> {
    let all = ff::facts::read_all(&input);
    let video = film(&all).ok_or_else(|| damaged().at(path))?;
    if let Some(problem) = limits.refuses(video.width, video.height) {
        return Err(problem.at(path));
    }
    let options = DecodeOptions {
        threads: 1,
        keyframes_only: false,
        deblock: Deblock::All,
    };
    let mut decode = Decode::new(path, input, video, limits, options)?;
    let frame = decode.next(&mut |_| Ok(()))?;
    let frame = frame.ok_or_else(|| damaged().at(path))?;
    let mut plane = Plane::of(&frame, &mut Scaler::default()).map_err(|_| damaged().at(path))?;
    // Grey pictures that say nothing of their range use all of it.
    let layout = pixel::layout(Shape::of(&frame).format);
    plane.full_range |= layout.is_some_and(|l| l.chroma == Chroma::None);
    let frame = DecodedFrame {
        frame,
        plane,
        time_s: 0.0,
    };
    Ok((video.codec.clone(), frame))
}

impl StillPicture {
    /// True if it has no luma of its own: [`rgb`](Self::rgb) gives it as it is.
    pub fn is_rgb(&self) -> bool {
        let layout = |tile: &Tile| pixel::layout(Shape::of(&tile.frame.frame).format);
        let rgb = |tile: &Tile| layout(tile).is_some_and(|l| l.chroma == Chroma::Rgb);
        self.tiles.iter().all(rgb)
    }

    /// Its luma, row by row, 0 black to 255 white.
    pub fn luma(&self) -> Vec<u8> {
        let (width, height) = (self.width as usize, self.height as usize);
        let mut all = vec![0; width * height];
        for tile in &self.tiles {
            let view = tile.frame.luma();
            let format = view.format;
            let rows = format.height.min(height.saturating_sub(tile.y));
            let columns = format.width.min(width.saturating_sub(tile.x));
            let level = levels(format.bit_depth, format.full_range);
            for row in 0..rows {
                let to = (tile.y + row) * width + tile.x;
                let from = row * format.stride;
                let line = all.get_mut(to..to + columns).unwrap_or_default();
                match view.samples {
                    Samples::U8(samples) => copy(&samples[from..], line, |&s| level(s.into())),
                    Samples::U16(samples) => copy(&samples[from..], line, |&s| level(s)),
                }
            }
        }
        all
    }

    /// It in color, put together; no longer than `longest` pixels on either side if it
    /// is of one piece. `None` if its format cannot be converted.
    pub fn rgb(&self, longest: u32) -> Option<RgbPicture> {
        if let [tile] = self.tiles.as_slice() {
            return tile.frame.rgb(longest);
        }
        let (width, height) = (self.width as usize, self.height as usize);
        let mut samples = vec![0; 3 * width * height];
        for tile in &self.tiles {
            let picture = tile.frame.rgb(u32::MAX)?;
            let rows = (picture.height as usize).min(height.saturating_sub(tile.y));
            let columns = (picture.width as usize).min(width.saturating_sub(tile.x));
            for row in 0..rows {
                let to = 3 * ((tile.y + row) * width + tile.x);
                let from = 3 * row * picture.width as usize;
                let line = picture.samples.get(from..from + 3 * columns)?;
                samples.get_mut(to..to + 3 * columns)?.copy_from_slice(line);
            }
        }
        Some(RgbPicture {
            width: self.width,
            height: self.height,
            samples,
        })
    }
}

fn copy<T>(from: &[T], to: &mut [u8], level: impl Fn(&T) -> u8) {
    to.iter_mut()
        .zip(from)
        .for_each(|(to, from)| *to = level(from));
}

/// From samples of a depth and range to 0 to 255.
fn levels(bit_depth: u8, full_range: bool) -> impl Fn(u16) -> u8 {
    let most = 2.0_f32.powi(bit_depth.into());
    let (black, white) = match full_range {
        true => (0.0, most - 1.0),
        false => (most / 16.0, most * 235.0 / 256.0),
    };
    move |sample| ((f32::from(sample) - black) * 255.0 / (white - black)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_are_so_at_every_depth_and_range() {
        for (depth, full, black, white) in [
            (8, true, 0, 255),
            (8, false, 16, 235),
            (10, false, 64, 940),
            (10, true, 0, 1023),
            (16, true, 0, 65535),
        ] {
            let level = levels(depth, full);
            assert_eq!((level(black), level(white)), (0, 255), "{depth} {full}");
        }
        assert_eq!(levels(8, false)(3), 0);
    }
}
