//! This module holds what a report shows and its JSON does not hold: a picture
//! of the exhibit, and the soft symbols.

use super::drawing::Place;
use super::types::SyncFacts;

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

/// Where the corners of the title's picture lie in the exhibit's picture, in
/// stored pixels: upper left, upper right, lower right and lower left as the
/// title shows them. `pixel_aspect` is the width of a pixel over its height.
pub fn title_corners(sync: &SyncFacts, pixel_aspect: f64) -> [Place; 4] {
    let active = &sync.active;
    let (across, down) = (active.width as f64 * pixel_aspect, active.height as f64);
    let sideways = sync.quarter_turns % 2 == 1;
    let (w, h) = if sideways {
        (down, across)
    } else {
        (across, down)
    };
    let (sin, cos) = sync.angle_deg.to_radians().sin_cos();
    [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(u, v)| {
        let (u, v) = (u * w, v * h);
        let x = cos * sync.scale_x * u - sin * sync.scale_y * v;
        let y = sin * sync.scale_x * u + cos * sync.scale_y * v;
        let x = if sync.mirrored { -x } else { x };
        let (x, y) = match sync.quarter_turns % 4 {
            0 => (x, y),
            1 => (-y, x),
            2 => (-x, -y),
            _ => (y, -x),
        };
        (
            (active.x as f64 + (x + across / 2.0) / pixel_aspect) as f32,
            (active.y as f64 + y + down / 2.0) as f32,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::types::Active;

    fn sync(quarter_turns: u8, mirrored: bool, scale: f64, angle_deg: f64) -> SyncFacts {
        SyncFacts {
            found: true,
            pilot_z: 30.0,
            decoy_pilot_z: 5.0,
            title_start_s: 0.0,
            rate: 1.0,
            scale_x: scale,
            scale_y: scale,
            angle_deg,
            quarter_turns,
            mirrored,
            active: Active {
                x: 0,
                y: 60,
                width: 640,
                height: 360,
            },
            pieces: Vec::new(),
        }
    }

    fn rounded(corners: [Place; 4]) -> [(i32, i32); 4] {
        corners.map(|(x, y)| (x.round() as i32, y.round() as i32))
    }

    #[test]
    fn the_whole_picture_fills_the_active_one_as_it_is_turned() {
        let [a, b, c, d] = [(0, 60), (640, 60), (640, 420), (0, 420)];
        for (turns, mirrored, expected) in [
            (0, false, [a, b, c, d]),
            (0, true, [b, a, d, c]),
            (1, false, [b, c, d, a]),
            (2, false, [c, d, a, b]),
            (3, false, [d, a, b, c]),
        ] {
            let found = title_corners(&sync(turns, mirrored, 1.0, 0.0), 1.0);
            assert_eq!(rounded(found), expected, "{turns} {mirrored}");
            let wide = title_corners(&sync(turns, mirrored, 1.0, 0.0), 1.5);
            assert_eq!(rounded(wide), expected, "{turns} {mirrored}, wide pixels");
        }
    }

    #[test]
    fn a_cropped_picture_reaches_beyond_the_edges() {
        let found = rounded(title_corners(&sync(0, false, 1.25, 0.0), 1.0));
        assert_eq!(found, [(-80, 15), (720, 15), (720, 465), (-80, 465)]);
        let turned = title_corners(&sync(0, false, 1.0, 2.0), 1.0);
        assert!(
            turned[0].0 > 0.0 && turned[0].1 < 60.0,
            "clockwise: {turned:?}"
        );
    }
}
