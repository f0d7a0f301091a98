//! Small changes of a geometry.

/// A small change of a geometry, about the middle of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Adjust {
    /// Natural logarithm of the factor by which the picture grows across.
    pub grow_x: f64,
    /// Natural logarithm of the factor by which it grows down.
    pub grow_y: f64,
    /// Chips by which it moves to the right.
    pub right: f64,
    /// Chips by which it moves down.
    pub down: f64,
    /// Radians by which it turns clockwise.
    pub turn: f64,
    /// Chips to the right for each chip down.
    pub shear: f64,
    /// Share by which it shrinks at `RADIUS` chips to the right, growing on the left.
    pub tilt_x: f64,
    /// Share by which it shrinks at `RADIUS` chips downwards, growing above.
    pub tilt_y: f64,
    /// Share by which a circle of `RADIUS` chips grows: a lens's bend.
    pub bend: f64,
}

impl Adjust {
    /// How many ways there are to change a geometry.
    pub const AXES: usize = 9;

    /// The change as numbers, those that move the picture as a whole first.
    pub fn axes(self) -> [f64; Self::AXES] {
        [
            self.right,
            self.down,
            self.grow_x,
            self.grow_y,
            self.turn,
            self.shear,
            self.tilt_x,
            self.tilt_y,
            self.bend,
        ]
    }

    /// The change of [`axes`](Self::axes).
    pub fn of_axes(axes: [f64; Self::AXES]) -> Self {
        let [
            right,
            down,
            grow_x,
            grow_y,
            turn,
            shear,
            tilt_x,
            tilt_y,
            bend,
        ] = axes;
        Self {
            grow_x,
            grow_y,
            right,
            down,
            turn,
            shear,
            tilt_x,
            tilt_y,
            bend,
        }
    }
}
