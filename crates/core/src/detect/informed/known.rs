//! Reads where the pictures say that titles are shown, whatever the pilot says.

use crate::detect::align::{Alignment, Times};
use crate::detect::bins::{Bin, GRID_LONG};
use crate::detect::content::{Known, MasterPictures, Masters, by_pictures};
use crate::detect::detector::Detector;
use crate::detect::fit::{FitGeometry, FitRun, HostFit};
use crate::detect::geometry::Geometry;
use crate::detect::judge::Judged;
use crate::detect::register::{Candidate, Pyramid, Scale, Waypoint};
use crate::detect::search::HALVED_FROM;
use crate::mark::LONG_CHIPS;

/// Chips by which two geometries may differ and still be one.
const SAME: f64 = 0.7;
/// Bins this far from a stretch that is known are as good as in it, seconds.
const NEAR_S: f64 = 0.5;

impl<'a> Detector<'a> {
    /// The same window with the hosts of the stretches that are `known` taken away, and what
    /// is read there; `None` if there are none.
    pub fn seen(
        &self,
        bins: &'a [Bin],
        known: &[Known],
        masters: &dyn Masters,
    ) -> Option<(Self, Judged)> {
        let known: Vec<Known> = known.iter().map(|k| retimed(bins, k, masters)).collect();
        let longest = known
            .iter()
            .max_by(|a, b| a.length_s().total_cmp(&b.length_s()))?;
        let found = host_fits(bins, &known, masters);
        let informed = self.without_hosts(bins, found)?;
        let halved_from = HALVED_FROM * GRID_LONG as f64 / LONG_CHIPS;
        let scale = match (longest.negative, pitch(longest) >= halved_from) {
            (true, _) => Scale::Negative,
            (false, true) => Scale::Half,
            (false, false) => Scale::Whole,
        };
        let onto_level = |geometry: &Geometry| match scale {
            Scale::Half => geometry.rescaled(2.0),
            Scale::Whole | Scale::Negative => *geometry,
        };
        let geometry = onto_level(&longest.geometry);
        let whitened = &informed.level(scale).whitened;
        let offset = |(time_s, _): &(f64, _)| {
            let nearest = nearest(&known, *time_s).unwrap_or(longest);
            nearest.offset_at(longest.rate)
        };
        let times = Times {
            rate: longest.rate,
            offsets_s: whitened.iter().map(offset).collect(),
        };
        let moves = known.iter().any(|k| !same(k, longest));
        let waypoint = |k: &Known| Waypoint {
            from_s: k.exhibit_start_s,
            geometry: onto_level(&k.geometry),
        };
        let waypoints: Vec<Waypoint> = match moves {
            true => known.iter().map(waypoint).collect(),
            false => Vec::new(),
        };
        let candidate = Candidate {
            geometry,
            orientation: longest.orientation,
            alignment: Alignment::at(times, 0.0),
            extent: longest.extent,
            waypoints,
            path_z: None,
            scale,
            swept: false,
        };
        let judged = informed.judged_again(&candidate);
        Some((informed, judged))
    }

    /// The same window with these hosts taken away; `None` if none of them is known.
    pub(super) fn without_hosts(
        &self,
        bins: &'a [Bin],
        found: Vec<(HostFit, MasterPictures)>,
    ) -> Option<Self> {
        let hosts = super::hosts_of(bins, found.iter().map(|(fit, master)| (fit, master)));
        if hosts.iter().all(Option::is_none) {
            return None;
        }
        Some(Self {
            key: self.key,
            frames: self.frames.clone(),
            pyramid: Pyramid::informed(bins, hosts),
            search: self.search,
            hosts: found.into_iter().map(|(fit, _)| fit).collect(),
            rates: self.rates,
        })
    }
}

/// A stretch at the times that what moves in it tells.
fn retimed(bins: &[Bin], known: &Known, masters: &dyn Masters) -> Known {
    let told = host_fits(bins, std::slice::from_ref(known), masters);
    let told = told
        .first()
        .and_then(|(fit, master)| by_pictures(bins, fit, master));
    told.map_or(known.clone(), |told| Known {
        offset_s: told.offsets_s[0],
        rate: told.rate,
        ..known.clone()
    })
}

/// The stretch nearest to a time.
fn nearest(known: &[Known], time_s: f64) -> Option<&Known> {
    let away = |k: &&Known| k.away_s(time_s);
    known.iter().min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// Samples of the grid a chip, in the middle of the title's picture.
fn pitch(known: &Known) -> f64 {
    let (u, v) = (known.extent.0 / 2.0, known.extent.1 / 2.0);
    let [[a, b], [c, d]] = known.geometry.jacobian(u, v);
    (a * d - b * c).abs().sqrt()
}

/// True if two stretches lie alike: no corner of the picture is off by as much as would be
/// noticed.
fn same(a: &Known, b: &Known) -> bool {
    let (right, down) = (b.extent.0 - 1.0, b.extent.1 - 1.0);
    let corners = [(0.0, 0.0), (right, 0.0), (right, down), (0.0, down)];
    let most = SAME * pitch(b) * (b.extent.0 / LONG_CHIPS).max(0.5);
    corners.iter().all(|&(u, v)| {
        let (p, q) = (a.geometry.at(u, v), b.geometry.at(u, v));
        (p.0 - q.0).hypot(p.1 - q.1) < most
    })
}

/// Title by title, where the pictures are, with the pictures.
fn host_fits(
    bins: &[Bin],
    known: &[Known],
    masters: &dyn Masters,
) -> Vec<(HostFit, MasterPictures)> {
    let mut titles: Vec<&str> = known.iter().map(|k| k.title.as_str()).collect();
    titles.sort_unstable();
    titles.dedup();
    let of_title = |title: &str| {
        let own: Vec<&Known> = known.iter().filter(|k| k.title == title).collect();
        let fit = host_fit(bins, title, &own)?;
        let times: Vec<f64> = bins.iter().filter_map(|b| fit.title_s(b.time_s)).collect();
        Some((fit, masters.pictures(title, &times)?))
    };
    titles.into_iter().filter_map(of_title).collect()
}

fn host_fit(bins: &[Bin], title: &str, own: &[&Known]) -> Option<HostFit> {
    let rate = own.first()?.rate;
    let run = |k: &&Known| {
        let inside = bins.iter().filter(|b| k.away_s(b.time_s) <= NEAR_S);
        let times: Vec<f64> = inside.map(|b| b.time_s).collect();
        Some(FitRun {
            first_s: *times.first()?,
            last_s: *times.last()?,
            offset_s: k.offset_at(rate),
        })
    };
    Some(HostFit {
        title: title.to_owned(),
        rate,
        runs: own.iter().filter_map(run).collect(),
        geometries: own
            .iter()
            .map(|k| FitGeometry {
                from_s: k.exhibit_start_s - NEAR_S,
                map: k.geometry,
            })
            .collect(),
    })
}
