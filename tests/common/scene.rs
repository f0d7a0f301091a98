//! This module makes moving pictures that behave as a camera's do: an amplitude
//! spectrum near 1/f, edges, a soft lens, things that move, and sensor noise that
//! is fresh in every frame. Tests and `examples/make_testdata.rs` use it in place
//! of films that could not be given away.
//!
//! A scene is a function of time: any instant can be rendered on its own, in any
//! order, with the same result. Positions are in *units* of 1/640 of the picture's
//! width, so that the same scene at another size is the same picture, sharper.
//!
//! ```text
//!   background (texture seen by a moving camera) ─ objects (ellipses with a
//!   texture of their own) ─ light (gradient, vignette) ─ noise ─ 8 bits, limited range
//! ```
//!
//! To use it: `#[path = "common/scene.rs"] mod scene;`
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "texture.rs"]
pub mod texture;
#[path = "video.rs"]
pub mod video;

use std::f32::consts::TAU;
use texture::{Random, Texture};
pub use video::{write_video, write_video_with};

/// What the camera sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A hand-held camera panning over a busy place with people passing.
    HandHeld,
    /// A tripod, a blurred room, somebody talking.
    TalkingHead,
    /// Night: smooth gradients near black, a light moving through, much noise.
    Dark,
}

/// One 8-bit 4:2:0 picture, limited range, planes without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yuv420 {
    /// Columns of `y`, even.
    pub width: usize,
    /// Rows of `y`, even.
    pub height: usize,
    /// `width * height` samples, 16 black to 235 white.
    pub y: Vec<u8>,
    /// A quarter as many, 128 neutral.
    pub u: Vec<u8>,
    /// A quarter as many, 128 neutral.
    pub v: Vec<u8>,
}

/// A moving picture of any length.
#[derive(Debug, Clone)]
pub struct Scene {
    width: usize,
    height: usize,
    look: Look,
    ground: Texture,
    tint: Texture,
    objects: Vec<Object>,
    noise: Vec<f32>,
    seed: u64,
}

/// What distinguishes the kinds. Levels are code values.
#[derive(Debug, Clone, Copy)]
struct Look {
    /// Grain of the background, see [`Texture::natural`].
    grain: f32,
    /// Mean and contrast of the background.
    level: f32,
    contrast: f32,
    /// Colour contrast.
    tint: f32,
    /// Magnification of the background: above 1 it is out of focus.
    magnified: f32,
    /// Units a second that the camera pans, and units that the hand shakes.
    pan: f32,
    shake: f32,
    /// Code values by which the light falls from top to bottom, and to the corners.
    fall: f32,
    vignette: f32,
    /// Standard deviation of the sensor's noise.
    noise: f32,
}

/// An ellipse with a texture of its own that goes round a path.
#[derive(Debug, Clone, Copy)]
struct Object {
    /// Middle of its path and half its extent, in units.
    middle: (f32, f32),
    sway: (f32, f32),
    /// Turns a second along the path, and where it begins.
    rate: (f32, f32),
    phase: f32,
    /// Half axes in units, and the width of the soft edge as a part of them.
    radius: (f32, f32),
    soft: f32,
    /// Half the change of the vertical half axis (a mouth opening), as a part of it.
    pulse: f32,
    level: f32,
    contrast: f32,
    tint: (f32, f32),
    /// Where on the background's texture its own lies.
    skin: (f32, f32),
}

/// Entries of the table of noise, a power of two.
const NOISE: usize = 1 << 16;

impl Scene {
    /// The scene of this kind and seed; `width` and `height` are even.
    pub fn new(seed: u64, kind: Kind, width: usize, height: usize) -> Self {
        assert!(width % 2 == 0 && height % 2 == 0, "4:2:0 needs even sizes");
        let mut random = Random(seed ^ 0x5EED_0000 ^ (kind as u64) << 40);
        let look = Look::of(kind);
        let side = width.max(height) * 3 / 2;
        let unit = 4.0 * width as f32 / 640.0;
        let units_high = 640.0 * height as f32 / width as f32;
        Self {
            width,
            height,
            look,
            ground: Texture::natural(&mut random, side, unit, look.grain),
            tint: Texture::natural(&mut random, side / 4, unit, 0.3),
            objects: Object::of(kind, units_high, &mut random),
            noise: (0..NOISE).map(|_| random.gauss()).collect(),
            seed,
        }
    }

    /// Columns and rows of the luma plane.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The picture at `t` seconds.
    pub fn render(&self, t: f64) -> Yuv420 {
        let (width, height) = (self.width, self.height);
        let mut luma = vec![0.0f32; width * height];
        self.paint_ground(&mut luma, t as f32);
        for object in &self.objects {
            self.paint_object(object, &mut luma, t as f32);
        }
        let (u, v) = self.chroma(t as f32);
        Yuv420 {
            width,
            height,
            y: self.expose(&luma, t),
            u,
            v,
        }
    }

    /// Units a pixel.
    fn units(&self) -> f32 {
        640.0 / self.width as f32
    }

    /// Where the camera points, in units, and its roll in radians: the pan goes to
    /// and fro, the hand shakes at three incommensurate rates.
    fn camera(&self, t: f32) -> (f32, f32, f32) {
        let phase = (self.seed % 1000) as f32;
        let wave = |hz: f32, offset: f32| (TAU * hz * t + phase + offset).sin();
        let shake = self.look.shake;
        let x = self.look.pan * (t + 3.0 * wave(0.05, 0.0))
            + shake * (wave(0.7, 1.0) + 0.5 * wave(1.9, 2.0) + 0.2 * wave(4.3, 3.0));
        let y = 0.3 * self.look.pan * 4.0 * wave(0.08, 4.0)
            + shake * (wave(0.6, 5.0) + 0.5 * wave(2.3, 6.0) + 0.2 * wave(5.1, 7.0));
        (x, y, 0.002 * shake * wave(0.4, 8.0))
    }

    fn paint_ground(&self, luma: &mut [f32], t: f32) {
        let (x, y, roll) = self.camera(t);
        let step = 1.0 / self.look.magnified;
        let (sin, cos) = (roll.sin() * step, roll.cos() * step);
        let (x, y) = (x / self.units() * step, y / self.units() * step);
        for (row, line) in luma.chunks_exact_mut(self.width).enumerate() {
            let (x, y) = (x - sin * row as f32, y + cos * row as f32);
            for (column, sample) in line.iter_mut().enumerate() {
                let column = column as f32;
                let ground = self.ground.at(x + cos * column, y + sin * column);
                *sample = self.look.level + self.look.contrast * ground;
            }
        }
    }

    fn paint_object(&self, object: &Object, luma: &mut [f32], t: f32) {
        let units = self.units();
        let (shape, pixels) = (
            object.shape(t),
            object.bounds(t, self.width, self.height, units),
        );
        for row in pixels.1 {
            for column in pixels.0.clone() {
                let (dx, dy) = shape.from_middle(column as f32 * units, row as f32 * units);
                let cover = object.cover(&shape, dx, dy);
                if cover > 0.0 {
                    let (x, y) = ((object.skin.0 + dx) / units, (object.skin.1 + dy) / units);
                    let skin = object.level + object.contrast * self.ground.at(x, y);
                    let sample = &mut luma[row * self.width + column];
                    *sample += cover * (skin - *sample);
                }
            }
        }
    }

    /// Light, noise and eight bits.
    fn expose(&self, luma: &[f32], t: f64) -> Vec<u8> {
        let look = &self.look;
        // A frame's noise depends on its time alone, to the microsecond.
        let mut random =
            Random(self.seed ^ ((t * 1e6).round() as i64 as u64).wrapping_mul(0x2545_F491));
        let mut out = Vec::with_capacity(luma.len());
        for (row, line) in luma.chunks_exact(self.width).enumerate() {
            let down = row as f32 / self.height as f32 - 0.5;
            let noise = random.bits() as usize;
            out.extend(line.iter().enumerate().map(|(column, sample)| {
                let across = column as f32 / self.width as f32 - 0.5;
                let corner = 4.0 * (across * across + down * down);
                let lit = sample - look.fall * down - look.vignette * corner;
                let noise = self.noise[noise.wrapping_add(column) & (NOISE - 1)];
                (lit + look.noise * noise + 0.5).clamp(16.0, 235.0) as u8
            }));
        }
        out
    }

    fn chroma(&self, t: f32) -> (Vec<u8>, Vec<u8>) {
        let (width, height, units) = (self.width / 2, self.height / 2, 2.0 * self.units());
        let (x0, y0, _) = self.camera(t);
        let shapes: Vec<_> = self
            .objects
            .iter()
            .map(|object| (object, object.shape(t)))
            .collect();
        let mut planes = (
            Vec::with_capacity(width * height),
            Vec::with_capacity(width * height),
        );
        // The tint's texture has a quarter of the side: a texel is four luma pixels.
        let texels = 0.25 / self.units() / self.look.magnified;
        for row in 0..height {
            let y = row as f32 * units;
            for column in 0..width {
                let x = column as f32 * units;
                let at = ((x + x0) * texels, (y + y0) * texels);
                let mut u = self.look.tint * self.tint.at(at.0, at.1);
                let mut v = self.look.tint * self.tint.at(at.1 + 37.0, at.0);
                for (object, shape) in &shapes {
                    let (dx, dy) = shape.from_middle(x, y);
                    let cover = object.cover(shape, dx, dy);
                    u += cover * (object.tint.0 - u);
                    v += cover * (object.tint.1 - v);
                }
                planes.0.push((u + 128.5).clamp(16.0, 240.0) as u8);
                planes.1.push((v + 128.5).clamp(16.0, 240.0) as u8);
            }
        }
        planes
    }
}

/// An object at an instant, in units.
#[derive(Debug, Clone, Copy)]
struct Shape {
    middle: (f32, f32),
    radius: (f32, f32),
}

impl Shape {
    fn from_middle(&self, x: f32, y: f32) -> (f32, f32) {
        (x - self.middle.0, y - self.middle.1)
    }
}

impl Object {
    fn shape(&self, t: f32) -> Shape {
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
    fn cover(&self, shape: &Shape, dx: f32, dy: f32) -> f32 {
        let (x, y) = (dx / shape.radius.0, dy / shape.radius.1);
        let squared = x * x + y * y;
        if squared >= 1.0 {
            0.0
        } else {
            ((1.0 - squared) / self.soft).min(1.0)
        }
    }

    /// The columns and rows that it may touch.
    fn bounds(
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

#[path = "cast.rs"]
mod cast;
