//! Finds the titles' pictures where the pilot says that they are.

use crate::detect::bins::Bin;
use crate::detect::content::{MasterPictures, Masters, first_tile};
use crate::detect::detector::Detector;
use crate::detect::fit::{Fit, FitGeometry, HostFit};
use crate::detect::judge::{Judged, Shown};
use crate::detect::register::Scale;

impl Detector<'_> {
    /// Where the titles' pictures are, with the pictures: those titles whose pictures are
    /// what the bins show.
    pub(super) fn host_fits(
        &self,
        bins: &[Bin],
        judged: &Judged,
        masters: &dyn Masters,
    ) -> Vec<(HostFit, MasterPictures)> {
        let one = |shown: &Shown| {
            let title = &shown.reading.title;
            let fit = self.fitted(&judged.candidate, &judged.tracks, &shown.bins);
            let (master, tile) = pictures(bins, title, &fit, masters)?;
            Some((host_fit(title, fit, tile), master))
        };
        judged.shown.iter().filter_map(one).collect()
    }

    /// True if what was read black for white shows a title's picture as it is: then the pilot
    /// was turned over.
    pub(super) fn is_upright(&self, bins: &[Bin], judged: &Judged, masters: &dyn Masters) -> bool {
        if judged.candidate.scale != Scale::Negative {
            return false;
        }
        let shows = |shown: &Shown| {
            let fit = Fit {
                scale: Scale::Whole,
                ..self.fitted(&judged.candidate, &judged.tracks, &shown.bins)
            };
            let there = pictures(bins, &shown.reading.title, &fit, masters);
            there.is_some_and(|(_, tile)| tile == (0, 0))
        };
        judged.shown.iter().any(shows)
    }
}

/// A title's pictures at the times of a fit, and the tile of it with which they begin; `None`
/// if the bins show others.
fn pictures(
    bins: &[Bin],
    title: &str,
    fit: &Fit,
    masters: &dyn Masters,
) -> Option<(MasterPictures, (i64, i64))> {
    let times: Vec<f64> = bins.iter().filter_map(|b| fit.title_s(b.time_s)).collect();
    let master = masters.pictures(title, &times)?;
    let tile = first_tile(bins, fit, &master)?;
    Some((master, tile))
}

/// A fit on the bins' own grid, its chips named from the title's first, `tile` (right, down)
/// from where the fit has it.
fn host_fit(title: &str, fit: Fit, tile: (i64, i64)) -> HostFit {
    let whole = |geometry: &FitGeometry| {
        let map = geometry.map.renamed(tile.0 as f64, tile.1 as f64);
        FitGeometry {
            map: match fit.scale {
                Scale::Half => map.rescaled(0.5),
                Scale::Whole | Scale::Negative => map,
            },
            ..*geometry
        }
    };
    HostFit {
        title: title.to_owned(),
        rate: fit.rate,
        geometries: fit.geometries.iter().map(whole).collect(),
        runs: fit.runs,
    }
}
