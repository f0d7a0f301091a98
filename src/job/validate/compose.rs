//! Composes the dossier from what was made.

use std::time::Instant;

use super::attack::{Attack, templates};
use super::cell::{Test, Tested};
use super::copies::Copies;
use super::excerpt::{Excerpt, Film};
use super::request::ValidateRequest;
use super::work::digest;
use crate::error::Result;
use crate::evidence::naming::now;
use crate::evidence::{
    AttackFacts, Cell, DOSSIER_SCHEMA, Dossier, DossierParameters, DossierTiming, Environment,
    ExcerptFacts, FilmFacts, Innocents, TestControl, TestOutcome, rounded,
};
use crate::job::events::file_name;
use crate::job::scan::report::{tool, video_facts};

/// All that a dossier is made of.
pub(super) struct Made<'a> {
    pub request: &'a ValidateRequest,
    /// FFmpeg's version.
    pub ffmpeg: &'a str,
    /// SHA-256 of this program.
    pub program: &'a str,
    pub films: &'a [Film],
    pub excerpts: &'a [Excerpt],
    /// One for each excerpt.
    pub copies: Vec<std::result::Result<Copies, String>>,
    /// Cells, then controls.
    pub tested: Vec<(Test<'a>, Tested)>,
    pub jobs: usize,
    pub started: &'a (String, Instant),
}

/// The dossier.
pub(super) fn compose(made: &Made<'_>) -> Result<Dossier> {
    let outcomes = made.tested.iter().filter_map(|(_, t)| t.outcome.as_ref());
    let innocents = Innocents::of(outcomes.collect::<Vec<&TestOutcome>>().into_iter());
    let (cells, controls): (Vec<_>, Vec<_>) = made
        .tested
        .iter()
        .partition(|(test, _)| test.control.is_none());
    let attacks = made.request.attacks.iter();
    Ok(Dossier {
        schema: DOSSIER_SCHEMA.into(),
        tool: tool(),
        environment: Environment {
            ffmpeg: made.ffmpeg.into(),
            program_sha256: made.program.into(),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        },
        parameters: parameters(made.request),
        films: made.films.iter().map(film).collect(),
        excerpts: made
            .excerpts
            .iter()
            .zip(&made.copies)
            .map(|(e, c)| excerpt(made, e, c))
            .collect(),
        attacks: attacks.map(attack).collect::<Result<_>>()?,
        cells: cells.into_iter().map(cell).collect(),
        controls: controls.into_iter().filter_map(control).collect(),
        innocents,
        timing: timing(made)?,
    })
}

fn parameters(request: &ValidateRequest) -> DossierParameters {
    let mut beginnings_s = request.beginnings_s.clone();
    beginnings_s.sort_by(f64::total_cmp);
    DossierParameters {
        seed: request.seed,
        seconds: request.seconds,
        distributors: request.distributors,
        strength: request.strength,
        codec: request.codec.name().into(),
        crf: request.crf.unwrap_or(request.codec.default_crf()),
        preset: request.preset.clone(),
        effort: request.effort,
        threshold_log10_p_false: request.threshold.log10_p_false.0,
        beginnings_s,
    }
}

fn film(film: &Film) -> FilmFacts {
    FilmFacts {
        name: file_name(&film.path),
        title: film.title.clone(),
        size_bytes: film.bytes,
        sha256: film.sha256.clone(),
        video: video_facts(film.survey.info.clone(), film.survey.timeline.length_s),
    }
}

fn excerpt(
    made: &Made<'_>,
    excerpt: &Excerpt,
    copies: &std::result::Result<Copies, String>,
) -> ExcerptFacts {
    let known = copies.as_ref().ok();
    ExcerptFacts {
        film: excerpt.film as u32,
        start_s: excerpt.start_s,
        duration_s: excerpt.duration_s,
        distributors: excerpt.distributors.clone(),
        copies: known.map_or(Vec::new(), |c| c.marked.clone()),
        unmarked: known.map(|c| c.unmarked.clone()),
        picture: known.and_then(|c| c.picture),
        marked_by_sha256: known
            .filter(|c| c.program != made.program)
            .map(|c| c.program.clone()),
        problem: copies.as_ref().err().cloned(),
    }
}

fn attack(attack: &Attack) -> Result<AttackFacts> {
    Ok(AttackFacts {
        name: attack.name.clone(),
        class: attack.class.clone(),
        stands_for: attack.stands_for.clone(),
        copies: attack.recipe.copies as u32,
        speed: attack.time.map(|time| time.speed),
        start_s: attack.time.map(|time| time.start_s),
        commands: templates(&attack.recipe),
        sha256: digest(&attack.recipe)?,
    })
}

fn cell((test, tested): &(Test<'_>, Tested)) -> Cell {
    Cell {
        excerpt: test.index as u32,
        attack: test.attack_index as u32,
        exhibit: tested.exhibit.clone(),
        outcome: tested.outcome.clone(),
        seconds_to_attribute: tested.seconds_to_attribute,
        wrong_beginnings_s: tested.wrong_beginnings_s.clone(),
        problem: tested.problem.clone(),
    }
}

fn control((test, tested): &(Test<'_>, Tested)) -> Option<TestControl> {
    Some(TestControl {
        kind: test.control?,
        excerpt: test.index as u32,
        attack: test.attack_index as u32,
        exhibit: tested.exhibit.clone(),
        outcome: tested.outcome.clone(),
        problem: tested.problem.clone(),
    })
}

fn timing(made: &Made<'_>) -> Result<DossierTiming> {
    let (started_at, begun) = made.started;
    let mut scans_s: Vec<f64> = made.tested.iter().filter_map(|(_, t)| t.scan_s).collect();
    scans_s.sort_by(f64::total_cmp);
    Ok(DossierTiming {
        started_at: started_at.clone(),
        ended_at: now()?,
        total_s: rounded(begun.elapsed().as_secs_f64()),
        made: made.tested.iter().filter(|(_, t)| !t.was_kept).count() as u32,
        median_scan_s: scans_s.get(scans_s.len() / 2).copied().map(rounded),
        jobs: made.jobs as u32,
        command_line: made.request.command_line.clone(),
    })
}
