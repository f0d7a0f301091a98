//! Whether what a report says of an issue is what the signed receipt says.

use crate::{Attribution, Check, IssueFacts, Receipt, ReceiptText, Report};

/// Times in reports are rounded to a thousandth of a second.
const ROUNDING_S: f64 = 0.000_6;

/// Whether the receipt of a copy is whole and says what the report says.
pub fn receipts(report: &Report, named: &Attribution) -> Check {
    let what = format!("receipt of {}", named.distributor);
    let Some(issue) = &named.issue else {
        return Check::skipped(
            what,
            "there is none: nothing signed shows that this distributor got the copy",
        );
    };
    let judged = issue.receipt.check().and_then(|said| {
        about(report, named, &issue.receipt, &said)?;
        of_issue(issue, &said)
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
    named: &Attribution,
    receipt: &Receipt,
    said: &ReceiptText,
) -> Result<(), String> {
    let title = report.title.as_ref();
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
