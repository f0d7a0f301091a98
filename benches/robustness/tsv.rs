//! This module writes every cell to a file for other programs: one line a
//! cell, separated by tabs, empty where there is no figure.

use std::path::Path;

use super::cells::Cell;
use super::copies::Copies;
use super::negatives::Negative;
use super::outcome::Outcome;
use super::prefixes::Shortest;
use super::setting::Setting;

const COLUMNS: [&str; 18] = [
    "clip",
    "attack",
    "leaker",
    "psnr_y_db",
    "vmaf_loss",
    "bits_ratio",
    "verdict",
    "is_attributed",
    "is_false",
    "named",
    "leaker_log10_lr",
    "best_log10_lr",
    "log10_p_false",
    "pilot_z",
    "start_error_s",
    "scan_s",
    "shortest_prefix_s",
    "error",
];

/// Writes the file, if one is asked for.
pub fn write(
    setting: &Setting,
    copies: &[Result<Copies, String>],
    outcomes: &[Vec<Cell>],
    negatives: &[Negative],
    shortest: &[Vec<Shortest>],
) -> Result<(), String> {
    let Some(path) = &setting.options.out else {
        return Ok(());
    };
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for (index, clip) in setting.clips.iter().enumerate() {
        let quality = copies[index]
            .as_ref()
            .ok()
            .and_then(|copies| copies.quality);
        for (attack_index, attack) in setting.attacks.iter().enumerate() {
            let mut row = vec![clip.id.clone(), attack.clone(), clip.leaker.clone()];
            row.push(number(quality.map(|q| q.psnr_y_db)));
            row.push(number(quality.map(|q| q.vmaf_loss)));
            row.push(number(quality.map(|q| q.bits_ratio)));
            let prefix = shortest
                .get(index)
                .and_then(|clip| clip[attack_index].as_ref().ok());
            row.extend(outcome_columns(
                &outcomes[index][attack_index],
                prefix.and_then(|found| found.length_s),
            ));
            rows.push(row);
        }
    }
    for negative in negatives {
        let mut words = negative.what.splitn(3, ", ").map(str::to_owned);
        let (clip, kind, attack) = (words.next(), words.next(), words.next());
        let what = format!(
            "{}: {}",
            kind.unwrap_or_default(),
            attack.unwrap_or_default()
        );
        let mut row = vec![clip.unwrap_or_default(), what];
        row.extend(std::iter::repeat_n(String::new(), 4));
        row.extend(outcome_columns(&negative.cell, None));
        rows.push(row);
    }
    write_rows(path, &rows).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn write_rows(path: &Path, rows: &[Vec<String>]) -> csv::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_path(path)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.flush()?)
}

fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| format!("{value:.4}"))
}

fn outcome_columns(cell: &Cell, prefix_s: Option<f64>) -> Vec<String> {
    let none = Outcome::default();
    let outcome = cell.as_ref().unwrap_or(&none);
    vec![
        outcome.verdict.clone(),
        outcome.is_attributed().to_string(),
        outcome.is_false().to_string(),
        outcome.named.clone().unwrap_or_default(),
        number(outcome.leaker_log10_lr),
        number(outcome.best_log10_lr),
        number(outcome.log10_p_false),
        number(outcome.pilot_z),
        number(outcome.start_error_s),
        number(cell.as_ref().ok().map(|outcome| outcome.scan_s)),
        number(prefix_s),
        cell.as_ref().err().cloned().unwrap_or_default(),
    ]
}
