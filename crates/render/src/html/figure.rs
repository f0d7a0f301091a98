//! Renders a drawing as SVG within a page.

use maud::{Markup, html};

use crate::document::Figure;
use crate::drawing::{Anchor, Color, Encoding, Label, Place, Shape, Stroke};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The figure's drawing.
pub fn figure(figure: &Figure) -> Markup {
    let (width, height) = (figure.drawing.width, figure.drawing.height);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(figure.description)
            viewBox={ "0 0 " (number(width)) " " (number(height)) } {
            @for part in &figure.drawing.shapes { (shape(part)) }
        }
    }
}

fn shape(shape: &Shape) -> Markup {
    match shape {
        Shape::Path {
            places,
            closed,
            fill,
            stroke,
        } => {
            let (paint, line) = (painted(*fill), lined(*stroke));
            html! { path d=(steps(places, *closed)) fill=(paint.0) fill-opacity=[paint.1]
            stroke=[line.color] stroke-opacity=[line.opacity] stroke-width=[line.width]
            stroke-dasharray=[line.dash] stroke-linejoin="round" {} }
        }
        Shape::Circle {
            middle,
            radius,
            fill,
            stroke,
        } => {
            let (paint, line) = (painted(*fill), lined(*stroke));
            html! { circle cx=(number(middle.0)) cy=(number(middle.1)) r=(number(*radius))
            fill=(paint.0) fill-opacity=[paint.1] stroke=[line.color]
            stroke-opacity=[line.opacity] stroke-width=[line.width] {} }
        }
        Shape::Label(words) => label(words),
        Shape::Pixels {
            at,
            size,
            encoding,
            bytes,
        } => {
            let kind = match encoding {
                Encoding::Jpeg => "image/jpeg",
                Encoding::Png => "image/png",
            };
            let sharp = (*encoding == Encoding::Png).then_some("image-rendering:pixelated");
            html! { image x=(number(at.0)) y=(number(at.1)) width=(number(size.0))
            height=(number(size.1)) preserveAspectRatio="none" style=[sharp]
            href={ "data:" (kind) ";base64," (BASE64.encode(bytes)) } {} }
        }
    }
}

fn label(label: &Label) -> Markup {
    let anchor = match label.anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    };
    let (x, y) = (number(label.at.0), number(label.at.1));
    let turned = label.upwards.then(|| format!("rotate(-90 {x} {y})"));
    let weight = label.strong.then_some("600");
    html! {
        text x=(x) y=(y) font-size=(number(label.size)) text-anchor=[anchor] transform=[turned]
            font-weight=[weight] fill=(hex(label.color)) { (label.words) }
    }
}

struct Line {
    color: Option<String>,
    opacity: Option<String>,
    width: Option<String>,
    dash: Option<String>,
}

fn lined(stroke: Option<Stroke>) -> Line {
    Line {
        color: stroke.map(|s| hex(s.color)),
        opacity: stroke.and_then(|s| opacity(s.color)),
        width: stroke.map(|s| number(s.width)),
        dash: stroke.and_then(|s| s.dash).map(number),
    }
}

fn painted(fill: Option<Color>) -> (String, Option<String>) {
    match fill {
        Some(color) => (hex(color), opacity(color)),
        None => ("none".into(), None),
    }
}

fn hex(color: Color) -> String {
    let [r, g, b] = color.rgb;
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn opacity(color: Color) -> Option<String> {
    (color.opacity < 1.0).then(|| number(color.opacity))
}

fn steps(places: &[Place], closed: bool) -> String {
    let mut path = String::new();
    for (i, (x, y)) in places.iter().enumerate() {
        path.push(if i == 0 { 'M' } else { 'L' });
        path.push_str(&format!("{} {}", number(*x), number(*y)));
    }
    if closed {
        path.push('Z');
    }
    path
}

/// To two decimals, without idle zeros.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".into()
    } else {
        short.into()
    }
}
