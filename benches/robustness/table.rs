//! This module prints the first table: attacks down, clips across.

use super::cells::Cell;
use super::copies::Copies;
use super::outcome::Outcome;
use super::quality::Quality;
use super::setting::Setting;

/// Prints what every clip costs and what is left of its mark.
pub fn print(setting: &Setting, copies: &[Result<Copies, String>], outcomes: &[Vec<Cell>]) {
    println!(
        "\nROBUSTNESS: log10 LR of the true leaker, {} of each clip",
        setting.length_name()
    );
    println!(
        "* attributed   !! FALSE ATTRIBUTION   err no result   . no figure: the verdict instead\n"
    );
    print_clips(setting, copies);
    for (index, attack) in setting.attacks.iter().enumerate() {
        let column: Vec<&Cell> = outcomes.iter().map(|clip| &clip[index]).collect();
        let words: Vec<String> = column.iter().map(|cell| word(cell)).collect();
        let found: Vec<&Outcome> = column
            .iter()
            .filter_map(|cell| cell.as_ref().ok())
            .collect();
        let attributed = found
            .iter()
            .filter(|outcome| outcome.is_attributed())
            .count();
        let scan_s = median(found.iter().map(|outcome| outcome.scan_s).collect());
        let scan_s = scan_s.map_or("-".to_owned(), |s| format!("{s:.1}"));
        print_row(
            attack,
            &words,
            &format!("{attributed:>2}/{}  {scan_s:>6} s", column.len()),
        );
    }
}

/// Prints the head of a table: clips, and what the mark costs each.
pub fn print_clips(setting: &Setting, copies: &[Result<Copies, String>]) {
    let names: Vec<String> = setting
        .clips
        .iter()
        .map(|clip| short_name(&clip.id))
        .collect();
    print_row("", &names, "");
    let qualities: Vec<Option<Quality>> = copies
        .iter()
        .map(|c| c.as_ref().ok().and_then(|c| c.quality))
        .collect();
    if qualities.iter().any(Option::is_some) {
        let row = |label: &str, figure: &dyn Fn(Quality) -> String| {
            let words = qualities.iter().map(|q| q.map_or("?".to_owned(), figure));
            print_row(label, &words.collect::<Vec<_>>(), "");
        };
        row("PSNR dB", &|q| format!("{:.1}", q.psnr_y_db));
        row("VMAF loss", &|q| format!("{:.2}", q.vmaf_loss));
        row("size", &|q| {
            format!("{:+.1}%", (q.bits_ratio - 1.0) * 100.0)
        });
    }
    println!();
}

/// Prints a line of fixed columns.
pub fn print_row(label: &str, words: &[String], end: &str) {
    let columns: String = words.iter().map(|word| format!("{word:>11}")).collect();
    println!("{}", format!("{label:<19}{columns}   {end}").trim_end());
}

/// A cell in few letters.
fn word(cell: &Cell) -> String {
    let Ok(outcome) = cell else {
        return "err ".to_owned();
    };
    let end = match (outcome.is_false(), outcome.is_attributed()) {
        (true, _) => "!!",
        (_, true) => "* ",
        _ => "  ",
    };
    let start = match (outcome.leaker_log10_lr, outcome.verdict.as_str()) {
        (Some(log10_lr), _) => format!("{log10_lr:.1}"),
        (None, "no_mark_found") => ".none".to_owned(),
        (None, "marked_unattributed") => ".pilot".to_owned(),
        (None, "inconclusive") => ".unsure".to_owned(),
        (None, _) => ".".to_owned(),
    };
    start + end
}

/// A clip's name without its size, ten letters at most.
fn short_name(id: &str) -> String {
    let words = id
        .split('_')
        .take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let name = words.collect::<Vec<_>>().join("_");
    let name = if name.is_empty() { id.to_owned() } else { name };
    name.chars().take(10).collect()
}

/// Seconds with a tenth only where it says something.
pub fn short(seconds: f64) -> String {
    let text = format!("{seconds:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// The middle value; the upper one of two.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
