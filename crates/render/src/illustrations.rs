//! What a report shows and its JSON does not hold: a picture
//! of the exhibit, and the soft symbols.

use super::drawing::Place;
use leakmark_evidence::report::SyncFacts;

/// What is shown beside the report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Illustrations {
    /// A picture of the exhibit; `None` if it could not be taken.
    pub frame: Option<Frame>,
    /// The soft symbols that the verdict rests on, in order of exhibit time.
    pub symbols: Vec<SlotSymbols>,
}

/// A picture of the exhibit, as stored: not turned as a player would.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// When it is shown, seconds of exhibit time.
    pub exhibit_s: f64,
    /// The size of the stored picture in pixels, across and down.
    pub stored: (u32, u32),
    /// The picture, made smaller, as a JPEG file.
    pub jpeg: Vec<u8>,
}

/// The soft symbols of one slot.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotSymbols {
    /// The middle of the pictures it was read from, seconds of exhibit time.
    pub exhibit_s: f64,
    /// In units of their noise; 0 is erased.
    pub z: Vec<f32>,
}

/// Where the corners of the title's picture lie in the exhibit's first piece, in
/// stored pixels: upper left, upper right, lower right and lower left as the
/// title shows them; outside the picture where they were cropped away. `None`
/// if no piece was found.
pub fn title_corners(sync: &SyncFacts, stored: (u32, u32)) -> Option<[Place; 4]> {
    let geometry = sync.pieces.first()?.geometry;
    let place = |(x, y): (f64, f64)| {
        let (width, height) = (f64::from(stored.0), f64::from(stored.1));
        ((x * width) as f32, (y * height) as f32)
    };
    Some(geometry.corners.map(place))
}
