//! Puts drawings on a page.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;

use super::fonts::Face;
use super::pen::Pen;
use crate::drawing::{self, Anchor, Color, Drawing, Encoding, Label, Place, Shape};

/// How far the control points of a quarter circle lie out, over the radius.
const ROUND: f32 = 0.552_285;

/// Draws with the upper left corner at `at`, `scale` times as large.
pub fn draw(surface: &mut Surface<'_>, pen: &Pen, at: Place, scale: f32, drawing: &Drawing) {
    surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, at.0, at.1));
    for part in &drawing.shapes {
        shape(surface, pen, part);
    }
    surface.pop();
}

fn shape(surface: &mut Surface<'_>, pen: &Pen, shape: &Shape) {
    match shape {
        Shape::Path {
            places,
            closed,
            fill,
            stroke,
        } => paint(surface, lines(places, *closed), *fill, *stroke),
        Shape::Circle {
            middle,
            radius,
            fill,
            stroke,
        } => paint(surface, circle(*middle, *radius), *fill, *stroke),
        Shape::Label(words) => label(surface, pen, words),
        Shape::Pixels {
            at,
            size,
            encoding,
            bytes,
        } => pixels(surface, *at, *size, *encoding, bytes),
    }
}

fn paint(
    surface: &mut Surface<'_>,
    path: Option<Path>,
    fill: Option<Color>,
    stroke: Option<drawing::Stroke>,
) {
    if let Some(path) = path {
        surface.set_fill(fill.map(filled));
        surface.set_stroke(stroke.map(stroked));
        surface.draw_path(&path);
        surface.set_stroke(None);
    }
}

/// An area of this color.
pub fn filled(color: Color) -> Fill {
    let [r, g, b] = color.rgb;
    Fill {
        paint: rgb::Color::new(r, g, b).into(),
        opacity: opacity(color),
        ..Fill::default()
    }
}

fn stroked(stroke: drawing::Stroke) -> Stroke {
    let [r, g, b] = stroke.color.rgb;
    Stroke {
        paint: rgb::Color::new(r, g, b).into(),
        width: stroke.width,
        line_join: LineJoin::Round,
        opacity: opacity(stroke.color),
        dash: stroke.dash.map(|dash| StrokeDash {
            array: vec![dash, dash],
            offset: 0.0,
        }),
        ..Stroke::default()
    }
}

fn opacity(color: Color) -> NormalizedF32 {
    NormalizedF32::new(color.opacity).unwrap_or(NormalizedF32::ONE)
}

fn lines(places: &[Place], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (i, (x, y)) in places.iter().enumerate() {
        if i == 0 {
            path.move_to(*x, *y);
        } else {
            path.line_to(*x, *y);
        }
    }
    if closed {
        path.close();
    }
    path.finish()
}

fn circle((x, y): Place, r: f32) -> Option<Path> {
    let c = ROUND * r;
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.cubic_to(x + r, y + c, x + c, y + r, x, y + r);
    path.cubic_to(x - c, y + r, x - r, y + c, x - r, y);
    path.cubic_to(x - r, y - c, x - c, y - r, x, y - r);
    path.cubic_to(x + c, y - r, x + r, y - c, x + r, y);
    path.close();
    path.finish()
}

fn label(surface: &mut Surface<'_>, pen: &Pen, label: &Label) {
    let face = if label.strong {
        Face::SansStrong
    } else {
        Face::Sans
    };
    let width = pen.fonts.width(face, label.size, &label.words);
    let back = match label.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => width / 2.0,
        Anchor::End => width,
    };
    let (x, y) = label.at;
    let turned = match label.upwards {
        true => Transform::from_row(0.0, -1.0, 1.0, 0.0, x, y),
        false => Transform::from_row(1.0, 0.0, 0.0, 1.0, x, y),
    };
    surface.push_transform(&turned);
    surface.set_fill(Some(filled(label.color)));
    pen.write(
        surface,
        Point::from_xy(-back, 0.0),
        face,
        label.size,
        &label.words,
    );
    surface.pop();
}

/// A picture that cannot be read is left out; its caption stands.
fn pixels(surface: &mut Surface<'_>, at: Place, size: Place, encoding: Encoding, bytes: &[u8]) {
    // PDF/A allows no smoothing to be asked for.
    let image = match encoding {
        Encoding::Jpeg => Image::from_jpeg(bytes.to_vec().into(), false),
        Encoding::Png => Image::from_png(bytes.to_vec().into(), false),
    };
    if let (Ok(image), Some(size)) = (image, Size::from_wh(size.0, size.1)) {
        surface.push_transform(&Transform::from_translate(at.0, at.1));
        surface.draw_image(image, size);
        surface.pop();
    }
}
