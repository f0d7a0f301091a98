//! Plans excerpts, and cuts them out of films without loss.
//!
//! ```text
//! film   ├──────────────────────────────────────────────────────┤
//! spread        ├ 12 s ┤           ├ 12 s ┤           ├ 12 s ┤      each in the middle of its third
//! ```

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ffmpeg::Ffmpeg;
use super::request::ValidateRequest;
use super::work::Work;
use crate::error::{Error, Result};
use crate::job::events::{Observer, Stage};
use crate::job::scan::film::window::{Survey, survey};
use crate::job::scan::hash_source;
use crate::job::task::Task;
use crate::media::Source;

/// A film to take excerpts from.
pub(super) struct Film {
    /// The file.
    pub path: PathBuf,
    /// Its id as a title of the test registry.
    pub title: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Size of the file, bytes.
    pub bytes: u64,
    /// What it declares, and its black bars.
    pub survey: Survey,
}

/// A part of a film, and who gets copies of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Excerpt {
    /// The film, counted from 0.
    pub film: usize,
    /// Where it begins, seconds.
    pub start_s: f64,
    /// Its length, seconds.
    pub duration_s: f64,
    /// The distributors who get copies, first the one who leaks.
    pub distributors: Vec<String>,
}

/// The distributors' ids.
pub(super) fn distributor_id(index: u32) -> String {
    format!("outlet-{index:04}")
}

/// Reads what every film is.
pub(super) fn look_at(request: &ValidateRequest, observer: &dyn Observer) -> Result<Vec<Film>> {
    let film = |(index, path): (usize, &PathBuf)| {
        let source = Source::open(path)?;
        let looked = || {
            let hash = hash_source(&source, &mut |share| {
                Task::new(index, observer).tell(Stage::Hashing, Some(share))
            })?;
            Ok(Film {
                path: path.clone(),
                title: format!("film-{}", index + 1),
                sha256: hash.sha256,
                bytes: hash.bytes,
                survey: survey(&source, &request.limits, observer)?,
            })
        };
        source.unchanged(looked())
    };
    request.films.iter().enumerate().map(film).collect()
}

/// The excerpts of all films, film by film in order of time.
pub(super) fn plan(request: &ValidateRequest, films: &[Film]) -> Result<Vec<Excerpt>> {
    let mut excerpts = Vec::new();
    for (index, film) in films.iter().enumerate() {
        let duration_s = film.survey.timeline.length_s.filter(|d| *d > 0.0).ok_or_else(|| {
            Error::unreadable(&film.path, "does not say how long it is, so that no excerpt can be placed; copy it into a container that does, such as mkv")
        })?;
        for (start_s, length_s) in places(request, duration_s, &film.path)? {
            excerpts.push(Excerpt {
                film: index,
                start_s,
                duration_s: length_s,
                distributors: leakers(request, &film.sha256, start_s),
            });
        }
    }
    Ok(excerpts)
}

/// Beginnings and lengths in a film of `duration_s`, seconds.
fn places(request: &ValidateRequest, duration_s: f64, path: &Path) -> Result<Vec<(f64, f64)>> {
    let millis = |s: f64| (s * 1000.0).floor() / 1000.0;
    let length = |start: f64| millis(request.seconds.min(duration_s - start));
    if request.at_s.is_empty() {
        let fitting = (duration_s / request.seconds).floor().max(1.0);
        let count = f64::from(request.excerpts.max(1)).min(fitting);
        let part = duration_s / count;
        let starts = (0..count as u32)
            .map(|i| millis((part * (f64::from(i) + 0.5) - request.seconds / 2.0).max(0.0)));
        return Ok(starts.map(|start| (start, length(start))).collect());
    }
    let mut starts = request.at_s.clone();
    starts.sort_by(f64::total_cmp);
    starts.dedup();
    match starts.iter().find(|start| **start > duration_s - 1.0) {
        Some(late) => Err(Error::usage(format!(
            "--at {late} s leaves less than a second of {}, which is {duration_s:.1} s long",
            path.display()
        ))),
        None => Ok(starts
            .into_iter()
            .map(|start| (start, length(start)))
            .collect()),
    }
}

/// Who gets copies of an excerpt: drawn from the seed, all different.
fn leakers(request: &ValidateRequest, film_sha256: &str, start_s: f64) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    let mut draw = 0_u32;
    while chosen.len() < request.copies().min(request.distributors as usize) {
        let text = format!("leaker {} {film_sha256} {start_s} {draw}", request.seed);
        let number = first_u32(&text) % request.distributors;
        let id = distributor_id(number);
        if !chosen.contains(&id) {
            chosen.push(id);
        }
        draw += 1;
    }
    chosen
}

/// A number that a text gives.
pub(super) fn first_u32(text: &str) -> u32 {
    let digest = Sha256::digest(text.as_bytes());
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Cuts an excerpt: the picture alone, without loss, with its own times.
pub(super) fn cut(
    (work, ffmpeg): (&Work, &Ffmpeg),
    film: &Film,
    excerpt: &Excerpt,
    to: &Path,
    observer: &dyn Observer,
) -> Result<()> {
    let (start, length) = (excerpt.start_s.to_string(), excerpt.duration_s.to_string());
    work.make_file(to, |part| {
        let before = ["-v", "error", "-threads", "1", "-ss", &start, "-i"];
        let after = [
            "-t",
            &length,
            "-map",
            "0:V:0",
            "-an",
            "-sn",
            "-dn",
            "-map_metadata",
            "-1",
            "-fps_mode",
            "passthrough",
            "-c:v",
            "ffv1",
            "-level",
            "3",
            "-threads",
            "1",
            "-fflags",
            "+bitexact",
        ];
        let words = before.iter().map(std::ffi::OsString::from);
        let all = words
            .chain([film.path.clone().into_os_string()])
            .chain(after.iter().map(std::ffi::OsString::from))
            .chain([part.as_os_str().to_owned()]);
        ffmpeg.run(all, observer).map(drop).map_err(|e| match e {
            Error::Usage(problem) => {
                Error::unreadable(&film.path, format!("no excerpt can be cut: {problem}"))
            }
            other => other,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ValidateRequest {
        ValidateRequest::new(
            vec!["a.mp4".into()],
            vec![super::super::Attack::untouched()],
            "w".into(),
        )
    }

    fn starts(request: &ValidateRequest, duration_s: f64) -> Vec<(f64, f64)> {
        places(request, duration_s, Path::new("a.mp4")).expect("placed")
    }

    #[test]
    fn excerpts_are_spread_and_as_many_as_fit() {
        let asked = request();
        assert_eq!(
            starts(&asked, 120.0),
            [(14.0, 12.0), (54.0, 12.0), (94.0, 12.0)]
        );
        assert_eq!(starts(&asked, 30.0), [(1.5, 12.0), (16.5, 12.0)]);
        assert_eq!(starts(&asked, 7.5), [(0.0, 7.5)], "shorter than one");
    }

    #[test]
    fn places_that_are_named_are_taken_and_must_be_in_the_film() {
        let mut asked = request();
        asked.at_s = vec![20.0, 5.0, 20.0];
        assert_eq!(starts(&asked, 26.0), [(5.0, 12.0), (20.0, 6.0)]);
        assert!(places(&asked, 20.5, Path::new("a.mp4")).is_err());
    }

    #[test]
    fn leakers_follow_from_the_seed_and_differ_from_each_other() {
        let mut asked = request();
        asked.distributors = 4;
        asked.attacks[0].recipe.copies = 3;
        let of = |asked: &ValidateRequest, start| leakers(asked, "ab", start);
        let first = of(&asked, 3.0);
        assert_eq!(first, of(&asked, 3.0));
        assert_eq!(
            first
                .iter()
                .collect::<std::collections::BTreeSet<_>>()
                .len(),
            3
        );
        asked.distributors = 1000;
        let other = (of(&asked, 3.0), of(&asked, 4.0));
        asked.seed = 2;
        assert!(other.0 != other.1 && other.0 != of(&asked, 3.0));
    }
}
