//! Says the answer in one sentence, and what must be said with it.

use super::model::{Answer, Text};
use super::{called_in, chance, day, title_name};
use crate::format::{CAP, count};
use leakmark_evidence::report::Verdict;
use leakmark_evidence::report::{Attribution, OfTitle, Report};

/// A verdict in a few words.
pub fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attributed => "Attributed",
        Verdict::MarkOnOtherContent => "Mark on other pictures",
        Verdict::MarkedUnattributed => "Marked, not attributed",
        Verdict::Inconclusive => "Inconclusive",
        Verdict::NoMarkFound => "No mark found",
    }
}

/// The answer.
pub fn answer(report: &Report) -> Answer {
    let (sentence, beneath) = match report.verdict {
        Verdict::Attributed | Verdict::MarkOnOtherContent => {
            let whole = report.other_titles.is_empty();
            let mut titles = report.of_titles().map(|of| of_title(of, whole));
            let sentence = titles.next().unwrap_or_else(|| Text::of("", &[]));
            let more: Vec<Text> = titles.collect();
            (
                sentence,
                more.into_iter().chain(beneath_named(report)).collect(),
            )
        }
        Verdict::MarkedUnattributed => (
            Text::of(
                "This file carries this registry’s mark in a copy of _{}_, and the symbols of no distributor in the registry.",
                &[title_name(report)],
            ),
            vec![
                Text::of(
                    "This is a finding of its own: the mark is legible, and had the copy been one of the registry’s, its distributor should have stood out. The copy may belong to somebody who is not in this registry any more or never was, or several copies may have been mixed.",
                    &[],
                ),
                Text::of("Nobody is named, and nobody is cleared.", &[]),
            ],
        ),
        Verdict::Inconclusive => (
            Text::of(
                "There are traces of this registry’s mark in this file, too weak to say whose copy it is.",
                &[],
            ),
            vec![Text::of(
                "Nobody is named. Whoever scored highest is not a suspect: among so many somebody always does. Nobody is cleared either. A longer or better copy of the same leak may settle it.",
                &[],
            )],
        ),
        Verdict::NoMarkFound => (
            Text::of("No mark of this registry was found in this file.", &[]),
            vec![Text::of(
                "That is not to say that it was not leaked by anyone in the registry. The copy may never have been marked, the mark may have been destroyed, or the picture may have been changed beyond what was searched. Nobody is named, and nobody is cleared.",
                &[],
            )],
        ),
    };
    Answer {
        verdict: verdict_words(report.verdict),
        names: report.verdict == Verdict::Attributed,
        sentence,
        beneath,
    }
}

/// What is said of a title; `whole`: it is the only one.
fn of_title(of: OfTitle<'_>, whole: bool) -> Text {
    let title = of.title.map_or("", |t| t.name.as_str());
    let file = match whole {
        true => "This file",
        false => "A part of this file",
    };
    if of.verdict == Verdict::MarkOnOtherContent {
        return Text::of(
            "{} carries symbols of *{}* in _{}_, on pictures that are not that title’s.",
            &[file, &names(of.attributions), title],
        );
    }
    match of.attributions {
        [] => Text::of(
            "{} shows _{}_, for which nobody is named and nobody is cleared.",
            &[file, title],
        ),
        [one] => match &one.issue {
            Some(issue) => Text::of(
                "{} is a copy of _{}_ issued to *{}* on {}.",
                &[file, title, &one.name, day(&issue.issued_at)],
            ),
            None => Text::of(
                "{} carries the symbols of *{}* in _{}_, of whose issue there is no record.",
                &[file, &one.name, title],
            ),
        },
        several => Text::of(
            "{} carries the symbols of {} distributors’ copies of _{}_: *{}*.",
            &[file, &several.len().to_string(), title, &names(several)],
        ),
    }
}

fn names(named: &[Attribution]) -> String {
    let names: Vec<&str> = named.iter().map(|a| a.name.as_str()).collect();
    names.join(", ")
}

/// What must be said with those named: first of marks on other pictures.
fn beneath_named(report: &Report) -> Vec<Text> {
    let pasted = |of: &OfTitle<'_>| of.verdict == Verdict::MarkOnOtherContent;
    let mut beneath = Vec::new();
    if report.of_titles().any(|of| pasted(&of)) {
        beneath.push(Text::of(
            "The pictures were compared with the title’s own, and are others. A mark can be copied from a marked file onto another film by anybody who has such a file: this says nothing about who passed on the film shown, and is no sign that those named did anything.",
            &[],
        ));
    }
    if report
        .of_titles()
        .any(|of| of.verdict == Verdict::Attributed)
    {
        beneath.extend(beneath_attributed(report));
    }
    beneath
}

fn beneath_attributed(report: &Report) -> Vec<Text> {
    let mut beneath = Vec::new();
    let named = || report.named();
    let weakest = named().min_by(|a, b| {
        a.log10_likelihood_ratio
            .total_cmp(&b.log10_likelihood_ratio)
    });
    beneath.extend(weakest.map(|weakest| strength(report, weakest)));
    beneath.push(match named().count() {
        1 => Text::of(
            "It says whose copy this is, provided that the registry’s secret was kept: whoever has it could forge a copy. It does not say who leaked it, or that anybody there meant to: who had access to the copy, lawfully or not, is for other evidence.",
            &[],
        ),
        _ => Text::of(
            "It says whose copies went into it, provided that the registry’s secret was kept: whoever has it could forge them. It does not say who mixed or leaked them, or that anybody there meant to: who had access to the copies, lawfully or not, is for other evidence.",
            &[],
        ),
    });
    beneath
}

fn strength(report: &Report, weakest: &Attribution) -> Text {
    let everybody = count(report.registry.distributors);
    let (lr, bound) = (
        super::decimal(weakest.log10_likelihood_ratio),
        chance(weakest.log10_p_false),
    );
    let capped = match -weakest.log10_p_false > CAP {
        true => {
            " Less is not stated: by then, mix-ups of deliveries and the like are likelier than chance."
        }
        false => "",
    };
    if report.named().count() > 1 {
        return Text::of(
            "The least strong of them, {}, reaches a log10 likelihood ratio of *{}*. The chance that evidence this strong arises against anybody innocent among all {} distributors is *{}* in this examination.{}",
            &[&called_in(weakest), &lr, &everybody, &bound, capped],
        );
    }
    Text::of(
        "The log10 likelihood ratio is *{}*. The chance that evidence this strong arises against anybody innocent among all {} distributors of the registry is *{}* in this examination.{}",
        &[&lr, &everybody, &bound, capped],
    )
}
