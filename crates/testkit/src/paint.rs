//! Paints one instant of a scene.

use super::object::Object;
use super::texture::Random;
use super::{NOISE, Scene};

impl Scene {
    pub(super) fn paint_ground(&self, luma: &mut [f32], t: f32) {
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

    pub(super) fn paint_object(&self, object: &Object, luma: &mut [f32], t: f32) {
        let units = self.units();
        let (shape, pixels) = (
            object.shape(t),
            object.bounds(t, self.width, self.height, units),
        );
        for row in pixels.1 {
            for column in pixels.0.clone() {
                let (dx, dy) = shape.offset(column as f32 * units, row as f32 * units);
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
    pub(super) fn expose(&self, luma: &[f32], t: f64) -> Vec<u8> {
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

    pub(super) fn chroma(&self, t: f32) -> (Vec<u8>, Vec<u8>) {
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
                    let (dx, dy) = shape.offset(x, y);
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
