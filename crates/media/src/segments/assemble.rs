//! Puts copies together: which bytes of which files, one after the other.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use leakmark_core::error::{Error, Result};
use sha2::{Digest, Sha256};

use super::boxes::Mp4Box;
use super::digest::hex;
use super::head::{Chosen, Chunk, progressive_head};
use super::layout::{FileFacts, Layout, SegmentFacts, TrackFile};
use super::payload::sizes_in;

/// What a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A progressive MP4: its index, then its samples.
    Progressive,
    /// A fragmented MP4: its segments joined.
    Fragmented,
}

/// A copy: its head, then bytes of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembly<'a> {
    /// What comes first, and lies in no file.
    pub head: Vec<u8>,
    /// What follows, in order.
    pub ranges: Vec<ByteRange<'a>>,
}

/// Bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteRange<'a> {
    /// The number of the file: see [`Assembler::files`].
    pub file: usize,
    /// Where in it they begin.
    pub offset: u64,
    /// How many.
    pub bytes: u64,
    /// How many of them come before the samples.
    pub skip: u64,
    /// SHA-256 of the samples.
    pub sha256: &'a str,
}

impl Assembly<'_> {
    /// The size of the copy.
    pub fn bytes(&self) -> u64 {
        let ranges = self.ranges.iter().map(|range| range.bytes);
        self.head.len() as u64 + ranges.sum::<u64>()
    }
}

/// A folder of variants, checked and ready to put copies together.
pub struct Assembler<'a> {
    layout: &'a Layout,
    paths: Vec<PathBuf>,
    /// Index of a whole copy.
    template: Vec<Mp4Box>,
    /// Head of a fragmented copy.
    init: Vec<u8>,
    /// The sizes of samples by file, then segment.
    sizes: Vec<Vec<Vec<u32>>>,
}

impl<'a> Assembler<'a> {
    /// Opens the folder `dir` of this layout, and makes sure that sizes of files, their heads and
    /// indices are those of the layout. Samples are not read: whoever copies them compares.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if a file is missing or was changed.
    pub fn open(dir: &Path, layout: &'a Layout) -> Result<Self> {
        if !layout.is_sound() {
            return Err(Error::unreadable(dir, "its index contradicts itself"));
        }
        let files = layout.tracks.iter().flat_map(|track| &track.files);
        let template = small(dir, &layout.movie)?;
        let changed = || changed(&dir.join(&layout.movie.name));
        Ok(Self {
            layout,
            paths: files.clone().map(|file| dir.join(&file.name)).collect(),
            template: Mp4Box::all(&template).ok_or_else(changed)?,
            init: small(dir, &layout.init)?,
            sizes: files.map(|file| sizes(dir, file)).collect::<Result<_>>()?,
        })
    }

    /// The files that copies are put together from: those of the film first, A before B.
    pub fn files(&self) -> &[PathBuf] {
        &self.paths
    }

    /// How many samples of the film each segment has.
    pub fn counts(&self) -> Vec<usize> {
        let first = self.sizes.first();
        first.map_or_else(Vec::new, |file| file.iter().map(Vec::len).collect())
    }

    /// The copy that has variant `letters[i]` of segment i, 0 for A.
    ///
    /// # Errors
    /// [`Error::Internal`] if the letters are not those of this film, or its index cannot be
    /// written.
    pub fn assemble(&self, form: Form, letters: &[u8]) -> Result<Assembly<'a>> {
        let known = |letter: &u8| usize::from(*letter) < self.layout.variants();
        if letters.len() != self.layout.segments() || !letters.iter().all(known) {
            return Err(Error::Internal("letters of another film".into()));
        }
        let ranges = self.ranges(form, letters);
        let head = match form {
            Form::Fragmented => self.init.clone(),
            Form::Progressive => self.index(letters, &ranges)?,
        };
        Ok(Assembly {
            head,
            ranges: ranges.into_iter().map(|(_, own)| own).collect(),
        })
    }

    /// (track, bytes) in the order of the copy; empty segments left out.
    fn ranges(&self, form: Form, letters: &[u8]) -> Vec<((usize, usize), ByteRange<'a>)> {
        let mut ranges = Vec::with_capacity(letters.len() * self.layout.tracks.len());
        for (segment, letter) in letters.iter().enumerate() {
            for (track, own) in self.layout.tracks.iter().enumerate() {
                let (file, kept) = match track {
                    0 => (usize::from(*letter), own.files.get(usize::from(*letter))),
                    _ => (self.layout.variants() + track - 1, own.files.first()),
                };
                let facts = kept.and_then(|kept| kept.segments.get(segment));
                if let Some(facts) = facts.filter(|facts| facts.head > 0) {
                    ranges.push(((track, segment), range(form, file, facts)));
                }
            }
        }
        ranges
    }

    /// The index of a progressive copy.
    fn index(&self, letters: &[u8], ranges: &[((usize, usize), ByteRange<'a>)]) -> Result<Vec<u8>> {
        let film = letters.iter().enumerate().flat_map(|(segment, letter)| {
            let file = self.sizes.get(usize::from(*letter));
            file.and_then(|file| file.get(segment))
                .into_iter()
                .flatten()
        });
        let mut sizes = Some(film.copied().collect());
        let mut tracks: Vec<Chosen> = self
            .layout
            .tracks
            .iter()
            .map(|_| Chosen {
                sizes: sizes.take(),
                chunks: Vec::new(),
            })
            .collect();
        let mut at = 0;
        for ((track, segment), range) in ranges {
            let samples = self
                .sizes
                .get(range.file)
                .and_then(|file| file.get(*segment));
            tracks[*track].chunks.push(Chunk {
                samples: samples.map_or(0, |sizes| sizes.len() as u32),
                at,
            });
            at += range.bytes;
        }
        progressive_head(&self.template, &tracks, at)
    }
}

fn range(form: Form, file: usize, facts: &SegmentFacts) -> ByteRange<'_> {
    let head = u64::from(facts.head);
    let skip = match form {
        Form::Progressive => 0,
        Form::Fragmented => head,
    };
    ByteRange {
        file,
        offset: facts.offset + head - skip,
        bytes: facts.bytes + skip,
        skip,
        sha256: &facts.sha256,
    }
}

fn changed(path: &Path) -> Error {
    Error::unreadable(
        path,
        "it is not the file that the index of the folder speaks of: it was changed",
    )
    .advise("make the variants again, or bring the folder back from a backup")
}

/// A small file of the folder, as the layout has it.
fn small(dir: &Path, facts: &FileFacts) -> Result<Vec<u8>> {
    let path = dir.join(&facts.name);
    let bytes = std::fs::read(&path).map_err(|e| Error::unreadable(&path, e.to_string()))?;
    match hex(&Sha256::digest(&bytes)) == facts.sha256 {
        true => Ok(bytes),
        false => Err(changed(&path)),
    }
}

/// The sizes of the samples of a file, by segment, from its heads.
fn sizes(dir: &Path, facts: &TrackFile) -> Result<Vec<Vec<u32>>> {
    let path = dir.join(&facts.name);
    let unreadable = |e: std::io::Error| Error::unreadable(&path, e.to_string());
    let file = File::open(&path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut heads = Sha256::new();
    let mut sizes = Vec::with_capacity(facts.segments.len());
    for segment in &facts.segments {
        let end = segment
            .offset
            .checked_add(segment.bytes + u64::from(segment.head));
        if end.is_none_or(|end| end > length) {
            return Err(changed(&path));
        }
        let mut head = vec![0; segment.head as usize];
        file.read_exact_at(&mut head, segment.offset)
            .map_err(unreadable)?;
        heads.update(&head);
        sizes.push(match head.is_empty() {
            true => Vec::new(),
            false => sizes_in(&head).ok_or_else(|| changed(&path))?,
        });
    }
    let same = hex(&heads.finalize()) == facts.heads_sha256 && length == facts.bytes;
    if same { Ok(sizes) } else { Err(changed(&path)) }
}
