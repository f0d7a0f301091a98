//! Says which lattices are swept over, pass by pass.

use crate::detect::geometry::Orientation;
use crate::detect::question::Effort;
use crate::detect::sweep::SweepRange;

/// Scales of the picture that are looked at, least and most, 1 being the whole.
pub const SCALES: (f64, f64) = (0.38, 2.6);
/// Scales at which pictures that are also turned or stretched are looked for
/// without being asked to, least and most.
pub const USUAL_SCALES: (f64, f64) = (0.7, 1.7);
/// ln of the greatest change of aspect that is looked for.
pub const ASPECT: f64 = 0.23;
/// The greatest turn that is looked for, radians.
pub const TURN: f64 = 0.27;

/// What each pass sweeps over.
pub(super) fn passes(effort: Effort) -> Vec<Vec<SweepRange>> {
    let range = |scale: (f64, f64), aspect: f64, turn: f64, orientation: Orientation| SweepRange {
        scale,
        aspect,
        turn,
        orientation,
    };
    let [upright, mirrored, ..] = Orientation::ALL;
    let other = Orientation::ALL[1..].iter();
    let mut passes = vec![
        vec![range(SCALES, 0.0, 0.0, upright)],
        other.map(|&o| range(SCALES, 0.0, 0.0, o)).collect(),
        vec![range(USUAL_SCALES, 0.0, TURN, upright)],
        vec![range(USUAL_SCALES, ASPECT, 0.0, upright)],
    ];
    if effort == Effort::Deep {
        passes.push(vec![
            range(SCALES, 0.0, TURN, upright),
            range(SCALES, ASPECT, 0.0, upright),
            range(SCALES, 0.0, TURN, mirrored),
            range(SCALES, ASPECT, 0.0, mirrored),
        ]);
        passes.push(vec![range(SCALES, ASPECT, TURN, upright)]);
    }
    passes
}
