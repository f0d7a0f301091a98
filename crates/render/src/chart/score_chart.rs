//! Draws what decoys and those named scored. Nobody else is shown: where a
//! distributor who is not named stands would give symbols away.
//!
//! ```text
//! share │  ▓▓        decoys
//!       │ ▓▓▓▓              ¦ threshold
//!     0 ├────────────────────¦──────────
//!       │                    ¦       ● the distributor named
//!       └──────────────────────────────── log10 likelihood ratio
//! ```

use super::axes::Axes;
use super::style::{
    ACCENT, BAR, CHANCE, FAINT, INK, WIDTH, dashed, drawing, label, short, strong_label, whole,
};
use crate::drawing::{Anchor, Drawing, Shape};
use crate::format::count;
use leakmark_evidence::report::{Attribution, Decoys, Histogram, OfTitle, Report};

const HEIGHT: f32 = 244.0;
/// Room for the axis beneath.
const BELOW: f32 = 46.0;
/// Room for the row of marks below the bars, as a share of the tallest bar.
const ROW: f64 = 0.2;
/// Names written beside their marks, at most.
const NAMED: usize = 3;

/// The chart of a title; `None` without decoys.
pub fn score_chart(report: &Report, of: OfTitle<'_>) -> Option<Drawing> {
    let decoys = of.decoys?;
    let mut chart = drawing(HEIGHT);
    let least = report.threshold.log10_likelihood_ratio;
    let named_at = of.attributions.iter().map(|a| a.log10_likelihood_ratio);
    let axes = bars(
        &mut chart,
        &decoys.histogram,
        named_at.fold(least, f64::max),
    );
    let row = HEIGHT - BELOW - 15.0;
    threshold(&mut chart, &axes, least);
    named(&mut chart, &axes, of.attributions, row);
    legend(&mut chart, decoys);
    Some(chart)
}

/// Bars and axes, up to the log10 likelihood ratio `greatest`.
fn bars(to: &mut Drawing, histogram: &Histogram, greatest: f64) -> Axes {
    let decoys = shares(&histogram.counts);
    let most = decoys.iter().fold(0.01, |a: f64, b| a.max(*b));
    let axes = Axes {
        area: [48.0, 36.0, WIDTH - 8.0, HEIGHT - BELOW],
        x: reach(histogram, greatest),
        y: (-ROW * most, most * 1.06),
    };
    axes.draw(to, (10, &whole), (4, &percent));
    for (i, share) in decoys.iter().enumerate().filter(|(_, s)| **s > 0.0) {
        let from = histogram.start + i as f64 * histogram.width;
        to.shapes
            .push(axes.block((from, 0.0), (from + histogram.width, *share), CHANCE));
    }
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
fn reach(histogram: &Histogram, greatest: f64) -> (f64, f64) {
    let end = histogram.start + histogram.width * histogram.counts.len() as f64;
    let (least, greatest) = (histogram.start.min(0.0), end.max(greatest).max(1.0));
    let air = 0.04 * (greatest - least);
    (least - air, greatest + 2.0 * air)
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

fn legend(to: &mut Drawing, decoys: &Decoys) {
    to.shapes.push(Shape::rectangle(
        (48.0, 2.0),
        (58.0, 10.0),
        Some(CHANCE),
        None,
    ));
    let words = format!(
        "{} decoys that never got a copy: what chance gives on this exhibit",
        count(decoys.count.into())
    );
    to.shapes
        .push(label((62.0, 10.0), Anchor::Start, FAINT, words));
    to.shapes.push(label(
        (WIDTH / 2.0, HEIGHT - 5.0),
        Anchor::Middle,
        INK,
        "log10 likelihood ratio",
    ));
}
