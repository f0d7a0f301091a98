//! Composes the report from what a scan found.

pub(crate) mod findings;
pub(crate) mod illustrate;
pub(crate) mod ranking;
pub(crate) mod seal;
pub(crate) mod trail;
pub(crate) mod validation;

use std::path::Path;

use crate::detect::{Piece, Placement, Reading};
use crate::error::Result;
use crate::evidence::hash::FileHash;
use crate::evidence::{
    Content, ContentFacts, Coverage, EvidenceFile, Examined, Exhibit, ExhibitPart, HeadFacts,
    Parameters, RegistryFacts, RegistrySignature, Report, SCHEMA, SyncFacts, ThresholdFacts,
    TitleFacts, TitleResult, Tool, Verdict, VideoFacts, joint_sha256, joint_sha512, rounded,
    rounded_ratio, seconds_of,
};
use crate::job::scan::animation::Animation;
use crate::job::scan::content::Compared;
use crate::job::scan::context::ScanContext;
use crate::job::scan::evidence::Scored;
use crate::job::scan::examine::Seen;
use crate::job::scan::film::clock::OtherClock;
use crate::job::scan::film::window::Survey;
use crate::job::scan::report::findings::{About, findings};
use crate::job::scan::report::ranking::{Ranking, decoys};
use crate::job::scan::report::seal::sealed;
use crate::job::scan::report::trail::{label, stretches, trail};
use crate::job::scan::still::{Still, name};
use crate::luma::Rect;
use crate::mark::SIGNAL_FORMAT;
use crate::media::{FrameCounts, StreamCounts, StreamInfo};

/// What a scan found and no report says: it depends on the symbols of somebody who is
/// not named, or would let others score whom they like.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InHouse {
    /// The soft symbols, title by title; empty if no mark was found.
    pub evidence: Vec<EvidenceFile>,
    /// By how many decades the strongest distributor falls short of the threshold, if
    /// that is near: then more or better material may settle it.
    pub short_of_threshold: Option<f64>,
    /// The number of every copy among the labels of the report's title, and its log10
    /// likelihood ratio, strongest first.
    pub ranked: Vec<(usize, f64)>,
}

/// The exhibit as a file, before anything was found in it.
pub(crate) struct Found {
    pub exhibit: Exhibit,
    /// How long its container says it is, seconds.
    pub declared_s: Option<f64>,
    pub still: bool,
    /// What films were read by besides their time stamps.
    pub clocks: Vec<OtherClock>,
}

impl Found {
    /// An exhibit of one file or several, each with its beginning in seconds of exhibit
    /// time and the number of its frames that were decoded; `None` without a file.
    pub fn of(parts: impl Iterator<Item = (Self, f64, u64)>) -> Option<Self> {
        let parts: Vec<(Self, f64, u64)> = parts.collect();
        let still = parts.iter().all(|(found, ..)| found.still);
        let listed: Vec<ExhibitPart> = parts.iter().map(part).collect();
        let clocks = parts.iter().flat_map(|(found, ..)| found.clocks.clone());
        let clocks = clocks.collect();
        let mut files = parts.into_iter().map(|(found, ..)| found);
        let mut first = files.next()?;
        first.clocks = clocks;
        if listed.len() > 1 {
            let exhibit = &mut first.exhibit;
            exhibit.size_bytes = listed.iter().map(|p| p.size_bytes).sum();
            exhibit.sha256 = joint_sha256(listed.iter().map(|p| p.sha256.as_str()));
            exhibit.sha512 = joint_sha512(listed.iter().map(|p| p.sha512.as_str()));
            let lengths = listed.iter().map(|p| p.duration_s);
            exhibit.video.duration_s = lengths.sum::<Option<f64>>().map(rounded);
            exhibit.parts = listed;
            first.declared_s = None;
            first.still = still;
        }
        Some(first)
    }

    /// A film.
    pub fn film(path: &Path, hash: FileHash, survey: Survey, clocks: Vec<OtherClock>) -> Self {
        let Survey {
            info,
            timeline,
            clock_rate,
            ..
        } = survey;
        let (container, streams) = (info.container.clone(), Some(info.streams));
        // What is declared in stamps that are not gone by says nothing.
        let declared_s = info.duration_s.filter(|_| clock_rate == 1.0);
        let video = VideoFacts {
            clock_rate,
            ..video_facts(info, timeline.length_s)
        };
        Self {
            exhibit: exhibit(path, hash, container, streams, video),
            declared_s,
            still: false,
            clocks,
        }
    }

    /// A still image.
    pub fn still(path: &Path, hash: FileHash, still: &Still) -> Self {
        let name = still.format_name.as_str();
        Self::image(path, hash, name, (still.width, still.height), None)
    }

    /// An animated image.
    pub fn animation(path: &Path, hash: FileHash, animation: &Animation) -> Self {
        let size = (animation.width, animation.height);
        let moving = Some((animation.counts.decoded, animation.length_s));
        Self::image(path, hash, name(animation.format), size, moving)
    }

    /// An image, with the number of its frames and the seconds it runs if it moves.
    fn image(
        path: &Path,
        hash: FileHash,
        name: &str,
        (width, height): (usize, usize),
        moving: Option<(u64, f64)>,
    ) -> Self {
        let rate = moving.filter(|(_, length_s)| *length_s > 0.0);
        let video = VideoFacts {
            codec: name.into(),
            width: width as u32,
            height: height as u32,
            sample_aspect_ratio: (1, 1),
            rotation_deg: 0,
            bit_depth: 8,
            fps: rate.map(|(frames, length_s)| rounded(frames as f64 / length_s)),
            duration_s: Some(moving.map_or(0.0, |(_, length_s)| rounded(length_s))),
            profile: None,
            pixel_format: None,
            clock_rate: 1.0,
        };
        Self {
            exhibit: exhibit(path, hash, name.into(), None, video),
            declared_s: None,
            still: moving.is_none(),
            clocks: Vec::new(),
        }
    }
}

/// A file as one of several.
fn part((found, start_s, decoded): &(Found, f64, u64)) -> ExhibitPart {
    let exhibit = &found.exhibit;
    ExhibitPart {
        path: exhibit.path.clone(),
        size_bytes: exhibit.size_bytes,
        sha256: exhibit.sha256.clone(),
        sha512: exhibit.sha512.clone(),
        container: exhibit.container.clone(),
        codec: exhibit.video.codec.clone(),
        width: exhibit.video.width,
        height: exhibit.video.height,
        duration_s: exhibit.video.duration_s,
        start_s: *start_s,
        decoded: *decoded,
        clock_rate: exhibit.video.clock_rate,
    }
}

/// What a film of this length declares.
pub(crate) fn video_facts(info: StreamInfo, length_s: Option<f64>) -> VideoFacts {
    VideoFacts {
        codec: info.codec,
        width: info.width,
        height: info.height,
        sample_aspect_ratio: info.sample_aspect_ratio,
        rotation_deg: info.rotation_deg,
        bit_depth: info.bit_depth,
        fps: info.fps.map(rounded),
        duration_s: length_s.map(rounded),
        profile: info.profile,
        pixel_format: Some(info.pixel_format),
        clock_rate: 1.0,
    }
}

fn exhibit(
    path: &Path,
    hash: FileHash,
    container: String,
    streams: Option<StreamCounts>,
    video: VideoFacts,
) -> Exhibit {
    Exhibit {
        path: path.to_string_lossy().into_owned(),
        size_bytes: hash.bytes,
        sha256: hash.sha256,
        sha512: hash.sha512,
        container,
        streams,
        video,
        frames: FrameCounts::default(),
        parts: Vec::new(),
    }
}

/// The report, signed, and what stays in the house.
pub(crate) fn compose(
    context: &ScanContext,
    found: Found,
    seen: &mut Seen,
) -> Result<(Report, InHouse)> {
    seen.examined
        .sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let mut exhibit = found.exhibit;
    seen.keyframes_s.sort_by(f64::total_cmp);
    let last = exhibit.parts.last();
    let end_s = last.map_or(exhibit.video.duration_s, |p| {
        Some(p.start_s + p.duration_s?)
    });
    let coverage = coverage(&seen.examined, &seen.keyframes_s, end_s);
    if !exhibit.parts.is_empty() {
        // What one file declares says nothing of the others.
        seen.counts.declared = None;
    }
    exhibit.frames = FrameCounts {
        first_misdated_s: seen.counts.first_misdated_s.map(rounded),
        ..seen.counts
    };
    let titles = seen.scored.as_deref().unwrap_or_default();
    let scored = titles.first();
    let rule = context.rule();
    let pilot_found = seen.readings.iter().any(|r| r.sync.found);
    let expected = scored.map(Scored::expected);
    let content = content_facts(&seen.content);
    let on_content = |verdict: Verdict, title: &str| {
        let seconds = |kind| seconds_of(&content, title, kind);
        verdict.on_content(seconds(Content::Title), seconds(Content::Other))
    };
    let own = scored.map_or("", |s| s.evidence.title.as_str());
    let verdict = rule.verdict(scored.map(Scored::best), expected, pilot_found);
    let verdict = on_content(verdict, own);
    let attributed = verdict.names();
    let first_ends_s = exhibit.parts.get(1).map(|part| part.start_s);
    let shown = (seen.active, first_ends_s);
    let sync = sync_facts(&seen.readings, scored, shown, attributed);
    let marked = verdict != Verdict::NoMarkFound;
    let mut results = Vec::with_capacity(titles.len());
    let mut evidence = Vec::with_capacity(titles.len());
    for scored in titles.iter().filter(|_| marked) {
        let sealed = sealed(context, scored, &exhibit.sha256);
        let verdict = rule.verdict(Some(scored.best()), Some(scored.expected()), true);
        let verdict = on_content(verdict, &scored.evidence.title);
        results.extend(title_result(context, scored, &sealed, verdict)?);
        evidence.push(sealed);
    }
    let mut results = results.into_iter();
    let first = results.next();
    let (title, attributions, trail) = match first {
        Some(first) => (Some(first.title), first.attributions, first.trail),
        None => (None, Vec::new(), scored.map(|s| trail(context, s, &[]))),
    };
    let earlier_scans = context.earlier_scans(&exhibit.sha256);
    let mut report = Report {
        schema: SCHEMA.into(),
        tool: tool(),
        parameters: parameters(context),
        case: context.settings.case.clone(),
        exhibit,
        registry: registry_facts(context),
        sync,
        content,
        examined: seen
            .examined
            .iter()
            .map(|e| crate::evidence::Examined {
                start_s: rounded(e.start_s),
                end_s: rounded(e.end_s),
            })
            .collect(),
        verdict,
        title,
        threshold: threshold_facts(context),
        decoys: scored.and_then(decoys),
        trail,
        attributions,
        expected_log10_likelihood_ratio: expected.map(rounded),
        evidence: evidence.first().map(EvidenceFile::reference).transpose()?,
        other_titles: results.collect(),
        validation: None,
        findings: Vec::new(),
        coverage,
        controls: context.controls.clone(),
        earlier_scans,
        timing: std::mem::take(&mut seen.timing),
        signature: RegistrySignature::default(),
    };
    let cited = context.settings.dossier.as_deref();
    report.validation = cited.map(|cited| validation::validation(cited, &report));
    let about = About {
        still: found.still,
        declared_s: found.declared_s,
        clocks: &found.clocks,
        readings: &seen.readings,
    };
    report.findings = findings(context, &report, &about, &seen.content);
    let in_house = InHouse {
        evidence,
        short_of_threshold: scored.and_then(|s| rule.short_by(s.best())),
        ranked: Ranking::new(context, scored).into_ranked(),
    };
    Ok((report.signed(&context.signer)?, in_house))
}

/// What the pictures under the mark are, in order of time.
fn content_facts(compared: &[Compared]) -> Vec<ContentFacts> {
    let of = |compared: &Compared| {
        let title = compared.title.clone();
        compared
            .runs
            .clone()
            .into_iter()
            .map(move |run| ContentFacts {
                title: title.clone(),
                exhibit_start_s: rounded(run.exhibit_start_s),
                exhibit_end_s: rounded(run.exhibit_end_s),
                title_start_s: run.title_start_s.map(rounded),
                content: run.content,
                correlation: rounded(f64::from(run.correlation)),
            })
    };
    let mut facts: Vec<ContentFacts> = compared.iter().flat_map(of).collect();
    facts.sort_by(|a, b| a.exhibit_start_s.total_cmp(&b.exhibit_start_s));
    facts
}

/// What is said of a title; `None` if the registry has none of that id.
fn title_result(
    context: &ScanContext,
    scored: &Scored,
    evidence: &EvidenceFile,
    verdict: Verdict,
) -> Result<Option<TitleResult>> {
    let Some(title) = title_facts(context, &scored.evidence.title) else {
        return Ok(None);
    };
    let ranking = Ranking::new(context, Some(scored));
    let named = ranking.reaching(context.rule().threshold());
    let mut attributions = ranking.attributions(named, &title.id);
    for named in &mut attributions {
        named.stretches = stretches(context, scored, label(named));
    }
    let mut pieces = scored.pieces.clone();
    pieces.iter_mut().for_each(round_piece);
    Ok(Some(TitleResult {
        title,
        verdict,
        pieces,
        decoys: decoys(scored),
        trail: Some(trail(context, scored, &attributions)),
        attributions,
        expected_log10_likelihood_ratio: Some(rounded(scored.expected())),
        evidence: Some(evidence.reference()?),
    }))
}

/// What was looked at: stretches in order of time, and keyframes in order of time.
fn coverage(examined: &[Examined], keyframes_s: &[f64], duration_s: Option<f64>) -> Coverage {
    let instants = keyframes_s.iter().map(|&t| (t, t));
    let stretches = examined.iter().map(|e| (e.start_s, e.end_s));
    let mut looked: Vec<(f64, f64)> = instants.chain(stretches).collect();
    looked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let widest = |duration: f64| {
        let (mut end, mut widest) = (0.0_f64, 0.0_f64);
        for (from, to) in looked.iter().copied().chain([(duration, duration)]) {
            widest = widest.max(from - end);
            end = end.max(to);
        }
        rounded(widest)
    };
    Coverage {
        keyframes: keyframes_s.len() as u64,
        frame_by_frame_s: rounded(examined.iter().map(|e| e.end_s - e.start_s).sum()),
        widest_gap_s: duration_s.map(widest),
    }
}

pub(crate) fn tool() -> Tool {
    Tool {
        name: env!("CARGO_PKG_NAME").into(),
        version: env!("CARGO_PKG_VERSION").into(),
        commit: option_env!("LEAKMARK_COMMIT").unwrap_or("unknown").into(),
        ffmpeg: crate::media::library_version(),
        ffmpeg_build: option_env!("LEAKMARK_FFMPEG_BUILD")
            .unwrap_or("unknown")
            .into(),
        crates: option_env!("LEAKMARK_CRATES").unwrap_or("unknown").into(),
        target: option_env!("LEAKMARK_TARGET").unwrap_or("unknown").into(),
        signal_format: SIGNAL_FORMAT,
    }
}

/// The registry, as it was when the scan began.
pub(crate) fn registry_facts(context: &ScanContext) -> RegistryFacts {
    RegistryFacts {
        id: context.registry_id.clone(),
        public_key: context.signer.public_key(),
        head: HeadFacts {
            number: context.head.number,
            sha256: context.head.sha256.clone(),
        },
        titles: context.titles.len() as u64,
        distributors: context.distributors.len() as u64,
    }
}

/// What it takes to be attributed.
pub(crate) fn threshold_facts(context: &ScanContext) -> ThresholdFacts {
    ThresholdFacts {
        log10_p_false: rounded(context.settings.threshold.log10_p_false.0),
        log10_likelihood_ratio: rounded(context.rule().threshold()),
        hypotheses: context.hypotheses(),
    }
}

/// How it was told to scan.
pub(crate) fn parameters(context: &ScanContext) -> Parameters {
    let settings = &context.settings;
    Parameters {
        full: settings.full,
        effort: settings.effort,
        max_pixels: settings.limits.max_pixels,
        max_duration_s: rounded(settings.limits.max_duration_s),
        max_streams: settings.limits.max_streams,
    }
}

/// Synchronisation as the strongest window found it, with the pieces of the title in all
/// windows in which the pilot was found.
fn sync_facts(
    readings: &[Reading],
    title: Option<&Scored>,
    (active, first_ends_s): (Option<Rect>, Option<f64>),
    attributed: bool,
) -> Option<SyncFacts> {
    let best = readings
        .iter()
        .max_by(|a, b| a.sync.pilot_z.total_cmp(&b.sync.pilot_z))?;
    let active = active?;
    let of_title = title.map_or(&[][..], |scored| &scored.pieces);
    let mut pieces = match best.sync.found && !of_title.is_empty() {
        true => of_title.to_vec(),
        false => best.sync.pieces.clone(),
    };
    // Of the strongest window, as far as it shows the title.
    let own = |piece: &&Piece| best.sync.pieces.contains(piece);
    let main = longest(&mut pieces.iter().filter(own)).or_else(|| longest(&mut pieces.iter()))?;
    // Where an exhibit of several files begins, the first of them says.
    let in_first = |piece: &&Piece| first_ends_s.is_none_or(|s| piece.exhibit_start_s < s);
    let mut of_first = pieces.iter().filter(in_first);
    let first = in_first(&&main).then_some(main);
    let first = first.or_else(|| longest(&mut of_first)).unwrap_or(main);
    pieces.iter_mut().for_each(round_piece);
    let shown = main.geometry;
    Some(SyncFacts {
        found: best.sync.found || attributed,
        pilot_z: rounded(best.sync.pilot_z),
        decoy_pilot_z: rounded(best.sync.decoy_pilot_z),
        title_start_s: rounded(first.title_start_s - first.rate * first.exhibit_start_s),
        rate: rounded_ratio(main.rate),
        scale_x: rounded_ratio(shown.scale_x),
        scale_y: rounded_ratio(shown.scale_y),
        angle_deg: rounded(shown.angle_deg),
        quarter_turns: shown.quarter_turns,
        mirrored: shown.mirrored,
        inverted: shown.inverted,
        active,
        pieces,
    })
}

fn longest(pieces: &mut dyn Iterator<Item = &Piece>) -> Option<Piece> {
    let length = |p: &Piece| p.exhibit_end_s - p.exhibit_start_s;
    pieces
        .max_by(|a, b| length(a).total_cmp(&length(b)))
        .copied()
}

fn round_piece(piece: &mut Piece) {
    piece.exhibit_start_s = rounded(piece.exhibit_start_s);
    piece.exhibit_end_s = rounded(piece.exhibit_end_s);
    piece.title_start_s = rounded(piece.title_start_s);
    piece.rate = rounded_ratio(piece.rate);
    round_geometry(&mut piece.geometry);
}

fn round_geometry(geometry: &mut Placement) {
    geometry.scale_x = rounded_ratio(geometry.scale_x);
    geometry.scale_y = rounded_ratio(geometry.scale_y);
    geometry.angle_deg = rounded(geometry.angle_deg);
    geometry.corners = geometry
        .corners
        .map(|(x, y)| (rounded_ratio(x), rounded_ratio(y)));
}

fn title_facts(context: &ScanContext, id: &str) -> Option<TitleFacts> {
    context
        .titles
        .iter()
        .find(|t| t.id == id)
        .map(|t| TitleFacts {
            id: t.id.clone(),
            name: t.name.clone(),
            name_in_table: context.tables.titles.get(id).cloned(),
        })
}
