//! Reads a scan against the truth.

use crate::detect::Piece;
use crate::evidence::{Report, SyncFacts, TestExhibit, TestOutcome, rounded};
use crate::job::scan::Scanned;
use crate::job::scan::context::ScanContext;
use crate::trace::log10_p_false;
use crate::units::Log10;

/// What a scan found, `sources` being those whose copies went in.
pub(super) fn outcome(context: &ScanContext, scanned: &Scanned, sources: &[String]) -> TestOutcome {
    let report = &scanned.report;
    let evidence = scanned.in_house.evidence.first();
    let labels = evidence.map_or_else(Vec::new, |e| context.labels(&e.title));
    let is_source = |index: usize| {
        let label = labels.get(index);
        label.is_some_and(|l| sources.iter().any(|id| id == l.distributor))
    };
    let ranked = scanned.in_house.ranked.iter().copied();
    let (of_sources, of_innocents): (Vec<_>, Vec<_>) =
        ranked.partition(|(index, _)| is_source(*index));
    // Strongest first.
    let highest = |ranked: &[(usize, f64)]| ranked.first().map(|(_, lr)| rounded(*lr));
    let source = highest(&of_sources);
    let bound = |lr: f64| rounded(log10_p_false(Log10(lr), report.threshold.hypotheses).0);
    let reaching = |decade: i32| {
        let reached = |(_, lr): &&(usize, f64)| *lr >= f64::from(decade);
        of_innocents.iter().filter(reached).count() as u32
    };
    let found = report.sync.as_ref().filter(|s| s.found);
    TestOutcome {
        verdict: report.verdict,
        named: report.named().map(|a| a.distributor.clone()).collect(),
        title: report.title.as_ref().map(|t| t.id.clone()),
        log10_likelihood_ratio: source,
        log10_p_false: source.map(bound),
        threshold_log10_likelihood_ratio: report.threshold.log10_likelihood_ratio,
        best_innocent_log10_likelihood_ratio: highest(&of_innocents),
        best_decoy_log10_likelihood_ratio: report
            .decoys
            .as_ref()
            .map(|d| d.max_log10_likelihood_ratio),
        pilot_z: report.sync.as_ref().map(|s| s.pilot_z),
        rate: found.map(|s| s.rate),
        start_s: found.map(began_s),
        innocents: of_innocents.len() as u32,
        innocents_reaching: [0, 1, 2, 3, 4, 5, 6].map(reaching),
    }
}

/// The title time at which the exhibit begins, by the first piece found, seconds.
fn began_s(sync: &SyncFacts) -> f64 {
    let by_piece = |p: &Piece| rounded(p.title_start_s - p.rate * p.exhibit_start_s);
    sync.pieces.first().map_or(sync.title_start_s, by_piece)
}

/// The file that a report is on.
pub(super) fn exhibit(report: &Report) -> TestExhibit {
    let exhibit = &report.exhibit;
    TestExhibit {
        sha256: exhibit.sha256.clone(),
        size_bytes: exhibit.size_bytes,
        codec: exhibit.video.codec.clone(),
        width: exhibit.video.width,
        height: exhibit.video.height,
        duration_s: exhibit.video.duration_s,
    }
}
