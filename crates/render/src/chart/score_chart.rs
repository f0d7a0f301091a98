//! Draws what everybody scored.
//!
//! ```text
//! share │  ▓▓        decoys: filled; distributors: outlined
//!       │ ▓▓▓▓              ¦ threshold
//!     0 ├────────────────────¦──────────
//!       │ ○○○○○○             ¦       ● the distributor named
//!       └──────────────────────────────── log10 likelihood ratio
//! ```

use std::convert::Infallible;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::{PathElement, Rectangle};
use plotters::prelude::{Cartesian2d, IntoDrawingArea};
use plotters::style::Color as _;

use super::recorder::Recorder;
use super::{
    ACCENT, Anchor, BAR, CHANCE, Drawing, FAINT, INK, OTHER, Place, Shape, Stroke, axis_words,
    dashed, drawing, label, paint, short, strong_label, units, whole,
};
use crate::format::{count, several};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::report::{Attribution, Report};
use leakmark_evidence::report::{Histogram, ScoreFacts};

const HEIGHT: f32 = 244.0;
/// Room for the axis beneath.
const BELOW: f32 = 46.0;
/// Room for the row of marks below the bars, as a share of the tallest bar.
const ROW: f64 = 0.2;
/// Names written beside their marks, at most.
const NAMED: usize = 3;

type Fallible<T> = std::result::Result<T, DrawingAreaErrorKind<Infallible>>;
type Chart<'a, 'b> = ChartContext<'b, Recorder<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The chart; `None` without scores.
///
/// # Errors
/// [`Error::Internal`] if it cannot be laid out.
pub fn score_chart(report: &Report) -> Result<Option<Drawing>> {
    let Some(scores) = &report.scores else {
        return Ok(None);
    };
    let mut chart = drawing(HEIGHT);
    let to_place = bars(&mut chart, scores, report.threshold.log10_likelihood_ratio)
        .map_err(|e| Error::Internal(format!("the chart of scores: {e}")))?;
    let row = HEIGHT - BELOW - 15.0;
    threshold(
        &mut chart,
        &to_place,
        report.threshold.log10_likelihood_ratio,
    );
    strongest(
        &mut chart,
        &to_place,
        scores,
        report.attributions.len(),
        row,
    );
    named(&mut chart, &to_place, &report.attributions, row);
    legend(&mut chart, report);
    Ok(Some(chart))
}

type ToPlace = Box<dyn Fn(f64, f64) -> Place>;

/// Bars and axes; returns where a likelihood ratio and a share are.
fn bars(to: &mut Drawing, scores: &ScoreFacts, threshold: f64) -> Fallible<ToPlace> {
    let histogram = &scores.histogram;
    let (decoys, distributors) = (shares(&histogram.decoys), shares(&histogram.distributors));
    let most = decoys
        .iter()
        .chain(&distributors)
        .fold(0.0, |a: f64, b| a.max(*b));
    let (least, greatest) = reach(histogram, threshold);
    let root = Recorder(to).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_right(units(8.0))
        .margin_top(units(36.0))
        .margin_bottom(units(20.0))
        .x_label_area_size(units(BELOW - 20.0))
        .y_label_area_size(units(48.0))
        .build_cartesian_2d(
            least..greatest,
            -ROW * most.max(0.01)..most.max(0.01) * 1.06,
        )?;
    axes(&mut chart)?;
    let bar = |(i, share): (usize, &f64)| {
        let from = histogram.start + i as f64 * histogram.width;
        Rectangle::new(
            [(from, 0.0), (from + histogram.width, *share)],
            paint(CHANCE).filled(),
        )
    };
    chart.draw_series(
        decoys
            .iter()
            .enumerate()
            .filter(|(_, s)| **s > 0.0)
            .map(bar),
    )?;
    let outline = paint(ACCENT).stroke_width(units(1.3));
    chart.draw_series([PathElement::new(steps(histogram, &distributors), outline)])?;
    let (origin, unit) = (
        chart.backend_coord(&(0.0, 0.0)),
        chart.backend_coord(&(greatest, most)),
    );
    let per_lr = f64::from(unit.0 - origin.0) / greatest;
    let per_share = f64::from(unit.1 - origin.1) / most.max(1e-9);
    Ok(Box::new(move |log10_lr, share| {
        (
            (f64::from(origin.0) + per_lr * log10_lr) as f32 / super::UNITS,
            (f64::from(origin.1) + per_share * share) as f32 / super::UNITS,
        )
    }))
}

fn axes(chart: &mut Chart<'_, '_>) -> Fallible<()> {
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(paint(CHANCE.faint(0.6)).stroke_width(units(0.6)))
        .light_line_style(paint(CHANCE.faint(0.0)))
        .axis_style(paint(FAINT).stroke_width(units(0.8)))
        .label_style(axis_words(FAINT))
        .x_labels(10)
        .y_labels(4)
        .set_all_tick_mark_size(units(3.0))
        .x_label_formatter(&|v| whole(*v))
        .y_label_formatter(&|v| match *v < -1e-9 {
            true => String::new(),
            false => format!("{:.0} %", v.abs() * 100.0),
        })
        .draw()
}

/// Each count as a share of all.
fn shares(counts: &[u64]) -> Vec<f64> {
    let all = counts.iter().sum::<u64>().max(1) as f64;
    counts.iter().map(|c| *c as f64 / all).collect()
}

/// The likelihood ratios that the chart spans.
fn reach(histogram: &Histogram, threshold: f64) -> (f64, f64) {
    let end = histogram.start + histogram.width * histogram.decoys.len() as f64;
    let (least, greatest) = (histogram.start.min(0.0), end.max(threshold).max(1.0));
    let air = 0.04 * (greatest - least);
    (least - air, greatest + 2.0 * air)
}

/// The outline of a histogram's bars.
fn steps(histogram: &Histogram, shares: &[f64]) -> Vec<(f64, f64)> {
    let at = |i: usize| histogram.start + i as f64 * histogram.width;
    let mut path = vec![(at(0), 0.0)];
    for (i, share) in shares.iter().enumerate() {
        path.extend([(at(i), *share), (at(i + 1), *share)]);
    }
    path.push((at(shares.len()), 0.0));
    path
}

fn threshold(to: &mut Drawing, at: &ToPlace, log10_lr: f64) {
    let (x, _) = at(log10_lr, 0.0);
    to.shapes
        .push(Shape::line((x, 32.0), (x, HEIGHT - BELOW), dashed(BAR)));
    to.shapes.push(label(
        (x, 28.0),
        Anchor::Middle,
        BAR,
        format!("threshold {log10_lr:.1}"),
    ));
}

/// A mark for each of the strongest distributors that are not named.
fn strongest(to: &mut Drawing, at: &ToPlace, scores: &ScoreFacts, named: usize, row: f32) {
    let outline = Stroke {
        color: OTHER,
        width: 0.9,
        dash: None,
    };
    for other in scores.strongest.iter().skip(named) {
        to.shapes.push(Shape::Circle {
            middle: (at(other.log10_likelihood_ratio, 0.0).0, row),
            radius: 3.0,
            fill: None,
            stroke: Some(outline),
        });
    }
}

/// A mark and a name for those named.
fn named(to: &mut Drawing, at: &ToPlace, attributions: &[Attribution], row: f32) {
    for (i, found) in attributions.iter().enumerate() {
        let (x, _) = at(found.log10_likelihood_ratio, 0.0);
        to.shapes.push(Shape::Circle {
            middle: (x, row),
            radius: 4.5,
            fill: Some(ACCENT),
            stroke: None,
        });
        if i < NAMED {
            let words = format!(
                "{}: {:.1}",
                short(&found.name, &found.distributor, 24),
                found.log10_likelihood_ratio
            );
            let line = row - 26.0 - 14.0 * i as f32;
            to.shapes
                .push(strong_label((x + 5.0, line), Anchor::End, ACCENT, words));
        }
    }
}

fn legend(to: &mut Drawing, report: &Report) {
    let scored = report.registry.distributors;
    let decoys = report.decoys.map_or(0, |d| d.count);
    to.shapes.push(Shape::rectangle(
        (48.0, 2.0),
        (58.0, 10.0),
        Some(CHANCE),
        None,
    ));
    to.shapes.push(label(
        (62.0, 10.0),
        Anchor::Start,
        FAINT,
        format!("{} decoys that never got a copy", count(decoys.into())),
    ));
    let line = Stroke {
        color: ACCENT,
        width: 1.3,
        dash: None,
    };
    to.shapes
        .push(Shape::line((262.0, 6.0), (272.0, 6.0), line));
    to.shapes.push(label(
        (276.0, 10.0),
        Anchor::Start,
        FAINT,
        format!(
            "{} of the registry (share; circles: one each)",
            several(scored, "distributor", "distributors")
        ),
    ));
    to.shapes.push(label(
        (super::WIDTH / 2.0, HEIGHT - 5.0),
        Anchor::Middle,
        INK,
        "log10 likelihood ratio",
    ));
}
