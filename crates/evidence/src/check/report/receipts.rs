//! Whether what a report says of an issue is what the signed receipt says.

use crate::{
    Attribution, Check, HeadFacts, IssueFacts, OtherIssue, Receipt, ReceiptText, Report, TitleFacts,
};

/// Times in reports are rounded to a thousandth of a second.
const ROUNDING_S: f64 = 0.000_6;

/// Whether the receipt of a copy is whole and says what the report says.
pub fn receipts(report: &Report, title: Option<&TitleFacts>, named: &Attribution) -> Check {
    let what = format!("receipt of {}", named.distributor);
    let Some(issue) = &named.issue else {
        return Check::fails(
            what,
            "there is none: nothing signed shows that this distributor got the copy; find the record of its issue before relying on this",
        );
    };
    let judged = issue.receipt.check().and_then(|said| {
        about(report, title, named, &issue.receipt, &said)?;
        of_issue(issue, &said)?;
        in_chain(&report.registry.head, &issue.receipt, &said)?;
        beside_others(named, issue)
    });
    Check::judged(
        what,
        judged.map(|()| {
            "whole, signed by the registry's key, and it says what the report says".into()
        }),
    )
}

/// Whether a receipt is about this registry, title, distributor and copy.
fn about(
    report: &Report,
    title: Option<&TitleFacts>,
    named: &Attribution,
    receipt: &Receipt,
    said: &ReceiptText,
) -> Result<(), String> {
    let (id, name) = title.map_or(("", ""), |t| (t.id.as_str(), t.name.as_str()));
    let key = report.registry.public_key.as_str();
    agree(&[
        ("key", key, &receipt.public_key),
        ("registry", &report.registry.id, &said.registry),
        ("title", id, &said.title),
        ("title's name", name, &said.title_name),
        ("distributor", &named.distributor, &said.distributor),
        ("distributor's name", &named.name, &said.distributor_name),
        ("copy", &named.copy.to_string(), &said.copy.to_string()),
    ])
}

/// Whether a receipt is that of the issue record in the report.
fn of_issue(issue: &IssueFacts, said: &ReceiptText) -> Result<(), String> {
    agree(&[
        ("issue", &issue.id.to_string(), &said.issue.to_string()),
        ("time of issue", &issue.issued_at, &said.issued_at),
        ("copy's SHA-256", &issue.copy_sha256, &said.copy_sha256),
        (
            "master's SHA-256",
            &issue.master_sha256,
            &said.master_sha256,
        ),
    ])?;
    for (what, stated, said) in [
        ("start of the copy", issue.title_start_s, said.title_start_s),
        ("length of the copy", issue.duration_s, said.duration_s),
    ] {
        if (stated - said).abs() > ROUNDING_S {
            return Err(differs(what, &stated.to_string(), &said.to_string()));
        }
    }
    Ok(())
}

/// Whether the receipt lies in the chain whose end the report states.
fn in_chain(head: &HeadFacts, receipt: &Receipt, said: &ReceiptText) -> Result<(), String> {
    if said.number > head.number {
        return Err(format!(
            "it is entry {} of the chain, which ended at entry {} when the scan began",
            said.number, head.number
        ));
    }
    let (last, own) = (said.number == head.number, receipt.sha256 == head.sha256);
    if last != own {
        return Err(format!(
            "it is entry {} of the chain, and the head stated, entry {}, {} its hash",
            said.number,
            head.number,
            if own { "has" } else { "has not" }
        ));
    }
    Ok(())
}

/// Whether the distributor's other issues are others, and what became of the name
/// is another name.
fn beside_others(named: &Attribution, issue: &IssueFacts) -> Result<(), String> {
    let same = |other: &&OtherIssue| other.id == issue.id || other.copy == named.copy;
    if let Some(other) = named.other_issues.iter().find(same) {
        return Err(format!(
            "issue {} (copy {}) is listed beside issue {} (copy {}) as another, and cannot be",
            other.id, other.copy, issue.id, named.copy
        ));
    }
    match named.name_now.as_ref() == Some(&named.name) {
        true => Err(format!(
            "{:?} is stated as a new name, and is the receipt's",
            named.name
        )),
        false => Ok(()),
    }
}

/// Whether each of these is the same in the report as in the receipt.
fn agree(twins: &[(&str, &str, &str)]) -> Result<(), String> {
    match twins.iter().find(|(_, stated, said)| stated != said) {
        None => Ok(()),
        Some((what, stated, said)) => Err(differs(what, stated, said)),
    }
}

fn differs(what: &str, stated: &str, said: &str) -> String {
    format!("{what}: the report states {stated:?}, the signed receipt {said:?}")
}
