//! Says which file was examined, and where in it the title was found.

use super::Subject;
use super::content::content;
use super::model::{Block, Fact, Table, Text, code_fact, fact, number_column, paragraph};
use super::phrases::{MOST_ROWS, rows_left_out};
use crate::format::{clock, count, several};
use leakmark_core::detect::Piece;
use leakmark_core::film::{FrameCounts, StreamCounts};
use leakmark_evidence::report::Verdict;
use leakmark_evidence::report::{Exhibit, ExhibitPart, Report, SyncFacts, VideoFacts};

/// The exhibit's identity.
pub fn identity(subject: Subject<'_>) -> Vec<Block> {
    let exhibit = &subject.report.exhibit;
    let facts = vec![
        code_fact("Path as given", &exhibit.path),
        fact("Size", format!("{} bytes", count(exhibit.size_bytes))),
        code_fact("SHA-256", &exhibit.sha256),
        code_fact("SHA-512", &exhibit.sha512),
        fact("Container", container(exhibit)),
        fact("Picture", picture(&exhibit.video)),
        fact("Length", length(&exhibit.video)),
        fact("Frames", frames(&exhibit.frames)),
        fact("Damage", damage(&exhibit.frames)),
    ];
    let parts = exhibit.parts.iter().zip(1..).map(part);
    [Block::Facts(facts)].into_iter().chain(parts).collect()
}

/// One of several files that are one exhibit.
fn part((part, number): (&ExhibitPart, usize)) -> Block {
    let words = format!(
        "{}, {}, {} × {} pixels, {} bytes, from {} of the exhibit",
        part.container,
        part.codec,
        part.width,
        part.height,
        count(part.size_bytes),
        clock(part.start_s)
    );
    Block::Facts(vec![
        fact("File", format!("{number} of the exhibit")),
        code_fact("Path as given", &part.path),
        fact("Content", words),
        code_fact("SHA-256", &part.sha256),
        code_fact("SHA-512", &part.sha512),
    ])
}

fn container(exhibit: &Exhibit) -> String {
    match &exhibit.streams {
        Some(streams) => format!("{}; {}", exhibit.container, stream_words(streams)),
        None if exhibit.video.duration_s.is_some_and(|s| s > 0.0) => {
            format!("{}, an animated image", exhibit.container)
        }
        None => format!("{}, a still image", exhibit.container),
    }
}

fn stream_words(streams: &StreamCounts) -> String {
    let kinds = [
        (streams.video, "video"),
        (streams.audio, "audio"),
        (streams.subtitle, "subtitle"),
        (streams.attachment, "attachment"),
        (streams.cover, "cover picture"),
        (streams.data, "other"),
    ];
    let present = kinds.into_iter().filter(|(n, _)| *n > 0);
    let words: Vec<String> = present.map(|(n, kind)| format!("{n} {kind}")).collect();
    format!("streams: {}", words.join(", "))
}

fn picture(video: &VideoFacts) -> String {
    let mut words = format!("{}, {} × {} pixels", video.codec, video.width, video.height);
    let (num, den) = video.sample_aspect_ratio;
    if num != den {
        words.push_str(&format!(", pixel shape {num}:{den}"));
    }
    if video.rotation_deg != 0 {
        words.push_str(&format!(", to be turned by {}°", video.rotation_deg));
    }
    words.push_str(&format!(", {} bit", video.bit_depth));
    for more in [&video.profile, &video.pixel_format].into_iter().flatten() {
        words.push_str(&format!(", {more}"));
    }
    words
}

fn length(video: &VideoFacts) -> String {
    let rate = video
        .fps
        .map_or(String::new(), |fps| format!(", {fps} frames a second"));
    match video.duration_s {
        Some(s) if s > 0.0 => format!("{} ({s} s){rate}", clock(s)),
        Some(_) => "a single picture".into(),
        None => format!("not known{rate}"),
    }
}

fn frames(frames: &FrameCounts) -> String {
    let declared = match frames.declared {
        Some(declared) => format!("{} declared for the whole file", count(declared)),
        None => "none declared".into(),
    };
    format!(
        "{declared}; in the parts examined {} read, {} decoded",
        count(frames.demuxed),
        count(frames.decoded)
    )
}

fn damage(frames: &FrameCounts) -> String {
    let kinds = [
        (
            frames.rejected,
            "packet",
            "packets",
            "refused by the decoder",
        ),
        (frames.corrupt, "frame", "frames", "damaged"),
        (
            frames.misdated,
            "frame",
            "frames",
            "with a time stamp that others contradict",
        ),
        (frames.time_jumps, "jump", "jumps", "in the time stamps"),
        (
            frames.read_errors,
            "read error",
            "read errors",
            "in the container itself",
        ),
    ];
    let seen = kinds.iter().filter(|kind| kind.0 > 0);
    let words: Vec<String> = seen
        .map(|(number, one, more, what)| format!("{} {what}", several(*number, one, more)))
        .collect();
    match words.is_empty() {
        true => "none seen in the parts examined; see also the findings above".into(),
        false => words.join(", "),
    }
}

/// Where the title was found in the exhibit.
pub fn synchronisation(subject: Subject<'_>) -> Vec<Block> {
    let report = subject.report;
    let Some(sync) = &report.sync else {
        return vec![paragraph("There was no picture to look at.", &[])];
    };
    let mut blocks = Vec::new();
    if !sync.found {
        let follows = match report.verdict {
            Verdict::NoMarkFound => {
                "What follows is the strongest place that chance offered, for the record only."
            }
            _ => {
                "What follows is the strongest place; the symbols were read there, and it is their scores that make traces of the mark."
            }
        };
        blocks.push(paragraph(
            "The pilot, the part of the mark that all copies share, was not found beyond what chance explains. {}",
            &[follows],
        ));
    }
    blocks.push(Block::Facts(places(sync)));
    if sync.found {
        blocks.push(pieces(&sync.pieces, String::new()));
        for other in &report.other_titles {
            let of = format!(" Title: {}.", other.title.name);
            blocks.push(pieces(&other.pieces, of));
        }
    }
    blocks.extend(content(report));
    blocks.push(examined(report));
    blocks
}

fn places(sync: &SyncFacts) -> Vec<Fact> {
    let active = &sync.active;
    vec![
        fact(
            "Pilot",
            format!(
                "{:.1} standard deviations; unrelated secrets reach {:.1} on the same pictures",
                sync.pilot_z, sync.decoy_pilot_z
            ),
        ),
        fact(
            "Title time",
            format!(
                "the exhibit begins at {} ({:.1} s)",
                clock(sync.title_start_s),
                sync.title_start_s
            ),
        ),
        fact(
            "Speed",
            format!("{:.2} % of the title’s", sync.rate * 100.0),
        ),
        fact("Title’s picture", geometry(sync)),
        fact(
            "Active picture",
            format!(
                "{} × {} pixels from column {}, row {}",
                active.width, active.height, active.x, active.y
            ),
        ),
    ]
}

/// How the title's whole picture lies against the exhibit's.
fn geometry(sync: &SyncFacts) -> String {
    let mut words = format!(
        "{:.4} times as wide and {:.4} times as high as the exhibit’s, turned by {:.2}°",
        sync.scale_x,
        sync.scale_y,
        (100.0 * sync.angle_deg).round() / 100.0 + 0.0
    );
    if sync.quarter_turns > 0 {
        let degrees = u32::from(sync.quarter_turns) * 90;
        words.push_str(&format!(", and by a further {degrees}° clockwise"));
    }
    if sync.mirrored {
        words.push_str(", mirrored");
    }
    if sync.inverted {
        words.push_str(", black shown for white");
    }
    words.replace('-', "−")
}

fn pieces(pieces: &[Piece], of: String) -> Block {
    let row = |p: &Piece| {
        [p.exhibit_start_s, p.exhibit_end_s, p.title_start_s]
            .map(|s| Text::value(&format!("{s:.1}")))
            .into_iter()
            .chain([Text::value(&format!("{:.4}", p.rate))])
            .collect()
    };
    let more = of + &rows_left_out(pieces.len());
    Block::Table(Table {
        columns: vec![
            number_column("Exhibit from, s", 1.0),
            number_column("to, s", 1.0),
            number_column("Title from, s", 1.0),
            number_column("Title seconds a second", 1.3),
        ],
        rows: pieces.iter().take(MOST_ROWS).map(row).collect(),
        marked: None,
        caption: Text::of(
            "Pieces: stretches of the title that the exhibit runs through without a jump.{}",
            &[&more],
        ),
    })
}

fn examined(report: &Report) -> Block {
    let lengths = report.examined.iter().map(|e| e.end_s - e.start_s);
    // An empty sum would be a negative zero.
    let total = lengths.fold(0.0, |sum, s| sum + s);
    let parts: Vec<String> = report
        .examined
        .iter()
        .take(MOST_ROWS)
        .map(|e| format!("{:.1}–{:.1} s", e.start_s, e.end_s))
        .collect();
    paragraph(
        "Examined: {} in {}: {}.",
        &[
            &format!("{total:.1} s"),
            &several(report.examined.len() as u64, "part", "parts"),
            &parts.join(", "),
        ],
    )
}
