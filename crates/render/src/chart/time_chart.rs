//! Draws the evidence as it comes in over the exhibit's time.

use super::axes::Axes;
use super::style::{ACCENT, BAR, FAINT, INK, OTHER, WIDTH, dashed, drawing, label, short, whole};
use crate::drawing::{Anchor, Color, Drawing, Shape, Stroke};
use crate::format::clock;
use leakmark_evidence::report::{Attribution, Report, Stretch, Trail};

const HEIGHT: f32 = 214.0;
/// Distributors drawn, at most.
const DRAWN: usize = 3;
/// Letters of names in the legend, at most.
const ROOM: usize = 42;
/// The colors of those named, strongest first.
const LINES: [Color; DRAWN] = [ACCENT, Color::of(0x4f8a5b), Color::of(0x7a5195)];

/// The chart; `None` without slots or for a still image.
pub fn time_chart(report: &Report) -> Option<Drawing> {
    let end = end_s(report);
    let trail = report
        .trail
        .as_ref()
        .filter(|t| !t.slots.is_empty() && end > 0.0)?;
    let mut chart = drawing(HEIGHT);
    lines(&mut chart, report, trail, end);
    legend(&mut chart, report, trail);
    Some(chart)
}

/// Where the exhibit ends, seconds.
fn end_s(report: &Report) -> f64 {
    let examined = report.examined.iter().map(|e| e.end_s);
    let declared = report.exhibit.video.duration_s;
    examined.chain(declared).fold(0.0, f64::max)
}

fn lines(to: &mut Drawing, report: &Report, trail: &Trail, end: f64) {
    let threshold = report.threshold.log10_likelihood_ratio;
    let expected = expected(trail);
    let named: Vec<&[f64]> = trail
        .cumulative
        .iter()
        .take(DRAWN)
        .map(|c| c.log10_likelihood_ratio.as_slice())
        .collect();
    let values = || named.iter().copied().flatten().chain(&expected).copied();
    let most = values().fold(threshold, f64::max) * 1.1;
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
    axes.draw(to, (8, &|v| time(v, end)), (6, &whole));
    let mut drawn = vec![(steps(trail, &expected, end), FAINT, 1.0)];
    let of_named = named.iter().zip(LINES);
    drawn.extend(of_named.map(|(values, color)| (steps(trail, values, end), color, 1.8)));
    for (path, color, width) in &drawn {
        to.shapes.push(axes.line(path, *color, *width));
    }
    let across = |s: f64| axes.at(s.min(end), threshold).0;
    to.shapes.extend(found_in(report, across));
    let bar = [axes.at(0.0, threshold), axes.at(end, threshold)];
    to.shapes.push(Shape::line(bar[0], bar[1], dashed(BAR)));
    let words = format!("threshold {threshold:.1}");
    let lines = drawn.iter().map(|(path, ..)| path.as_slice());
    let (place, anchor) = free_place(&axes, bar, words.chars().count(), lines);
    to.shapes.push(label(place, anchor, BAR, words));
}

/// Where along the bar that many letters cross no line, and which end of them is
/// there: at its end rather than at its beginning, above it rather than below.
fn free_place<'a>(
    axes: &Axes,
    bar: [(f32, f32); 2],
    letters: usize,
    lines: impl Iterator<Item = &'a [(f64, f64)]> + Clone,
) -> ((f32, f32), Anchor) {
    let (left, right, y) = (bar[0].0 + 4.0, bar[1].0 - 2.0, bar[0].1);
    let width = 6.0 * letters as f32;
    let places = [
        ((right, y - 4.0), Anchor::End),
        ((right, y + 11.0), Anchor::End),
        ((left, y - 4.0), Anchor::Start),
        ((left, y + 11.0), Anchor::Start),
    ];
    let is_free = |((x, base), anchor): &((f32, f32), Anchor)| {
        let from = if *anchor == Anchor::End {
            x - width
        } else {
            *x
        };
        let free_of = |line: &[(f64, f64)]| {
            let crosses = |w: &[(f64, f64)]| {
                let (a, b) = (axes.at(w[0].0, w[0].1), axes.at(w[1].0, w[1].1));
                let apart = a.0.max(b.0) < from
                    || a.0.min(b.0) > from + width
                    || a.1.max(b.1) < base - 9.0
                    || a.1.min(b.1) > base + 3.0;
                !apart
            };
            !line.windows(2).any(crosses)
        };
        *base < axes.area[3] && lines.clone().all(free_of)
    };
    places.into_iter().find(is_free).unwrap_or(places[0])
}

/// Where the exhibit shows each copy, if there are several: a bar for each below the legend.
fn found_in(report: &Report, across: impl Fn(f64) -> f32) -> Vec<Shape> {
    if report.attributions.len() < 2 {
        return Vec::new();
    }
    let bars = report.attributions.iter().zip(LINES).enumerate();
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

fn legend(to: &mut Drawing, report: &Report, trail: &Trail) {
    // So that the entries for all of them fit on one line.
    let longest = ROOM / report.attributions.len().clamp(1, DRAWN);
    let mut entries: Vec<(String, Color, f32)> = trail
        .cumulative
        .iter()
        .zip(&report.attributions)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_name_is_crossed_by_no_line() {
        let axes = Axes {
            area: [48.0, 24.0, WIDTH - 12.0, HEIGHT - 40.0],
            x: (0.0, 60.0),
            y: (0.0, 30.0),
        };
        let bar = [axes.at(0.0, 10.0), axes.at(60.0, 10.0)];
        let place = |line: &[(f64, f64)]| free_place(&axes, bar, 13, [line].into_iter());
        let far_above = place(&[(0.0, 0.0), (0.0, 25.0), (60.0, 25.0)]);
        assert!(far_above.1 == Anchor::End && far_above.0.1 < bar[0].1);
        let just_above = place(&[(0.0, 0.0), (50.0, 11.5), (60.0, 11.5)]);
        assert!(just_above.1 == Anchor::End && just_above.0.1 > bar[0].1);
        let through = place(&[(0.0, 0.0), (20.0, 0.0), (55.0, 9.0), (58.0, 11.5)]);
        assert!(through.1 == Anchor::Start && through.0.1 < bar[0].1);
    }
}
