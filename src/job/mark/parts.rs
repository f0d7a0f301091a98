//! Keeps the parts of a title apart: each stretch of its time has one master.
//!
//! ```text
//! title time   0 ────────── reel 1 ──────────┬────────── reel 2 ──────────┬─ …
//!              one master, always from here  └ --reel, or --at with a time
//! ```
//!
//! Two films of one name must not become one title by accident, and no picture
//! may have two times: their copies would contradict each other.

use crate::error::{Error, Result};
use crate::job::home::Home;
use crate::job::mark::request::{Beginning, MarkRequest};
use crate::mark::TITLE_LIMIT_S;
use crate::registry::Title;

/// Parts may overlap by this much, seconds: a container gives lengths to a frame or so.
const SLACK_S: f64 = 0.25;
/// Times this near are the same, seconds.
const SAME_S: f64 = 0.001;

/// A stretch of a title that a master covers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The master's SHA-256.
    pub master_sha256: String,
    /// Title time at which it begins, seconds.
    pub start_s: f64,
    /// Title time at which it ends, seconds.
    pub end_s: f64,
}

/// The parts of a title so far: those that copies were issued of, and the master
/// that the title was laid out on.
pub(crate) fn parts(home: &Home, title: &Title) -> Result<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for issue in home.registry.issues_of_title(&title.id)? {
        let part = Part {
            master_sha256: issue.master_sha256,
            start_s: issue.title_start_s,
            end_s: issue.title_start_s + issue.duration_s,
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if let Some(master) = &title.master_sha256
        && parts.iter().all(|part| part.master_sha256 != *master)
    {
        parts.push(Part {
            master_sha256: master.clone(),
            start_s: 0.0,
            end_s: title.duration_s,
        });
    }
    Ok(parts)
}

/// The title time, seconds, at which a master of this length begins in a title
/// that has these parts.
///
/// # Errors
/// [`Error::Usage`] if it is not said that another master is a further part, or
/// if the part would overlap with others.
pub(crate) fn beginning(
    title: &str,
    parts: &[Part],
    request: &MarkRequest,
    (master_sha256, length_s): (&str, f64),
) -> Result<f64> {
    let master = request.master.display();
    if let Some(known) = parts
        .iter()
        .find(|part| part.master_sha256 == master_sha256)
    {
        return match request.beginning {
            Beginning::At(at_s) if (at_s - known.start_s).abs() > SAME_S => {
                Err(Error::usage(format!(
                    "got --at {at_s} s; {master} is the master that begins at {} s of title {title}, and a picture has one time",
                    known.start_s
                )).advise("leave --at out"))
            }
            _ => Ok(known.start_s),
        };
    }
    let end_s = parts.iter().map(|part| part.end_s).fold(0.0, f64::max);
    let start_s = match (request.beginning, parts) {
        (Beginning::At(at_s), _) => at_s,
        (Beginning::NextReel, _) => end_s,
        (Beginning::Unsaid, []) => 0.0,
        (Beginning::Unsaid, [first, ..]) => {
            return Err(Error::usage(format!(
                "title {title} was made of another master (SHA-256 {}…), and {master} (SHA-256 {}…) is not it",
                short(&first.master_sha256),
                short(master_sha256)
            )).advise("if it is another film, give it another title with --title; if it is a further part of this one, say where it begins with --at, or --reel for right after what is there"));
        }
    };
    if start_s >= TITLE_LIMIT_S {
        return Err(Error::usage(format!(
            "{master} would begin at {start_s:.3} s of title {title}; a title has {TITLE_LIMIT_S} s at most"
        )).advise("mark it under another title"));
    }
    let overlaps = |part: &&Part| {
        start_s + SLACK_S < part.end_s && part.start_s + SLACK_S < start_s + length_s
    };
    match parts.iter().find(overlaps) {
        None => Ok(start_s),
        Some(part) => Err(Error::usage(format!(
            "{master} would cover {start_s:.3} s to {:.3} s of title {title}, but another master (SHA-256 {}…) covers {:.3} s to {:.3} s",
            start_s + length_s,
            short(&part.master_sha256),
            part.start_s,
            part.end_s
        )).advise("use that master, another --at, or another title with --title")),
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// Refuses a copy that was issued as if it were a master: it would carry two marks.
///
/// # Errors
/// [`Error::Usage`] if the registry knows the file as a copy.
pub(crate) fn check_unmarked(home: &Home, master: &std::path::Path, sha256: &str) -> Result<()> {
    match home.registry.issue_by_copy_sha256(sha256)? {
        None => Ok(()),
        Some(issue) => Err(Error::usage(format!(
            "{} is no master: it is the copy of {} that was issued to {} as issue {}, and carries a mark already",
            master.display(),
            issue.title,
            issue.distributor,
            issue.id
        )).advise("use the unmarked master")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(master: &str, start_s: f64, end_s: f64) -> Part {
        Part {
            master_sha256: master.to_owned(),
            start_s,
            end_s,
        }
    }

    fn placed(parts: &[Part], said: Beginning, master: &str) -> std::result::Result<f64, String> {
        let mut request = MarkRequest::new("reel.mp4".into(), vec!["a".into()]);
        request.beginning = said;
        beginning("film", parts, &request, (master, 100.0)).map_err(|e| e.to_string())
    }

    #[test]
    fn a_title_s_first_master_begins_where_it_is_said() {
        assert_eq!(placed(&[], Beginning::Unsaid, "m"), Ok(0.0));
        assert_eq!(placed(&[], Beginning::At(300.0), "m"), Ok(300.0));
    }

    #[test]
    fn another_master_must_be_said_to_be_a_further_part() {
        let parts = [part("m", 0.0, 100.0), part("n", 100.0, 180.0)];
        let refused = placed(&parts, Beginning::Unsaid, "o").expect_err("refused");
        assert!(
            refused.contains("--title") && refused.contains("--reel"),
            "{refused}"
        );
        assert_eq!(placed(&parts, Beginning::NextReel, "o"), Ok(180.0));
        assert_eq!(placed(&parts, Beginning::At(180.0), "o"), Ok(180.0));
        assert_eq!(placed(&parts, Beginning::At(500.0), "o"), Ok(500.0));
    }

    #[test]
    fn parts_of_different_masters_do_not_overlap() {
        let parts = [part("m", 0.0, 100.0), part("n", 300.0, 400.0)];
        for at_s in [0.0, 99.0, 201.0, 250.0, 399.0] {
            let refused = placed(&parts, Beginning::At(at_s), "o").expect_err("refused");
            assert!(refused.contains("another master"), "{refused}");
        }
        for at_s in [99.9, 100.0, 200.0, 400.0] {
            assert_eq!(placed(&parts, Beginning::At(at_s), "o"), Ok(at_s));
        }
    }

    #[test]
    fn a_master_that_is_known_begins_where_it_began() {
        let parts = [part("m", 0.0, 100.0), part("n", 100.0, 200.0)];
        for said in [Beginning::Unsaid, Beginning::NextReel, Beginning::At(100.0)] {
            assert_eq!(placed(&parts, said, "n"), Ok(100.0));
        }
        let refused = placed(&parts, Beginning::At(0.0), "n").expect_err("refused");
        assert!(refused.contains("begins at 100 s"), "{refused}");
    }
}
