//! Moves a geometry, and a time, to where pictures of the exhibit and of the title are most
//! alike.
//!
//! Gauss–Newton steps on flattened pictures, from coarse to fine, the gradient taken of
//! both pictures (efficient second-order minimization: Benhimane and Malis, IROS 2004).
//! Between two of the title's pictures their weighted mean stands for the one that is
//! missing, and their difference for the gradient in time: what a panning camera moves is
//! told from what the geometry does by bins in which it moves otherwise. What is not alike,
//! a logo, a subtitle, the picture around a picture, loses its weight.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::flat::{Blurred, Flat, Nodes, Sampled, alike};
use super::solve::{AXES, Equations, adjust, moves};
use crate::detect::{Geometry, When};
use crate::luma::Plane;

/// How much an axis may change in one step at nodes one chip apart: right and down in
/// chips, then in shares at the picture's edge; seconds, and shares of speed.
const STEP: [f64; AXES] = [
    1.5, 1.5, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.006, 0.1, 0.01,
];
/// The axes of a lens's bend, of time, and of speed.
const BEND: usize = AXES - 3;
const TIME: usize = AXES - 2;
const SPEED: usize = AXES - 1;
/// A node whose neighbours are shown less than this is at an edge, where there is no gradient.
const BORDER: f32 = 0.999;
/// Pictures of the title further apart have nothing between them, seconds.
const GAP_S: f64 = 0.8;

/// A title's pictures.
#[derive(Debug, Clone, Copy)]
pub(super) struct TitlePictures<'a> {
    /// From its chips to the samples of its pictures.
    pub geometry: Geometry,
    /// Chips across and down.
    pub extent: (f64, f64),
    /// Seconds of title time, ascending, and pictures.
    pub pictures: &'a [(f64, Plane)],
}

impl TitlePictures<'_> {
    /// The picture before a time, and the part of the way to the next one, if one follows
    /// soon; none if there is no picture near.
    fn between(&self, title_s: f64) -> Option<(usize, Option<f64>)> {
        let after = self.pictures.partition_point(|p| p.0 <= title_s);
        let before = after.checked_sub(1)?;
        let from_s = self.pictures[before].0;
        let gap_s = self
            .pictures
            .get(after)
            .map_or(f64::INFINITY, |p| p.0 - from_s);
        match title_s - from_s {
            // The last one has no next.
            late if gap_s > GAP_S => (late <= GAP_S / 2.0).then_some((before, None)),
            late => Some((before, Some(late / gap_s))),
        }
    }
}

/// What may change, and how finely.
pub(super) struct Level {
    /// Chips from node to node.
    pub step: f64,
    pub rounds: usize,
    /// Whether the speed may change.
    pub speed: bool,
}

/// Where and when a title's pictures are in an exhibit, and how alike they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registered {
    pub geometry: Geometry,
    pub when: When,
    pub likeness: f32,
}

/// What was begun with, moved to where bins, with their exhibit times, are most alike to
/// the title's pictures.
pub(super) fn register(
    bins: &[(f64, &Plane)],
    title: &TitlePictures<'_>,
    begun: Registered,
    levels: &[Level],
) -> Registered {
    let mut now = begun;
    let middle_s = bins.iter().map(|b| b.0).sum::<f64>() / bins.len().max(1) as f64;
    for level in levels {
        let nodes = Nodes {
            extent: title.extent,
            step: level.step,
        };
        let exhibits: Vec<Blurred> = bins
            .par_iter()
            .map(|(_, picture)| Blurred::of(picture, &now.geometry, &nodes))
            .collect();
        let mut sampled: BTreeMap<usize, Sampled> = BTreeMap::new();
        for _ in 0..level.rounds {
            sample(bins, title, &now.when, &nodes, &mut sampled);
            let work = bins.par_iter().zip(&exhibits);
            let parts: Vec<Part> = work
                .map(|((time_s, _), exhibit)| {
                    let exhibit = exhibit.sampled(&now.geometry, &nodes);
                    let there = title.between(now.when.title_s(*time_s));
                    let pair = there.and_then(|t| Pair::of(&exhibit, &sampled, t));
                    pair.map_or(Part::nothing(), |p| p.part(&nodes, time_s - middle_s))
                })
                .collect();
            now.likeness =
                parts.iter().map(|p| p.likeness).sum::<f32>() / parts.len().max(1) as f32;
            let Some(change) = step(&parts, level) else {
                break;
            };
            now.geometry = now.geometry.adjusted(adjust(&change));
            now.when = now.when.changed(middle_s, change[TIME], change[SPEED]);
        }
    }
    now
}

/// Samples the pictures that bins lie between, unless that was done.
fn sample(
    bins: &[(f64, &Plane)],
    title: &TitlePictures<'_>,
    when: &When,
    nodes: &Nodes,
    sampled: &mut BTreeMap<usize, Sampled>,
) {
    let between = bins.iter().filter_map(|b| title.between(when.title_s(b.0)));
    let mut missing: Vec<usize> = between
        .flat_map(|(before, _)| [before, before + 1])
        .collect();
    missing.retain(|i| *i < title.pictures.len() && !sampled.contains_key(i));
    missing.sort_unstable();
    missing.dedup();
    let made: Vec<Sampled> = missing
        .par_iter()
        .map(|i| {
            let blurred = Blurred::of(&title.pictures[*i].1, &title.geometry, nodes);
            blurred.sampled(&title.geometry, nodes)
        })
        .collect();
    sampled.extend(missing.into_iter().zip(made));
}

/// A bin and the title's picture of its time, both flattened where both are shown.
struct Pair {
    exhibit: Flat,
    title: Flat,
    /// Change of the title's picture a second.
    change: Option<Plane>,
}

impl Pair {
    /// Of a bin, and the number of the picture before it and the part of the way to the next.
    fn of(
        exhibit: &Sampled,
        sampled: &BTreeMap<usize, Sampled>,
        there: (usize, Option<f64>),
    ) -> Option<Self> {
        // Half a second from one to the next, or nearly.
        const APART_S: f32 = 0.5;
        let before = sampled.get(&there.0)?;
        // Both lose the same surroundings, or edges would pull.
        let both = &exhibit.shown * &before.shown;
        let exhibit = exhibit.flat_where(&both);
        let mut title = before.flat_where(&both);
        let next = there
            .1
            .and_then(|part| Some((part as f32, sampled.get(&(there.0 + 1))?)));
        let change = next.map(|(part, next)| {
            let change = next.flat_where(&both).values - &title.values;
            title.values.scaled_add(part, &change);
            change / APART_S
        });
        Some(Self {
            exhibit,
            title,
            change,
        })
    }

    fn part(mut self, nodes: &Nodes, from_middle_s: f64) -> Part {
        let alike = alike(&self.exhibit, &self.title);
        let gain = self.gain(&alike);
        self.title.values *= gain;
        let (exhibit, title) = (&self.exhibit.values, &self.title.values);
        let (rows, columns) = alike.dim();
        let (middle, per_chip) = (nodes.middle(), 0.25 / nodes.step as f32);
        let mut equations = Equations::none();
        for row in 1..rows.max(2) - 1 {
            for column in 1..columns.max(2) - 1 {
                let weight = alike[[row, column]];
                if weight <= 0.0 || !is_inside(&self.exhibit, row, column) {
                    continue;
                }
                let across = |p: &Plane| p[[row, column + 1]] - p[[row, column - 1]];
                let down = |p: &Plane| p[[row + 1, column]] - p[[row - 1, column]];
                let gx = f64::from((across(exhibit) + across(title)) * per_chip);
                let gy = f64::from((down(exhibit) + down(title)) * per_chip);
                let (u, v) = nodes.chip(row, column);
                let mut each = [0.0; AXES];
                for (each, m) in each.iter_mut().zip(moves(u - middle.0, v - middle.1)) {
                    *each = gx * m.0 + gy * m.1;
                }
                let change = self.change.as_ref().map_or(0.0, |c| c[[row, column]]);
                each[TIME] = -f64::from(gain * change);
                each[SPEED] = each[TIME] * from_middle_s;
                let off = f64::from(title[[row, column]] - exhibit[[row, column]]);
                equations.add(&each, off, f64::from(weight * weight));
            }
        }
        let shown = self.exhibit.shown.sum().max(1.0);
        Part {
            equations,
            likeness: alike.sum() / shown,
        }
    }

    /// What makes the title's picture as strong as the bin's where they are alike: a mean of
    /// two pictures is weaker than one.
    fn gain(&self, alike: &Plane) -> f32 {
        let power = |flat: &Flat| -> f32 {
            let weighted = flat
                .values
                .iter()
                .zip(alike)
                .map(|(v, w)| v * v * w.max(0.0));
            weighted.sum()
        };
        (power(&self.exhibit) / power(&self.title).max(1e-6))
            .sqrt()
            .clamp(0.5, 2.0)
    }
}

/// What one pair says.
struct Part {
    equations: Equations,
    /// The mean of how alike they are where both show something.
    likeness: f32,
}

impl Part {
    fn nothing() -> Self {
        Self {
            equations: Equations::none(),
            likeness: 0.0,
        }
    }
}

/// True if all four neighbours of a node are shown.
fn is_inside(flat: &Flat, row: usize, column: usize) -> bool {
    let shown = |row: usize, column: usize| flat.shown[[row, column]] > BORDER;
    shown(row, column - 1)
        && shown(row, column + 1)
        && shown(row - 1, column)
        && shown(row + 1, column)
}

/// The change that all pairs ask for, within bounds; none if they ask for none.
fn step(parts: &[Part], level: &Level) -> Option<[f64; AXES]> {
    let most = STEP.map(|s| s * level.step);
    // Weak, so that axes of which nothing is seen stay as they are.
    let mut usual = most.map(|m| m * 0.5);
    // Walking into a scene looks like a bend, and few lenses have one that shows.
    usual[BEND] = 0.0;
    if !level.speed {
        usual[SPEED] = 0.0;
    }
    let mut equations = Equations::expecting(usual);
    parts
        .iter()
        .for_each(|part| equations.merge(&part.equations));
    let axes = equations.solve()?;
    let over = axes
        .iter()
        .zip(most)
        .map(|(a, m)| a.abs() / m)
        .fold(1.0, f64::max);
    Some(axes.map(|a| a / over))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Adjust, Orientation, Region};
    use crate::recognize::scene::scene;

    const EXTENT: (f64, f64) = (160.0, 90.0);

    fn whole() -> Geometry {
        let region = Region {
            x: 0.0,
            y: 0.0,
            width: 480.0,
            height: 270.0,
        };
        Geometry::whole(region, EXTENT, Orientation::default())
    }

    /// The scene as it looks under a geometry, with another contrast and a black corner.
    fn seen(seed: u32, geometry: &Geometry) -> Plane {
        Plane::from_shape_fn((270, 480), |(row, column)| {
            let (u, v) = geometry.chip_at(column as f64, row as f64);
            let covered = row < 80 && column < 150;
            if covered {
                16.0
            } else {
                40.0 + 0.6 * scene(seed, 0.0, u * 3.0, v * 3.0)
            }
        })
    }

    #[test]
    fn a_geometry_is_found_to_a_fifth_of_a_chip() {
        let truth = whole().adjusted(Adjust {
            right: 3.0,
            down: -2.0,
            grow_x: 0.05,
            grow_y: -0.04,
            turn: 0.05,
            tilt_x: 0.02,
            ..Adjust::default()
        });
        let (found, likeness) = registered(&seen(1, &truth), 1);
        assert!(likeness > 0.6, "{likeness}");
        for (u, v) in [(10.0, 80.0), (150.0, 5.0), (150.0, 80.0), (80.0, 45.0)] {
            let (x, y) = truth.at(u, v);
            let (fu, fv) = found.chip_at(x, y);
            assert!((fu - u).hypot(fv - v) < 0.2, "({u}, {v}): ({fu}, {fv})");
        }
    }

    const FINE: [Level; 3] = [
        Level {
            step: 4.0,
            rounds: 8,
            speed: false,
        },
        Level {
            step: 2.0,
            rounds: 6,
            speed: false,
        },
        Level {
            step: 1.0,
            rounds: 6,
            speed: false,
        },
    ];

    /// A picture registered with that of a title which stands still.
    fn registered(exhibit: &Plane, seed: u32) -> (Geometry, f32) {
        let pictures = [(0.0, seen_whole(seed)), (0.5, seen_whole(seed))];
        let title = TitlePictures {
            geometry: whole(),
            extent: EXTENT,
            pictures: &pictures,
        };
        let begun = Registered {
            geometry: whole(),
            when: When {
                offset_s: 0.2,
                rate: 1.0,
            },
            likeness: 0.0,
        };
        let found = register(&[(0.0, exhibit)], &title, begun, &FINE);
        (found.geometry, found.likeness)
    }

    fn seen_whole(seed: u32) -> Plane {
        Plane::from_shape_fn((270, 480), |(row, column)| {
            scene(seed, 0.0, column as f64 - 1.0, row as f64 - 1.0)
        })
    }

    #[test]
    fn other_pictures_do_not_become_alike() {
        let (_, likeness) = registered(&seen(2, &whole()), 1);
        assert!(likeness < 0.2, "{likeness}");
    }
}
