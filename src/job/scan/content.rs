//! Compares what was read with what the titles' masters show there.

use crate::detect::{Bin, Content, ContentRun, Reading, compare};
use crate::job::scan::context::ScanContext;

/// Bins of a window that are looked at, at most; of more, every second one.
const MOST_BINS: usize = 40;

/// What came of comparing one reading with its title's reference.
#[derive(Debug, Clone)]
pub(crate) struct Compared {
    /// The title's id.
    pub title: String,
    /// Stretches in order of exhibit time; empty if there is no reference to compare with.
    pub runs: Vec<ContentRun>,
    /// Why a reference could not be used, in words.
    pub problem: Option<String>,
}

/// The bins of a window that are worth comparing: none if there is nothing to compare with.
pub(crate) fn thinned(context: &ScanContext, bins: &[Bin]) -> Vec<Bin> {
    if context.masters.shelf().is_empty() {
        return Vec::new();
    }
    let step = if bins.len() > MOST_BINS { 2 } else { 1 };
    bins.iter().step_by(step).cloned().collect()
}

/// Every reading whose pilot was found, compared with its title's reference, and what the
/// others are known to show. The bins are those that were read, or some of them.
pub(crate) fn compared<'a>(
    context: &ScanContext,
    bins: &[Bin],
    readings: impl IntoIterator<Item = &'a Reading>,
) -> Vec<Compared> {
    let (found, others): (Vec<&Reading>, Vec<&Reading>) =
        readings.into_iter().partition(|r| r.sync.found);
    let known = others.into_iter().flat_map(|reading| &reading.known);
    let known = known.map(|known| Compared {
        title: known.title.clone(),
        runs: vec![ContentRun {
            exhibit_start_s: known.exhibit_start_s,
            exhibit_end_s: known.exhibit_end_s,
            title_start_s: Some(known.offset_s + known.rate * known.exhibit_start_s),
            content: Content::Title,
            correlation: known.likeness,
        }],
        problem: None,
    });
    let found = found
        .into_iter()
        .flat_map(|reading| &reading.titles)
        .filter_map(|title| {
            let fit = &title.slots.first()?.fit;
            let times: Vec<f64> = bins.iter().filter_map(|b| fit.title_s(b.time_s)).collect();
            let excerpt = context.masters.shelf().excerpt(&title.title, &times);
            let compared = |pictures| context.pool.install(|| compare(bins, fit, &pictures));
            let mut runs: Vec<ContentRun> = excerpt.pictures.map_or_else(Vec::new, compared);
            for run in &mut runs {
                let mut pieces = title.pieces.iter();
                let piece = pieces.find(|p| run.exhibit_start_s < p.exhibit_end_s);
                run.title_start_s = piece.map(|p| p.title_s(run.exhibit_start_s));
            }
            Some(Compared {
                title: title.title.clone(),
                runs,
                problem: excerpt.problem,
            })
        });
    found.chain(known).collect()
}
