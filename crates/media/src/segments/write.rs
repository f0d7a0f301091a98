//! Writes the files of a folder of variants.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use leakmark_core::error::{Error, Result};
use sha2::{Digest, Sha256};

use super::codec::codec;
use super::cut::Cut;
use super::digest::hex;
use super::fragment::{fragment_head, init};
use super::head::template;
use super::layout::{FileFacts, Layout, SegmentFacts, TrackFile, TrackLayout};
use super::movie::{Movie, Sample};
use super::pad::Filler;
use super::structure::same_structure;

/// Cuts the variants of a film, each an MP4 at one of `paths`, A first, into segments at their
/// keyframes, and writes them to the folder `dir`; sound and whatever else is taken of the
/// first. If they are to be `equal`, pictures are padded to the size of the largest variant.
///
/// # Errors
/// [`Error::Internal`] if they do not have the same structure, [`Error::Unreadable`],
/// [`Error::Unwritable`].
pub fn write_segments(paths: &[impl AsRef<Path>], dir: &Path, equal: bool) -> Result<Layout> {
    let movies = paths.iter().map(|path| Movie::read(path.as_ref()));
    let movies: Vec<Movie> = movies.collect::<Result<_>>()?;
    let Some((first, others)) = movies.split_first() else {
        return Err(Error::Internal("no variant was made".into()));
    };
    if first.film != 0 {
        return Err(Error::Internal("the film is not the first track".into()));
    }
    others
        .iter()
        .try_for_each(|other| same_structure(first, other))?;
    let cut = Cut::of(first)?;
    let filler = equal.then(|| filler(first)).transpose()?;
    let targets = filler.map(|filler| targets(&movies, filler));
    let writing = Writing {
        first,
        cut: &cut,
        dir,
    };
    let mut tracks = vec![writing.film(&movies, filler.zip(targets.as_deref()))?];
    for track in (0..first.tracks.len()).filter(|track| *track != first.film) {
        tracks.push(writing.other(track)?);
    }
    let every: Vec<usize> = (0..first.tracks.len()).collect();
    Ok(Layout {
        movie: small(dir, "movie.mp4", &template(first))?,
        init: small(dir, "init.mp4", &init(first, &every)?)?,
        tracks,
    })
}

fn filler(movie: &Movie) -> Result<Filler> {
    let trak = movie.trak(movie.film);
    let stsd = trak.and_then(|trak| trak.at(&[b"mdia", b"minf", b"stbl", b"stsd"]));
    stsd.and_then(Filler::of)
        .ok_or_else(|| Error::Internal("pictures of this codec cannot be padded".into()))
}

/// The size of every picture after padding.
fn targets(movies: &[Movie], filler: Filler) -> Vec<u32> {
    let count = movies
        .first()
        .map_or(0, |first| first.tracks[first.film].samples.len());
    let target = |sample: usize| {
        let sizes = movies
            .iter()
            .map(|movie| movie.tracks[movie.film].samples[sample].size);
        filler.target(&sizes.collect::<Vec<_>>())
    };
    (0..count).map(target).collect()
}

/// Filler, and the size of every picture with it.
type Padding<'a> = Option<(Filler, &'a [u32])>;

struct Writing<'a> {
    first: &'a Movie,
    cut: &'a Cut,
    dir: &'a Path,
}

impl Writing<'_> {
    /// All variants of the film.
    fn film(&self, movies: &[Movie], padding: Padding<'_>) -> Result<TrackLayout> {
        let name = |letter: u8| format!("video-{}.mp4", char::from(b'A' + letter));
        let files = (0..)
            .zip(movies)
            .map(|(letter, movie)| self.file(movie, self.first.film, name(letter), padding));
        self.track(self.first.film, files.collect::<Result<_>>()?)
    }

    /// Another track.
    fn other(&self, track: usize) -> Result<TrackLayout> {
        let name = format!("track-{}.mp4", self.first.tracks[track].id);
        let file = self.file(self.first, track, name, None)?;
        self.track(track, vec![file])
    }

    fn track(&self, track: usize, files: Vec<TrackFile>) -> Result<TrackLayout> {
        let own = &self.first.tracks[track];
        Ok(TrackLayout {
            id: own.id,
            kind: String::from_utf8_lossy(&own.handler).into_owned(),
            codec: self.codec(track),
            timescale: own.timescale,
            files,
        })
    }

    fn codec(&self, track: usize) -> String {
        let trak = self.first.trak(track);
        let stsd = trak.and_then(|trak| trak.at(&[b"mdia", b"minf", b"stbl", b"stsd"]));
        stsd.and_then(codec).unwrap_or_default()
    }

    /// One track of `movie`, as a fragmented MP4 of this name.
    fn file(
        &self,
        movie: &Movie,
        track: usize,
        name: String,
        padding: Padding<'_>,
    ) -> Result<TrackFile> {
        let path = self.dir.join(&name);
        let fails = |e: std::io::Error| Error::unwritable(&path, e.to_string());
        let unreadable = |e: std::io::Error| Error::unreadable(&movie.path, e.to_string());
        let mut source = File::open(&movie.path).map_err(unreadable)?;
        let mut out = BufWriter::new(File::create(&path).map_err(fails)?);
        let head = init(self.first, &[track])?;
        out.write_all(&head).map_err(fails)?;
        let (mut at, mut heads) = (head.len() as u64, Sha256::new());
        let mut segments = Vec::new();
        let own = &movie.tracks[track];
        for (number, range) in self.cut.tracks[track].iter().enumerate() {
            let samples = &own.samples[range.clone()];
            let padded = padding.map(|(filler, sizes)| (filler, &sizes[range.clone()]));
            let data = samples_data(&mut source, samples, padded).map_err(unreadable)?;
            let sizes: Vec<u32> = match padded {
                Some((_, sizes)) => sizes.to_vec(),
                None => samples.iter().map(|sample| sample.size).collect(),
            };
            let sequence = (number * movie.tracks.len() + track + 1) as u32;
            let head = match samples.is_empty() {
                true => Vec::new(),
                false => fragment_head(sequence, own, samples, &sizes)?,
            };
            heads.update(&head);
            segments.push(SegmentFacts {
                offset: at,
                ticks: samples
                    .iter()
                    .map(|sample| u64::from(sample.duration))
                    .sum(),
                head: head.len() as u32,
                bytes: data.len() as u64,
                sha256: hex(&Sha256::digest(&data)),
            });
            out.write_all(&head).map_err(fails)?;
            out.write_all(&data).map_err(fails)?;
            at += (head.len() + data.len()) as u64;
        }
        let file = out.into_inner().map_err(|e| fails(e.into_error()))?;
        file.sync_all().map_err(fails)?;
        Ok(TrackFile {
            name,
            bytes: at,
            heads_sha256: hex(&heads.finalize()),
            segments,
        })
    }
}

/// The bytes of samples, one after the other.
fn samples_data(
    source: &mut File,
    samples: &[Sample],
    padding: Padding<'_>,
) -> std::io::Result<Vec<u8>> {
    let mut data = Vec::new();
    for (number, sample) in samples.iter().enumerate() {
        source.seek(SeekFrom::Start(sample.offset))?;
        let read = Read::by_ref(source)
            .take(u64::from(sample.size))
            .read_to_end(&mut data)?;
        if read != sample.size as usize {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if let Some((filler, sizes)) = padding {
            data.extend(filler.bytes(sizes[number] - sample.size));
        }
    }
    Ok(data)
}

/// Writes a small file.
fn small(dir: &Path, name: &str, bytes: &[u8]) -> Result<FileFacts> {
    let path = dir.join(name);
    let fails = |e: std::io::Error| Error::unwritable(&path, e.to_string());
    let mut file = File::create(&path).map_err(fails)?;
    file.write_all(bytes).map_err(fails)?;
    file.sync_all().map_err(fails)?;
    Ok(FileFacts {
        name: name.to_owned(),
        bytes: bytes.len() as u64,
        sha256: hex(&Sha256::digest(bytes)),
    })
}
