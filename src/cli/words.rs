//! Puts verdicts into words for people.

use crate::evidence::{Attribution, Report, SyncFacts, TitleFacts, TitleResult, Verdict};
pub use crate::render::format::{bound, clock, count, named, several};

/// What was found, in words that may be quoted. It never says that somebody is
/// guilty, nor that somebody is not.
pub fn verdict(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Attributed => report
            .attributions
            .first()
            .map_or("attributed", |found| attribution(report.verdict, found)),
        Verdict::MarkOnOtherContent => {
            "a mark of this registry on pictures that are not that title's: it may have been copied onto them"
        }
        Verdict::MarkedUnattributed => {
            "marked, but with the symbols of no distributor in this registry"
        }
        Verdict::Inconclusive => "traces of this registry's mark, too weak to say whose copy it is",
        Verdict::NoMarkFound => "no mark of this registry found (this does not clear anybody)",
    }
}

/// How a distributor's name follows from the exhibit.
pub fn attribution(verdict: Verdict, attribution: &Attribution) -> &'static str {
    match attribution.issue {
        _ if verdict == Verdict::MarkOnOtherContent => "other film, marked as",
        Some(_) => "copy issued to",
        None => "carries the symbols of",
    }
}

/// The title and the title time at which the exhibit begins, if they are known.
pub fn title_and_start(report: &Report) -> Option<String> {
    let title = report.title.as_ref()?;
    let sync = report.sync.as_ref().filter(|sync| sync.found);
    let first = |sync: &SyncFacts| sync.pieces.first().map(|piece| piece.title_start_s);
    let start_s = sync.and_then(|sync| match sync.title_start_s < 0.0 {
        true => first(sync),
        false => Some(sync.title_start_s),
    });
    Some(from(title, start_s))
}

/// Another title that the exhibit shows, and where in it that begins.
pub fn other_title_and_start(other: &TitleResult) -> String {
    from(
        &other.title,
        other.pieces.first().map(|piece| piece.title_start_s),
    )
}

fn from(title: &TitleFacts, start_s: Option<f64>) -> String {
    let name = named(&title.name, &title.id);
    match start_s {
        Some(start_s) => format!("{name} from {}", clock(start_s)),
        None => name,
    }
}
