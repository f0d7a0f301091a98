//! Says what was marked, and what the mark costs the picture.

use super::phrases::short;
use crate::document::{
    Block, Fact, Table, Text, code_fact, fact, number_column, paragraph, words_column,
};
use crate::format::{clock, count};
use leakmark_evidence::dossier::{Dossier, ExcerptFacts, FilmFacts};

/// What the mark costs, excerpt by excerpt.
pub fn picture(dossier: &Dossier) -> Vec<Block> {
    if dossier.excerpts.iter().all(|e| e.picture.is_none()) {
        return vec![paragraph("It was not measured.", &[])];
    }
    let frames = dossier
        .excerpts
        .iter()
        .filter_map(|e| e.picture)
        .map(|p| p.cvvdp_frames)
        .max();
    vec![
        paragraph(
            "The marked copy is compared with the same encode without a mark. PSNR is between these two; VMAF and ColorVideoVDP compare each of them with the master, and the loss is the difference.",
            &[],
        ),
        Block::Table(Table {
            columns: vec![
                number_column("excerpt", 1.1),
                number_column("PSNR, dB", 1.1),
                number_column("VMAF without, with", 1.8),
                number_column("lost", 0.8),
                number_column("ColorVideoVDP without, with, JOD", 2.4),
                number_column("lost", 0.8),
                number_column("size", 1.0),
            ],
            rows: dossier
                .excerpts
                .iter()
                .enumerate()
                .filter_map(cost)
                .collect(),
            marked: None,
            caption: Text::of(
                "VMAF: 100 is the master’s picture; a dash where the `ffmpeg` used cannot measure it. ColorVideoVDP 0.5.7: 10 JOD is no visible difference, 1 JOD less is a difference that three of four viewers see; it looked at {} frames in the middle of each excerpt on its standard displays. Size: that of the marked copy against the unmarked one.",
                &[&frames.unwrap_or(0).to_string()],
            ),
        }),
    ]
}

fn cost((index, excerpt): (usize, &ExcerptFacts)) -> Option<Vec<Text>> {
    let picture = excerpt.picture?;
    let pair = |without: Option<f64>, with: Option<f64>| match (without, with) {
        (Some(without), Some(with)) => (
            format!("{without:.2}, {with:.2}"),
            format!("{:.2}", without - with).replace('-', "−"),
        ),
        _ => ("–".into(), "–".into()),
    };
    let vmaf = pair(picture.vmaf_unmarked, picture.vmaf_marked);
    let seen = pair(picture.cvvdp_unmarked_jod, picture.cvvdp_marked_jod);
    let size = format!("{:+.1} %", (picture.size_ratio - 1.0) * 100.0).replace('-', "−");
    let words = [
        (index + 1).to_string(),
        format!("{:.1}", picture.psnr_y_db),
        vmaf.0,
        vmaf.1,
        seen.0,
        seen.1,
        size,
    ];
    Some(words.iter().map(|w| Text::value(w)).collect())
}

/// The films, and where the excerpts are in them.
pub fn films(dossier: &Dossier) -> Vec<Block> {
    let mut blocks: Vec<Block> = dossier
        .films
        .iter()
        .map(|f| Block::Facts(film(f)))
        .collect();
    blocks.push(Block::Table(Table {
        columns: vec![
            number_column("excerpt", 1.1),
            words_column("film", 2.8),
            number_column("begins", 1.0),
            number_column("seconds", 0.9),
            words_column("source", 1.6),
            words_column("marked copy’s SHA-256", 2.4),
        ],
        rows: dossier.excerpts.iter().enumerate().map(|e| excerpt(dossier, e)).collect(),
        marked: None,
        caption: Text::of(
            "The source is the distributor who leaks; attacks that put copies together take further distributors’, listed in the JSON form with all digests.",
            &[],
        ),
    }));
    let problems = dossier
        .excerpts
        .iter()
        .enumerate()
        .filter_map(|(index, excerpt)| {
            let problem = excerpt.problem.as_ref()?;
            Some(Text::of(
                "Excerpt {}: no copies: {}",
                &[&(index + 1).to_string(), problem],
            ))
        });
    let problems: Vec<Text> = problems.collect();
    if !problems.is_empty() {
        blocks.push(Block::List(problems));
    }
    blocks
}

fn film(film: &FilmFacts) -> Vec<Fact> {
    let video = &film.video;
    let length = video.duration_s.map_or("length unknown".into(), clock);
    vec![
        fact("Film", &film.name),
        fact(
            "Picture",
            format!(
                "{}, {} × {}, {length}, {} bytes",
                video.codec,
                video.width,
                video.height,
                count(film.size_bytes)
            ),
        ),
        code_fact("SHA-256", &film.sha256),
    ]
}

fn excerpt(dossier: &Dossier, (index, excerpt): (usize, &ExcerptFacts)) -> Vec<Text> {
    let film = dossier
        .films
        .get(excerpt.film as usize)
        .map_or("", |f| f.name.as_str());
    let copy = excerpt
        .copies
        .first()
        .map_or("–".into(), |c| format!("{}…", short(&c.sha256)));
    vec![
        Text::value(&(index + 1).to_string()),
        Text::value(film),
        Text::value(&clock(excerpt.start_s)),
        Text::value(&format!("{:.1}", excerpt.duration_s)),
        Text::value(excerpt.distributors.first().map_or("–", String::as_str)),
        Text::code(&copy),
    ]
}
