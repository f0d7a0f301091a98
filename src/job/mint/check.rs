//! Says whose copy a file is, by the bytes of its segments.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Result;
use crate::job::home::Home;
use crate::job::mint::film::Film;
use crate::mark::SLOT_S;
use crate::media::digests_of;

/// Copies named at most where none has all segments.
const NAMED: usize = 5;

/// What the segments of a file are.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The title's id.
    pub title: String,
    /// Segments of the film.
    pub segments: usize,
    /// The variant of each segment, `A` and so on; `?` if it is none, `-` if it is missing.
    pub letters: String,
    /// True if the file has samples beyond the film's.
    pub has_more: bool,
    /// Copies that were issued, those that agree in most segments first: all that agree in
    /// every one, or else the nearest.
    pub matches: Vec<Match>,
}

/// A copy, compared with a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The distributor's id.
    pub distributor: String,
    /// The number among the distributor's copies of the title, from 1.
    pub copy: u32,
    /// The number of its issue record.
    pub issue: i64,
    /// Title times, seconds, at which segments begin that are not as they were chosen.
    pub differing_s: Vec<f64>,
}

impl Checked {
    /// The copy that the file is, if it is one alone, from beginning to end.
    pub fn whole(&self) -> Option<&Match> {
        match &self.matches[..] {
            [own] if own.differing_s.is_empty() && !self.has_more => Some(own),
            _ => None,
        }
    }
}

/// Compares the MP4 at `path` with every copy that was put together from the variants
/// in the folder `variants`. The bytes of the film's segments are looked at, and nothing else:
/// neither the index of the file nor its sound.
///
/// # Errors
/// [`Error::Unreadable`](crate::error::Error::Unreadable) if the file is no MP4 or the folder was
/// changed, [`Error::Registry`](crate::error::Error::Registry).
pub fn check_copy(home: &Home, variants: &Path, path: &Path) -> Result<Checked> {
    let film = Film::open(home, variants)?;
    let opened = film.assembler()?;
    let digests = digests_of(path, &opened.counts())?;
    let segments = film.index.layout.segments();
    let found: Vec<Option<u8>> = letters(&film, &digests);
    let mut matches = Vec::new();
    for issue in home.registry.issues_of_title(&film.index.title)? {
        let said = issue
            .parameters
            .get("index_sha256")
            .and_then(|v| v.as_str());
        if said != Some(film.index_sha256.as_str()) {
            continue;
        }
        let chosen = film.letters(&issue.distributor, issue.copy);
        let pairs = chosen.iter().zip(&found).enumerate();
        let differing = pairs.filter(|(_, (own, found))| **found != Some(**own));
        matches.push(Match {
            distributor: issue.distributor,
            copy: issue.copy,
            issue: issue.id,
            differing_s: differing
                .map(|(segment, _)| f64::from(film.index.first_slot + segment as u32) * SLOT_S)
                .collect(),
        });
    }
    matches.sort_by_key(|own| own.differing_s.len());
    let whole = matches
        .iter()
        .filter(|own| own.differing_s.is_empty())
        .count();
    matches.truncate(if whole > 0 { whole } else { NAMED });
    Ok(Checked {
        title: film.index.title.clone(),
        segments,
        letters: words(&found, digests.len()),
        has_more: digests.len() > segments,
        matches,
    })
}

/// The variant of each segment of the film.
fn letters(film: &Film, digests: &[String]) -> Vec<Option<u8>> {
    let files = film.index.layout.tracks.first().map(|film| &film.files);
    let files = files.map_or(&[][..], Vec::as_slice);
    let of = |segment: usize| {
        let known = (0_u8..).zip(files).filter_map(|(letter, file)| {
            let facts = file.segments.get(segment)?;
            Some((facts.sha256.as_str(), letter))
        });
        let known: BTreeMap<&str, u8> = known.collect();
        known.get(digests.get(segment)?.as_str()).copied()
    };
    (0..film.index.layout.segments()).map(of).collect()
}

fn words(found: &[Option<u8>], there: usize) -> String {
    let word = |(segment, letter): (usize, &Option<u8>)| match letter {
        Some(letter) => char::from(b'A' + letter),
        None if segment < there => '?',
        None => '-',
    };
    found.iter().enumerate().map(word).collect()
}
