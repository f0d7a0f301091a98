//! Makes the boxes of fragmented MP4: what comes before the samples of a segment, and
//! what comes before all segments.

use leakmark_core::error::{Error, Result};
use mp4_atom::{
    Encode, Ftyp, Mfhd, Moof, Stco, Stsc, Stsz, Stts, Tfdt, Tfhd, Traf, Trex, Trun, TrunEntry,
};

use super::boxes::Mp4Box;
use super::movie::{Movie, Sample, Track};
use super::structure::without_bit_rates;

/// A sample that depends on no other, and one that does (ISO/IEC 14496-12, 8.8.3.1).
const KEY: u32 = 0x0200_0000;
const DEPENDS: u32 = 0x0101_0000;
/// The head of the box with the samples.
const MDAT_BYTES: usize = 8;

/// The boxes before the samples of a segment, that of the samples begun.
///
/// # Errors
/// [`Error::Internal`] if the segment is too large for them.
pub(super) fn fragment_head(
    sequence: u32,
    track: &Track,
    samples: &[Sample],
    sizes: &[u32],
) -> Result<Vec<u8>> {
    let fails = |what: &str| Error::Internal(format!("a segment cannot be written: {what}"));
    let entry = |(sample, size): (&Sample, &u32)| TrunEntry {
        duration: Some(sample.duration),
        size: Some(*size),
        flags: Some(if sample.is_key { KEY } else { DEPENDS }),
        cts: Some(sample.shift),
    };
    let entries: Vec<TrunEntry> = samples.iter().zip(sizes).map(entry).collect();
    let moof = |data_offset: usize| Moof {
        mfhd: Mfhd {
            sequence_number: sequence,
        },
        traf: vec![Traf {
            tfhd: Tfhd {
                track_id: track.id,
                default_base_is_moof: true,
                ..Tfhd::default()
            },
            tfdt: Some(Tfdt {
                base_media_decode_time: samples.first().map_or(0, |sample| sample.time),
            }),
            trun: vec![Trun {
                data_offset: i32::try_from(data_offset).ok(),
                samples: entries.clone().into(),
            }],
            ..Traf::default()
        }],
    };
    let encoded = |data_offset: usize| -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let written = moof(data_offset).encode(&mut bytes);
        written.map_err(|e| fails(&e.to_string()))?;
        Ok(bytes)
    };
    let length = encoded(0)?.len();
    let mut bytes = encoded(length + MDAT_BYTES)?;
    let data: u64 = sizes.iter().map(|size| u64::from(*size)).sum();
    let size = u32::try_from(data + MDAT_BYTES as u64).map_err(|_| fails("more than 4 GB"))?;
    bytes.extend(size.to_be_bytes());
    bytes.extend(b"mdat");
    Ok(bytes)
}

/// What comes before the segments of the movie's tracks `kept`.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written.
pub(super) fn init(movie: &Movie, kept: &[usize]) -> Result<Vec<u8>> {
    let made = boxes(movie, kept);
    made.ok_or_else(|| Error::Internal("the head of a fragmented MP4 cannot be written".into()))
}

fn boxes(movie: &Movie, kept: &[usize]) -> Option<Vec<u8>> {
    let mut moov = movie.moov.clone();
    without_bit_rates(&mut moov);
    let mut index = 0;
    moov.boxes_mut()?.retain(|own| {
        let is_track = own.name == *b"trak";
        index += usize::from(is_track);
        !is_track || kept.contains(&(index - 1))
    });
    for trak in moov
        .boxes_mut()?
        .iter_mut()
        .filter(|own| own.name == *b"trak")
    {
        let stbl = trak.at_mut(&[b"mdia", b"minf", b"stbl"])?;
        let description = stbl.at(&[b"stsd"])?.clone();
        let tables = [
            Mp4Box::of(&Stts::default())?,
            Mp4Box::of(&Stsc::default())?,
            Mp4Box::of(&Stsz::default())?,
            Mp4Box::of(&Stco::default())?,
        ];
        *stbl.boxes_mut()? = [description].into_iter().chain(tables).collect();
    }
    let trex = kept.iter().map(|track| {
        Mp4Box::of(&Trex {
            track_id: movie.tracks.get(*track)?.id,
            default_sample_description_index: 1,
            ..Trex::default()
        })
    });
    moov.put(Mp4Box::folder(b"mvex", trex.collect::<Option<_>>()?));
    let ftyp = Ftyp {
        major_brand: b"iso6".into(),
        minor_version: 0,
        compatible_brands: vec![b"iso6".into(), b"cmfc".into(), b"mp41".into()],
    };
    let mut bytes = Mp4Box::of(&ftyp)?.to_bytes();
    moov.write(&mut bytes);
    Some(bytes)
}
