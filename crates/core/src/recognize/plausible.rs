//! Says whether what was found can be: pictures with little in them, a few lines on white,
//! can be made alike to much by a map that is free enough.

use ndarray::s;

use super::flat::{Flat, alike};
use crate::detect::Geometry;
use crate::luma::Plane;

/// A title shows at least so many samples a chip.
const LEAST_PITCH: f64 = 0.7;
/// Its picture is stretched by at most this factor, to either side,
const STRETCH: f64 = 1.5;
/// slanted so that its sides are at least so near to a right angle (cosine),
const SLANT: f64 = 0.25;
/// and tilted so that no part of it is larger than the middle by more than this factor.
const TILT: f64 = 1.4;
/// Nodes by which a picture is moved to see whether it is alike there too.
const MOVED: isize = 8;
/// Share of its likeness that a picture keeps at most when it is moved.
const KEPT: f32 = 0.6;

/// False if a geometry makes of a title's picture what no screen or camera does.
pub(super) fn is_sound(geometry: &Geometry, extent: (f64, f64)) -> bool {
    let axes = |u: f64, v: f64| {
        let [[a, b], [c, d]] = geometry.jacobian(u * extent.0, v * extent.1);
        let (across, down) = (a.hypot(c), b.hypot(d));
        let cosine = (a * b + c * d) / (across * down);
        ((a * d - b * c).abs().sqrt(), across / down, cosine)
    };
    let (middle, ..) = axes(0.5, 0.5);
    let places = [(0.2, 0.2), (0.8, 0.2), (0.5, 0.5), (0.2, 0.8), (0.8, 0.8)];
    places.iter().all(|(u, v)| {
        let (pitch, stretch, cosine) = axes(*u, *v);
        pitch >= LEAST_PITCH
            && (1.0 / STRETCH..=STRETCH).contains(&stretch)
            && cosine.abs() <= SLANT
            && (1.0 / TILT..=TILT).contains(&(pitch / middle))
    })
}

/// True if pictures are alike as they lie and not moved to any side: an edge alone is alike
/// to itself along itself.
pub(super) fn is_distinct(pairs: &[(&Flat, &Flat)]) -> bool {
    let all = |by: (isize, isize)| -> f32 {
        let one = |(a, b): &(&Flat, &Flat)| {
            let b = moved(b, by);
            alike(a, &b).sum() / (&a.shown * &b.shown).sum().max(1.0)
        };
        pairs.iter().map(one).sum()
    };
    let here = all((0, 0));
    let around = (-1..=1).flat_map(|y| (-1..=1).map(move |x| (y * MOVED, x * MOVED)));
    let mut away = around.filter(|by| *by != (0, 0));
    away.all(|by| all(by) <= KEPT * here)
}

/// A picture so many nodes further down and right; nothing is shown where it came from.
fn moved(flat: &Flat, by: (isize, isize)) -> Flat {
    let plane = |from: &Plane| {
        let (rows, columns) = from.dim();
        let mut to = Plane::zeros((rows, columns));
        let range = |by: isize, length: usize| {
            let over = by.unsigned_abs().min(length);
            let (head, tail) = (0..length - over, over..length);
            if by >= 0 { (head, tail) } else { (tail, head) }
        };
        let ((from_y, to_y), (from_x, to_x)) = (range(by.0, rows), range(by.1, columns));
        to.slice_mut(s![to_y, to_x])
            .assign(&from.slice(s![from_y, from_x]));
        to
    };
    Flat {
        values: plane(&flat.values),
        shown: plane(&flat.shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Adjust, Orientation, Region};
    use crate::recognize::scene::scene;

    #[test]
    fn screens_are_sound_and_slivers_are_not() {
        let region = Region {
            x: 0.0,
            y: 0.0,
            width: 480.0,
            height: 270.0,
        };
        let extent = (160.0, 90.0);
        let whole = Geometry::whole(region, extent, Orientation::default());
        let with = |adjust| is_sound(&whole.adjusted(adjust), extent);
        let usual = Adjust::default();
        assert!(with(usual));
        assert!(with(Adjust {
            grow_x: 0.25,
            turn: 0.3,
            tilt_x: 0.1,
            shear: 0.05,
            ..usual
        }));
        assert!(
            !with(Adjust {
                grow_x: 0.6,
                ..usual
            }),
            "stretched"
        );
        assert!(
            !with(Adjust {
                shear: 0.5,
                ..usual
            }),
            "slanted"
        );
        assert!(
            !with(Adjust {
                tilt_x: 0.4,
                ..usual
            }),
            "tilted"
        );
        assert!(
            !with(Adjust {
                grow_x: -2.0,
                grow_y: -2.0,
                ..usual
            }),
            "tiny"
        );
    }

    #[test]
    fn a_scene_is_distinct_and_an_edge_is_not() {
        let flat = |value: &dyn Fn(f64, f64) -> f32| Flat {
            values: Plane::from_shape_fn((45, 80), |(r, c)| value(c as f64, r as f64)),
            shown: Plane::ones((45, 80)),
        };
        let full = flat(&|x, y| scene(1, 0.0, 6.0 * x, 6.0 * y) / 40.0 - 3.0);
        assert!(is_distinct(&[(&full, &full)]));
        let edge = flat(&|_, y| if (20.0..22.0).contains(&y) { 3.0 } else { 0.0 });
        assert!(!is_distinct(&[(&edge, &edge)]));
    }
}
