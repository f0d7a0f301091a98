//! Shows the evidence.

use super::model::{Block, Figure, Text};
use super::{Subject, called_in};
use crate::chart::{frame_view, score_chart, symbol_strip, time_chart};
use crate::drawing::Drawing;
use crate::format::clock;
use leakmark_core::error::Result;
use leakmark_evidence::report::{OfTitle, Report};

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
    for of in report.of_titles() {
        push(
            score_chart(report, of),
            "Shares of decoys by log10 likelihood ratio, with the threshold and those named",
            scores(of, &on_title(report, of)),
        );
    }
    // Of a mark that was not found there is nothing to show but noise.
    let found = report.sync.as_ref().is_some_and(|s| s.found);
    for of in report.of_titles().filter(|_| found) {
        push(
            time_chart(report, of),
            "log10 likelihood ratio gained over the exhibit’s time, with the parts examined",
            time(of, &on_title(report, of)),
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

/// Which title a picture is about, if there are several.
fn on_title(report: &Report, of: OfTitle<'_>) -> String {
    let title = of.title.filter(|_| !report.other_titles.is_empty());
    title.map_or(String::new(), |title| format!(" Title: {}.", title.name))
}

fn scores(of: OfTitle<'_>, on_title: &str) -> Text {
    const NOT_SHOWN: &str = "Distributors who are not named are not shown: their scores would give their copies’ symbols away.";
    match of.attributions.first() {
        Some(named) => Text::of(
            "*Scores.* Grey: decoys, what chance gives on this exhibit. The filled circle is {}; an innocent distributor belongs among the decoys. {}{}",
            &[&called_in(named), NOT_SHOWN, on_title],
        ),
        None => Text::of(
            "*Scores.* Grey: decoys, what chance gives on this exhibit. Nobody reaches the threshold. {}{}",
            &[NOT_SHOWN, on_title],
        ),
    }
}

fn time(of: OfTitle<'_>, on_title: &str) -> Text {
    if of.attributions.is_empty() {
        return Text::of(
            "*Evidence over time.* Grey line: what the true source would be expected to gain from what could be read. Nobody is named, so nobody’s line is drawn. Shaded: the parts examined.{}",
            &[on_title],
        );
    }
    Text::of(
        "*Evidence over time.* How the log10 likelihood ratio grows with each two-second slot of the title that was read. A steady rise means that all parts of the exhibit speak for the same copy. Shaded: the parts examined.{}",
        &[on_title],
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
