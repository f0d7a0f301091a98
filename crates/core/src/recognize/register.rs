//! Moves a geometry to where pictures of the exhibit and of the title are most alike.
//!
//! Gauss–Newton steps on flattened pictures, from coarse to fine, the gradient taken of
//! both pictures (efficient second-order minimization: Benhimane and Malis, IROS 2004).
//! What is not alike, a logo, a subtitle, the picture around a picture, loses its weight.

use rayon::prelude::*;

use super::flat::{Blurred, Flat, Nodes, alike};
use super::solve::{Equations, moves};
use crate::detect::{Adjust, Geometry};
use crate::luma::Plane;

/// How much an axis may change in one step at nodes one chip apart: right and down in
/// chips, the others in shares at the picture's edge.
const STEP: [f64; Adjust::AXES] = [1.5, 1.5, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.006];
/// Nodes of the edge of the shown part, whose gradients are none.
const BORDER: f32 = 0.999;

/// A bin's picture, and the title's at the same time.
pub(super) struct Pair<'a> {
    pub exhibit: &'a Plane,
    pub title: &'a Plane,
}

/// The title's grid: from its chips to its samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct TitleGrid {
    pub geometry: Geometry,
    pub extent: (f64, f64),
}

/// One step of [`register`]: nodes so many chips apart, rounds, and whether the lens may bend.
pub(super) struct Level {
    pub step: f64,
    pub rounds: usize,
    pub bend: bool,
}

/// From nodes four chips apart to one.
pub(super) const FINE: [Level; 3] = [
    Level {
        step: 4.0,
        rounds: 8,
        bend: false,
    },
    Level {
        step: 2.0,
        rounds: 6,
        bend: false,
    },
    Level {
        step: 1.0,
        rounds: 6,
        bend: true,
    },
];

/// The geometry begun with, moved to where all pairs together are most alike, and how
/// alike they are there.
pub(super) fn register(
    pairs: &[Pair<'_>],
    grid: &TitleGrid,
    mut geometry: Geometry,
    levels: &[Level],
) -> (Geometry, f32) {
    let mut likeness = 0.0;
    for level in levels {
        let nodes = Nodes {
            extent: grid.extent,
            step: level.step,
        };
        let prepared: Vec<(Blurred, Flat)> = pairs
            .par_iter()
            .map(|pair| {
                let title = Blurred::of(pair.title, &grid.geometry, &nodes);
                let exhibit = Blurred::of(pair.exhibit, &geometry, &nodes);
                (exhibit, title.flat(&grid.geometry, &nodes))
            })
            .collect();
        for _ in 0..level.rounds {
            let parts: Vec<Part> = prepared
                .par_iter()
                .map(|(exhibit, title)| part(&exhibit.flat(&geometry, &nodes), title, &nodes))
                .collect();
            likeness = parts.iter().map(|p| p.likeness).sum::<f32>() / parts.len().max(1) as f32;
            let Some(change) = step(&parts, level) else {
                break;
            };
            geometry = geometry.adjusted(change);
        }
    }
    (geometry, likeness)
}

/// What one pair says.
struct Part {
    equations: Equations,
    /// The mean of how alike they are where both show something.
    likeness: f32,
}

fn part(exhibit: &Flat, title: &Flat, nodes: &Nodes) -> Part {
    let alike = alike(exhibit, title);
    let (rows, columns) = alike.dim();
    let (middle, per_chip) = (nodes.middle(), 0.25 / nodes.step as f32);
    let mut equations = Equations::none();
    for row in 1..rows.max(2) - 1 {
        for column in 1..columns.max(2) - 1 {
            let weight = alike[[row, column]];
            if weight <= 0.0 || !is_inside(exhibit, row, column) {
                continue;
            }
            let across = |p: &Plane| p[[row, column + 1]] - p[[row, column - 1]];
            let down = |p: &Plane| p[[row + 1, column]] - p[[row - 1, column]];
            let gx = f64::from((across(&exhibit.values) + across(&title.values)) * per_chip);
            let gy = f64::from((down(&exhibit.values) + down(&title.values)) * per_chip);
            let (u, v) = nodes.chip(row, column);
            let each = moves(u - middle.0, v - middle.1).map(|m| gx * m.0 + gy * m.1);
            let off = f64::from(title.values[[row, column]] - exhibit.values[[row, column]]);
            equations.add(&each, off, f64::from(weight * weight));
        }
    }
    let shown = exhibit.shown.sum().max(1.0);
    Part {
        equations,
        likeness: alike.sum() / shown,
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
fn step(parts: &[Part], level: &Level) -> Option<Adjust> {
    let most = STEP.map(|s| s * level.step);
    // Weak, so that axes of which nothing is seen stay as they are.
    let mut usual = most.map(|m| m * 0.5);
    if !level.bend {
        usual[Adjust::AXES - 1] = 0.0;
    }
    let mut equations = Equations::expecting(usual);
    parts
        .iter()
        .for_each(|part| equations.merge(&part.equations));
    let axes = equations.solve()?.axes();
    let over = axes
        .iter()
        .zip(most)
        .map(|(a, m)| a.abs() / m)
        .fold(1.0, f64::max);
    Some(Adjust::of_axes(axes.map(|a| a / over)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Orientation, Region};
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
        let grid = TitleGrid {
            geometry: whole(),
            extent: EXTENT,
        };
        let pair = Pair {
            exhibit: &seen(1, &truth),
            title: &seen_whole(1),
        };
        let (found, likeness) = register(&[pair], &grid, whole(), &FINE);
        assert!(likeness > 0.6, "{likeness}");
        for (u, v) in [(10.0, 80.0), (150.0, 5.0), (150.0, 80.0), (80.0, 45.0)] {
            let (x, y) = truth.at(u, v);
            let (fu, fv) = found.chip_at(x, y);
            assert!((fu - u).hypot(fv - v) < 0.2, "({u}, {v}): ({fu}, {fv})");
        }
    }

    fn seen_whole(seed: u32) -> Plane {
        Plane::from_shape_fn((270, 480), |(row, column)| {
            scene(seed, 0.0, column as f64 - 1.0, row as f64 - 1.0)
        })
    }

    #[test]
    fn other_pictures_do_not_become_alike() {
        let grid = TitleGrid {
            geometry: whole(),
            extent: EXTENT,
        };
        let pair = Pair {
            exhibit: &seen(2, &whole()),
            title: &seen_whole(1),
        };
        let (_, likeness) = register(&[pair], &grid, whole(), &FINE);
        assert!(likeness < 0.2, "{likeness}");
    }
}
