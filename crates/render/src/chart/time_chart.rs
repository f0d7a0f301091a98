//! Draws the evidence as it comes in over the exhibit's time.

use std::convert::Infallible;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::{PathElement, Rectangle};
use plotters::prelude::{Cartesian2d, IntoDrawingArea};
use plotters::style::Color as _;

use super::recorder::Recorder;
use super::{
    ACCENT, Anchor, BAR, CHANCE, Color, Drawing, FAINT, INK, OTHER, Shape, Stroke, axis_words,
    dashed, drawing, label, paint, short, units, whole,
};
use crate::format::clock;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::report::Report;
use leakmark_evidence::report::Trail;

const HEIGHT: f32 = 214.0;
/// Distributors drawn, at most.
const DRAWN: usize = 3;
/// Letters of names in the legend, at most.
const ROOM: usize = 42;
/// The colors of those named, strongest first.
const LINES: [Color; DRAWN] = [ACCENT, Color::of(0x4f8a5b), Color::of(0x7a5195)];

type Fallible<T> = std::result::Result<T, DrawingAreaErrorKind<Infallible>>;
type Chart<'a, 'b> = ChartContext<'b, Recorder<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The chart; `None` without slots or for a still image.
///
/// # Errors
/// [`Error::Internal`] if it cannot be laid out.
pub fn time_chart(report: &Report) -> Result<Option<Drawing>> {
    let end = end_s(report);
    let Some(trail) = report
        .trail
        .as_ref()
        .filter(|t| !t.slots.is_empty() && end > 0.0)
    else {
        return Ok(None);
    };
    let mut chart = drawing(HEIGHT);
    lines(&mut chart, report, trail, end)
        .map_err(|e| Error::Internal(format!("the chart of evidence over time: {e}")))?;
    legend(&mut chart, report, trail);
    Ok(Some(chart))
}

/// Where the exhibit ends, seconds.
fn end_s(report: &Report) -> f64 {
    let examined = report.examined.iter().map(|e| e.end_s);
    let declared = report.exhibit.video.duration_s;
    examined.chain(declared).fold(0.0, f64::max)
}

fn lines(to: &mut Drawing, report: &Report, trail: &Trail, end: f64) -> Fallible<()> {
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
    let root = Recorder(to).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_right(units(12.0))
        .margin_top(units(24.0))
        .margin_bottom(units(18.0))
        .x_label_area_size(units(22.0))
        .y_label_area_size(units(48.0))
        .build_cartesian_2d(0.0..end, least..most)?;
    let band = paint(OTHER.faint(0.16)).filled();
    let bands = report.examined.iter();
    chart.draw_series(
        bands.map(|e| Rectangle::new([(e.start_s, least), (e.end_s.min(end), most)], band)),
    )?;
    axes(&mut chart, end)?;
    let place = |chart: &Chart<'_, '_>, x: f64, y: f64| {
        let (x, y) = chart.backend_coord(&(x, y));
        (x as f32 / super::UNITS, y as f32 / super::UNITS)
    };
    let bar = [place(&chart, 0.0, threshold), place(&chart, end, threshold)];
    let faint = paint(FAINT).stroke_width(units(1.0));
    chart.draw_series([PathElement::new(steps(trail, &expected, end), faint)])?;
    for (values, color) in named.iter().zip(LINES) {
        let line = paint(color).stroke_width(units(1.8));
        chart.draw_series([PathElement::new(steps(trail, values, end), line)])?;
    }
    drop(chart);
    drop(root);
    to.shapes.push(Shape::line(bar[0], bar[1], dashed(BAR)));
    to.shapes.push(label(
        (bar[1].0 - 2.0, bar[1].1 - 4.0),
        Anchor::End,
        BAR,
        format!("threshold {threshold:.1}"),
    ));
    Ok(())
}

fn axes(chart: &mut Chart<'_, '_>, end: f64) -> Fallible<()> {
    let time = |v: &f64| {
        if end < 120.0 {
            format!("{v:.0} s")
        } else {
            clock(*v)
        }
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(paint(CHANCE.faint(0.6)).stroke_width(units(0.6)))
        .light_line_style(paint(CHANCE.faint(0.0)))
        .axis_style(paint(FAINT).stroke_width(units(0.8)))
        .label_style(axis_words(FAINT))
        .x_labels(8)
        .y_labels(6)
        .set_all_tick_mark_size(units(3.0))
        .x_label_formatter(&time)
        .y_label_formatter(&|v| whole(*v))
        .draw()
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
        (super::WIDTH / 2.0, HEIGHT - 4.0),
        Anchor::Middle,
        INK,
        "time in the exhibit; upwards: log10 likelihood ratio gained so far",
    ));
}
