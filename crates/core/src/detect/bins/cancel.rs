//! Cancels the host and weighs what is left.
//!
//! The mark changes every slot, the host often does not. Each block of a bin is
//! predicted from the same block at other times, far enough away to carry
//! another slot's mark. Frequency by frequency, a complex factor, measured over
//! neighbouring frequencies and blocks, maps a reference onto the bin: a factor
//! that turns with frequency is a shift, so small movements are followed.
//! References count by their coherence with the bin: where the picture stands
//! still or glides the prediction takes the host away, elsewhere nothing
//! coheres and the bin stays as it was. Where the host itself is known, it is one
//! more reference.
//!
//! What the prediction misses is divided by its own power: the matched filter in
//! coloured noise (Turin, "An introduction to matched filters", IRE Trans. IT-6,
//! 1960), block by block.
//!
//! Nothing here needs to know where in the title the exhibit begins.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::filter::{Filter, Reference};
use super::gather::Bin;
use crate::luma::Plane;
use crate::luma::blur::gaussian;
use crate::luma::lapped::{BlockSpectra, Lapped};

/// Bins averaged into one reference, in seconds.
const REFERENCE_S: f64 = 2.0;
/// A reference is used only if all of it is at least this far from the bin, so
/// that it shows another slot: a slot lasts at most 2.27 s of exhibit time.
const AWAY_S: f64 = 2.49;
/// References used, the nearest ones.
const REFERENCES: usize = 6;
/// Samples of the blur that takes slow gradients away before blocks are cut.
const GRADIENT: f32 = 12.0;

/// References are made in batches of so many.
const BATCH: usize = 4;
/// Batches on either side of a bin's own that may hold its references: the
/// nearest ones, beyond two that are not far enough away.
const AROUND: usize = (REFERENCES + 2).div_ceil(BATCH);

/// Whitened bins: the host cancelled, each sample weighted by the inverse of
/// its noise power. All pictures must have the size of the first; others are left out.
/// `hosts`, as many as bins or none, are what the bins show without a mark, where that is
/// known: each is one more reference.
///
/// Spectra are half as large again as the pictures, so they are made as they are
/// needed and dropped soon after.
pub fn whitened(bins: &[Bin], hosts: &[Option<Plane>]) -> Vec<(f64, Plane)> {
    let Some(dim) = bins.first().map(|b| b.picture.dim()) else {
        return Vec::new();
    };
    let hosts = hosts
        .iter()
        .map(Option::as_ref)
        .chain(std::iter::repeat(None));
    let with_host = |(bin, host)| Known { bin, host };
    let bins: Vec<Known<'_>> = bins.iter().zip(hosts).map(with_host).collect();
    let same = |known: &&Known<'_>| known.bin.picture.dim() == dim;
    let bins: Vec<&Known<'_>> = bins.iter().filter(same).collect();
    let lapped = Lapped::new(dim.0, dim.1);
    let filter = Filter::new(&lapped, bins.iter().any(|known| known.host.is_some()));
    let groups = groups(&bins);
    let mut coming = groups.chunks(BATCH);
    let mut batches: VecDeque<Batch<'_>> = VecDeque::new();
    let mut white = Vec::with_capacity(bins.len());
    for number in 0..groups.len().div_ceil(BATCH) {
        let place = number.min(AROUND);
        while batches.len() <= place + AROUND {
            let Some(groups) = coming.next() else { break };
            batches.push_back(Batch::new(groups, &lapped, &filter));
        }
        let references: Vec<&Reference> = batches.iter().flat_map(|b| &b.references).collect();
        let one = |whole: &Whole<'_>| {
            let mut near = nearest(&references, whole.bin.time_s);
            near.extend(&whole.host);
            let residual = filter.residual(&whole.spectra, &near);
            (whole.bin.time_s, lapped.inverse(&residual))
        };
        let due = &batches[place].bins;
        white.extend(due.par_iter().map(one).collect::<Vec<_>>());
        batches[place].bins = Vec::new();
        if place == AROUND {
            batches.pop_front();
        }
    }
    white
}

/// A bin, and what it shows without a mark.
struct Known<'a> {
    bin: &'a Bin,
    host: Option<&'a Plane>,
}

/// A bin taken apart, and its host.
struct Whole<'a> {
    bin: &'a Bin,
    spectra: BlockSpectra,
    host: Option<Reference>,
}

/// Neighbouring groups of bins, and the reference that each comes to.
struct Batch<'a> {
    bins: Vec<Whole<'a>>,
    references: Vec<Reference>,
}

impl<'a> Batch<'a> {
    fn new(groups: &[Vec<&'a Known<'a>>], lapped: &Lapped, filter: &Filter) -> Self {
        let forward = |picture: &Plane| lapped.forward(&(picture - &gaussian(picture, GRADIENT)));
        let whole = |known: &&'a Known<'a>| Whole {
            bin: known.bin,
            spectra: forward(&known.bin.picture),
            host: known
                .host
                .map(|host| filter.reference(known.bin, known.bin, forward(host))),
        };
        let groups: Vec<Vec<_>> = groups
            .par_iter()
            .map(|bins| bins.par_iter().map(whole).collect())
            .collect();
        Self {
            references: groups.par_iter().map(|group| mean(group, filter)).collect(),
            bins: groups.into_iter().flatten().collect(),
        }
    }
}

/// Bins by the [`REFERENCE_S`] seconds that they are in, in order.
fn groups<'a>(bins: &[&'a Known<'a>]) -> Vec<Vec<&'a Known<'a>>> {
    let number = |known: &&Known<'_>| (known.bin.time_s / REFERENCE_S).floor() as i64;
    let together = |a: &&Known<'_>, b: &&Known<'_>| number(a) == number(b);
    bins.chunk_by(together).map(<[_]>::to_vec).collect()
}

fn mean(group: &[Whole<'_>], filter: &Filter) -> Reference {
    let mut sum = group[0].spectra.clone();
    for whole in &group[1..] {
        sum.iter_mut()
            .zip(&whole.spectra)
            .for_each(|(a, b)| *a += b);
    }
    let scale = 1.0 / group.len() as f32;
    sum.iter_mut().for_each(|a| *a *= scale);
    filter.reference(group[0].bin, group[group.len() - 1].bin, sum)
}

/// The nearest references that show other slots than the bin at `time_s`.
fn nearest<'a>(references: &[&'a Reference], time_s: f64) -> Vec<&'a Reference> {
    let mut far: Vec<&Reference> = references
        .iter()
        .copied()
        .filter(|r| r.distance_s(time_s) >= AWAY_S)
        .collect();
    far.sort_by(|a, b| a.distance_s(time_s).total_cmp(&b.distance_s(time_s)));
    far.truncate(REFERENCES);
    far
}
