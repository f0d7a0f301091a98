//! Holds a dossier against the bars, and shouts where an innocent was named.

use leakmark::evidence::{CellResult, Dossier, PictureFacts};

use super::bars::{GROUPS, Group, MEAN_SIZE_RATIO, MEAN_VMAF_LOSS, WORST_VMAF_LOSS};

/// Prints the totals; false if anyone was named wrongly.
pub fn print(dossier: &Dossier) -> bool {
    println!("\nBARS");
    print_picture(dossier);
    for group in &GROUPS {
        print_group(dossier, group);
    }
    if (dossier.parameters.seconds - 12.0).abs() > 1e-9 {
        println!("the bars are meant for 12 s");
    }
    let scan_s = dossier.timing.median_scan_s;
    println!(
        "median scan: {} s, {} at a time",
        scan_s.map_or("-".to_owned(), |s| format!("{s:.2}")),
        dossier.timing.jobs
    );
    let missing = dossier.tally(&dossier.cells).not_run;
    println!("cells without a result: {missing}");
    print_false(dossier)
}

fn line(what: &str, figure: &str, bar: &str, verdict: &str) {
    let text = format!("{what:<32}{figure:>24}   bar {bar:<9}{verdict}");
    println!("{}", text.trim_end());
}

fn pass(is_met: bool) -> &'static str {
    if is_met { "PASS" } else { "miss" }
}

fn print_picture(dossier: &Dossier) {
    let measured: Vec<PictureFacts> = dossier.excerpts.iter().filter_map(|e| e.picture).collect();
    if measured.is_empty() {
        println!("picture: not measured");
        return;
    }
    let mean = |figure: &dyn Fn(&PictureFacts) -> Option<f64>| {
        let values: Vec<f64> = measured.iter().filter_map(figure).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let loss = |p: &PictureFacts| Some(p.vmaf_unmarked? - p.vmaf_marked?);
    let worst = measured.iter().filter_map(loss).max_by(f64::total_cmp);
    if let (Some(mean), Some(worst)) = (mean(&loss), worst) {
        line(
            "mean VMAF loss",
            &format!("{mean:.2}"),
            "2.2",
            pass(mean <= MEAN_VMAF_LOSS),
        );
        line(
            "worst VMAF loss",
            &format!("{worst:.2}"),
            "4.5",
            pass(worst <= WORST_VMAF_LOSS),
        );
    } else {
        println!("VMAF: not measured, this ffmpeg cannot (see --arg=--ffmpeg=PROGRAM)");
    }
    let seen = |p: &PictureFacts| Some(p.cvvdp_unmarked_jod? - p.cvvdp_marked_jod?);
    if let Some(seen) = mean(&seen) {
        println!("mean ColorVideoVDP loss: {seen:.2} JOD");
    }
    let percent = |ratio: f64| format!("{:+.1} %", (ratio - 1.0) * 100.0);
    let ratio = mean(&|p| Some(p.size_ratio)).unwrap_or(f64::NAN);
    line(
        "mean size",
        &percent(ratio),
        &percent(MEAN_SIZE_RATIO),
        pass(ratio <= MEAN_SIZE_RATIO),
    );
    let psnr = mean(&|p| Some(p.psnr_y_db)).unwrap_or(f64::NAN);
    println!("mean PSNR to the unmarked encode: {psnr:.2} dB");
}

fn print_group(dossier: &Dossier, group: &Group) {
    let attacks: Vec<usize> = (0..dossier.attacks.len())
        .filter(|&i| group.has(&dossier.attacks[i].name))
        .collect();
    let tally = dossier.tally(attacks.iter().flat_map(|&i| dossier.cells_of(i)));
    let cells = tally.scanned() + tally.not_run;
    let bar = format!("{:.0} %", group.least_share * 100.0);
    if cells == 0 {
        line(group.name, "not run", &bar, "");
        return;
    }
    // What could not be made counts as not attributed.
    let share = tally.attributed as f64 / cells as f64;
    let figure = format!("{} of {cells} = {:.1} %", tally.attributed, share * 100.0);
    let partial = match attacks.len() < group.len() {
        true => " (not all its attacks)",
        false => "",
    };
    let verdict = format!("{}{partial}", pass(share >= group.least_share));
    line(group.name, &figure, &bar, &verdict);
}

fn print_false(dossier: &Dossier) -> bool {
    let named = |excerpt: u32, attack: u32, what: &str, named: &[String]| {
        let film = dossier.excerpts[excerpt as usize].film as usize;
        println!(
            "!!! FALSE ATTRIBUTION: {}, {}, {what}: named {}",
            dossier.films[film].name,
            dossier.attacks[attack as usize].name,
            named.join(", ")
        );
    };
    for cell in &dossier.cells {
        if dossier.result(cell) == CellResult::Wrong {
            let who = cell.outcome.as_ref().map_or(&[][..], |o| &o.named);
            named(cell.excerpt, cell.attack, "marked", who);
        }
        for beginning in &cell.wrong_beginnings_s {
            named(
                cell.excerpt,
                cell.attack,
                &format!("first {beginning} s"),
                &[],
            );
        }
    }
    for control in dossier.controls.iter().filter(|c| c.accuses()) {
        let who = control.outcome.as_ref().map_or(&[][..], |o| &o.named);
        named(
            control.excerpt,
            control.attack,
            &format!("{:?}", control.kind),
            who,
        );
    }
    let count = dossier.false_accusations();
    let figure = format!("{count} in {} scans", dossier.innocents.scans);
    line("false attributions", &figure, "0", pass(count == 0));
    count == 0
}
