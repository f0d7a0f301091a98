//! Writes every cell to a file for other programs: one line a cell, separated by
//! tabs, empty where there is no figure.

use std::path::Path;

use leakmark::evidence::{Cell, Dossier};

use super::truth::off;

const COLUMNS: [&str; 18] = [
    "clip",
    "attack",
    "class",
    "source",
    "verdict",
    "result",
    "named",
    "log10_lr",
    "best_innocent_log10_lr",
    "log10_p_false",
    "pilot_z",
    "rate",
    "rate_off",
    "start_s",
    "start_off_s",
    "bits_per_second",
    "seconds_to_attribute",
    "problem",
];

/// Writes the file.
pub fn write(dossier: &Dossier, path: &Path) -> Result<(), String> {
    let written = || -> csv::Result<()> {
        let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_path(path)?;
        writer.write_record(COLUMNS)?;
        for cell in &dossier.cells {
            writer.write_record(row(dossier, cell))?;
        }
        Ok(writer.flush()?)
    };
    written().map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| format!("{value:.4}"))
}

fn row(dossier: &Dossier, cell: &Cell) -> [String; 18] {
    let excerpt = &dossier.excerpts[cell.excerpt as usize];
    let attack = &dossier.attacks[cell.attack as usize];
    let outcome = cell.outcome.as_ref();
    let off = off(dossier, cell);
    let bits = cell.exhibit.as_ref().and_then(|e| {
        let seconds = e.duration_s.filter(|s| *s > 0.0)?;
        Some(e.size_bytes as f64 * 8.0 / seconds)
    });
    [
        dossier.films[excerpt.film as usize].name.clone(),
        attack.name.clone(),
        attack.class.clone(),
        excerpt.distributors[0].clone(),
        outcome.map_or(String::new(), |o| format!("{:?}", o.verdict)),
        format!("{:?}", dossier.result(cell)),
        outcome.map_or(String::new(), |o| o.named.join(" ")),
        number(outcome.and_then(|o| o.log10_likelihood_ratio)),
        number(outcome.and_then(|o| o.best_innocent_log10_likelihood_ratio)),
        number(outcome.and_then(|o| o.log10_p_false)),
        number(outcome.and_then(|o| o.pilot_z)),
        number(outcome.and_then(|o| o.rate)),
        number(off.map(|off| off.rate)),
        number(outcome.and_then(|o| o.start_s)),
        number(off.map(|off| off.start_s)),
        number(bits),
        number(cell.seconds_to_attribute),
        cell.problem.clone().unwrap_or_default(),
    ]
}
