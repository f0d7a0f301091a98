//! Says how each attack came out, and how it was done.

use super::phrases::{decimal, figure, median};
use crate::chart::dossier::{MOST_COLUMNS, matrix};
use crate::document::{Block, Table, Text, number_column, paragraph, words_column};
use leakmark_evidence::dossier::{AttackFacts, Cell, Dossier};

/// Attack by attack, class by class.
pub fn attacks(dossier: &Dossier) -> Vec<Block> {
    let shown = dossier.excerpts.len().min(MOST_COLUMNS);
    let mut blocks = vec![paragraph(
        "Columns are excerpts, as section 5 numbers them. Dark cells are attributed: the log10 likelihood ratio of the source and the shortest beginning that was enough. Pale cells are not attributed, red ones wrongly. The first {} of {} excerpts are drawn; the tables count all.",
        &[&shown.to_string(), &dossier.excerpts.len().to_string()],
    )];
    for row in dossier.by_class() {
        let of_class: Vec<usize> = (0..dossier.attacks.len())
            .filter(|&i| dossier.attacks[i].class == row.class)
            .collect();
        blocks.push(table(dossier, row.class, &of_class));
        blocks.push(figure(
            matrix(dossier, &of_class),
            "A table of colours: attacks against excerpts",
            Text::of("_{}_, excerpt by excerpt.", &[row.class]),
        ));
    }
    blocks.extend(problems(dossier));
    blocks
}

fn table(dossier: &Dossier, class: &str, attacks: &[usize]) -> Block {
    let row = |&index: &usize| {
        let attack = &dossier.attacks[index];
        let cells: Vec<&Cell> = dossier.cells_of(index).collect();
        let tally = dossier.tally(cells.iter().copied());
        let ratios: Vec<f64> = cells
            .iter()
            .filter_map(|c| c.outcome.as_ref()?.log10_likelihood_ratio)
            .collect();
        let lowest = ratios.iter().copied().min_by(f64::total_cmp);
        let seconds = cells
            .iter()
            .filter_map(|c| c.seconds_to_attribute)
            .collect();
        vec![
            Text::code(&attack.name),
            Text::value(&attack.stands_for),
            Text::value(&format!("{} of {}", tally.attributed, tally.scanned())),
            Text::value(&decimal(lowest)),
            Text::value(&decimal(median(ratios))),
            Text::value(&median(seconds).map_or("–".into(), |s| format!("{s:.0}"))),
        ]
    };
    Block::Table(Table {
        columns: vec![
            words_column("attack", 2.0),
            words_column("what it stands for", 4.2),
            number_column("attributed", 1.3),
            number_column("lowest", 1.0),
            number_column("median", 1.0),
            number_column("s", 0.7),
        ],
        rows: attacks.iter().map(row).collect(),
        marked: None,
        caption: Text::of(
            "_{}_: log10 likelihood ratio of the source, and the median of the seconds it took.",
            &[class],
        ),
    })
}

/// What could not be made or scanned.
fn problems(dossier: &Dossier) -> Option<Block> {
    let told = |cell: &Cell| {
        let problem = cell.problem.as_ref()?;
        let attack = &dossier.attacks[cell.attack as usize].name;
        Some(Text::of(
            "`{}`, excerpt {}: {}",
            &[attack, &(cell.excerpt + 1).to_string(), problem],
        ))
    };
    let told: Vec<Text> = dossier.cells.iter().filter_map(told).collect();
    (!told.is_empty()).then_some(Block::List(told))
}

/// The commands.
pub fn commands(dossier: &Dossier) -> Vec<Block> {
    let mut blocks = vec![paragraph(
        "IN is the marked copy (or several, one for each distributor), OUT what was scanned; between two steps OUT is the next one’s IN. Braces stand for the excerpt’s columns and rows of pixels, frames a second, seconds and half of them, and for a number that the seed gives. The copy itself, `none`, is scanned as it is.",
        &[],
    )];
    let line = |attack: &AttackFacts| {
        let commands = attack.commands.join(" && ");
        Text::of("*{}* `{}`", &[&attack.name, &commands])
    };
    let done = dossier.attacks.iter().filter(|a| !a.commands.is_empty());
    blocks.push(Block::List(done.map(line).collect()));
    blocks
}
