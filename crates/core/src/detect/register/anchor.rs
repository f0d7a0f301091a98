//! Finds which of a lattice's tiles is the picture's first.
//!
//! A sweep finds the lattice alone: places 64 chips apart look alike. Where the
//! picture ends, the pilot ends. Of the rectangles that the title's picture
//! could fill, the one that holds the pilot best is taken, and of those that
//! hold it equally well (a crop shows no edges) the most central.

use super::candidate::{Candidate, Waypoint};
use super::parts::Part;
use crate::detect::detector::Detector;
use crate::detect::geometry::Geometry;
use crate::detect::pilot::{PilotKey, each_chip};
use crate::mark::TILE;

/// By what factor a rectangle must hold more of the pilot than everything does
/// before the rest is left out.
const WORTH: f64 = 1.02;
/// What a rectangle loses if the middle of what is seen is at its edge.
const OFF_CENTRE: f64 = 1e-3;
/// What it loses for each likelier extent of the picture before its own.
const LATER: f64 = 3e-3;

impl Detector<'_> {
    /// The candidate with its chips named from the corner of the title's picture;
    /// only those inside it are read if that pays.
    pub fn anchored(&self, candidate: Candidate) -> Candidate {
        let parts = self.parts(&candidate);
        let (rows, columns) = self.level(candidate.scale).dim();
        let shown = parts
            .iter()
            .map(|part| part.geometry.chips_in(rows, columns))
            .reduce(|a, b| {
                [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[2].max(b[2]),
                    a[3].max(b[3]),
                ]
            });
        let Some(shown) = shown else {
            return candidate;
        };
        let sums = Sums::new(self.key, &parts, shown);
        let everything = sums.z([shown[0], shown[1], shown[2] + 1, shown[3] + 1]);
        let best = sums.best_rectangle(&self.search.extents);
        let named = |geometry: &Geometry| {
            let named = geometry.renamed(best.first.0, best.first.1);
            if best.z > WORTH * everything {
                named.within(best.extent)
            } else {
                named
            }
        };
        let waypoint = |w: &Waypoint| Waypoint {
            geometry: named(&w.geometry),
            ..*w
        };
        Candidate {
            extent: best.extent,
            geometry: named(&candidate.geometry),
            waypoints: candidate.waypoints.iter().map(waypoint).collect(),
            ..candidate
        }
    }
}

/// A rectangle that the title's picture could fill.
#[derive(Default)]
struct Rectangle {
    /// The chip (u, v) in its upper left corner.
    first: (f64, f64),
    /// Chips across and down.
    extent: (f64, f64),
    /// The pilot in it, standard deviations.
    z: f64,
}

/// The pilot, chip by chip, summed from the upper left corner.
struct Sums {
    shown: [i64; 4],
    /// (product with the pilot, power) of all chips above and left, one row and column more.
    sums: Vec<(f64, f64)>,
}

impl Sums {
    fn new(key: &PilotKey, parts: &[Part<'_>], shown: [i64; 4]) -> Self {
        let across = (shown[2] - shown[0] + 1).max(0) as usize;
        let down = (shown[3] - shown[1] + 1).max(0) as usize;
        let mut sums = vec![(0.0_f64, 0.0_f64); (across + 1) * (down + 1)];
        for part in parts {
            let code = key.codes[part.slot];
            each_chip(&part.plane, &part.geometry, |u, v, value| {
                let wrapped = |c: i64| c.rem_euclid(TILE as i64) as usize;
                let chip = key.pilot.chips[code.pilot_cell(wrapped(v), wrapped(u))];
                if chip != 0 {
                    let (column, row) = ((u - shown[0]) as usize, (v - shown[1]) as usize);
                    let cell = &mut sums[(row + 1) * (across + 1) + column + 1];
                    cell.0 += f64::from(value * f32::from(chip) * f32::from(code.sign));
                    cell.1 += f64::from(value * value);
                }
            });
        }
        for row in 1..=down {
            let mut line = (0.0, 0.0);
            for column in 1..=across {
                let at = row * (across + 1) + column;
                line = (line.0 + sums[at].0, line.1 + sums[at].1);
                let above = sums[at - across - 1];
                sums[at] = (above.0 + line.0, above.1 + line.1);
            }
        }
        Self { shown, sums }
    }

    /// The rectangle of one of the `extents` that holds the pilot best.
    fn best_rectangle(&self, extents: &[(f64, f64)]) -> Rectangle {
        let shown = self.shown;
        let middle = (
            (shown[0] + shown[2]) as f64 / 2.0,
            (shown[1] + shown[3]) as f64 / 2.0,
        );
        let mut best = (f64::NEG_INFINITY, Rectangle::default());
        for (later, &extent) in extents.iter().enumerate() {
            for u in starts(shown[0], shown[2], extent.0) {
                for v in starts(shown[1], shown[3], extent.1) {
                    let (right, down) = (extent.0 as i64, extent.1 as i64);
                    let z = self.z([u, v, u + right, v + down]);
                    let first = (u as f64, v as f64);
                    let off = off(first.0, middle.0, extent.0) + off(first.1, middle.1, extent.1);
                    let worth = z * (1.0 - OFF_CENTRE * off - LATER * later as f64);
                    if worth > best.0 {
                        best = (worth, Rectangle { first, extent, z });
                    }
                }
            }
        }
        best.1
    }

    /// The pilot in the chips from (first u, first v) up to, not with, (end u,
    /// end v), in standard deviations.
    fn z(&self, [first_u, first_v, end_u, end_v]: [i64; 4]) -> f64 {
        let across = self.shown[2] - self.shown[0] + 1;
        let down = self.shown[3] - self.shown[1] + 1;
        let at = |u: i64, v: i64| {
            let column = (u - self.shown[0]).clamp(0, across.max(0)) as usize;
            let row = (v - self.shown[1]).clamp(0, down.max(0)) as usize;
            self.sums[row * (across.max(0) as usize + 1) + column]
        };
        let corners = [
            at(end_u, end_v),
            at(first_u, first_v),
            at(first_u, end_v),
            at(end_u, first_v),
        ];
        let total = |f: fn(&(f64, f64)) -> f64| {
            f(&corners[0]) + f(&corners[1]) - f(&corners[2]) - f(&corners[3])
        };
        let (product, power) = (total(|c| c.0), total(|c| c.1));
        if power > 0.0 {
            product / power.sqrt()
        } else {
            0.0
        }
    }
}

/// Where a picture of `extent` chips can begin whose tiles show from `first` to `last`.
fn starts(first: i64, last: i64, extent: f64) -> impl Iterator<Item = i64> {
    let from = (first as f64 - extent) / TILE as f64;
    let to = last as f64 / TILE as f64;
    (from.ceil() as i64..=to.floor() as i64).map(|i| i * TILE as i64)
}

/// How far from the middle of what is shown the picture's is, in extents.
fn off(at: f64, middle: f64, extent: f64) -> f64 {
    ((at + extent / 2.0 - middle) / extent).abs()
}
