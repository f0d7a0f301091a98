//! Says how strong the evidence is, in words and figures.

use super::model::{Block, Fact, Table, Text, fact, number_column, paragraph, words_column};
use super::occasion::reach;
use super::{Subject, called_in, chance, decimal, title_name};
use crate::format::{CAP, clock, count, several};
use crate::verbal::VerbalScale;
use leakmark_evidence::report::{Attribution, OfTitle, Report, Stretch};

/// The strength of the evidence.
pub fn strength(subject: Subject<'_>) -> Vec<Block> {
    let report = subject.report;
    match report.attributions.first() {
        Some(first) => {
            let mut blocks = Vec::new();
            for of in report.of_titles() {
                for named in of.attributions {
                    blocks.push(Block::Facts(of_named(named, of, report, subject.scale)));
                }
                blocks.push(Block::Facts(of_all(of, report)));
            }
            blocks.extend(propositions(report, first, subject.scale));
            blocks.push(verbal_scale(
                subject.scale,
                Some(first.log10_likelihood_ratio),
            ));
            blocks.extend(reach(report));
            blocks
        }
        None => vec![
            paragraph(
                "Nobody reaches the threshold, so no likelihood ratio is put into words: to do so for whoever scored highest would single somebody out for no reason. The figures are given for the record.",
                &[],
            ),
            Block::Facts(
                report
                    .of_titles()
                    .flat_map(|of| of_all(of, report))
                    .collect(),
            ),
        ],
    }
}

fn of_named(
    named: &Attribution,
    of: OfTitle<'_>,
    report: &Report,
    scale: &VerbalScale,
) -> Vec<Fact> {
    let issue = match &named.issue {
        Some(issue) => format!("issue {} of {}", issue.id, super::moment(&issue.issued_at)),
        None => "no record of issue in the registry".into(),
    };
    let words = scale
        .step(named.log10_likelihood_ratio)
        .map_or("below the scale", |i| scale.steps[i].words.as_str());
    vec![
        fact("Distributor named", called_in(named)),
        fact(
            "Title and issue",
            format!("{}, {issue}", of.title.map_or("", |t| t.name.as_str())),
        ),
        Fact {
            label: "log10 likelihood ratio",
            value: Text::of(
                "*{}* (threshold {})",
                &[
                    &decimal(named.log10_likelihood_ratio),
                    &decimal(report.threshold.log10_likelihood_ratio),
                ],
            ),
        },
        fact(
            "In words",
            format!("{words} for proposition 1 over proposition 2"),
        ),
        fact("Found in", found_in(named)),
        Fact {
            label: "Bound for the registry",
            value: Text::of(
                "*{}* that evidence this strong arises against anybody innocent, in this examination",
                &[&chance(named.log10_p_false)],
            ),
        },
    ]
}

/// Stretches written out, at most.
const WRITTEN: usize = 6;

/// Where the exhibit shows the copy.
fn found_in(named: &Attribution) -> String {
    let times = |(start, end): (f64, f64)| format!("{}–{}", clock(start), clock(end));
    let words = |s: &Stretch| {
        format!(
            "{} (title {})",
            times((s.exhibit_start_s, s.exhibit_end_s)),
            times((s.title_start_s, s.title_end_s))
        )
    };
    let mut written: Vec<String> = named.stretches.iter().take(WRITTEN).map(words).collect();
    let more = named.stretches.len().saturating_sub(WRITTEN) as u64;
    if more > 0 {
        written.push(format!(
            "and {}",
            several(more, "more stretch", "more stretches")
        ));
    }
    match written.is_empty() {
        true => "no stretch that shows this copy by itself".into(),
        false => written.join(", "),
    }
}

/// What is said of all that were compared on a title.
fn of_all(of: OfTitle<'_>, report: &Report) -> Vec<Fact> {
    let threshold = &report.threshold;
    let mut facts = Vec::new();
    if let Some(title) = of.title.filter(|_| !report.other_titles.is_empty()) {
        facts.push(fact("On the title", &title.name));
    }
    facts.push(fact(
        "Compared",
        format!(
            "{} and {}: {} copies, all covered by the bound",
            several(report.registry.distributors, "distributor", "distributors"),
            several(report.registry.titles, "title", "titles"),
            count(threshold.hypotheses)
        ),
    ));
    if let Some(decoys) = of.decoys {
        facts.push(fact(
            "Decoys",
            format!(
                "{} that never got a copy: highest {}, median {}",
                count(decoys.count.into()),
                decimal(decoys.max_log10_likelihood_ratio),
                decimal(decoys.median_log10_likelihood_ratio)
            ),
        ));
    }
    let found = report.sync.as_ref().is_some_and(|s| s.found);
    if let Some(expected) = of.expected_log10_likelihood_ratio.filter(|_| found) {
        facts.push(fact(
            "Expected of the true source",
            format!(
                "{} on material of this quality, an estimate",
                decimal(expected)
            ),
        ));
    }
    facts.push(fact(
        "Threshold",
        format!(
            "log10 likelihood ratio {}, for a bound of {} over the whole registry",
            decimal(threshold.log10_likelihood_ratio),
            power(threshold.log10_p_false)
        ),
    ));
    facts
}

fn propositions(report: &Report, named: &Attribution, scale: &VerbalScale) -> Vec<Block> {
    let log10_lr = named.log10_likelihood_ratio;
    let ratio = power(log10_lr.min(CAP).floor());
    let words = scale
        .step(log10_lr)
        .map_or("no support that the scale has words for", |i| {
            scale.steps[i].words.as_str()
        });
    let further = match log10_lr > CAP {
        true => " The ratio itself is larger; what is said ends there, for the reason given below.",
        false => "",
    };
    vec![
        Block::Subheading("The two propositions compared"),
        Block::List(vec![
            Text::of(
                "*Proposition 1.* The exhibit was made from the copy of _{}_ that carries the symbols of {}.",
                &[title_name(report), &called_in(named)],
            ),
            Text::of(
                "*Proposition 2.* The exhibit was made from a copy whose symbols have nothing to do with those of {}: somebody else’s copy, or one that never was in this registry.",
                &[&called_in(named)],
            ),
        ]),
        paragraph(
            "What was read from the exhibit is more than {} times as probable under proposition 1 as under proposition 2.{} By the scale below, this gives *{}* for proposition 1 over proposition 2.",
            &[&ratio, further, words],
        ),
        paragraph(
            "A likelihood ratio compares how well two propositions explain what was observed. It is not the probability of either. How probable a proposition is depends on all the evidence in the case, and is for the court to weigh.",
            &[],
        ),
    ]
}

/// The scale, with the step that applies marked.
pub fn verbal_scale(scale: &VerbalScale, log10_lr: Option<f64>) -> Block {
    let until = |i: usize| {
        let next = scale.steps.get(i + 1);
        next.map_or("and more".into(), |s| format!("to {}", power(s.from_log10)))
    };
    let row = |(i, step): (usize, &crate::verbal::Step)| {
        vec![
            Text::value(&format!("{} {}", power(step.from_log10), until(i))),
            Text::value(&decimal(step.from_log10)),
            Text::value(&step.words),
        ]
    };
    Block::Table(Table {
        columns: vec![
            words_column("Likelihood ratio", 3.0),
            number_column("log10, from", 1.6),
            words_column("In words: the evidence gives …", 5.0),
        ],
        rows: scale.steps.iter().enumerate().map(row).collect(),
        marked: log10_lr.and_then(|lr| scale.step(lr)),
        caption: Text::of(
            "Verbal scale: {}. Words are a convention; the figures are the finding. The words may be used for how well the two propositions explain what was read. They may not be used for who handed the file on, for the chance of a mix-up of deliveries, or for all the evidence in a case.",
            &[&scale.source],
        ),
    })
}

/// 10 to this power, written out while that is readable.
pub fn power(log10: f64) -> String {
    let value = 10_f64.powf(log10);
    if (0.0..7.0).contains(&log10) && (value - value.round()).abs() < 1e-6 {
        count(value.round() as u64)
    } else if log10.fract() == 0.0 {
        crate::format::ten_to(log10 as i64)
    } else {
        format!("10^{}", decimal(log10))
    }
}

/// The findings, in their fixed order.
pub fn findings(subject: Subject<'_>) -> Vec<Block> {
    let findings = &subject.report.findings;
    if findings.is_empty() {
        return vec![paragraph(
            "Nothing was noticed that weakens the result or needs a remark.",
            &[],
        )];
    }
    let text = |f: &leakmark_evidence::Finding| Text::value(&f.words);
    vec![Block::List(findings.iter().map(text).collect())]
}
