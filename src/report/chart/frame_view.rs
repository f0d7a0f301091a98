//! This module draws the recovered geometry on a picture of the exhibit.

use super::{Drawing, Encoding, Place, Shape, Stroke, drawing};
use crate::report::drawing::Color;
use crate::report::illustrations::{Frame, title_corners};
use crate::report::types::{SyncFacts, VideoFacts};

/// The tallest that a picture is drawn, points.
const TALLEST: f32 = 310.0;
/// Room around the picture, so that an outline beyond it shows, as a share of it.
const AROUND: f32 = 0.02;
/// The outline, and what makes it stand out from any picture.
const LINE: Color = Color::of(0xffd23f);
const EDGE: Color = Color::of(0x1c2430);

/// The picture with the outline of the title's; `None` if it has no size.
pub fn frame_view(frame: &Frame, sync: &SyncFacts, video: &VideoFacts) -> Option<Drawing> {
    let (num, den) = video.sample_aspect_ratio;
    let pixel_aspect = f64::from(num.max(1)) / f64::from(den.max(1));
    let (across, down) = (
        frame.stored.0 as f32 * pixel_aspect as f32,
        frame.stored.1 as f32,
    );
    if !(across > 0.0 && down > 0.0) {
        return None;
    }
    let room = super::WIDTH * (1.0 - 2.0 * AROUND);
    let scale = (room / across).min(TALLEST / down);
    let (width, height) = (across * scale, down * scale);
    let (left, top) = ((super::WIDTH - width) / 2.0, TALLEST * AROUND);
    let mut view = drawing(height + 2.0 * top);
    view.shapes.push(Shape::Pixels {
        at: (left, top),
        size: (width, height),
        encoding: Encoding::Jpeg,
        bytes: frame.jpeg.clone(),
    });
    if sync.found {
        let place = |(x, y): Place| {
            let across = left + x * pixel_aspect as f32 * scale;
            let down = top + y * scale;
            (
                across.clamp(1.5, super::WIDTH - 1.5),
                down.clamp(1.5, height + 2.0 * top - 1.5),
            )
        };
        if let Some(corners) = title_corners(sync, frame.stored) {
            outline(&mut view, corners.map(place));
        }
    }
    Some(view)
}

fn outline(view: &mut Drawing, corners: [Place; 4]) {
    for (color, width) in [(EDGE, 4.0), (LINE, 2.0)] {
        view.shapes.push(Shape::Path {
            places: corners.to_vec(),
            closed: true,
            fill: None,
            stroke: Some(Stroke {
                color,
                width,
                dash: None,
            }),
        });
    }
    view.shapes.push(Shape::Circle {
        middle: corners[0],
        radius: 5.0,
        fill: Some(LINE),
        stroke: Some(Stroke {
            color: EDGE,
            width: 1.2,
            dash: None,
        }),
    });
}
