//! The host of each bin: what its picture is without the mark.

use rayon::prelude::*;

use super::mix::weights;
use super::warp::Warp;
use crate::detect::bins::Bin;
use crate::detect::content::MasterPictures;
use crate::detect::fit::HostFit;
use crate::detect::geometry::Geometry;
use crate::luma::Plane;

/// A picture of the master this far from a bin's time is another one, seconds.
const NEAR_S: f64 = 0.75;

/// The host of each of `bins`, on its grid: where one of `fits` places it and that master has
/// pictures of its time. Where a bin shows something else than the title, it is what the bin
/// shows.
pub fn hosts_of<'m>(
    bins: &[Bin],
    fits: impl Iterator<Item = (&'m HostFit, &'m MasterPictures)>,
) -> Vec<Option<Plane>> {
    let mut hosts: Vec<Option<Plane>> = vec![None; bins.len()];
    for (fit, master) in fits {
        let unknown = hosts.par_iter_mut().zip(bins).filter(|(h, _)| h.is_none());
        unknown.for_each(|(host, bin)| {
            let placed = fit.geometry_at(bin.time_s).zip(fit.title_s(bin.time_s));
            *host = placed.and_then(|(geometry, time_s)| of(bin, &geometry, time_s, master));
        });
    }
    hosts
}

fn of(bin: &Bin, geometry: &Geometry, time_s: f64, master: &MasterPictures) -> Option<Plane> {
    let near = &master.pictures[master.beside(time_s, NEAR_S)];
    let size = near.first()?.1.dim();
    let warp = Warp::new(bin.picture.dim(), geometry, &master.geometry(), size);
    let near = near.iter().filter(|(_, picture)| picture.dim() == size);
    let warped: Vec<Plane> = near.map(|(_, picture)| warp.apply(picture)).collect();
    let weights = weights(&bin.picture, &warped)?;
    let mut host = Plane::zeros(bin.picture.dim());
    for (weight, picture) in weights.iter().zip(&warped) {
        host.scaled_add(*weight as f32, picture);
    }
    let lift = lift(&bin.picture, &host);
    host.zip_mut_with(&bin.picture, |host, own| {
        *host = if host.is_nan() { *own } else { *host + lift };
    });
    Some(host)
}

/// By how much brighter the bin is on average, where the host is known.
fn lift(bin: &Plane, host: &Plane) -> f32 {
    let known = bin.iter().zip(host).filter(|(_, h)| !h.is_nan());
    let (sum, count) = known.fold((0.0_f64, 0.0_f64), |(sum, count), (b, h)| {
        (sum + f64::from(b - h), count + 1.0)
    });
    (sum / f64::max(count, 1.0)) as f32
}
