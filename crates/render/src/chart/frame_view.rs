//! Draws the recovered geometry on a picture of the exhibit.

use super::style::{WIDTH, drawing};
use crate::drawing::Color;
use crate::drawing::{Drawing, Encoding, Place, Shape, Stroke};
use crate::illustrations::{Frame, title_corners};
use leakmark_evidence::report::{SyncFacts, VideoFacts};

/// The tallest that a picture is drawn, points.
const TALLEST: f32 = 310.0;
/// Room around the picture and the outline, points.
const AROUND: f32 = 7.0;
/// How far the outline may reach beyond the picture on each side, in its widths
/// and heights: the rest of it is cut off.
const BEYOND: f32 = 2.0;
/// The outline, and what makes it stand out from any picture.
const LINE: Color = Color::of(0xffd23f);
const EDGE: Color = Color::of(0x1c2430);

/// The picture with the outline of the title's, as small as it takes to show all
/// of it; `None` if the picture has no size.
pub fn frame_view(frame: &Frame, sync: &SyncFacts, video: &VideoFacts) -> Option<Drawing> {
    let (num, den) = video.sample_aspect_ratio;
    let pixel_aspect = (f64::from(num.max(1)) / f64::from(den.max(1))) as f32;
    let (across, down) = (frame.stored.0 as f32 * pixel_aspect, frame.stored.1 as f32);
    if !(across > 0.0 && down > 0.0) {
        return None;
    }
    let shown = |(x, y): Place| {
        let (x, y) = (x * pixel_aspect, y);
        (
            x.clamp(-BEYOND * across, (1.0 + BEYOND) * across),
            y.clamp(-BEYOND * down, (1.0 + BEYOND) * down),
        )
    };
    let corners = title_corners(sync, frame.stored)
        .filter(|_| sync.found)
        .map(|corners| corners.map(shown));
    let (from, to) = extent(corners.as_ref(), (across, down));
    let (room, tallest) = (WIDTH - 2.0 * AROUND, TALLEST - 2.0 * AROUND);
    let scale = (room / (to.0 - from.0)).min(tallest / (to.1 - from.1));
    let left = (WIDTH - (to.0 - from.0) * scale) / 2.0;
    let place = |(x, y): Place| (left + (x - from.0) * scale, AROUND + (y - from.1) * scale);
    let mut view = drawing((to.1 - from.1) * scale + 2.0 * AROUND);
    view.shapes.push(Shape::Pixels {
        at: place((0.0, 0.0)),
        size: (across * scale, down * scale),
        encoding: Encoding::Jpeg,
        bytes: frame.jpeg.clone(),
    });
    if let Some(corners) = corners {
        outline(&mut view, corners.map(place));
    }
    Some(view)
}

/// The upper left and lower right corners around the picture and the outline.
fn extent(corners: Option<&[Place; 4]>, size: Place) -> (Place, Place) {
    corners
        .into_iter()
        .flatten()
        .fold(((0.0, 0.0), size), |(from, to), at| {
            (
                (from.0.min(at.0), from.1.min(at.1)),
                (to.0.max(at.0), to.1.max(at.1)),
            )
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_beyond_the_picture_is_shown_whole_and_not_bent() {
        let corners = [
            (-90.0, -40.0),
            (180.0, -20.0),
            (175.0, 130.0),
            (-95.0, 110.0),
        ];
        let (from, to) = extent(Some(&corners), (100.0, 80.0));
        assert_eq!((from, to), ((-95.0, -40.0), (180.0, 130.0)));
        assert_eq!(extent(None, (100.0, 80.0)), ((0.0, 0.0), (100.0, 80.0)));
    }
}
