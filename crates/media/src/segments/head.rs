//! Makes the head of a progressive copy: the index of a variant, with the sizes and places of
//! the samples that were chosen.

use leakmark_core::error::{Error, Result};
use mp4_atom::{Co64, Stco, Stsc, StscEntry, Stsz, StszSamples};

use super::boxes::Mp4Box;
use super::movie::Movie;
use super::structure::without_bit_rates;

/// A head beyond this would need places of more than 32 bits for the samples after it.
const SMALL: u64 = u32::MAX as u64;
/// The heads of the box with the samples: with a size of 32 bits, and of 64.
const MDAT_BYTES: [usize; 2] = [8, 16];

/// Boxes ftyp and moov of a copy, in the tables of which sizes and places are those of `first`.
pub(super) fn template(first: &Movie) -> Vec<u8> {
    let mut moov = first.moov.clone();
    without_bit_rates(&mut moov);
    let mut bytes = first.ftyp.to_bytes();
    moov.write(&mut bytes);
    bytes
}

/// Samples that lie one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    pub samples: u32,
    /// Where it begins, from the first byte of all samples.
    pub at: u64,
}

/// What is chosen of a track for a copy.
pub(super) struct Chosen {
    /// The sizes of its samples; `None` if they are those of the template.
    pub sizes: Option<Vec<u32>>,
    /// Where they lie.
    pub chunks: Vec<Chunk>,
}

/// The boxes before the samples of a copy, that of the samples begun: `template` is
/// [`template`]'s, `tracks` in its order, `bytes` the size of all samples.
///
/// # Errors
/// [`Error::Internal`] if the template is none.
pub(super) fn progressive_head(
    template: &[Mp4Box],
    tracks: &[Chosen],
    bytes: u64,
) -> Result<Vec<u8>> {
    let made = head(template, tracks, bytes);
    made.ok_or_else(|| Error::Internal("the index of a copy cannot be written".into()))
}

fn head(template: &[Mp4Box], tracks: &[Chosen], bytes: u64) -> Option<Vec<u8>> {
    let [ftyp, moov] = template else {
        return None;
    };
    // Places do not change its size, but for whether they take 32 bits or 64.
    let sized = |wide: bool| Some(index(moov, tracks, 0, wide)?.to_bytes().len());
    let ftyp = ftyp.to_bytes();
    let mdat = MDAT_BYTES[usize::from(bytes + MDAT_BYTES[0] as u64 > SMALL)];
    let before = |wide: bool| Some((ftyp.len() + sized(wide)? + mdat) as u64);
    let wide = before(false)? + bytes > SMALL;
    let mut out = ftyp.clone();
    index(moov, tracks, before(wide)?, wide)?.write(&mut out);
    let size = bytes + mdat as u64;
    match u32::try_from(size) {
        Ok(size) if mdat == MDAT_BYTES[0] => {
            out.extend(size.to_be_bytes());
            out.extend(b"mdat");
        }
        _ => {
            out.extend(1_u32.to_be_bytes());
            out.extend(b"mdat");
            out.extend(size.to_be_bytes());
        }
    }
    Some(out)
}

/// The index of a copy whose samples begin at `start`.
fn index(moov: &Mp4Box, tracks: &[Chosen], start: u64, wide: bool) -> Option<Mp4Box> {
    let mut moov = moov.clone();
    let traks = moov.boxes_mut()?.iter_mut();
    let mut traks = traks.filter(|own| own.name == *b"trak");
    for track in tracks {
        let stbl = traks.next()?.at_mut(&[b"mdia", b"minf", b"stbl"])?;
        if let Some(sizes) = &track.sizes {
            stbl.put(Mp4Box::of(&Stsz {
                samples: StszSamples::Different {
                    sizes: sizes.clone(),
                },
            })?);
        }
        stbl.drop_all(&[b"stco", b"co64"]);
        stbl.put(Mp4Box::of(&Stsc {
            entries: runs(&track.chunks),
        })?);
        let places = track.chunks.iter().map(|chunk| start + chunk.at);
        stbl.put(match wide {
            true => Mp4Box::of(&Co64 {
                entries: places.collect(),
            })?,
            false => {
                let places = places.map(|place| u32::try_from(place).ok());
                Mp4Box::of(&Stco {
                    entries: places.collect::<Option<_>>()?,
                })?
            }
        });
    }
    traks.next().is_none().then_some(())?;
    Some(moov)
}

/// How many samples chunks have, by runs of the same number.
fn runs(chunks: &[Chunk]) -> Vec<StscEntry> {
    let mut runs: Vec<StscEntry> = Vec::new();
    for (number, chunk) in (1..).zip(chunks) {
        let same = |last: &&StscEntry| last.samples_per_chunk == chunk.samples;
        if runs.last().filter(same).is_none() {
            runs.push(StscEntry {
                first_chunk: number,
                samples_per_chunk: chunk.samples,
                sample_description_index: 1,
            });
        }
    }
    runs
}
