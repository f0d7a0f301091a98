//! Says what made a dossier, what it does not say, and how to check it.

use crate::document::{Block, Text, code_fact, fact, power, quoted};
use leakmark_evidence::dossier::Dossier;

/// Provenance.
pub fn tool(dossier: &Dossier) -> Vec<Block> {
    let (tool, asked) = (&dossier.tool, &dossier.parameters);
    let words: Vec<String> = dossier
        .timing
        .command_line
        .iter()
        .map(|w| quoted(w))
        .collect();
    let command = match words.is_empty() {
        true => "none: called as a library".into(),
        false => words.join(" "),
    };
    vec![Block::Facts(vec![
        fact(
            "Program",
            format!(
                "{} {}, commit {}, for {}",
                tool.name, tool.version, tool.commit, tool.target
            ),
        ),
        fact("FFmpeg libraries", &tool.ffmpeg),
        fact(
            "ffmpeg command",
            format!("version {}", dossier.environment.ffmpeg),
        ),
        fact("Platform", &dossier.environment.platform),
        fact(
            "Formats",
            format!("signal format {}, {}", tool.signal_format, dossier.schema),
        ),
        fact(
            "Marked with",
            format!(
                "strength {}, {}, crf {}, preset {}",
                asked.strength, asked.codec, asked.crf, asked.preset
            ),
        ),
        fact(
            "Scanned with",
            format!(
                "effort {}, bound {}",
                asked.effort,
                power(asked.threshold_log10_p_false)
            ),
        ),
        fact("Seed", asked.seed.to_string()),
        code_fact("Command line", command),
        fact(
            "Time taken",
            format!(
                "{:.0} s for {} cells and controls made in this run, {} at a time; median scan {}",
                dossier.timing.total_s,
                dossier.timing.made,
                dossier.timing.jobs,
                dossier
                    .timing
                    .median_scan_s
                    .map_or("–".into(), |s| format!("{s:.1} s"))
            ),
        ),
    ])]
}

/// What it does not say.
pub fn limits(dossier: &Dossier) -> Vec<Block> {
    let mut points = vec![
        Text::of(
            "Excerpts were tested, not whole films: a leak longer than an excerpt holds more of the mark.",
            &[],
        ),
        Text::of(
            "Attacks are simulated. A screen that was really filmed, a broadcast, a phone’s own encoder leave other traces.",
            &[],
        ),
        Text::of(
            "Other films carry the mark better or worse: dark, flat and restless pictures worst.",
            &[],
        ),
        Text::of(
            "That nobody innocent was named in these scans does not prove that nobody ever is. The bound on that rests on the secret symbols, not on this test; the test shows no sign against it.",
            &[],
        ),
        Text::of(
            "The test registry’s secret follows from the seed above and is no secret: copies made for this dossier trace nobody.",
            &[],
        ),
    ];
    if dossier
        .excerpts
        .iter()
        .any(|e| e.marked_by_sha256.is_some())
    {
        points.push(Text::of(
            "*Some copies were marked by another build of the program* than the one that scanned: their figures are those of the two together. The JSON form says which.",
            &[],
        ));
    }
    vec![Block::List(points)]
}

/// How to check it.
pub fn again(dossier: &Dossier) -> Vec<Block> {
    vec![Block::List(vec![
        Text::of(
            "Check the films: `sha256sum` must give the digests above.",
            &[],
        ),
        Text::of(
            "Take the same version ({}, commit {}) and the same `ffmpeg`, and run the command line above on them: with the same seed everything but `timing` comes out the same.",
            &[&dossier.tool.version, &dossier.tool.commit],
        ),
        Text::of(
            "A report cites this dossier by the SHA-256 of its file: `leakmark scan --dossier FILE` says for an exhibit whether its size, bitrate and length lie inside what was tested here.",
            &[],
        ),
        Text::of(
            "If it is signed, `leakmark report verify` checks the signature and that its figures follow from each other.",
            &[],
        ),
        Text::of(
            "Every figure here is taken from the JSON form of the same run.",
            &[],
        ),
    ])]
}
