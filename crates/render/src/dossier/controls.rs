//! Says what came of the controls, and how high innocents scored.

use super::phrases::{decimal, figure};
use crate::chart::dossier::innocents;
use crate::document::{Block, Table, Text, number_column, paragraph, words_column};
use crate::format::count;
use leakmark_evidence::dossier::{ControlKind, Dossier, TestControl};

/// The controls and the innocents.
pub fn controls(dossier: &Dossier) -> Vec<Block> {
    let found = &dossier.innocents;
    let mut blocks = vec![
        paragraph(
            "In every scan all distributors but the source are innocent, and so are a thousand decoys who never got a copy. In the controls everybody is: nobody may be named.",
            &[],
        ),
        table(dossier),
    ];
    if let Some(chart) = innocents(dossier) {
        blocks.push(figure(
            chart,
            "Bars: how many innocents reached a likelihood ratio, below the line that the bound draws",
            Text::of(
                "{} comparisons of an innocent distributor with an exhibit. Those who reach a likelihood ratio of n by chance are no more than one in n on average, whatever the film and the attack: the dashed line. It takes a log10 of {} here to be named. The highest innocent reached {}, the highest decoy {} (log10).",
                &[
                    &count(found.compared),
                    &threshold(dossier),
                    &decimal(found.highest_log10_likelihood_ratio),
                    &decimal(found.highest_decoy_log10_likelihood_ratio),
                ],
            ),
        ));
    }
    blocks
}

fn threshold(dossier: &Dossier) -> String {
    let outcomes = dossier.cells.iter().filter_map(|c| c.outcome.as_ref());
    let highest = outcomes
        .map(|o| o.threshold_log10_likelihood_ratio)
        .max_by(f64::total_cmp);
    decimal(highest)
}

fn table(dossier: &Dossier) -> Block {
    let row = |(kind, words): (ControlKind, &str)| {
        let all: Vec<&TestControl> = dossier.controls_of(kind).collect();
        let scanned = all.iter().filter(|c| c.outcome.is_some()).count();
        let named = all.iter().filter(|c| c.accuses()).count();
        let best = all
            .iter()
            .filter_map(|c| c.outcome.as_ref()?.best_innocent_log10_likelihood_ratio);
        vec![
            Text::value(words),
            Text::value(&scanned.to_string()),
            Text::value(&named.to_string()),
            Text::value(&decimal(best.max_by(f64::total_cmp))),
        ]
    };
    let rows = [
        (ControlKind::Unmarked, "the same excerpt without a mark"),
        (
            ControlKind::WrongSecret,
            "a marked copy, scanned with another secret",
        ),
        (
            ControlKind::SourceMissing,
            "a marked copy whose distributor is missing from the registry",
        ),
    ];
    Block::Table(Table {
        columns: vec![
            words_column("control", 4.0),
            number_column("scans", 1.0),
            number_column("somebody named", 1.4),
            number_column("highest log10 LR", 1.5),
        ],
        rows: rows.into_iter().map(row).collect(),
        marked: None,
        caption: Text::of(
            "Attacks under which controls were scanned: {}.",
            &[&attacks(dossier)],
        ),
    })
}

fn attacks(dossier: &Dossier) -> String {
    let mut names: Vec<&str> = Vec::new();
    for control in &dossier.controls {
        let name = dossier.attacks[control.attack as usize].name.as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        0 => "none: no control was asked for".into(),
        _ => names.join(", "),
    }
}
