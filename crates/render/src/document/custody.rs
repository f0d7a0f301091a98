//! Says what made the report, what is recorded about the copy, and
//! how to check it all.

use super::model::{Block, Fact, Text, code_fact, fact, paragraph};
use super::{Subject, called_in, moment};
use crate::format::count;
use leakmark_evidence::report::{Attribution, IssueFacts, OtherIssue, Report};

/// Tool provenance.
pub fn tool(subject: Subject<'_>) -> Vec<Block> {
    let Report {
        tool,
        parameters,
        timing,
        schema,
        ..
    } = subject.report;
    let command = if timing.command_line.is_empty() {
        "none: called as a library".into()
    } else {
        timing
            .command_line
            .iter()
            .map(|w| quoted(w))
            .collect::<Vec<_>>()
            .join(" ")
    };
    vec![Block::Facts(vec![
        fact(
            "Program",
            format!(
                "{} {}, commit {}, for {}",
                tool.name, tool.version, tool.commit, tool.target
            ),
        ),
        fact("FFmpeg at run time", &tool.ffmpeg),
        fact("FFmpeg at build time", &tool.ffmpeg_build),
        fact("Crates", &tool.crates),
        fact(
            "Formats",
            format!("signal format {}, report {schema}", tool.signal_format),
        ),
        fact(
            "Parameters",
            format!(
                "bound {}, {}, effort {}; at most {} pixels, {} s, {} streams",
                super::strength::power(subject.report.threshold.log10_p_false),
                if parameters.full {
                    "everything read"
                } else {
                    "read until the evidence is ample"
                },
                parameters.effort,
                count(parameters.max_pixels),
                parameters.max_duration_s,
                parameters.max_streams
            ),
        ),
        code_fact("Command line", command),
        fact(
            "Time taken",
            format!("{:.1} s on {} threads", timing.total_s, timing.threads),
        ),
    ])]
}

/// A word as a POSIX shell would need it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The chain of custody, as far as the tool can see it.
pub fn custody(subject: Subject<'_>) -> Vec<Block> {
    let report = subject.report;
    let mut blocks = vec![paragraph(
        "This is what the tool recorded. How the exhibit came to the examiner is for the examiner to say; what was said about it is at the head of this report and was not checked.",
        &[],
    )];
    blocks.extend(report.named().map(|named| Block::Facts(issued(named))));
    blocks.push(Block::Facts(vec![
        fact("Registry", &report.registry.id),
        fact("Examination began", moment(&report.timing.started_at)),
        fact("Examination ended", moment(&report.timing.ended_at)),
        fact(
            "The exhibit then",
            format!(
                "{} bytes, digests as above; what was decoded is what was hashed",
                count(report.exhibit.size_bytes)
            ),
        ),
    ]));
    blocks
}

fn issued(named: &Attribution) -> Vec<Fact> {
    let Some(issue) = &named.issue else {
        return vec![fact(
            "Issue",
            format!(
                "the registry has no record of a copy of this title for {}",
                called_in(named)
            ),
        )];
    };
    let mut facts = vec![
        fact(
            "Issue",
            format!(
                "{}, to {}, {}: copy {} of theirs",
                issue.id,
                called_in(named),
                moment(&issue.issued_at),
                named.copy
            ),
        ),
        code_fact("Copy’s SHA-256", &issue.copy_sha256),
        code_fact("Master’s SHA-256", &issue.master_sha256),
        fact(
            "Copy’s extent",
            format!(
                "{:.1} s of the title from {:.1} s",
                issue.duration_s, issue.title_start_s
            ),
        ),
    ];
    facts.extend(other_name(named));
    facts.extend(since(named));
    facts.extend(other_issues(named));
    facts.extend(receipt(issue));
    facts
}

/// What the registry's table calls the distributor, if that is another name.
fn other_name(named: &Attribution) -> Option<Fact> {
    let table = named.name_in_table.as_ref()?;
    let said = match table.as_str() {
        "" => "the table holds no such distributor: the row was deleted after the chain was signed"
            .into(),
        name => format!("{name}: it was changed after the chain was signed"),
    };
    Some(fact("Name in the registry’s table", said))
}

/// What became of the distributor since the copy was issued.
fn since(named: &Attribution) -> impl Iterator<Item = Fact> {
    let now = named.name_now.as_ref();
    let now = now.map(|name| fact("Called now", name.clone()));
    let revoked = named.revoked.as_ref().map(|revoked| {
        let words = format!("since {}: {}", revoked.since, revoked.reason);
        fact("Gets no more copies", words)
    });
    now.into_iter().chain(revoked)
}

/// The copies of the title that were issued to the distributor and not read here.
fn other_issues(named: &Attribution) -> Option<Fact> {
    let one = |other: &OtherIssue| {
        format!(
            "issue {} (copy {}), {}",
            other.id,
            other.copy,
            moment(&other.issued_at)
        )
    };
    let all: Vec<String> = named.other_issues.iter().map(one).collect();
    (!all.is_empty()).then(|| fact("Other issues to them, not read here", all.join("; ")))
}

/// The receipt that shows since when the codeword was fixed.
fn receipt(issue: &IssueFacts) -> Vec<Fact> {
    let receipt = &issue.receipt;
    let said = match receipt.check() {
        Ok(said) => format!(
            "entry {} of the registry’s chain, signed, {}: commits to {} slots of the codeword",
            said.number,
            moment(&said.issued_at),
            count(said.codeword_slots.into())
        ),
        Err(_) => "its signature does not hold".into(),
    };
    vec![
        fact("Receipt", said),
        code_fact("Receipt’s SHA-256", &receipt.sha256),
        code_fact("Registry’s public key", &receipt.public_key),
    ]
}

/// How to re-run the examination.
pub fn again(subject: Subject<'_>) -> Vec<Block> {
    let report = subject.report;
    vec![Block::List(vec![
        Text::of(
            "Check the file: `sha256sum` and `sha512sum` must give the digests above.",
            &[],
        ),
        Text::of(
            "Take the same version ({}, commit {}) and the registry {} with its secret, as they were then: another registry has other symbols, and a larger one a higher threshold.",
            &[
                &report.tool.version,
                &report.tool.commit,
                &report.registry.id,
            ],
        ),
        Text::of(
            "Run the command line above with `--json`. Everything but `{}`, `timing` and `signature` is the same byte for byte, on any number of threads, with the same FFmpeg libraries; another FFmpeg may decode damaged files in another way.",
            &["earlier_scans"],
        ),
        Text::of(
            "Without the secret: `leakmark-verify report` checks the registry’s signature on the JSON report and every field that is stated twice; name the registry’s key, as its owner published it, with `--registry-key`. `leakmark pack make` opens the codeword where this report used it; `leakmark-verify pack`, or an independent program in Python that comes with the source, computes the likelihood ratio again and checks it against the receipt.",
            &[],
        ),
        Text::of(
            "Every figure in this report is taken from the JSON report of the same run.",
            &[],
        ),
        Text::of(
            "A character of a name that is shown as its number, as in {}, would hide or turn what stands beside it, or is in no font of the PDF form of this report. The JSON report holds the name itself.",
            &[r"\u{202e}"],
        ),
    ])]
}
