//! Reads an MP4: its boxes, and where each of its samples lies.

use std::fs::File;
use std::path::{Path, PathBuf};

use leakmark_core::error::{Error, Result};
use mp4_atom::{Co64, Ctts, Stco, Stsc, Stss, Stsz, StszSamples, Stts};

use super::boxes::{Mp4Box, Name};
use super::top_box::{SHORTEST, TopBox};

/// The largest index that is read: ten hours have some 100 MB.
const MOST_INDEX_BYTES: u64 = 1 << 30;

/// An MP4 whose index comes in one piece.
pub(super) struct Movie {
    pub path: PathBuf,
    pub ftyp: Mp4Box,
    pub moov: Mp4Box,
    /// In the order of their boxes.
    pub tracks: Vec<Track>,
    /// Which of them is the film.
    pub film: usize,
}

/// A track.
pub(super) struct Track {
    pub id: u32,
    pub handler: Name,
    /// Ticks a second.
    pub timescale: u32,
    /// In the order of decoding.
    pub samples: Vec<Sample>,
}

/// A picture, or a packet of sound or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub offset: u64,
    pub size: u32,
    /// When it is decoded, ticks.
    pub time: u64,
    pub duration: u32,
    /// By how much later it is shown.
    pub shift: i64,
    pub is_key: bool,
}

impl Movie {
    /// Reads the index of the MP4 at `path`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is none.
    pub fn read(path: &Path) -> Result<Self> {
        let odd = |what: &str| Error::unreadable(path, format!("no MP4 as expected here: {what}"));
        let mut file = File::open(path).map_err(|e| Error::unreadable(path, e.to_string()))?;
        let ftyp = top_box(&mut file, b"ftyp").ok_or_else(|| odd("it has no box ftyp"))?;
        let moov = top_box(&mut file, b"moov").ok_or_else(|| odd("it has no whole index"))?;
        let traks = moov.boxes().iter().filter(|own| own.name == *b"trak");
        let tracks: Option<Vec<Track>> = traks.map(Track::read).collect();
        let tracks = tracks.ok_or_else(|| odd("a track's tables are malformed"))?;
        let film = tracks.iter().position(|track| track.handler == *b"vide");
        Ok(Self {
            path: path.to_owned(),
            film: film.ok_or_else(|| odd("it has no film"))?,
            ftyp,
            moov,
            tracks,
        })
    }

    /// The boxes of track `index`.
    pub fn trak(&self, index: usize) -> Option<&Mp4Box> {
        let mut traks = self.moov.boxes().iter().filter(|own| own.name == *b"trak");
        traks.nth(index)
    }
}

/// The first outermost box of a name.
fn top_box(file: &mut File, name: &Name) -> Option<Mp4Box> {
    let length = file.metadata().ok()?.len();
    let mut at = 0;
    while at + SHORTEST <= length {
        let found = TopBox::read(file, at, length)?;
        if found.name == *name {
            let bytes = found.bytes(file, MOST_INDEX_BYTES.min(length - at))?;
            return Mp4Box::all(&bytes)?.into_iter().next();
        }
        at = found.end()?;
    }
    None
}

impl Track {
    fn read(trak: &Mp4Box) -> Option<Self> {
        let handler = trak.at(&[b"mdia", b"hdlr"])?.raw()?.get(8..12)?;
        Some(Self {
            id: dated_word(trak.at(&[b"tkhd"])?)?,
            handler: handler.try_into().ok()?,
            timescale: dated_word(trak.at(&[b"mdia", b"mdhd"])?)?.max(1),
            samples: samples(trak.at(&[b"mdia", b"minf", b"stbl"])?)?,
        })
    }

    /// When a sample is decoded, seconds.
    pub fn decoded_s(&self, sample: &Sample) -> f64 {
        sample.time as f64 / f64::from(self.timescale)
    }
}

/// The word after the two dates of a header, which are longer in version 1.
fn dated_word(header: &Mp4Box) -> Option<u32> {
    let bytes = header.raw()?;
    let at = if *bytes.first()? == 1 { 20 } else { 12 };
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// All samples of a sample table.
fn samples(stbl: &Mp4Box) -> Option<Vec<Sample>> {
    let sizes = match stbl.at(&[b"stsz"])?.atom::<Stsz>()?.samples {
        StszSamples::Different { sizes } => sizes,
        StszSamples::Identical { count, size } => vec![size; usize::try_from(count).ok()?],
    };
    let offsets = offsets(stbl, &sizes)?;
    let keys: Option<Vec<u32>> = match stbl.at(&[b"stss"]) {
        Some(own) => Some(own.atom::<Stss>()?.entries),
        None => None,
    };
    let stts = stbl.at(&[b"stts"])?.atom::<Stts>()?.entries;
    let mut durations = stts
        .iter()
        .flat_map(|run| std::iter::repeat_n(run.sample_delta, run.sample_count as usize));
    let ctts = match stbl.at(&[b"ctts"]) {
        Some(own) => own.atom::<Ctts>()?.entries,
        None => Vec::new(),
    };
    let mut shifts = ctts
        .iter()
        .flat_map(|run| std::iter::repeat_n(run.sample_offset, run.sample_count as usize));
    let mut time = 0;
    let sample = |(number, (size, offset)): (u32, (u32, u64))| {
        let sample = Sample {
            offset,
            size,
            time,
            duration: durations.next()?,
            shift: shifts.next().unwrap_or(0),
            is_key: keys
                .as_ref()
                .is_none_or(|keys| keys.binary_search(&number).is_ok()),
        };
        time += u64::from(sample.duration);
        Some(sample)
    };
    (1..)
        .zip(sizes.into_iter().zip(offsets))
        .map(sample)
        .collect()
}

/// Where each sample begins.
fn offsets(stbl: &Mp4Box, sizes: &[u32]) -> Option<Vec<u64>> {
    let chunks: Vec<u64> = match stbl.at(&[b"co64"]) {
        Some(own) => own.atom::<Co64>()?.entries,
        None => {
            let entries = stbl.at(&[b"stco"])?.atom::<Stco>()?.entries;
            entries.into_iter().map(u64::from).collect()
        }
    };
    let runs = stbl.at(&[b"stsc"])?.atom::<Stsc>()?.entries;
    let mut offsets = Vec::with_capacity(sizes.len());
    for (index, run) in runs.iter().enumerate() {
        let end = match runs.get(index + 1) {
            Some(next) => next.first_chunk.checked_sub(1)? as usize,
            None => chunks.len(),
        };
        let first = run.first_chunk.checked_sub(1)? as usize;
        if run.sample_description_index != 1 {
            return None;
        }
        for chunk in chunks.get(first..end)? {
            let mut at = *chunk;
            for _ in 0..run.samples_per_chunk {
                let size = sizes.get(offsets.len())?;
                offsets.push(at);
                at = at.checked_add(u64::from(*size))?;
            }
        }
    }
    (offsets.len() == sizes.len()).then_some(offsets)
}
