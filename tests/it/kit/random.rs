//! Random numbers of double precision; every one follows from the seed.

use testkit::texture::Random as Bits;

/// A generator.
pub struct Random(Bits);

impl Random {
    /// From this seed on.
    pub fn new(seed: u64) -> Self {
        Self(Bits(seed))
    }

    /// Uniform, from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.0.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Gaussian, mean 0, deviation 1.
    pub fn gauss(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}
