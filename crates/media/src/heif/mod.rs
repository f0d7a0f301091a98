//! Takes a HEIC or AVIF picture apart: FFmpeg before version 7 reads none of the
//! former, and of both no picture that is put together from tiles, as phones write.
//!
//! ```text
//! meta ─ items ─┬─ one coded picture ─────────┐
//!               └─ grid ─ its coded tiles ────┴─ elementary streams ─ FFmpeg's decoders
//! ```
//!
//! ISO/IEC 23008-12. What is derived in other ways (overlays, transforms) is not read;
//! turns and mirrors are left to detection, which finds them anyway.

mod bytes;
mod items;
mod stream;

use std::io::{Read, Seek, SeekFrom};

use super::nature::top_boxes;
use super::source::Source;
use bytes::Bytes;
use items::{Item, Items};

/// Bytes of a picture's description, at most.
const LARGEST_META: u64 = 16 << 20;
/// Bytes of all coded pictures together, at most.
const LARGEST_DATA: u64 = 1 << 30;
/// Tiles, at most: 16384 × 16384 of 256 × 256.
const MOST_TILES: usize = 4096;

/// A picture in coded parts.
pub(super) struct Coded {
    /// The tiles row by row, each as a stream that FFmpeg opens.
    pub tiles: Vec<Vec<u8>>,
    /// Tiles in a row.
    pub columns: usize,
    /// Width and height of the whole, pixels; `None` if the one tile is all of it.
    pub size: Option<(u32, u32)>,
}

/// The picture in a file; `None` if it is none of this kind, or not one we can read.
pub(super) fn coded(source: &Source) -> Option<Coded> {
    let top = top_boxes(source);
    let meta = top.iter().find(|b| &b.name == b"meta")?;
    let length = meta.end.min(source.size()).checked_sub(meta.content)?;
    if top.first()?.name != *b"ftyp" || length > LARGEST_META {
        return None;
    }
    let meta = read_at(source, meta.content, length)?;
    let items = Items::of(&meta)?;
    let primary = items.get(items.primary)?;
    match &primary.kind {
        b"grid" => grid(source, &items, primary),
        _ => Some(Coded {
            tiles: vec![stream(source, &items, primary)?],
            columns: 1,
            size: None,
        }),
    }
}

fn grid(source: &Source, items: &Items<'_>, primary: &Item) -> Option<Coded> {
    let layout = data(source, items, primary)?;
    let mut bytes = Bytes(&layout);
    let (_version, flags) = (bytes.u8()?, bytes.u8()?);
    let (rows, columns) = (usize::from(bytes.u8()?) + 1, usize::from(bytes.u8()?) + 1);
    let side = if flags & 1 == 1 { 4 } else { 2 };
    let size = (bytes.number(side)? as u32, bytes.number(side)? as u32);
    if primary.parts.len() != rows * columns || primary.parts.len() > MOST_TILES {
        return None;
    }
    let mut left = LARGEST_DATA;
    let mut tile = |&id: &u32| {
        let tile = stream(source, items, items.get(id)?)?;
        left = left.checked_sub(tile.len() as u64)?;
        Some(tile)
    };
    Some(Coded {
        tiles: primary.parts.iter().map(&mut tile).collect::<Option<_>>()?,
        columns,
        size: Some(size),
    })
}

/// A coded picture as a stream that FFmpeg opens.
fn stream(source: &Source, items: &Items<'_>, item: &Item) -> Option<Vec<u8>> {
    let data = data(source, items, item)?;
    match &item.kind {
        b"hvc1" | b"hev1" => stream::hevc(items.property(item, b"hvcC")?, &data),
        b"av01" => stream::av1(items.property(item, b"av1C")?, &data),
        _ => None,
    }
}

/// The bytes of an item.
fn data(source: &Source, items: &Items<'_>, item: &Item) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    for extent in &item.extents {
        let part = match item.in_meta {
            true => {
                let from = usize::try_from(extent.offset).ok()?;
                let to = from.checked_add(usize::try_from(extent.length).ok()?)?;
                items.inner.get(from..to)?.to_vec()
            }
            false => {
                let rest = source.size().checked_sub(extent.offset)?;
                let length = if extent.length == 0 {
                    rest
                } else {
                    extent.length
                };
                read_at(source, extent.offset, length.min(rest))?
            }
        };
        all.extend(part);
        if all.len() as u64 > LARGEST_DATA {
            return None;
        }
    }
    Some(all)
}

fn read_at(source: &Source, from: u64, length: u64) -> Option<Vec<u8>> {
    if length > LARGEST_DATA {
        return None;
    }
    let mut reader = source.reader();
    reader.seek(SeekFrom::Start(from)).ok()?;
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
