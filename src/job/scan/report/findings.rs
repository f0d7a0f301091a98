//! Says what weakens or supports a result.

use std::collections::BTreeSet;

use crate::detect::{
    ASPECT, Contradiction, Effort, Piece, Reading, SCALES, SPEED_PERCENT, TURN, USUAL_SCALES,
};
use crate::evidence::{
    Attribution, Content, ContentFacts, Decoys, Finding, FindingCode as Code, Report, SyncFacts,
    Verdict,
};
use crate::film::FrameCounts;
use crate::job::scan::content::Compared;
use crate::job::scan::context::ScanContext;
use crate::job::scan::film::clock::OtherClock;
use crate::job::scan::film::plan::WHOLE_S;
use crate::job::scan::report::validation;
use crate::render::format::{clock, several};

/// An exhibit shorter than this holds few symbols, seconds.
pub(crate) const SHORT_S: f64 = 6.0;
/// Below this many pixels along its longer side a picture has under two samples a chip.
pub(crate) const SMALL_PX: u32 = 384;
/// A scale this far from 1, or an angle this far from 0, is worth saying.
const OFF_SCALE: f64 = 0.015;
const OFF_DEGREES: f64 = 0.3;
/// Pieces shorter than this, seconds, are no proof of a cut.
const LEAST_PIECE_S: f64 = 1.4;
/// A speed further than this from 1 is worth a word.
const SPEED: f64 = 0.004;
/// A declared length this far from the measured one is worth a word: seconds, or
/// this share of it.
const LENGTH_S: f64 = 2.0;
const LENGTH_SHARE: f64 = 0.02;
/// A bound on a decoy's score that holds for 999 exhibits in 1000, log10 beyond the number of decoys.
const DECOY_HIGH: f64 = 3.0;

/// What is known of an exhibit and no report says.
pub(crate) struct About<'a> {
    /// True of still images alone.
    pub still: bool,
    /// How long its container says it is, seconds.
    pub declared_s: Option<f64>,
    /// What films were read by besides their time stamps.
    pub clocks: &'a [OtherClock],
    /// What was read, in order of exhibit time.
    pub readings: &'a [Reading],
}

/// The findings on a report, in their fixed order.
pub(crate) fn findings(
    context: &ScanContext,
    report: &Report,
    about: &About<'_>,
    compared: &[Compared],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    of_registry(context, report, &mut findings);
    of_scores(report, &mut findings);
    of_file(report, about.still, &mut findings);
    findings.extend(together(report));
    findings.extend(other_content(report));
    findings.extend(contradicted(about.readings));
    findings.extend(unusable_references(compared));
    findings.extend(recognized(report));
    findings.extend(other_tracks(report));
    findings.extend(false_length(report, about.declared_s));
    let false_clock = |clock: &OtherClock| Finding::new(Code::FalseClock, clock.words());
    findings.extend(about.clocks.iter().map(false_clock));
    findings.extend(broken_stamps(&report.exhibit.frames));
    if let Some(sync) = report.sync.as_ref().filter(|s| s.found) {
        of_sync(sync, report, &mut findings);
    }
    if report.verdict == Verdict::NoMarkFound {
        findings.push(searched(context.settings.effort));
    }
    findings.extend(report.validation.as_ref().map(validation::finding));
    findings.sort_by_key(|f: &Finding| f.code);
    findings
}

fn of_registry(context: &ScanContext, report: &Report, out: &mut Vec<Finding>) {
    let issued = context.copies.issued().map(|issued| &issued.said);
    let exhibit = &report.exhibit;
    let parts = exhibit.parts.iter().map(|part| &part.sha256);
    let files: Vec<&String> = parts.chain([&exhibit.sha256]).collect();
    let identical = issued.filter(|said| files.contains(&&said.copy_sha256));
    if let Some(said) = identical.max_by_key(|said| said.issue) {
        out.push(Finding::new(
            Code::IdenticalToIssuedCopy,
            format!(
                "The file is byte for byte the copy of {} issued to {} as issue {}.",
                said.title, said.distributor, said.issue
            ),
        ));
    }
    if context.titles.is_empty() || context.distributors.is_empty() {
        out.push(Finding::new(
            Code::EmptyRegistry,
            "The registry holds no titles or no distributors, so nobody can be named.",
        ));
    }
    if context.settings.no_audit {
        out.push(Finding::new(
            Code::NotInAuditLog,
            "This scan was not entered in the registry's audit log (--no-audit): earlier scans of this file or case may be missing from its count as well.",
        ));
    }
    for named in report.named() {
        if named.issue.is_none() {
            out.push(Finding::new(Code::NoIssueRecord, format!("The registry has no record of issuing this copy to {}: find out how it came about before relying on this.", named.distributor)));
        }
        if let Some(table) = &named.name_in_table {
            out.push(Finding::new(Code::NameChanged, format!("The registry's table calls {} {table:?}, its chain {:?}: somebody changed the table; see `leakmark registry verify`.", named.distributor, named.name)));
        }
    }
    report.named().for_each(|named| out.extend(since(named)));
    for title in report.of_titles().filter_map(|of| of.title) {
        let Some(table) = &title.name_in_table else {
            continue;
        };
        out.push(Finding::new(Code::NameChanged, format!("The registry's table calls {} {table:?}, its chain {:?}: somebody changed the table; see `leakmark registry verify`.", title.id, title.name)));
    }
}

/// What became of a distributor who is named.
fn since(named: &Attribution) -> impl Iterator<Item = Finding> {
    let (id, name) = (&named.distributor, &named.name);
    let renamed = named.name_now.as_ref().map(|now| {
        let words = format!("The distributor {id} was called {name:?} when the copy was issued, and is called {now:?} now.");
        Finding::new(Code::Renamed, words)
    });
    let revoked = named.revoked.as_ref().map(|revoked| {
        let words = format!("{id} gets no more copies since {}; the reason given is: {}. This says nothing about the leak.", revoked.since, revoked.reason.trim_end_matches('.'));
        Finding::new(Code::Revoked, words)
    });
    renamed.into_iter().chain(revoked)
}

/// Why pictures could not be compared with references, once each.
fn unusable_references(compared: &[Compared]) -> impl Iterator<Item = Finding> {
    let problems: BTreeSet<&String> = compared.iter().filter_map(|c| c.problem.as_ref()).collect();
    problems.into_iter().map(|problem| {
        let words = format!(
            "The pictures were not compared with the title's: {problem}. See `leakmark title reference check`."
        );
        Finding::new(Code::ReferenceUnusable, words)
    })
}

/// Pictures under the mark that are not the title's.
fn other_content(report: &Report) -> Option<Finding> {
    let other = report
        .content
        .iter()
        .filter(|c| c.content == Content::Other);
    let stretches: Vec<String> = other
        .map(|c| format!("{} to {}", clock(c.exhibit_start_s), clock(c.exhibit_end_s)))
        .collect();
    (!stretches.is_empty()).then(|| {
        Finding::new(
            Code::OtherContent,
            format!(
                "The pictures at {} of the exhibit carry the mark and are not the title's at that time: the mark was copied onto other pictures, or the place in the title is wrong.",
                stretches.join(", ")
            ),
        )
    })
}

/// Pilots that say something else than the pictures and the data, one finding for all.
fn contradicted(readings: &[Reading]) -> Option<Finding> {
    let words = |reading: &Reading| {
        let piece = reading.sync.pieces.first()?;
        let known = |exhibit_s: f64| clock(piece.title_s(exhibit_s));
        let start_s = piece.exhibit_start_s;
        Some(match reading.contradiction? {
            Contradiction::Elsewhere { exhibit_s, title_s } => format!(
                "at {} of the exhibit the pilot says {}, the pictures and the data say {}",
                clock(exhibit_s),
                clock(title_s),
                known(exhibit_s)
            ),
            Contradiction::Opposite => format!(
                "from {} of the exhibit on, which is {} by the pictures and the data, the pilot has the opposite sign",
                clock(start_s),
                known(start_s)
            ),
            Contradiction::Missing => format!(
                "from {} of the exhibit on, which is {} by the pictures and the data, there is no pilot",
                clock(start_s),
                known(start_s)
            ),
        })
    };
    let all: Vec<String> = readings.iter().filter_map(words).collect();
    (!all.is_empty()).then(|| {
        let words = format!(
            "The mark was tampered with: {}. The pilot serves to find the mark and says nothing of the source; what was read goes by the pictures and the data.",
            all.join("; ")
        );
        Finding::new(Code::PilotContradicts, words)
    })
}

/// A title that is known by its pictures where no mark was found.
fn recognized(report: &Report) -> Option<Finding> {
    let titles = report
        .content
        .iter()
        .filter(|c| c.content == Content::Title);
    let stretch = |c: &ContentFacts| {
        let from = c
            .title_start_s
            .map_or(String::new(), |s| format!(" from {} on", clock(s)));
        format!(
            "{}{from} (at {} to {} of the exhibit)",
            c.title,
            clock(c.exhibit_start_s),
            clock(c.exhibit_end_s)
        )
    };
    let stretches: Vec<String> = titles.map(stretch).collect();
    (report.verdict == Verdict::NoMarkFound && !stretches.is_empty()).then(|| {
        Finding::new(
            Code::RecognizedWithoutMark,
            format!(
                "The pictures are known, though no mark was found on them: {}. It may be a copy that was never marked, one whose mark was taken out, or one too poor to read.",
                stretches.join(", ")
            ),
        )
    })
}

/// Several files as one exhibit.
fn together(report: &Report) -> Option<Finding> {
    let count = report.exhibit.parts.len();
    let words = format!(
        "{count} files were given as pieces of one capture, and their evidence is taken together: that they are is for whoever gave them to say."
    );
    (count > 0).then(|| Finding::new(Code::ExaminedTogether, words))
}

/// True if two pieces lie in the same file of the exhibit.
fn in_one_file(report: &Report, pieces: &[&Piece]) -> bool {
    let parts = &report.exhibit.parts;
    let file = |piece: &Piece| {
        let middle_s = (piece.exhibit_start_s + piece.exhibit_end_s) / 2.0;
        parts.iter().rposition(|part| part.start_s <= middle_s)
    };
    pieces.windows(2).all(|w| file(w[0]) == file(w[1]))
}

/// Video tracks that were not read.
fn other_tracks(report: &Report) -> Option<Finding> {
    let exhibit = &report.exhibit;
    let others = exhibit.streams.filter(|s| s.video > 1)?.video - 1;
    let words = format!(
        "Of {} video tracks only the one of {} × {} ({}) was read: extract the others to have them examined.",
        others + 1,
        exhibit.video.width,
        exhibit.video.height,
        exhibit.video.codec
    );
    Some(Finding::new(Code::OtherTracks, words))
}

/// A declared length that the pictures contradict.
fn false_length(report: &Report, declared_s: Option<f64>) -> Option<Finding> {
    let (declared, length) = (declared_s?, report.exhibit.video.duration_s?);
    let differs = (declared - length).abs() > LENGTH_S.max(LENGTH_SHARE * length);
    differs.then(|| {
        let words = format!(
            "The container declares {declared:.0} s, its pictures last {length:.0} s: it was cut short, put together, or declares what is not so. The pictures were gone by."
        );
        Finding::new(Code::FalseLength, words)
    })
}

/// Time stamps that contradict each other.
fn broken_stamps(frames: &FrameCounts) -> Option<Finding> {
    let first_s = frames.first_misdated_s?;
    let misdated = several(frames.misdated, "frame", "frames");
    let jumps = several(frames.time_jumps, "place", "places");
    let what = match (frames.misdated, frames.time_jumps) {
        (_, 0) => format!("Time stamps of {misdated} contradict those around them"),
        (0, _) => format!("Time stamps jump at {jumps}"),
        _ => format!("Time stamps of {misdated} contradict those around them, and jump at {jumps}"),
    };
    let words = format!(
        "{what}, first at {}: all frames were examined in the order in which they are shown, and times here are counted through.",
        clock(first_s)
    );
    Some(Finding::new(Code::BrokenTimeStamps, words))
}

fn of_scores(report: &Report, out: &mut Vec<Finding>) {
    let most = report.of_titles().map(|of| of.attributions.len()).max();
    if let Some(count) = most.filter(|count| *count > 1) {
        out.push(Finding::new(
            Code::SeveralSources,
            format!("{count} distributors reach the threshold: their copies may have been mixed."),
        ));
    }
    out.extend(several_titles(report));
    let high = |d: &&Decoys| d.max_log10_likelihood_ratio > f64::from(d.count).log10() + DECOY_HIGH;
    if let Some(decoys) = report.of_titles().filter_map(|of| of.decoys).find(high) {
        out.push(Finding::new(
            Code::DecoyScoredHigh,
            format!(
                "A decoy that never got a copy reached log10 LR {}: treat the result with care.",
                decoys.max_log10_likelihood_ratio
            ),
        ));
    }
    for control in report.controls.iter().filter(|c| !c.is_as_expected()) {
        let expected = match &control.expected {
            Some(distributor) => format!("{distributor}, whose copy it is"),
            None => "nobody".to_owned(),
        };
        let named = match control.named.is_empty() {
            true => "nobody".to_owned(),
            false => control.named.join(", "),
        };
        out.push(Finding::new(Code::ControlFailed, format!("The control {} named {named}; it should have named {expected}: mistrust this run until that is explained.", control.path)));
    }
    if report.verdict == Verdict::Inconclusive && report.sync.as_ref().is_some_and(|s| s.found) {
        out.push(Finding::new(Code::WeakSymbols, "The registry's mark is there, but its symbols are too weak in this material to name anyone."));
    }
}

/// Films of the house that were put together.
fn several_titles(report: &Report) -> Option<Finding> {
    let titles = report.of_titles().filter_map(|of| of.title);
    let titles: Vec<&str> = titles.map(|title| title.id.as_str()).collect();
    (titles.len() > 1).then(|| {
        let words = format!(
            "The exhibit was put together: it shows {} titles, {}. Each has a result of its own.",
            titles.len(),
            titles.join(", ")
        );
        Finding::new(Code::SeveralTitles, words)
    })
}

fn of_file(report: &Report, still: bool, out: &mut Vec<Finding>) {
    let frames = &report.exhibit.frames;
    let video = &report.exhibit.video;
    let lengths = report.examined.iter().map(|e| e.end_s - e.start_s);
    // An empty sum would be a negative zero.
    let examined = lengths.fold(0.0, |sum, s| sum + s);
    let whole = report.examined.len() == 1
        && report.examined[0].start_s < 1.0
        && video.duration_s.is_none_or(|d| d <= WHOLE_S);
    if still {
        out.push(Finding::new(
            Code::StillImage,
            "A still image holds what one frame can give: at most one slot of symbols.",
        ));
    } else if examined < SHORT_S && report.coverage.keyframes == 0 {
        out.push(Finding::new(Code::Short, format!("Only {examined:.1} s of picture could be examined: the evidence is limited by that.")));
    }
    let refused = several(frames.rejected, "packet", "packets");
    let damaged = several(frames.corrupt, "frame", "frames");
    let damage = match (frames.rejected, frames.corrupt) {
        (0, 0) => None,
        (_, 0) => Some(format!(
            "The decoder refused {refused}; what they held could not be examined."
        )),
        (0, _) => Some(format!(
            "The decoder marked {damaged} as damaged, examined as they came out."
        )),
        _ => Some(format!(
            "The decoder refused {refused}, and marked {damaged} as damaged, examined as they came out."
        )),
    };
    out.extend(damage.map(|words| Finding::new(Code::DamagedFrames, words)));
    let lost = frames
        .declared
        .filter(|&declared| whole && frames.decoded + 2 < declared);
    if let Some(declared) = lost {
        out.push(Finding::new(Code::Truncated, format!("The container declares {declared} frames, {} could be decoded: the file is truncated or damaged.", frames.decoded)));
    }
    if let Some(duration) = video.duration_s.filter(|d| !whole && *d > examined + 1.0) {
        out.push(Finding::new(
            Code::ExaminedInPart,
            match report.coverage.keyframes {
                0 => format!("{examined:.0} s of {duration:.0} s were examined, spread over the whole."),
                count => format!("{count} keyframes and {examined:.0} s of {duration:.0} s were examined, spread over the whole."),
            },
        ));
    }
    if video.width.max(video.height) < SMALL_PX {
        out.push(Finding::new(
            Code::SmallPicture,
            format!(
                "The picture is only {} × {} pixels: little of the mark survives at that size.",
                video.width, video.height
            ),
        ));
    }
}

/// Which geometries a search without result has tried.
fn searched(effort: Effort) -> Finding {
    let sizes = |(least, most): (f64, f64)| format!("of {least} to {most} times the size");
    let bent = format!(
        "turned by up to {:.0}° {{}} stretched by up to {:.0} %",
        TURN.to_degrees().floor(),
        (ASPECT.exp_m1() * 100.0).floor()
    );
    let more = match effort {
        Effort::Quick => {
            "other geometries were not (effort: quick); --effort normal tries them".to_owned()
        }
        Effort::Normal => format!(
            "so were pictures {}, mirrored and turned by quarters, and {} {} (effort: normal). Not tried: pictures mirrored and turned or stretched, turned and stretched at once, or turned or stretched at other sizes; --effort deep tries them",
            sizes(SCALES),
            sizes(USUAL_SCALES),
            bent.replace("{}", "or")
        ),
        Effort::Deep => format!(
            "so were pictures {}, mirrored and turned by quarters, {} (effort: deep)",
            sizes(SCALES),
            bent.replace("{}", "and")
        ),
    };
    Finding::new(
        Code::SearchedRange,
        format!(
            "Whole pictures were tried, mirrored, turned by quarters, and black for white, at {} to {} % of their speed; {more}.",
            100 - SPEED_PERCENT,
            100 + SPEED_PERCENT
        ),
    )
}

fn of_geometry(sync: &SyncFacts, report: &Report, out: &mut Vec<Finding>) {
    let off = |scale: f64| (scale - 1.0).abs() > OFF_SCALE;
    let turned = sync.angle_deg.abs() > OFF_DEGREES;
    if off(sync.scale_x) || off(sync.scale_y) || turned {
        let angle = match turned {
            true => format!(" and turned by {:.1}°", sync.angle_deg),
            false => String::new(),
        };
        out.push(Finding::new(
            Code::Registered,
            format!(
                "The title's whole picture is {:.2} times as wide and {:.2} times as high as the exhibit's{angle}: it was cropped, zoomed, filmed off a screen or put into another.",
                sync.scale_x, sync.scale_y
            ),
        ));
    }
    if sync.pieces.iter().any(|p| p.geometry.moving) {
        out.push(Finding::new(
            Code::GeometryMoves,
            "The picture moves against the exhibit's frame, as with a hand-held camera or a zoom; it was followed.",
        ));
    }
    let differs = |a: f64, b: f64| (a - b).abs() > 2.0 * OFF_SCALE;
    let together = |w: &[Piece]| in_one_file(report, &[&w[0], &w[1]]);
    if sync.pieces.windows(2).filter(|w| together(w)).any(|w| {
        differs(w[0].geometry.scale_x, w[1].geometry.scale_x)
            || differs(w[0].geometry.scale_y, w[1].geometry.scale_y)
    }) {
        out.push(Finding::new(
            Code::SeveralGeometries,
            "Parts of the exhibit show the title's picture in different sizes: it was put together or edited.",
        ));
    }
}

fn of_sync(sync: &SyncFacts, report: &Report, out: &mut Vec<Finding>) {
    let video = &report.exhibit.video;
    if sync.mirrored {
        out.push(Finding::new(
            Code::Mirrored,
            "The picture is mirrored left to right.",
        ));
    }
    if sync.inverted {
        out.push(Finding::new(
            Code::Inverted,
            "The picture is inverted: it shows black for white.",
        ));
    }
    if sync.quarter_turns > 0 {
        out.push(Finding::new(
            Code::Turned,
            format!(
                "The picture is turned by {}° clockwise.",
                u32::from(sync.quarter_turns) * 90
            ),
        ));
    }
    if sync.active.width < video.width as usize || sync.active.height < video.height as usize {
        out.push(Finding::new(
            Code::BlackBars,
            format!(
                "Black bars surround a picture of {} × {} pixels.",
                sync.active.width, sync.active.height
            ),
        ));
    }
    of_geometry(sync, report, out);
    if (sync.rate - 1.0).abs() > SPEED {
        out.push(Finding::new(
            Code::SpeedChanged,
            format!(
                "The exhibit runs at {:.1} % of the title's speed.",
                sync.rate * 100.0
            ),
        ));
    }
    // Encoders let a new slot's mark come late: a jump of a moment is none.
    let long: Vec<&Piece> = sync
        .pieces
        .iter()
        .filter(|p| p.exhibit_end_s - p.exhibit_start_s > LEAST_PIECE_S)
        .collect();
    if long.windows(2).filter(|w| in_one_file(report, w)).any(|w| {
        (w[1].title_start_s
            - w[0].title_start_s
            - w[0].rate * (w[1].exhibit_start_s - w[0].exhibit_start_s))
            .abs()
            > 0.6
    }) {
        out.push(Finding::new(
            Code::Cut,
            format!(
                "The exhibit jumps in the title: {} pieces were found.",
                long.len()
            ),
        ));
    }
}
