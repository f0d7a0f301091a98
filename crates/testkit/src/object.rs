//! The things that move through a scene.

use std::f32::consts::TAU;

/// An ellipse with a texture of its own that goes round a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    /// Middle of its path and half its extent, in units.
    pub(super) middle: (f32, f32),
    pub(super) sway: (f32, f32),
    /// Turns a second along the path, and where it begins.
    pub(super) rate: (f32, f32),
    pub(super) phase: f32,
    /// Half axes in units, and the width of the soft edge as a part of them.
    pub(super) radius: (f32, f32),
    pub(super) soft: f32,
    /// Half the change of the vertical half axis (a mouth opening), as a part of it.
    pub(super) pulse: f32,
    pub(super) level: f32,
    pub(super) contrast: f32,
    pub(super) tint: (f32, f32),
    /// Where on the background's texture its own lies.
    pub(super) skin: (f32, f32),
}

/// An object at an instant, in units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) middle: (f32, f32),
    pub(super) radius: (f32, f32),
}

impl Shape {
    pub(super) fn offset(&self, x: f32, y: f32) -> (f32, f32) {
        (x - self.middle.0, y - self.middle.1)
    }
}

impl Object {
    pub(super) fn shape(&self, t: f32) -> Shape {
        let wave = |rate: f32, offset: f32| (TAU * (rate * t + self.phase + offset)).sin();
        let x = self.middle.0 + self.sway.0 * wave(self.rate.0, 0.0);
        let y = self.middle.1 + self.sway.1 * wave(self.rate.1, 0.3);
        let open = 1.0 + self.pulse * wave(2.7, 0.1) * wave(0.31, 0.6);
        Shape {
            middle: (x, y),
            radius: (self.radius.0, self.radius.1 * open),
        }
    }

    /// How much of the point is the object: 1 inside, 0 outside, soft between.
    pub(super) fn cover(&self, shape: &Shape, dx: f32, dy: f32) -> f32 {
        let (x, y) = (dx / shape.radius.0, dy / shape.radius.1);
        let squared = x * x + y * y;
        if squared >= 1.0 {
            0.0
        } else {
            ((1.0 - squared) / self.soft).min(1.0)
        }
    }

    /// The columns and rows that it may touch.
    pub(super) fn bounds(
        &self,
        t: f32,
        width: usize,
        height: usize,
        units: f32,
    ) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let Shape { middle, radius } = self.shape(t);
        let range = |middle: f32, radius: f32, length: usize| {
            let pixel = |unit: f32| (unit / units).clamp(0.0, length as f32) as usize;
            pixel(middle - radius)..pixel(middle + radius + units).min(length)
        };
        (
            range(middle.0, radius.0, width),
            range(middle.1, radius.1, height),
        )
    }
}
