//! When in a title an exhibit is.

/// Speeds that are usual, most usual first: the title's own, films between 24, 25 and 23.976
/// pictures a second, and what is done against those who look for copies.
pub(crate) const USUAL_RATES: [f64; 9] = [
    1.0,
    24.0 / 25.0,
    25.0 / 24.0,
    1.001,
    1.0 / 1.001,
    0.9,
    0.95,
    1.05,
    1.1,
];

/// Title time is `offset_s` + `rate` × exhibit time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct When {
    pub offset_s: f64,
    pub rate: f64,
}

impl When {
    /// The title time of an exhibit time, seconds.
    pub fn title_s(&self, exhibit_s: f64) -> f64 {
        self.offset_s + self.rate * exhibit_s
    }

    /// The same but `later_s` seconds of title time later at `exhibit_s`, and so much faster.
    pub fn changed(&self, exhibit_s: f64, later_s: f64, faster: f64) -> Self {
        Self {
            offset_s: self.offset_s + later_s - faster * exhibit_s,
            rate: self.rate + faster,
        }
    }
}
