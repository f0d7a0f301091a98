//! Shows the evidence.

use super::model::{Block, Figure, Text};
use super::{Subject, called_in};
use crate::chart::{frame_view, score_chart, symbol_strip, time_chart};
use crate::drawing::Drawing;
use crate::format::clock;
use leakmark_core::error::Result;
use leakmark_evidence::report::Report;

/// The figures, those that there is something for.
///
/// # Errors
/// [`Error::Internal`](leakmark_core::error::Error::Internal) if one cannot be drawn.
pub fn pictures(subject: Subject<'_>) -> Result<Vec<Block>> {
    let report = subject.report;
    let mut blocks = Vec::new();
    let mut push = |drawing: Option<Drawing>, description: &str, caption: Text| {
        blocks.extend(drawing.map(|drawing| {
            let figure = Figure {
                drawing,
                description: description.to_owned(),
                caption,
            };
            Block::Figure(Box::new(figure))
        }));
    };
    push(
        score_chart(report),
        "Shares of decoys by log10 likelihood ratio, with the threshold and those named",
        scores(report),
    );
    // Of a mark that was not found there is nothing to show but noise.
    let found = report.sync.as_ref().is_some_and(|s| s.found);
    if found {
        push(
            time_chart(report),
            "log10 likelihood ratio gained over the exhibit’s time, with the parts examined",
            time(report),
        );
    }
    if let (Some(frame), Some(sync)) = (&subject.illustrations.frame, &report.sync) {
        push(
            frame_view(frame, sync, &report.exhibit.video),
            "A picture of the exhibit with the outline of the title’s picture",
            geometry(report, frame.exhibit_s),
        );
    }
    if found {
        push(
            symbol_strip(&subject.illustrations.symbols)?,
            "The soft symbols as read, blue for plus one and amber for minus one",
            Text::of(
                "*Symbols read.* Each field is one symbol as it was read from the picture, before any distributor was looked at. The copy’s symbols are compared with these.",
                &[],
            ),
        );
    }
    Ok(blocks)
}

fn scores(report: &Report) -> Text {
    const NOT_SHOWN: &str = "Distributors who are not named are not shown: their scores would give their copies’ symbols away.";
    match report.attributions.first() {
        Some(named) => Text::of(
            "*Scores.* Grey: decoys, what chance gives on this exhibit. The filled circle is {}; an innocent distributor belongs among the decoys. {}",
            &[&called_in(named), NOT_SHOWN],
        ),
        None => Text::of(
            "*Scores.* Grey: decoys, what chance gives on this exhibit. Nobody reaches the threshold. {}",
            &[NOT_SHOWN],
        ),
    }
}

fn time(report: &Report) -> Text {
    if report.attributions.is_empty() {
        return Text::of(
            "*Evidence over time.* Grey line: what the true source would be expected to gain from what could be read. Nobody is named, so nobody’s line is drawn. Shaded: the parts examined.",
            &[],
        );
    }
    Text::of(
        "*Evidence over time.* How the log10 likelihood ratio grows with each two-second slot of the title that was read. A steady rise means that all parts of the exhibit speak for the same copy. Shaded: the parts examined.",
        &[],
    )
}

fn geometry(report: &Report, at_s: f64) -> Text {
    let turned = match report.exhibit.video.rotation_deg {
        0 => String::new(),
        degrees => format!(" The picture is shown as stored; a player turns it by {degrees}°."),
    };
    match report.sync.as_ref().is_some_and(|s| s.found) {
        true => Text::of(
            "*Picture found.* The exhibit at {}. The frame drawn on it is where the title’s whole picture lies, as found from the pilot alone; the dot is at its upper left corner.{}",
            &[&clock(at_s), &turned],
        ),
        false => Text::of(
            "*The exhibit* at {}. The title’s picture was not found in it.{}",
            &[&clock(at_s), &turned],
        ),
    }
}
