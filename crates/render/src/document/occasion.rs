//! Says how far the number reaches, what it leaves open, and what was examined beside
//! the exhibit.

use super::model::{Block, Table, Text, number_column, paragraph, words_column};
use super::{Subject, decimal, verdict_words};
use crate::format::ten_to;
use crate::format::{CAP, count, several};
use leakmark_evidence::report::{Control, Report};

/// What the number is, how far it reaches, and what it leaves open.
pub fn reach(report: &Report) -> Vec<Block> {
    vec![
        Block::Subheading("What the number is, and what it does not cover"),
        Block::List(vec![
            Text::of(
                "The likelihood ratio is an *e-value*: if a distributor’s symbols have nothing to do with the exhibit, it is 1 on average, whatever the film and whatever was done to it. So it reaches a value c with a chance of 1 in c at most, and the bound counts all {} comparisons. Nothing more is claimed for it.",
                &[&count(report.threshold.hypotheses)],
            ),
            Text::of(
                "*In this examination.* {} Whoever examines several exhibits and keeps the strongest result multiplies the bound by their number.",
                &[&earlier(report)],
            ),
            Text::of(
                "*Chances below 1 in {} are not stated.* Mix-ups of deliveries, a wrong record of issue and other errors of people are likelier than that. What lies beyond says that chance is no explanation, and not how sure the rest is.",
                &[&ten_to(CAP as i64)],
            ),
            Text::of(
                "*Not covered:* a mark taken from one film and put onto other pictures; a secret that was stolen; an operator who is dishonest; a copy that was passed on by whoever got it; several people behind one distributor.",
                &[],
            ),
        ]),
    ]
}

/// How often the file and the case were scanned before.
fn earlier(report: &Report) -> String {
    let of = |number: u64, what: &str| match number {
        0 => format!("no earlier scan of {what}"),
        n => format!("{} of {what}", several(n, "earlier scan", "earlier scans")),
    };
    let scans = report.earlier_scans;
    let file = of(scans.of_file, "this file");
    let both = match scans.of_case {
        Some(number) => format!("{file} and {}", of(number, "this case")),
        None => file,
    };
    format!("The registry’s audit log holds {both}.")
}

/// What was examined beside the exhibit, of which it is known what must come out.
pub fn controls(subject: Subject<'_>) -> Vec<Block> {
    let controls = &subject.report.controls;
    if controls.is_empty() {
        return vec![paragraph(
            "None were examined in this run: `--control` takes a copy that was issued, which must be attributed, and an unmarked film, which must name nobody.",
            &[],
        )];
    }
    let row = |control: &Control| {
        let lr = control.log10_likelihood_ratio;
        vec![
            Text::value(&control.path),
            Text::of("`{}…`", &[control.sha256.get(..12).unwrap_or_default()]),
            Text::value(control.expected.as_deref().unwrap_or("nobody")),
            Text::value(&match control.named.is_empty() {
                true => format!("nobody: {}", verdict_words(control.verdict)),
                false => control.named.join(", "),
            }),
            Text::value(&lr.map_or("–".into(), decimal)),
            Text::value(match control.is_as_expected() {
                true => "as it must",
                false => "NOT as it must",
            }),
        ]
    };
    vec![Block::Table(Table {
        columns: vec![
            words_column("Control", 2.6),
            words_column("SHA-256", 1.8),
            words_column("Must name", 1.4),
            words_column("Named", 2.0),
            number_column("log10 LR", 1.0),
            words_column("Came out", 1.3),
        ],
        rows: controls.iter().map(row).collect(),
        marked: None,
        caption: Text::of(
            "Controls: examined before the exhibit, in the same run, with the same settings. A copy that was issued, byte for byte, must be attributed to whom it was issued; any other file must name nobody. The JSON report has the digests in full.",
            &[],
        ),
    })]
}
