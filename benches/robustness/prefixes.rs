//! This module finds out how many seconds of a leak are enough: the second
//! table, by which users compare tools.

use super::cells::{self, Cell};
use super::copies::Copies;
use super::negatives::Negative;
use super::outcome::Outcome;
use super::sets::Set;
use super::setting::Setting;
use super::{exhibits, masters, pool, table};

/// Slack when a prefix and a file's length are compared.
const ONE_FRAME_S: f64 = 0.1;

/// What scanning ever longer prefixes came to, or why it could not be done.
pub type Shortest = Result<Found, String>;

/// The shortest prefix that is attributed.
pub struct Found {
    /// Its length; `None` if not even the whole file is.
    pub length_s: Option<f64>,
    /// Prefixes before it that named an innocent.
    pub wrong: Vec<(f64, Outcome)>,
}

/// Finds it for every clip and attack; empty if no prefixes are asked for.
pub fn find_all(
    setting: &Setting,
    set: &Set,
    copies: &[Result<Copies, String>],
    outcomes: &[Vec<Cell>],
) -> Vec<Vec<Shortest>> {
    if setting.options.prefixes.is_empty() {
        return Vec::new();
    }
    let count = setting.attacks.len();
    let tasks: Vec<(usize, usize)> = (0..setting.clips.len())
        .flat_map(|clip| (0..count).map(move |a| (clip, a)))
        .collect();
    let mut found = pool::map("prefixes", setting.jobs, &tasks, |&(clip, attack)| {
        let copies = copies[clip].as_ref().map_err(String::clone)?;
        let whole = &outcomes[clip][attack];
        find(setting, set, clip, copies, &setting.attacks[attack], whole)
    })
    .into_iter();
    setting
        .clips
        .iter()
        .map(|_| found.by_ref().take(count).collect())
        .collect()
}

fn find(
    setting: &Setting,
    set: &Set,
    clip: usize,
    copies: &Copies,
    attack: &str,
    whole: &Cell,
) -> Shortest {
    let duration_s = masters::duration_s(&exhibits::attacked(setting, &copies.marked, attack)?)?;
    let bed = cells::marked_bed(setting, set, clip, copies)?;
    let mut prefixes_s = setting.options.prefixes.clone();
    prefixes_s.sort_by(f64::total_cmp);
    let longest_s = prefixes_s.last().copied().unwrap_or(0.0);
    prefixes_s.retain(|prefix_s| *prefix_s < duration_s - ONE_FRAME_S);
    let mut wrong = Vec::new();
    for prefix_s in prefixes_s {
        let outcome = cells::scan(setting, &bed, attack, Some(prefix_s))?;
        if outcome.is_attributed() {
            return Ok(Found {
                length_s: Some(prefix_s),
                wrong,
            });
        }
        if outcome.is_false() {
            wrong.push((prefix_s, outcome));
        }
    }
    let is_covered = longest_s >= duration_s - ONE_FRAME_S;
    let whole = whole.as_ref().map_err(String::clone)?;
    let length_s = (is_covered && whole.is_attributed()).then_some(duration_s);
    Ok(Found { length_s, wrong })
}

/// The prefixes that named an innocent, to be shouted with the other negatives.
pub fn wrong(setting: &Setting, shortest: &[Vec<Shortest>]) -> Vec<Negative> {
    let mut negatives = Vec::new();
    for (clip, row) in setting.clips.iter().zip(shortest) {
        for (attack, shortest) in setting.attacks.iter().zip(row) {
            for (prefix_s, outcome) in shortest.iter().flat_map(|found| &found.wrong) {
                let what = format!("{}, first {prefix_s} s, {attack}", clip.id);
                negatives.push(Negative {
                    what,
                    cell: Ok(outcome.clone()),
                });
            }
        }
    }
    negatives
}

/// Prints the table of seconds.
pub fn print(setting: &Setting, copies: &[Result<Copies, String>], shortest: &[Vec<Shortest>]) {
    if shortest.is_empty() {
        return;
    }
    println!("\nSECONDS TO ATTRIBUTE: the shortest beginning of the attacked file (cut packet by");
    println!(
        "packet) that is attributed; a file shorter than the next prefix counts whole; - never\n"
    );
    table::print_clips(setting, copies);
    for (index, attack) in setting.attacks.iter().enumerate() {
        let column: Vec<&Shortest> = shortest.iter().map(|clip| &clip[index]).collect();
        let words = column.iter().map(|cell| match cell {
            Ok(found) if !found.wrong.is_empty() => "!!".to_owned(),
            Ok(found) => found.length_s.map_or("-".to_owned(), table::short),
            Err(_) => "err".to_owned(),
        });
        let all = column
            .iter()
            .map(|cell| cell.as_ref().ok().and_then(|found| found.length_s));
        let middle = table::median(all.map(|s| s.unwrap_or(f64::INFINITY)).collect());
        let middle = match middle {
            Some(seconds) if seconds.is_finite() => table::short(seconds),
            _ => "-".to_owned(),
        };
        table::print_row(
            attack,
            &words.collect::<Vec<_>>(),
            &format!("median {middle}"),
        );
    }
}
