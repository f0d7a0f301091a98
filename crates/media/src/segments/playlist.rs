//! Writes playlists of a copy for HLS (RFC 8216): segments are ranges of the variants' files,
//! each the recipient's own choice.
//!
//! ```text
//! copy.m3u8 ─┬─ copy.1.m3u8 ─ video-A.mp4, video-B.mp4, …
//!            └─ copy.2.m3u8 ─ track-2.mp4
//! ```

use super::layout::{Layout, SegmentFacts, TrackFile, TrackLayout};

/// What comes before the segments of every HLS playlist.
const HLS: &str = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n";

/// A playlist: what its name has after the copy's, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlist {
    /// Ending of its name: `.m3u8`, `.1.m3u8` and so on.
    pub ending: String,
    /// Its text.
    pub text: String,
}

/// One segment of a copy.
struct Piece<'a> {
    file: &'a TrackFile,
    facts: &'a SegmentFacts,
}

impl Piece<'_> {
    fn bytes(&self) -> u64 {
        u64::from(self.facts.head) + self.facts.bytes
    }
}

/// A track of a copy that is played.
struct Played<'a> {
    track: &'a TrackLayout,
    pieces: Vec<Piece<'a>>,
    /// The file with what comes before all segments, and its size there.
    init: (&'a str, u64),
}

impl Layout {
    /// Playlists of the copy with these letters for HLS, the first of all tracks, then one for
    /// each; the copy's playlists are called `name` and their ending, files lie under `base`.
    pub fn hls(&self, letters: &[u8], name: &str, base: &str) -> Vec<Playlist> {
        let played = self.played(letters);
        let all = Playlist {
            ending: ".m3u8".into(),
            text: multivariant(&played, name),
        };
        let each = played.iter().map(|own| Playlist {
            ending: format!(".{}.m3u8", own.track.id),
            text: own.hls(base),
        });
        [all].into_iter().chain(each).collect()
    }

    /// Pictures and sound: text of this kind is not what players of streams take.
    fn played(&self, letters: &[u8]) -> Vec<Played<'_>> {
        let tracks = self.tracks.iter().enumerate();
        let known = tracks.filter(|(_, track)| ["vide", "soun"].contains(&track.kind.as_str()));
        known
            .filter_map(|(index, track)| played(track, index == 0, letters))
            .collect()
    }
}

fn played<'a>(track: &'a TrackLayout, is_film: bool, letters: &[u8]) -> Option<Played<'a>> {
    let piece = |(segment, letter): (usize, &u8)| {
        let file = track
            .files
            .get(if is_film { usize::from(*letter) } else { 0 })?;
        let facts = file.segments.get(segment)?;
        (facts.head > 0).then_some(Piece { file, facts })
    };
    let first = track.files.first()?;
    Some(Played {
        track,
        pieces: letters.iter().enumerate().filter_map(piece).collect(),
        init: (&first.name, first.segments.first()?.offset),
    })
}

impl Played<'_> {
    fn seconds_of(&self, ticks: u64) -> f64 {
        ticks as f64 / f64::from(self.track.timescale.max(1))
    }

    /// Bits a second in the largest segment.
    fn bandwidth(&self) -> u64 {
        let of = |piece: &Piece<'_>| {
            let seconds = self.seconds_of(piece.facts.ticks).max(0.001);
            (8.0 * piece.bytes() as f64 / seconds).ceil() as u64
        };
        self.pieces.iter().map(of).max().unwrap_or(1)
    }

    /// The playlist of one track.
    fn hls(&self, base: &str) -> String {
        let longest = self.pieces.iter().map(|piece| piece.facts.ticks).max();
        let target = self.seconds_of(longest.unwrap_or(0)).round().max(1.0);
        let (file, bytes) = self.init;
        let mut text = format!(
            "{HLS}#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:{target:.0}\n\
            #EXT-X-MAP:URI=\"{base}{file}\",BYTERANGE=\"{bytes}@0\"\n"
        );
        for piece in &self.pieces {
            text.push_str(&format!(
                "#EXTINF:{:.6},\n#EXT-X-BYTERANGE:{}@{}\n{base}{}\n",
                self.seconds_of(piece.facts.ticks),
                piece.bytes(),
                piece.facts.offset,
                piece.file.name
            ));
        }
        text + "#EXT-X-ENDLIST\n"
    }
}

/// The playlist of all tracks of the copy called `name`.
fn multivariant(played: &[Played<'_>], name: &str) -> String {
    let (mut text, mut sound) = (HLS.to_owned(), String::new());
    let (mut codecs, mut bandwidth, mut loudest) = (Vec::new(), 0, 0);
    for own in played {
        let (id, codec) = (own.track.id, &own.track.codec);
        if !codecs.contains(codec) {
            codecs.push(codec.clone());
        }
        if own.track.kind == "vide" {
            bandwidth += own.bandwidth();
            continue;
        }
        let first = if sound.is_empty() { "YES" } else { "NO" };
        sound = ",AUDIO=\"sound\"".into();
        loudest = own.bandwidth().max(loudest);
        text.push_str(&format!(
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"{id}\",DEFAULT={first},AUTOSELECT=YES,URI=\"{name}.{id}.m3u8\"\n"
        ));
    }
    bandwidth += loudest;
    let film = played.first().map_or(0, |film| film.track.id);
    text + &format!(
        "#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},CODECS=\"{}\"{sound}\n{name}.{film}.m3u8\n",
        codecs.join(",")
    )
}
