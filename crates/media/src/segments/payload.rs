//! Finds the samples of the film in an MP4, progressive or fragmented.

use std::fs::File;
use std::path::Path;

use leakmark_core::error::{Error, Result};
use mp4_atom::{Decode, Moof};

use super::movie::Movie;
use super::top_box::{SHORTEST, TopBox};

/// The largest head of a fragment that is read.
const MOST_HEAD_BYTES: u64 = 1 << 26;

/// A place in a file, and how many bytes lie there.
type Place = (u64, u32);

/// Where the film's samples lie in the MP4 at `path`, in their order.
pub(super) fn samples_of_film(path: &Path) -> Result<Vec<Place>> {
    let movie = Movie::read(path)?;
    let film = &movie.tracks[movie.film];
    if !film.samples.is_empty() {
        let places = film
            .samples
            .iter()
            .map(|sample| (sample.offset, sample.size));
        return Ok(places.collect());
    }
    let mut file = File::open(path).map_err(|e| Error::unreadable(path, e.to_string()))?;
    let odd = || Error::unreadable(path, "no MP4 as expected here: a fragment is malformed");
    fragments(&mut file, film.id).ok_or_else(odd)
}

/// Where the samples of a track lie in the fragments of a file.
fn fragments(file: &mut File, track: u32) -> Option<Vec<Place>> {
    let length = file.metadata().ok()?.len();
    let (mut at, mut places) = (0_u64, Vec::new());
    while at + SHORTEST <= length {
        let found = TopBox::read(file, at, length)?;
        if found.name == *b"moof" {
            let bytes = found.bytes(file, MOST_HEAD_BYTES)?;
            let moof = Moof::decode(&mut &bytes[..]).ok()?;
            places.extend(in_fragment(&moof, at, track)?);
        }
        at = found.end()?;
    }
    Some(places)
}

/// Where the samples of a track lie by the word of a fragment at `at`.
fn in_fragment(moof: &Moof, at: u64, track: u32) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    for traf in moof.traf.iter().filter(|own| own.tfhd.track_id == track) {
        let base = traf.tfhd.base_data_offset.unwrap_or(at);
        for trun in &traf.trun {
            let mut place = base.checked_add_signed(trun.data_offset?.into())?;
            for entry in &trun.samples {
                let size = entry.size.or(traf.tfhd.default_sample_size)?;
                places.push((place, size));
                place = place.checked_add(size.into())?;
            }
        }
    }
    Some(places)
}

/// The sizes of the samples of the first track in the head of a fragment.
pub(super) fn sizes_in(head: &[u8]) -> Option<Vec<u32>> {
    let moof = Moof::decode(&mut &head[..]).ok()?;
    let samples = &moof.traf.first()?.trun.first()?.samples;
    samples.iter().map(|entry| entry.size).collect()
}
