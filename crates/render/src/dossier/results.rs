//! Says what was withstood, class by class.

use super::phrases::{decimal, figure, median};
use crate::chart::dossier as chart;
use crate::document::{Block, Table, Text, number_column, paragraph, words_column};
use leakmark_evidence::dossier::{CellResult, Dossier};

/// The results.
pub fn results(dossier: &Dossier) -> Vec<Block> {
    let mut blocks = vec![
        paragraph(
            "Each excerpt was marked for one distributor of a test registry. Each attack was done to that copy, and the result was scanned as a leaked file is, against all distributors, by a registry that keeps the pictures of the excerpt, as marking keeps them. *Attributed* means that the distributor whose copy it was is named, for the right title, and nobody else.",
            &[],
        ),
        table(dossier),
        figure(
            chart::classes(dossier),
            "Bars: for each class of attacks, how many copies were attributed",
            Text::of(
                "How the attacks of each class came out, all excerpts together.",
                &[],
            ),
        ),
    ];
    if let Some(limits) = chart::limits(dossier) {
        blocks.push(figure(
            limits,
            "Dots: the likelihood ratio of the source against bits a second",
            Text::of(
                "Each dot is an attacked copy. To the left, little is left of the film; below the dashed line, too little of the mark to name anybody.",
                &[],
            ),
        ));
    }
    blocks
}

fn table(dossier: &Dossier) -> Block {
    let rows = dossier.by_class().into_iter().map(|row| {
        let of_class = |c: &&_| -> bool {
            let cell: &leakmark_evidence::dossier::Cell = c;
            dossier.attacks[cell.attack as usize].class == row.class
        };
        let cells: Vec<_> = dossier.cells.iter().filter(of_class).collect();
        let ratios = cells
            .iter()
            .filter_map(|c| c.outcome.as_ref()?.log10_likelihood_ratio)
            .collect();
        let seconds = cells
            .iter()
            .filter(|c| dossier.result(c) == CellResult::Attributed)
            .filter_map(|c| c.seconds_to_attribute)
            .collect();
        let tally = row.tally;
        vec![
            Text::value(row.class),
            Text::value(&format!("{} of {}", tally.attributed, tally.scanned())),
            Text::value(&decimal(median(ratios))),
            Text::value(&median(seconds).map_or("–".into(), |s| format!("{s:.0}"))),
            Text::value(&tally.wrong.to_string()),
            Text::value(&tally.not_run.to_string()),
        ]
    });
    Block::Table(Table {
        rows: rows.collect(),
        columns: vec![
            words_column("class of attacks", 2.0),
            number_column("attributed", 1.5),
            number_column("median log10 LR", 1.6),
            number_column("median seconds", 1.5),
            number_column("wrong", 1.0),
            number_column("not run", 1.0),
        ],
        marked: None,
        caption: Text::of(
            "LR: likelihood ratio of “this distributor’s copy” to “no copy in the registry”, for the distributor whose copy it was. Seconds: the shortest beginning that is attributed, of those attributed; the lengths tried are {} s and the whole.",
            &[&beginnings(dossier)],
        ),
    })
}

/// The lengths of beginnings that were scanned.
pub fn beginnings(dossier: &Dossier) -> String {
    let lengths = dossier.parameters.beginnings_s.iter();
    lengths.map(f64::to_string).collect::<Vec<_>>().join(", ")
}
