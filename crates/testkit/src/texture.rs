//! Makes the random surfaces that scenes are built of.

/// A small generator with a 64-bit state (SplitMix64, Steele et al. 2014).
/// Scenes only need to look random: nothing here is keyed.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// Sixty-four fresh bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in `0.0..1.0`.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// Uniform in `low..high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Nearly Gaussian, mean 0, deviation 1: the sum of six uniforms.
    pub fn gauss(&mut self) -> f32 {
        let (a, b) = (self.bits(), self.bits());
        let part = |bits: u64, shift: u32| ((bits >> shift) & 0x1F_FFFF) as f32;
        let sum: f32 = [0, 21, 42].iter().map(|&s| part(a, s) + part(b, s)).sum();
        (sum / 0x1F_FFFF as f32 - 3.0) * std::f32::consts::SQRT_2
    }
}

/// A square surface, sampled anywhere; it repeats beyond its edges.
#[derive(Debug, Clone)]
pub struct Texture {
    /// log2 of the side in texels.
    side_bits: u32,
    /// Row after row; mean 0, deviation 1.
    texels: Vec<f32>,
}

impl Texture {
    /// A surface as cameras see them: opaque patches of all sizes over each other
    /// (the dead-leaves model: edges, and an amplitude spectrum near 1/f) and grain
    /// of equal strength in every octave. `grain` in 0..1 says how much of which;
    /// `unit` is the smallest patch's radius in texels. Softened as by a lens.
    pub fn natural(random: &mut Random, side: usize, unit: f32, grain: f32) -> Self {
        let side_bits = side.next_power_of_two().max(16).trailing_zeros();
        let octaves = normalize(octaves(random, side_bits));
        let leaves = normalize(leaves(random, side_bits, unit));
        let mix = |(leaf, octave): (&f32, &f32)| leaf * (1.0 - grain) + octave * grain;
        let mixed: Vec<f32> = leaves.iter().zip(&octaves).map(mix).collect();
        let texels = normalize(soften(&mixed, side_bits));
        Self { side_bits, texels }
    }

    /// The side in texels.
    pub fn side(&self) -> usize {
        1 << self.side_bits
    }

    /// The surface at a point in texels, bilinear.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = (x - x0, y - y0);
        let mask = self.side() - 1;
        let (x0, y0) = (x0 as i32 as usize & mask, y0 as i32 as usize & mask);
        let x1 = (x0 + 1) & mask;
        let (top, bottom) = (y0 << self.side_bits, ((y0 + 1) & mask) << self.side_bits);
        let row = |start: usize| {
            let (left, right) = (self.texels[start + x0], self.texels[start + x1]);
            left + (right - left) * fx
        };
        let (above, below) = (row(top), row(bottom));
        above + (below - above) * fy
    }
}

/// Random values at every scale: doubled in size and added to, again and again.
fn octaves(random: &mut Random, side_bits: u32) -> Vec<f32> {
    let mut surface = vec![0.0f32; 16];
    for bits in 2..=side_bits {
        if bits > 2 {
            surface = doubled(&surface, bits - 1);
        }
        surface
            .iter_mut()
            .for_each(|texel| *texel += random.gauss());
    }
    surface
}

/// Twice the side, weights 3/4 and 1/4 to the nearest two texels on each axis.
fn doubled(small: &[f32], bits: u32) -> Vec<f32> {
    let (side, mask) = (1usize << bits, (1usize << bits) - 1);
    let nearest = |i: usize| {
        let near = i / 2;
        let far = if i.is_multiple_of(2) {
            near.wrapping_sub(1)
        } else {
            near + 1
        };
        (near, far & mask)
    };
    let mut big = Vec::with_capacity(4 * side * side);
    for y in 0..2 * side {
        let (y0, y1) = nearest(y);
        for x in 0..2 * side {
            let (x0, x1) = nearest(x);
            let row = |y: usize| 0.75 * small[(y << bits) + x0] + 0.25 * small[(y << bits) + x1];
            big.push(0.75 * row(y0) + 0.25 * row(y1));
        }
    }
    big
}

/// Opaque discs over each other, their number falling with the radius cubed
/// (Lee, Mumford and Huang 2001).
fn leaves(random: &mut Random, side_bits: u32, unit: f32) -> Vec<f32> {
    let side = 1usize << side_bits;
    let mut surface = vec![0.0f32; side * side];
    let largest = side as f32 / 4.0;
    let area_wanted = 3.0 * (side * side) as f32;
    let mut area = 0.0;
    while area < area_wanted {
        let radius = (unit / random.unit().max(1e-6).sqrt()).min(largest);
        let (x, y) = (random.unit() * side as f32, random.unit() * side as f32);
        let shade = random.gauss();
        disc(&mut surface, side_bits, (x, y), radius, shade);
        area += std::f32::consts::PI * radius * radius;
    }
    surface
}

fn disc(surface: &mut [f32], side_bits: u32, (x, y): (f32, f32), radius: f32, shade: f32) {
    let mask = (1i32 << side_bits) - 1;
    for row in (y - radius).ceil() as i32..=(y + radius).floor() as i32 {
        let dy = row as f32 - y;
        let half = (radius * radius - dy * dy).max(0.0).sqrt();
        let start = ((row & mask) as usize) << side_bits;
        for column in (x - half).ceil() as i32..=(x + half).floor() as i32 {
            surface[start + (column & mask) as usize] = shade;
        }
    }
}

/// A lens: the binomial kernel 1 2 1 on both axes.
fn soften(surface: &[f32], side_bits: u32) -> Vec<f32> {
    let mask = surface.len() - 1;
    let pass = |from: &[f32], step: usize| -> Vec<f32> {
        (0..from.len())
            .map(|i| {
                let before = from[i.wrapping_sub(step) & mask];
                0.25 * before + 0.5 * from[i] + 0.25 * from[(i + step) & mask]
            })
            .collect()
    };
    pass(&pass(surface, 1), 1 << side_bits)
}

fn normalize(mut surface: Vec<f32>) -> Vec<f32> {
    let count = surface.len() as f64;
    let mean = surface.iter().map(|&t| f64::from(t)).sum::<f64>() / count;
    let power = surface
        .iter()
        .map(|&t| (f64::from(t) - mean).powi(2))
        .sum::<f64>()
        / count;
    let scale = 1.0 / power.sqrt().max(1e-9);
    surface
        .iter_mut()
        .for_each(|t| *t = ((f64::from(*t) - mean) * scale) as f32);
    surface
}
