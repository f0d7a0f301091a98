//! The lattices that are swept over, but for where their chips begin.

use crate::detect::geometry::{Geometry, Orientation, RADIUS};

/// Chips by which one step of the sweep moves the picture's edge.
pub(super) const STEP: f64 = 1.2;

/// How the title's chips lie on the grid, but for where they begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Basis {
    /// Samples of the grid a chip, across and down the grid.
    pub pitch: (f64, f64),
    /// Radians clockwise.
    pub turn: f64,
    /// Quarter turns and mirror.
    pub orientation: Orientation,
}

/// A range of bases to sweep over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SweepRange {
    /// Least and greatest scale of the picture, 1 being the whole.
    pub scale: (f64, f64),
    /// ln of the greatest change of its aspect, each way.
    pub aspect: f64,
    /// Greatest turn, radians, each way.
    pub turn: f64,
    /// How the picture lies.
    pub orientation: Orientation,
}

/// The size of the grid that lattices lie on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    pub rows: usize,
    pub columns: usize,
}

impl Grid {
    /// The geometry of a basis: chip (0, 0) in the middle of the grid.
    pub fn geometry(&self, basis: &Basis) -> Geometry {
        let centre = (
            (self.columns as f64 - 1.0) / 2.0,
            (self.rows as f64 - 1.0) / 2.0,
        );
        Geometry::about(centre, basis.pitch, basis.turn, basis.orientation)
    }

    /// Chips from the middle of the picture to its edges that can be seen.
    pub fn reach(&self, basis: &Basis) -> (f64, f64) {
        let half = |samples: usize, pitch: f64| (samples as f64 / pitch / 2.0).min(RADIUS);
        (
            half(self.columns, basis.pitch.0),
            half(self.rows, basis.pitch.1),
        )
    }

    /// All bases in `range`, `unit` being the pitch of scale 1.
    pub fn bases(&self, unit: (f64, f64), range: &SweepRange) -> Vec<Basis> {
        let mut bases = Vec::new();
        let mut scale = range.scale.0;
        while scale <= range.scale.1 {
            let pitch = (unit.0 * scale, unit.1 * scale);
            let middle = Basis {
                pitch,
                turn: 0.0,
                orientation: range.orientation,
            };
            let (across, down) = self.reach(&middle);
            let turns = steps(range.turn, STEP / across.max(down));
            for aspect in steps(range.aspect, STEP / down) {
                let pitch = (pitch.0, pitch.1 * aspect.exp());
                bases.extend(turns.iter().map(|&turn| Basis {
                    pitch,
                    turn,
                    ..middle
                }));
            }
            scale *= (STEP / across.max(down)).exp();
        }
        bases
    }

    /// The six bases beside one, `chips` away at the picture's edge.
    pub fn around(&self, basis: Basis, chips: f64) -> [Basis; 6] {
        let (across, down) = self.reach(&basis);
        let pitched = |x: f64, y: f64| Basis {
            pitch: (
                basis.pitch.0 * (x / across).exp(),
                basis.pitch.1 * (y / down).exp(),
            ),
            ..basis
        };
        let turned = |by: f64| Basis {
            turn: basis.turn + by / across.max(down),
            ..basis
        };
        [
            pitched(chips, 0.0),
            pitched(-chips, 0.0),
            pitched(0.0, chips),
            pitched(0.0, -chips),
            turned(chips),
            turned(-chips),
        ]
    }
}

/// Values from −most to most, `step` apart, 0 among them.
fn steps(most: f64, step: f64) -> Vec<f64> {
    let count = (most / step).ceil() as i64;
    (-count..=count).map(|i| i as f64 * step).collect()
}
