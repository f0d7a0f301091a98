//! The host of each bin: what its picture is without the mark.

use rayon::prelude::*;

use super::mix::weights;
use super::warp::Warp;
use crate::detect::bins::Bin;
use crate::detect::content::MasterPictures;
use crate::detect::fit::HostFit;
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
        let Some((_, first)) = master.pictures.first() else {
            continue;
        };
        let numbers: Vec<usize> = (0..bins.len()).filter(|&n| hosts[n].is_none()).collect();
        let lies = |number: usize| fit.geometry_at(bins[number].time_s);
        // Bins in a row lie alike, all of them if nothing moves.
        for alike in numbers.chunk_by(|a, b| lies(*a) == lies(*b)) {
            let Some(geometry) = lies(alike[0]) else {
                continue;
            };
            let dim = bins[alike[0]].picture.dim();
            let warp = Warp::new(dim, &geometry, &master.geometry(), first.dim());
            let one = |&number: &usize| {
                let time_s = fit.title_s(bins[number].time_s)?;
                of(&bins[number], &warp, time_s, master)
            };
            let found: Vec<Option<Plane>> = alike.par_iter().map(one).collect();
            alike
                .iter()
                .zip(found)
                .for_each(|(n, host)| hosts[*n] = host);
        }
    }
    hosts
}

/// The host of a bin on which, and on the master's pictures, `warp` says where chips lie.
fn of(bin: &Bin, warp: &Warp, time_s: f64, master: &MasterPictures) -> Option<Plane> {
    let near = &master.pictures[master.beside(time_s, NEAR_S)];
    let warped: Vec<Plane> = near
        .iter()
        .map(|(_, picture)| warp.apply(picture))
        .collect();
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
