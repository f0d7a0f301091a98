//! This module composes the report from what a scan found.

use std::path::Path;

use super::context::ScanContext;
use super::evidence::Scored;
use super::hash::FileHash;
use super::scan::Progress;
use super::still::Still;
use crate::detect::Reading;
use crate::luma::Rect;
use crate::mark::SIGNAL_FORMAT;
use crate::media::{FrameCounts, StreamInfo};
use crate::registry::Issue;
use crate::report::{
    Active, Attribution, Coverage, Decoys, Examined, Exhibit, FrameFacts, IssueFacts,
    RegistryFacts, Report, RunnerUp, SCHEMA, SyncFacts, ThresholdFacts, Timing, TitleFacts, Tool,
    Verdict, VideoFacts, judge, rounded,
};
use crate::trace::{Score, log10_p_false};
use crate::units::Log10;

/// An innocent's log10 LR exceeds that of all others by more than this in at
/// most one exhibit in ten.
const LUCK: f64 = 1.0;

/// The exhibit as a file, before anything was found in it.
pub(super) struct Found {
    pub exhibit: Exhibit,
    pub still: bool,
}

impl Found {
    /// A film.
    pub fn film(path: &Path, hash: FileHash, info: StreamInfo) -> Self {
        let video = VideoFacts {
            codec: info.codec,
            width: info.width,
            height: info.height,
            sample_aspect_ratio: info.sample_aspect_ratio,
            rotation_deg: info.rotation_deg,
            bit_depth: info.bit_depth,
            fps: info.fps.map(rounded),
            duration_s: info.duration_s.map(rounded),
        };
        Self {
            exhibit: exhibit(path, hash, info.container, video),
            still: false,
        }
    }

    /// A still image.
    pub fn still(path: &Path, hash: FileHash, still: &Still) -> Self {
        let video = VideoFacts {
            codec: still.format_name.into(),
            width: still.width as u32,
            height: still.height as u32,
            sample_aspect_ratio: (1, 1),
            rotation_deg: 0,
            bit_depth: 8,
            fps: None,
            duration_s: Some(0.0),
        };
        Self {
            exhibit: exhibit(path, hash, still.format_name.into(), video),
            still: true,
        }
    }
}

fn exhibit(path: &Path, hash: FileHash, container: String, video: VideoFacts) -> Exhibit {
    Exhibit {
        path: path.to_string_lossy().into_owned(),
        size_bytes: hash.bytes,
        sha256: hash.sha256,
        container,
        video,
        frames: FrameFacts::default(),
    }
}

/// The report.
pub(super) fn compose(
    context: &ScanContext,
    found: Found,
    mut progress: Progress,
    timing: Timing,
) -> Report {
    progress
        .examined
        .sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let mut exhibit = found.exhibit;
    let coverage = coverage(
        &progress.examined,
        &progress.keyframes_s,
        exhibit.video.duration_s,
    );
    exhibit.frames = frame_facts(&progress.counts, found.still);
    let threshold = context.settings.threshold.log10_lr(context.hypotheses()).0;
    let ranked = ranked(context, progress.scored.as_ref(), threshold);
    let pilot_found = progress.readings.iter().any(|r| r.sync.found);
    let expected = progress.scored.as_ref().map(|s| s.expected);
    let chance = (context.hypotheses() as f64).log10() + LUCK;
    let verdict = judge(
        ranked.first().map(|r| r.log10_likelihood_ratio),
        threshold,
        chance,
        pilot_found,
        expected,
    );
    let attributed = verdict == Verdict::Attributed;
    let sync = sync_facts(&progress.readings, progress.active, attributed);
    let named = if attributed {
        ranked
            .iter()
            .take_while(|r| r.log10_likelihood_ratio >= threshold)
            .count()
    } else {
        0
    };
    let title = progress
        .scored
        .as_ref()
        .filter(|_| verdict != Verdict::NoMarkFound)
        .and_then(|s| title_facts(context, &s.title));
    let attributions: Vec<Attribution> = ranked[..named]
        .iter()
        .map(|r| attribution(context, r, title.as_ref()))
        .collect();
    let mut report = Report {
        schema: SCHEMA.into(),
        tool: tool(),
        exhibit,
        registry: RegistryFacts {
            id: context.registry_id.clone(),
            titles: context.titles.len() as u64,
            distributors: context.distributors.len() as u64,
        },
        sync,
        examined: progress
            .examined
            .iter()
            .map(|e| crate::report::Examined {
                start_s: rounded(e.start_s),
                end_s: rounded(e.end_s),
            })
            .collect(),
        verdict,
        title,
        attributions,
        runner_up: ranked.get(named).map(presentable),
        threshold: ThresholdFacts {
            log10_p_false: context.settings.threshold.log10_p_false.0,
            log10_likelihood_ratio: rounded(threshold),
            hypotheses: context.hypotheses(),
        },
        decoys: progress.scored.as_ref().and_then(decoys),
        expected_log10_likelihood_ratio: expected.map(rounded),
        findings: Vec::new(),
        coverage,
        timing,
    };
    report.findings = super::findings::findings(context, &report, found.still);
    report
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

fn tool() -> Tool {
    Tool {
        name: env!("CARGO_PKG_NAME").into(),
        version: env!("CARGO_PKG_VERSION").into(),
        commit: option_env!("LEAKMARK_COMMIT").unwrap_or("unknown").into(),
        ffmpeg: crate::media::library_version(),
        signal_format: SIGNAL_FORMAT,
    }
}

fn frame_facts(counts: &FrameCounts, still: bool) -> FrameFacts {
    if still {
        return FrameFacts {
            declared: Some(1),
            demuxed: 1,
            rejected: 0,
            decoded: 1,
            corrupt: 0,
        };
    }
    FrameFacts {
        declared: counts.declared,
        demuxed: counts.demuxed,
        rejected: counts.rejected,
        decoded: counts.decoded,
        corrupt: counts.corrupt,
    }
}

/// Synchronisation as the strongest window found it, with the pieces of all
/// windows in which the pilot was found.
fn sync_facts(readings: &[Reading], active: Option<Rect>, attributed: bool) -> Option<SyncFacts> {
    let best = readings
        .iter()
        .max_by(|a, b| a.sync.pilot_z.total_cmp(&b.sync.pilot_z))?;
    let active = active?;
    let of: Vec<&Reading> = if best.sync.found {
        readings.iter().filter(|r| r.sync.found).collect()
    } else {
        vec![best]
    };
    let mut pieces: Vec<_> = of
        .iter()
        .flat_map(|r| r.sync.pieces.iter().copied())
        .collect();
    pieces.sort_by(|a, b| a.exhibit_start_s.total_cmp(&b.exhibit_start_s));
    let longest = best.sync.pieces.iter().max_by(|a, b| {
        (a.exhibit_end_s - a.exhibit_start_s).total_cmp(&(b.exhibit_end_s - b.exhibit_start_s))
    })?;
    for piece in &mut pieces {
        piece.exhibit_start_s = rounded(piece.exhibit_start_s);
        piece.exhibit_end_s = rounded(piece.exhibit_end_s);
        piece.title_start_s = rounded(piece.title_start_s);
        piece.rate = (piece.rate * 1e4).round() / 1e4;
    }
    Some(SyncFacts {
        found: best.sync.found || attributed,
        pilot_z: rounded(best.sync.pilot_z),
        decoy_pilot_z: rounded(best.sync.decoy_pilot_z),
        title_start_s: rounded(longest.title_start_s - longest.rate * longest.exhibit_start_s),
        rate: (longest.rate * 1e4).round() / 1e4,
        scale_x: (best.sync.scale_x * 1e4).round() / 1e4,
        scale_y: (best.sync.scale_y * 1e4).round() / 1e4,
        angle_deg: rounded(best.sync.angle_deg),
        quarter_turns: best.sync.orientation.quarter_turns,
        mirrored: best.sync.orientation.mirrored,
        active: Active {
            x: active.x,
            y: active.y,
            width: active.width,
            height: active.height,
        },
        pieces,
    })
}

/// The distributors that reach the threshold and the one behind them,
/// strongest first; equal ones in the registry's order.
fn ranked(context: &ScanContext, scored: Option<&Scored>, threshold: f64) -> Vec<RunnerUp> {
    let hypotheses = context.hypotheses();
    let scores = scored.map_or(&[][..], |s| &s.scores);
    let (mut first, others): (Vec<&Score>, Vec<&Score>) =
        scores.iter().partition(|s| s.log10_lr.0 >= threshold);
    let ahead = |a: &&Score, b: &&Score| a.log10_lr.0.total_cmp(&b.log10_lr.0);
    // `max_by` would take the last of equal ones.
    first.extend(others.into_iter().rev().max_by(ahead));
    first.sort_by(|a, b| ahead(b, a));
    let one = |score: &Score| {
        let distributor = context.distributors.get(score.index)?;
        Some(RunnerUp {
            distributor: distributor.id.clone(),
            name: distributor.name.clone(),
            log10_likelihood_ratio: score.log10_lr.0,
            log10_p_false: log10_p_false(score.log10_lr, hypotheses).0,
        })
    };
    first.into_iter().filter_map(one).collect()
}

fn presentable(ranked: &RunnerUp) -> RunnerUp {
    RunnerUp {
        log10_likelihood_ratio: rounded(ranked.log10_likelihood_ratio),
        log10_p_false: rounded(ranked.log10_p_false),
        ..ranked.clone()
    }
}

fn attribution(
    context: &ScanContext,
    ranked: &RunnerUp,
    title: Option<&TitleFacts>,
) -> Attribution {
    let ranked = presentable(ranked);
    let of =
        |i: &&Issue| i.distributor == ranked.distributor && title.is_some_and(|t| t.id == i.title);
    Attribution {
        issue: context.issues.iter().rfind(of).map(issue_facts),
        distributor: ranked.distributor,
        name: ranked.name,
        log10_likelihood_ratio: ranked.log10_likelihood_ratio,
        log10_p_false: ranked.log10_p_false,
    }
}

fn issue_facts(issue: &Issue) -> IssueFacts {
    IssueFacts {
        id: issue.id,
        issued_at: issue.issued_at.clone(),
        copy_sha256: issue.copy_sha256.clone(),
        master_sha256: issue.master_sha256.clone(),
        title_start_s: rounded(issue.title_start_s),
        duration_s: rounded(issue.duration_s),
    }
}

fn title_facts(context: &ScanContext, id: &str) -> Option<TitleFacts> {
    context
        .titles
        .iter()
        .find(|t| t.id == id)
        .map(|t| TitleFacts {
            id: t.id.clone(),
            name: t.name.clone(),
        })
}

fn decoys(scored: &Scored) -> Option<Decoys> {
    let mut values: Vec<f64> = scored.decoys.iter().map(|Log10(v)| *v).collect();
    values.sort_by(f64::total_cmp);
    Some(Decoys {
        count: values.len() as u32,
        max_log10_likelihood_ratio: rounded(*values.last()?),
        median_log10_likelihood_ratio: rounded(values[values.len() / 2]),
    })
}
