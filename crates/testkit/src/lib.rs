//! Makes moving pictures that behave as a camera's do: an amplitude
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
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cast;
mod object;
mod paint;
pub mod texture;
pub mod video;

use std::f32::consts::TAU;

use object::Object;
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

/// Entries of the table of noise, a power of two.
const NOISE: usize = 1 << 16;

impl Scene {
    /// The scene of this kind and seed; `width` and `height` are even.
    pub fn new(seed: u64, kind: Kind, width: usize, height: usize) -> Self {
        assert!(
            width.is_multiple_of(2) && height.is_multiple_of(2),
            "4:2:0 needs even sizes"
        );
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
}
