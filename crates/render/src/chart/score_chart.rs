//! Draws what everybody scored.
//!
//! ```text
//! share │  ▓▓        decoys: filled; distributors: outlined
//!       │ ▓▓▓▓              ¦ threshold
//!     0 ├────────────────────¦──────────
//!       │ ○○○○○○             ¦       ● the distributor named
//!       └──────────────────────────────── log10 likelihood ratio
//! ```

use super::axes::Axes;
use super::style::{
    ACCENT, BAR, CHANCE, FAINT, INK, OTHER, WIDTH, dashed, drawing, label, short, strong_label,
    whole,
};
use crate::drawing::{Anchor, Drawing, Shape, Stroke};
use crate::format::{count, several};
use leakmark_evidence::report::{Attribution, Report};
use leakmark_evidence::report::{Histogram, ScoreFacts};

const HEIGHT: f32 = 244.0;
/// Room for the axis beneath.
const BELOW: f32 = 46.0;
/// Room for the row of marks below the bars, as a share of the tallest bar.
const ROW: f64 = 0.2;
/// Names written beside their marks, at most.
const NAMED: usize = 3;

/// The chart; `None` without scores.
pub fn score_chart(report: &Report) -> Option<Drawing> {
    let scores = report.scores.as_ref()?;
    let mut chart = drawing(HEIGHT);
    let axes = bars(&mut chart, scores, report.threshold.log10_likelihood_ratio);
    let row = HEIGHT - BELOW - 15.0;
    threshold(&mut chart, &axes, report.threshold.log10_likelihood_ratio);
    strongest(&mut chart, &axes, scores, report.attributions.len(), row);
    named(&mut chart, &axes, &report.attributions, row);
    legend(&mut chart, report);
    Some(chart)
}

/// Bars and axes.
fn bars(to: &mut Drawing, scores: &ScoreFacts, threshold: f64) -> Axes {
    let histogram = &scores.histogram;
    let (decoys, distributors) = (shares(&histogram.decoys), shares(&histogram.distributors));
    let most = decoys
        .iter()
        .chain(&distributors)
        .fold(0.01, |a: f64, b| a.max(*b));
    let axes = Axes {
        area: [48.0, 36.0, WIDTH - 8.0, HEIGHT - BELOW],
        x: reach(histogram, threshold),
        y: (-ROW * most, most * 1.06),
    };
    axes.draw(to, (10, &whole), (4, &percent));
    for (i, share) in decoys.iter().enumerate().filter(|(_, s)| **s > 0.0) {
        let from = histogram.start + i as f64 * histogram.width;
        to.shapes
            .push(axes.block((from, 0.0), (from + histogram.width, *share), CHANCE));
    }
    to.shapes
        .push(axes.line(&steps(histogram, &distributors), ACCENT, 1.3));
    axes
}

/// A share on the axis; nothing beside the row of marks below the bars.
fn percent(share: f64) -> String {
    if share < -1e-9 {
        String::new()
    } else {
        format!("{:.0} %", share.abs() * 100.0)
    }
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

fn threshold(to: &mut Drawing, axes: &Axes, log10_lr: f64) {
    let (x, _) = axes.at(log10_lr, 0.0);
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
fn strongest(to: &mut Drawing, axes: &Axes, scores: &ScoreFacts, named: usize, row: f32) {
    let outline = Stroke {
        color: OTHER,
        width: 0.9,
        dash: None,
    };
    for other in scores.strongest.iter().skip(named) {
        to.shapes.push(Shape::Circle {
            middle: (axes.at(other.log10_likelihood_ratio, 0.0).0, row),
            radius: 3.0,
            fill: None,
            stroke: Some(outline),
        });
    }
}

/// A mark and a name for those named.
fn named(to: &mut Drawing, axes: &Axes, attributions: &[Attribution], row: f32) {
    for (i, found) in attributions.iter().enumerate() {
        let (x, _) = axes.at(found.log10_likelihood_ratio, 0.0);
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
        (WIDTH / 2.0, HEIGHT - 5.0),
        Anchor::Middle,
        INK,
        "log10 likelihood ratio",
    ));
}
