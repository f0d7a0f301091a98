//! Draws the evidence as it comes in over the exhibit's time.

use super::axes::Axes;
use super::style::{ACCENT, FAINT, INK, OTHER, WIDTH, drawing, label, short, whole};
use super::threshold::threshold;
use crate::drawing::{Anchor, Color, Drawing, Shape, Stroke};
use crate::format::clock;
use leakmark_evidence::report::{Attribution, OfTitle, Report, Stretch, Trail};

const HEIGHT: f32 = 214.0;
/// About how many lines across, and their words.
const UP: (usize, &dyn Fn(f64) -> String) = (6, &whole);
/// Distributors drawn, at most.
const DRAWN: usize = 3;
/// Letters of names in the legend, at most.
const ROOM: usize = 42;
/// The colors of those named, strongest first.
const LINES: [Color; DRAWN] = [ACCENT, Color::of(0x4f8a5b), Color::of(0x7a5195)];

/// The chart of a title; `None` without slots or for a still image.
pub fn time_chart(report: &Report, of: OfTitle<'_>) -> Option<Drawing> {
    let end = end_s(report);
    let trail = of.trail.filter(|t| !t.slots.is_empty() && end > 0.0)?;
    let mut chart = drawing(HEIGHT);
    lines(&mut chart, report, (of, trail), end);
    legend(&mut chart, of.attributions, trail);
    Some(chart)
}

/// Where the exhibit ends, seconds.
fn end_s(report: &Report) -> f64 {
    let examined = report.examined.iter().map(|e| e.end_s);
    let declared = report.exhibit.video.duration_s;
    examined.chain(declared).fold(0.0, f64::max)
}

fn lines(to: &mut Drawing, report: &Report, (of, trail): (OfTitle<'_>, &Trail), end: f64) {
    let needed = report.threshold.log10_likelihood_ratio;
    let expected = expected(trail);
    let named: Vec<&[f64]> = trail
        .cumulative
        .iter()
        .take(DRAWN)
        .map(|c| c.log10_likelihood_ratio.as_slice())
        .collect();
    let values = || named.iter().copied().flatten().chain(&expected).copied();
    let most = values().fold(needed, f64::max) * 1.1;
    let least = values().fold(0.0, f64::min) * 1.1;
    let axes = Axes {
        area: [48.0, 24.0, WIDTH - 12.0, HEIGHT - 40.0],
        x: (0.0, end),
        y: (least, most),
    };
    let band = OTHER.faint(0.16);
    let bands = report.examined.iter();
    to.shapes
        .extend(bands.map(|e| axes.block((e.start_s, least), (e.end_s.min(end), most), band)));
    axes.draw(to, (8, &|v| time(v, end)), UP);
    let mut drawn = vec![(steps(trail, &expected, end), FAINT, 1.0)];
    let of_named = named.iter().zip(LINES);
    drawn.extend(of_named.map(|(values, color)| (steps(trail, values, end), color, 1.8)));
    for (path, color, width) in &drawn {
        to.shapes.push(axes.line(path, *color, *width));
    }
    let across = |s: f64| axes.at(s.min(end), needed).0;
    to.shapes.extend(found_in(of.attributions, across));
    let mut others = axes.across(UP);
    others.extend(drawn.into_iter().map(|(path, ..)| path));
    threshold(to, &axes, needed, &others);
}

/// Where the exhibit shows each copy, if there are several: a bar for each below the legend.
fn found_in(attributions: &[Attribution], across: impl Fn(f64) -> f32) -> Vec<Shape> {
    if attributions.len() < 2 {
        return Vec::new();
    }
    let bars = attributions.iter().zip(LINES).enumerate();
    let bar = |(row, (named, color)): (usize, (&Attribution, Color))| {
        let top = 14.0 + 4.0 * row as f32;
        let one = |s: &Stretch| {
            let corners = [
                (across(s.exhibit_start_s), top),
                (across(s.exhibit_end_s), top + 3.0),
            ];
            Shape::rectangle(corners[0], corners[1], Some(color), None)
        };
        named.stretches.iter().map(one).collect::<Vec<Shape>>()
    };
    bars.flat_map(bar).collect()
}

/// A time on the axis of a chart that ends at `end`, seconds.
fn time(seconds: f64, end: f64) -> String {
    if end < 120.0 {
        format!("{seconds:.0} s")
    } else {
        clock(seconds)
    }
}

/// What the true source is expected to have gained after each slot.
fn expected(trail: &Trail) -> Vec<f64> {
    let mut sum = 0.0;
    let step = |s: &leakmark_evidence::report::TrailSlot| {
        sum += s.expected_log10_likelihood_ratio;
        sum
    };
    trail.slots.iter().map(step).collect()
}

/// A staircase that rises in the middle of each slot.
fn steps(trail: &Trail, values: &[f64], end: f64) -> Vec<(f64, f64)> {
    let mut path = vec![(0.0, 0.0)];
    let mut before = 0.0;
    for (slot, value) in trail.slots.iter().zip(values) {
        path.extend([(slot.exhibit_s, before), (slot.exhibit_s, *value)]);
        before = *value;
    }
    path.push((end, before));
    path
}

fn legend(to: &mut Drawing, attributions: &[Attribution], trail: &Trail) {
    // So that the entries for all of them fit on one line.
    let longest = ROOM / attributions.len().clamp(1, DRAWN);
    let mut entries: Vec<(String, Color, f32)> = trail
        .cumulative
        .iter()
        .zip(attributions)
        .zip(LINES)
        .map(|((_, named), color)| (short(&named.name, &named.distributor, longest), color, 1.8))
        .collect();
    entries.push(("expected of the true source".into(), FAINT, 1.0));
    let mut x = 48.0;
    for (words, color, width) in entries {
        let stroke = Stroke {
            color,
            width,
            dash: None,
        };
        to.shapes
            .push(Shape::line((x, 6.0), (x + 14.0, 6.0), stroke));
        x += 18.0;
        let room = words.chars().count() as f32 * 6.0 + 14.0;
        to.shapes
            .push(label((x, 10.0), Anchor::Start, FAINT, words));
        x += room;
    }
    let band = OTHER.faint(0.16);
    to.shapes.push(Shape::rectangle(
        (x, 2.0),
        (x + 10.0, 10.0),
        Some(band),
        None,
    ));
    to.shapes.push(label(
        (x + 14.0, 10.0),
        Anchor::Start,
        FAINT,
        "parts examined",
    ));
    to.shapes.push(label(
        (WIDTH / 2.0, HEIGHT - 4.0),
        Anchor::Middle,
        INK,
        "time in the exhibit; upwards: log10 likelihood ratio gained so far",
    ));
}
