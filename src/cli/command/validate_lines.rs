//! The lines that `validate` prints for people.

use crate::error::{Error, Result};
use crate::evidence::{CellResult, ControlKind, Dossier};
use crate::job::{Attack, Library};

/// Room for the name of an attack.
const NAME: usize = 20;

/// The attacks, one a line; as JSON, all of them in one line.
pub fn attack_lines(library: &Library, json: bool) -> Result<Vec<String>> {
    if json {
        let attacks: Vec<_> = library
            .attacks()
            .map(|a| {
                serde_json::json!({
                    "name": a.name, "class": a.class, "sets": a.sets,
                    "stands_for": a.stands_for, "recipe": a.recipe,
                })
            })
            .collect();
        let text = serde_json::to_string(&attacks)
            .map_err(|e| Error::Internal(format!("no JSON: {e}")))?;
        return Ok(vec![text]);
    }
    let mut lines = Vec::new();
    for (class, about) in library.classes() {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("{class}: {about}"));
        let of_class = library.attacks().filter(|a| a.class == class);
        lines.extend(of_class.map(attack_line));
    }
    Ok(lines)
}

fn attack_line(attack: &Attack) -> String {
    let sets = match attack.sets.is_empty() {
        true => String::new(),
        false => format!("  [{}]", attack.sets.join(", ")),
    };
    format!("  {:<NAME$}{}{sets}", attack.name, attack.stands_for)
}

/// The results: attacks down, excerpts across, then controls and totals.
pub fn result_lines(dossier: &Dossier) -> Vec<String> {
    let mut lines = vec![
        "log10 LR of the source, * attributed, !! somebody else was named; seconds that were enough".to_owned(),
        String::new(),
    ];
    let heads = (1..=dossier.excerpts.len()).map(|n| format!("{:>14}", format!("excerpt {n}")));
    lines.push(format!("{:<NAME$}{}", "", heads.collect::<String>()));
    for (index, attack) in dossier.attacks.iter().enumerate() {
        let cells = dossier
            .cells_of(index)
            .map(|c| format!("{:>14}", cell(dossier, c)));
        lines.push(format!(
            "{:<NAME$}{}",
            attack.name,
            cells.collect::<String>()
        ));
    }
    lines.push(String::new());
    lines.extend(controls(dossier));
    lines.push(totals(dossier));
    lines
}

fn cell(dossier: &Dossier, cell: &crate::evidence::Cell) -> String {
    let lr = cell.outcome.as_ref().and_then(|o| o.log10_likelihood_ratio);
    let figure = lr.map_or("none".to_owned(), |lr| format!("{lr:.1}"));
    let seconds = cell
        .seconds_to_attribute
        .map_or(String::new(), |s| format!(" {s:.0} s"));
    match dossier.result(cell) {
        CellResult::Attributed => format!("{figure}*{seconds}"),
        CellResult::NotAttributed => figure,
        CellResult::Wrong => format!("{figure}!!"),
        CellResult::NotRun => "not run".to_owned(),
    }
}

fn controls(dossier: &Dossier) -> Vec<String> {
    let kinds = [
        (ControlKind::Unmarked, "unmarked"),
        (ControlKind::WrongSecret, "wrong secret"),
        (ControlKind::SourceMissing, "source missing"),
    ];
    let line = |(kind, words): (ControlKind, &str)| {
        let scans = dossier
            .controls_of(kind)
            .filter(|c| c.outcome.is_some())
            .count();
        let named = dossier.controls_of(kind).filter(|c| c.accuses()).count();
        format!("{words:<NAME$}{scans} scans, somebody named in {named}")
    };
    kinds.into_iter().map(line).collect()
}

fn totals(dossier: &Dossier) -> String {
    let tally = dossier.tally(&dossier.cells);
    format!(
        "{} of {} attributed, {} not run, {} false accusations among {} innocents compared",
        tally.attributed,
        tally.scanned(),
        tally.not_run,
        dossier.false_accusations(),
        dossier.innocents.compared
    )
}
