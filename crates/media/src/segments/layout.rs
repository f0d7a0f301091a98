//! Says where each segment of each variant lies: what has to be known of a folder of variants
//! to put copies together.

use serde::{Deserialize, Serialize};

/// The files of a folder of variants, and what is where in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Index of a whole copy: the boxes ftyp and moov of a progressive MP4.
    pub movie: FileFacts,
    /// Head of a fragmented copy: its boxes ftyp and moov.
    pub init: FileFacts,
    /// The film first, then sound, subtitles and whatever else.
    pub tracks: Vec<TrackLayout>,
}

/// A small file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFacts {
    /// Its name in the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// A track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackLayout {
    /// Its number in every copy.
    pub id: u32,
    /// `vide`, `soun`, `sbtl`, `text` or another word of ISO/IEC 14496-12.
    pub kind: String,
    /// Its codec (RFC 6381).
    pub codec: String,
    /// Ticks a second.
    pub timescale: u32,
    /// The film: one for each variant, A first. All others: one.
    pub files: Vec<TrackFile>,
}

/// A fragmented MP4 of one track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackFile {
    /// Its name in the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of all heads of its segments, one after the other.
    pub heads_sha256: String,
    /// Segment by segment.
    pub segments: Vec<SegmentFacts>,
}

/// A segment of a file: its head, and right after it the samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentFacts {
    /// Where its head begins.
    pub offset: u64,
    /// How long its samples last together, ticks.
    pub ticks: u64,
    /// Size of its head; 0 if the segment is empty.
    pub head: u32,
    /// Size of its samples together.
    pub bytes: u64,
    /// SHA-256 of its samples, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl Layout {
    /// How many variants there are.
    pub fn variants(&self) -> usize {
        self.tracks.first().map_or(0, |film| film.files.len())
    }

    /// How many segments there are.
    pub fn segments(&self) -> usize {
        let film = self.tracks.first().and_then(|film| film.files.first());
        film.map_or(0, |file| file.segments.len())
    }

    /// True if every track has all segments, and every file a plain name.
    pub fn is_sound(&self) -> bool {
        let segments = self.segments();
        let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
        let whole = |file: &TrackFile| file.segments.len() == segments && plain(&file.name);
        let first = self.tracks.iter().enumerate().all(|(index, track)| {
            let counted = if index == 0 { self.variants() } else { 1 };
            track.files.len() == counted && track.files.iter().all(whole)
        });
        first && segments > 0 && plain(&self.movie.name) && plain(&self.init.name)
    }
}
