//! This module adds the cells up, holds them against the bars, and shouts
//! where an innocent was named.

use super::bars::{GROUPS, Group, MEAN_BITS_RATIO, MEAN_VMAF_LOSS, WORST_VMAF_LOSS};
use super::cells::Cell;
use super::copies::Copies;
use super::negatives::Negative;
use super::quality::Quality;
use super::setting::Setting;
use super::table::median;

/// Prints the totals; false if anyone was named wrongly.
pub fn print(
    setting: &Setting,
    copies: &[Result<Copies, String>],
    outcomes: &[Vec<Cell>],
    negatives: &[Negative],
) -> bool {
    println!("\nTOTALS");
    print_quality(copies);
    for group in &GROUPS {
        if setting.options.whole || !group.whole_only {
            print_group(setting, copies, outcomes, group);
        }
    }
    if setting.options.whole || (setting.options.seconds - 12.0).abs() > 1e-9 {
        println!("the bars are meant for 12 s, other than that for 25 s or more");
    }
    let cells = outcomes.iter().flatten();
    let scan_s = median(
        cells
            .clone()
            .flatten()
            .map(|outcome| outcome.scan_s)
            .collect(),
    );
    let scan_s = scan_s.map_or("-".to_owned(), |s| format!("{s:.2}"));
    println!(
        "median scan: {scan_s} s on one thread, {} at a time",
        setting.jobs
    );
    let errors = cells.filter(|cell| cell.is_err()).count()
        + negatives
            .iter()
            .filter(|negative| negative.cell.is_err())
            .count();
    println!("cells without a result: {errors}");
    print_false(setting, outcomes, negatives)
}

fn line(what: &str, figure: &str, bar: &str, verdict: &str) {
    println!(
        "{}",
        format!("{what:<32}{figure:>24}   bar {bar:<9}{verdict}").trim_end()
    );
}

fn pass(is_met: bool) -> &'static str {
    if is_met { "PASS" } else { "miss" }
}

fn print_quality(copies: &[Result<Copies, String>]) {
    let of_copies = copies.iter().flatten().filter_map(|copies| copies.quality);
    let measured: Vec<Quality> = of_copies.collect();
    if measured.is_empty() {
        println!("quality: not measured");
        return;
    }
    let mean = |figure: fn(&Quality) -> f64| {
        measured.iter().map(figure).sum::<f64>() / measured.len() as f64
    };
    let loss = mean(|q| q.vmaf_loss);
    let worst = measured
        .iter()
        .map(|q| q.vmaf_loss)
        .fold(f64::NEG_INFINITY, f64::max);
    let ratio = mean(|q| q.bits_ratio);
    let percent = |ratio: f64| format!("{:+.1} %", (ratio - 1.0) * 100.0);
    line(
        "mean VMAF loss",
        &format!("{loss:.2}"),
        "2.2",
        pass(loss <= MEAN_VMAF_LOSS),
    );
    line(
        "worst VMAF loss",
        &format!("{worst:.2}"),
        "4.5",
        pass(worst <= WORST_VMAF_LOSS),
    );
    line(
        "mean size",
        &percent(ratio),
        &percent(MEAN_BITS_RATIO),
        pass(ratio <= MEAN_BITS_RATIO),
    );
    println!(
        "mean PSNR to the unmarked encode: {:.2} dB",
        mean(|q| q.psnr_y_db)
    );
}

fn print_group(
    setting: &Setting,
    copies: &[Result<Copies, String>],
    outcomes: &[Vec<Cell>],
    group: &Group,
) {
    let attacks = || {
        setting
            .attacks
            .iter()
            .enumerate()
            .filter(|(_, name)| group.has(name))
    };
    let mut cells = Vec::new();
    for (copies, outcomes) in copies.iter().zip(outcomes) {
        // A clip that could not be marked is no clip of known length: it counts as not attributed.
        if copies.as_ref().map_or(0.0, |c| c.duration_s) >= group.least_clip_s {
            cells.extend(attacks().map(|(index, _)| &outcomes[index]));
        }
    }
    let bar = format!("{:.0} %", group.least_share * 100.0);
    if cells.is_empty() {
        line(group.name, "not run", &bar, "");
        return;
    }
    let found = cells
        .iter()
        .filter(|cell| cell.as_ref().is_ok_and(|o| o.is_attributed()))
        .count();
    let share = found as f64 / cells.len() as f64;
    let figure = format!("{found} of {} = {:.1} %", cells.len(), share * 100.0);
    let partial = if attacks().count() < group.len() {
        " (not all its attacks)"
    } else {
        ""
    };
    let verdict = format!("{}{partial}", pass(share >= group.least_share));
    line(group.name, &figure, &bar, &verdict);
}

fn print_false(setting: &Setting, outcomes: &[Vec<Cell>], negatives: &[Negative]) -> bool {
    let mut count = 0;
    let mut shout = |what: String, cell: &Cell| {
        if let Some(outcome) = cell.as_ref().ok().filter(|outcome| outcome.is_false()) {
            count += 1;
            let named = outcome.named.as_deref().unwrap_or("?");
            let title = outcome.title.as_deref().unwrap_or("?");
            println!("!!! FALSE ATTRIBUTION: {what}: named {named} for title {title}");
        }
    };
    for (clip, cells) in setting.clips.iter().zip(outcomes) {
        for (attack, cell) in setting.attacks.iter().zip(cells) {
            shout(
                format!("{}, leaked by {}, {attack}", clip.id, clip.leaker),
                cell,
            );
        }
    }
    for negative in negatives {
        shout(negative.what.clone(), &negative.cell);
    }
    let scans = outcomes
        .iter()
        .flatten()
        .filter(|cell| cell.is_ok())
        .count();
    let figure = format!("{count} in {scans} + {} scans", negatives.len());
    line("false attributions", &figure, "0", pass(count == 0));
    count == 0
}
