//! Whether the figures of a report follow from each other.

use crate::check::Judged;
use crate::pack::follows;
use crate::report::{Content, seconds_of};
use crate::{
    Attribution, Check, Control, FindingCode, OfTitle, Report, ThresholdFacts, TitleResult, Verdict,
};
use leakmark_core::trace::{Threshold, log10_p_false};
use leakmark_core::units::Log10;

/// Sums of rounded values stray by this for each, and once more for the sum.
const ROUNDING: f64 = 0.000_51;

/// The checks, each of one thing.
pub fn figures(report: &Report) -> Vec<Check> {
    [
        ("threshold", threshold(report)),
        (
            "bounds",
            of_each(report, |of| bounds(&report.threshold, of)),
        ),
        ("verdict", verdict(report)),
        ("evidence over time", of_each(report, over_time)),
        ("decoys", of_each(report, decoys)),
        ("place and time", place(report)),
        ("extent examined", extent(report)),
        ("findings", findings(report)),
    ]
    .map(|(what, judged)| Check::judged(what, judged))
    .into()
}

/// What is judged of every title: what is wrong with one of them, or what is said of the
/// report's own.
fn of_each(report: &Report, judge: impl Fn(OfTitle<'_>) -> Judged) -> Judged {
    let judged: Result<Vec<String>, String> = report.of_titles().map(judge).collect();
    judged.map(|words| words.into_iter().next().unwrap_or_default())
}

/// Whether the threshold is one that may be, and counts all that were compared.
fn threshold(report: &Report) -> Judged {
    let threshold = &report.threshold;
    let loosest = Threshold::LOOSEST.log10_p_false.0;
    if threshold.log10_p_false.is_nan() || threshold.log10_p_false > loosest {
        return Err(format!(
            "a bound of 10^{} is looser than any that leakmark works with (10^{loosest})",
            threshold.log10_p_false
        ));
    }
    let (distributors, titles) = (report.registry.distributors, report.registry.titles);
    let least = distributors.saturating_mul(titles).max(1);
    if threshold.hypotheses < least {
        return Err(format!(
            "{} comparisons are stated; {distributors} distributors and {titles} titles make {least} at least",
            threshold.hypotheses
        ));
    }
    let from_n = (threshold.hypotheses as f64).log10() - threshold.log10_p_false;
    if !follows(from_n, threshold.log10_likelihood_ratio) {
        return Err(format!(
            "a threshold of log10 LR {from_n:.3} follows; the report states {:.3}",
            threshold.log10_likelihood_ratio
        ));
    }
    Ok(format!(
        "log10 LR {from_n:.3} for a bound of 10^{} over {} comparisons",
        threshold.log10_p_false, threshold.hypotheses
    ))
}

/// Whether each bound follows from its likelihood ratio, and each reaches the threshold.
fn bounds(threshold: &ThresholdFacts, of: OfTitle<'_>) -> Judged {
    for found in of.attributions {
        let (name, lr) = (&found.distributor, found.log10_likelihood_ratio);
        let follows_from = log10_p_false(Log10(lr), threshold.hypotheses).0;
        if !follows(follows_from, found.log10_p_false) {
            return Err(format!(
                "log10 p false {follows_from:.3} follows for {name}; the report states {:.3}",
                found.log10_p_false
            ));
        }
        if lr.is_nan() || lr + 0.001 < threshold.log10_likelihood_ratio {
            return Err(format!(
                "{name} is named with log10 LR {lr:.3}, below the threshold of {:.3}",
                threshold.log10_likelihood_ratio
            ));
        }
    }
    let ratio = |i: usize| of.attributions[i].log10_likelihood_ratio;
    match (1..of.attributions.len()).find(|&i| ratio(i - 1) < ratio(i)) {
        Some(_) => Err("those named are not in the order of their likelihood ratios".into()),
        None => Ok("they follow from likelihood ratios and comparisons".into()),
    }
}

/// Whether the verdict is that of what was found, and what it needs is there.
fn verdict(report: &Report) -> Judged {
    let named = report.verdict.names();
    if named == report.attributions.is_empty() || named != report.named().next().is_some() {
        return Err("the verdict and the attributions contradict each other".into());
    }
    let on_content = |title: &str| {
        let seconds = |kind| seconds_of(&report.content, title, kind);
        Verdict::Attributed.on_content(seconds(Content::Title), seconds(Content::Other))
    };
    let own = report.title.as_ref().map_or("", |title| title.id.as_str());
    let other = |other: &TitleResult| {
        other.verdict.names() == other.attributions.is_empty()
            || other.verdict.names() && other.verdict != on_content(&other.title.id)
    };
    if report.other_titles.iter().any(other) {
        return Err("the verdict on another title is not that of what was found of it".into());
    }
    if named && on_content(own) != report.verdict {
        return Err(
            "the verdict is not that of the pictures that are stated under the mark".into(),
        );
    }
    let found = report.sync.as_ref().is_some_and(|sync| sync.found);
    let nothing =
        (&report.title, &report.evidence) == (&None, &None) && report.other_titles.is_empty();
    if report.verdict == Verdict::NoMarkFound && !nothing {
        return Err("no mark was found, and yet a title or soft symbols are stated".into());
    }
    let legible = named || report.verdict == Verdict::MarkedUnattributed;
    let parts = [
        ("the soft symbols", report.evidence.is_some()),
        ("the title", report.title.is_some()),
        ("the evidence over time", report.trail.is_some()),
        ("the decoys", report.decoys.is_some()),
        ("the place that was found", found),
    ];
    // Of a mark that fits nobody the strongest place may be that of another part.
    let needed = match report.verdict {
        Verdict::Attributed | Verdict::MarkOnOtherContent => &parts[..],
        _ => &parts[..4],
    };
    let missing = needed.iter().find(|(_, there)| legible && !there);
    if let Some((missing, _)) = missing {
        return Err(format!("what the verdict rests on is missing: {missing}"));
    }
    for of in report.of_titles() {
        if let (Some(title), Some(evidence)) = (of.title, of.evidence)
            && title.id != evidence.title
        {
            return Err(format!(
                "the title is {:?}, but the soft symbols were read as {:?}",
                title.id, evidence.title
            ));
        }
    }
    let mut ids: Vec<&str> = report
        .of_titles()
        .filter_map(|of| Some(of.title?.id.as_str()))
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < count {
        return Err("a title is stated more than once".into());
    }
    Ok("it is that of what was found".into())
}

/// Whether the evidence over time ends where the attributions say.
fn over_time(of: OfTitle<'_>) -> Judged {
    let Some(trail) = of.trail else {
        return match of.attributions.is_empty() {
            true => Ok("there is none".into()),
            false => Err("there is none, and yet somebody is named".into()),
        };
    };
    if trail.cumulative.len() != of.attributions.len() {
        return Err(format!(
            "it is that of {} distributors, and {} are named",
            trail.cumulative.len(),
            of.attributions.len()
        ));
    }
    for (named, line) in of.attributions.iter().zip(&trail.cumulative) {
        let ends = line.log10_likelihood_ratio.last().copied();
        if named.distributor != line.distributor {
            return Err(format!(
                "it is that of {}, but {} is named: an attribution of another report was put in",
                line.distributor, named.distributor
            ));
        }
        if line.log10_likelihood_ratio.len() != trail.slots.len()
            || ends.is_none_or(|ends| (ends - named.log10_likelihood_ratio).abs() > 4.0 * ROUNDING)
        {
            return Err(format!(
                "it ends at log10 LR {:.3} for {}; the report states {:.3}",
                ends.unwrap_or(0.0),
                named.distributor,
                named.log10_likelihood_ratio
            ));
        }
    }
    let expected: f64 = trail
        .slots
        .iter()
        .map(|s| s.expected_log10_likelihood_ratio)
        .sum();
    let stated = of.expected_log10_likelihood_ratio.unwrap_or(0.0);
    if (expected - stated).abs() > ROUNDING * (trail.slots.len() + 1) as f64 {
        return Err(format!(
            "log10 LR {expected:.3} is expected of the true source; the report states {stated:.3}"
        ));
    }
    Ok("it ends at the likelihood ratios stated".into())
}

/// Whether what is said of the decoys is what their histogram shows.
fn decoys(of: OfTitle<'_>) -> Judged {
    let Some(decoys) = of.decoys else {
        return Ok("there are none".into());
    };
    let (counts, total) = (&decoys.histogram.counts, u64::from(decoys.count));
    if counts.iter().sum::<u64>() > total {
        return Err(format!("the histogram holds more than {total}"));
    }
    let last = counts.iter().rposition(|&count| count > 0);
    let strongest = decoys.max_log10_likelihood_ratio;
    if !decoys
        .histogram
        .may_hold(strongest)
        .any(|bin| Some(bin) == last)
    {
        return Err(format!(
            "the strongest is said to reach log10 LR {strongest:.3}, which is not the end of the histogram"
        ));
    }
    let median = decoys.median_log10_likelihood_ratio;
    let below = |bin: usize| counts.iter().take(bin).sum::<u64>();
    let middle = total / 2;
    let holds = |bin: usize| below(bin) <= middle && middle < below(bin + 1);
    if !decoys.histogram.may_hold(median).any(holds) {
        return Err(format!(
            "the median is said to be log10 LR {median:.3}, which is not the middle of the histogram"
        ));
    }
    Ok(format!("{total}, as their histogram shows"))
}

/// Whether title time and geometry are those of one of the pieces.
fn place(report: &Report) -> Judged {
    let Some(sync) = &report.sync else {
        return Ok("there is none".into());
    };
    let is_of = |piece: &leakmark_core::detect::Piece| {
        // Rates are rounded to four decimals.
        let starts = piece.title_start_s - piece.rate * piece.exhibit_start_s;
        let off = 2.0 * ROUNDING + 2e-4 * piece.exhibit_start_s.abs();
        (starts - sync.title_start_s).abs() <= off
            && piece.geometry.scale_x == sync.scale_x
            && piece.geometry.scale_y == sync.scale_y
            && piece.rate == sync.rate
    };
    match sync.pieces.iter().any(is_of) {
        true => Ok("they are those of a piece that was found".into()),
        false => Err(format!(
            "no piece begins at title time {:.3} s with the size and speed stated",
            sync.title_start_s
        )),
    }
}

/// Whether the seconds examined are those of the parts listed.
fn extent(report: &Report) -> Judged {
    let listed: f64 = report.examined.iter().map(|e| e.end_s - e.start_s).sum();
    let stated = report.coverage.frame_by_frame_s;
    match (listed - stated).abs() <= 2.0 * ROUNDING * (report.examined.len() + 1) as f64 {
        true => Ok(format!("{stated:.1} s in the parts listed")),
        false => Err(format!(
            "the parts listed make {listed:.3} s; the report states {stated:.3} s"
        )),
    }
}

/// Whether the findings that follow from other fields are there, and no other such.
fn findings(report: &Report) -> Judged {
    let issues = || report.named().map(|a| a.issue.as_ref());
    let most = report.of_titles().map(|of| of.attributions.len()).max();
    let identical = issues()
        .flatten()
        .any(|i| i.copy_sha256 == report.exhibit.sha256);
    let any = |of: fn(&Attribution) -> bool| report.named().any(of);
    let mut titles = report.of_titles().filter_map(|of| of.title);
    let title_changed = titles.any(|t| t.name_in_table.is_some());
    for (code, follows, what) in [
        (
            FindingCode::NameChanged,
            title_changed || any(|named| named.name_in_table.is_some()),
            "names that were changed",
        ),
        (
            FindingCode::Renamed,
            any(|named| named.name_now.is_some()),
            "new names",
        ),
        (
            FindingCode::Revoked,
            any(|named| named.revoked.is_some()),
            "revocations",
        ),
        (
            FindingCode::SeveralSources,
            most.is_some_and(|most| most > 1),
            "several sources",
        ),
        (
            FindingCode::SeveralTitles,
            !report.other_titles.is_empty(),
            "several titles",
        ),
        (
            FindingCode::NoIssueRecord,
            issues().any(|issue| issue.is_none()),
            "no record of issue",
        ),
        (
            FindingCode::OtherContent,
            report.content.iter().any(|c| c.content == Content::Other),
            "other pictures under the mark",
        ),
        (
            FindingCode::RecognizedWithoutMark,
            report.verdict == Verdict::NoMarkFound
                && report.content.iter().any(|c| c.content == Content::Title),
            "a title known by its pictures",
        ),
        (
            FindingCode::ControlFailed,
            !report.controls.iter().all(Control::is_as_expected),
            "controls",
        ),
    ] {
        if report.findings.iter().any(|f| f.code == code) != follows {
            return Err(format!("those on {what} are not those that follow"));
        }
    }
    let told = |code| report.findings.iter().any(|f| f.code == code);
    if identical && !told(FindingCode::IdenticalToIssuedCopy) {
        return Err("the exhibit is an issued copy byte for byte, and that is not said".into());
    }
    Ok("they agree with what is stated elsewhere".into())
}
