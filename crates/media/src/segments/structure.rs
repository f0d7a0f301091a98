//! Compares the structure of variants: whatever is not in the samples must be the same,
//! or a copy put together from them would not be one film.

use leakmark_core::error::{Error, Result};

use super::boxes::Mp4Box;
use super::movie::{Movie, Sample, Track};

/// Bytes of a picture's sample entry before the boxes in it.
const VISUAL_BYTES: usize = 78;

/// Makes sure that `other` differs from `first` in the bytes of its film alone.
///
/// # Errors
/// [`Error::Internal`] with what differs: the same encoder made both.
pub(super) fn same_structure(first: &Movie, other: &Movie) -> Result<()> {
    let differ = |what: String| {
        Err(Error::Internal(format!(
            "{} and {} have another structure, so no copy can be put together from both: {what}",
            first.path.display(),
            other.path.display()
        )))
    };
    if first.ftyp != other.ftyp || first.tracks.len() != other.tracks.len() {
        return differ("their tracks".into());
    }
    for (index, (a, b)) in first.tracks.iter().zip(&other.tracks).enumerate() {
        let is_film = index == first.film;
        if let Some(what) = different(a, b, is_film) {
            return differ(format!("track {}: {what}", a.id));
        }
    }
    if plain(first) != plain(other) {
        return differ("their headers, such as the parameter sets of the encoder".into());
    }
    Ok(())
}

/// How two tracks differ.
fn different(a: &Track, b: &Track, is_film: bool) -> Option<String> {
    if (a.id, a.handler, a.timescale) != (b.id, b.handler, b.timescale) {
        return Some("its kind or its unit of time".into());
    }
    if a.samples.len() != b.samples.len() {
        return Some(format!(
            "{} and {} samples",
            a.samples.len(),
            b.samples.len()
        ));
    }
    let same = |(a, b): (&Sample, &Sample)| {
        let timed = |s: &Sample| (s.time, s.duration, s.shift, s.is_key);
        timed(a) == timed(b) && (is_film || a.size == b.size)
    };
    let odd = a
        .samples
        .iter()
        .zip(&b.samples)
        .position(|pair| !same(pair));
    odd.map(|sample| format!("the time or the kind of sample {sample}"))
}

/// The boxes of a movie without what depends on its samples' bytes.
fn plain(movie: &Movie) -> Mp4Box {
    let mut moov = movie.moov.clone();
    let boxes = moov.boxes_mut().into_iter().flatten();
    for trak in boxes.filter(|own| own.name == *b"trak") {
        if let Some(stbl) = trak.at_mut(&[b"mdia", b"minf", b"stbl"]) {
            stbl.drop_all(&[b"stsz", b"stco", b"co64", b"stsc"]);
        }
    }
    without_bit_rates(&mut moov);
    moov
}

/// Takes the bit rate out of the descriptions of pictures: no copy has that of a variant.
pub(super) fn without_bit_rates(moov: &mut Mp4Box) {
    let boxes = moov.boxes_mut().into_iter().flatten();
    for trak in boxes.filter(|own| own.name == *b"trak") {
        let handler = trak.at(&[b"mdia", b"hdlr"]).and_then(Mp4Box::raw);
        if handler.and_then(|bytes| bytes.get(8..12)) != Some(b"vide") {
            continue;
        }
        let stbl = trak.at_mut(&[b"mdia", b"minf", b"stbl"]);
        if let Some(stbl) = stbl
            && let Some(plain) = stbl.at(&[b"stsd"]).and_then(without_bit_rate)
        {
            stbl.put(plain);
        }
    }
}

/// A sample description (stsd) without btrt in its only entry.
fn without_bit_rate(stsd: &Mp4Box) -> Option<Mp4Box> {
    let (head, entries) = stsd.raw()?.split_first_chunk::<8>()?;
    let entries = Mp4Box::all(entries)?;
    let [entry] = &entries[..] else {
        return None;
    };
    let (fixed, inner) = entry.raw()?.split_at_checked(VISUAL_BYTES)?;
    let mut content = fixed.to_vec();
    let kept = Mp4Box::all(inner)?;
    let kept = kept.iter().filter(|own| own.name != *b"btrt");
    kept.for_each(|own| own.write(&mut content));
    let mut bytes = head.to_vec();
    Mp4Box::bytes(&entry.name, content).write(&mut bytes);
    Some(Mp4Box::bytes(b"stsd", bytes))
}
