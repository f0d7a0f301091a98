//! Lets plotters draw into a [`Drawing`], so that a chart is drawn
//! once and rendered both as SVG and into a PDF. Plotters counts in whole
//! units: here a tenth of a point each.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};

use crate::drawing::{Anchor, Color, Drawing, Label, Place, Shape, Stroke};

/// Plotters' units in a point.
pub const UNITS: f32 = 10.0;
/// The mean width of a letter over the size of the font, for room at the axes.
const LETTER: f64 = 0.56;

/// Draws into a drawing.
pub struct Recorder<'a>(pub &'a mut Drawing);

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn place((x, y): BackendCoord) -> Place {
    (x as f32 / UNITS, y as f32 / UNITS)
}

fn color(color: BackendColor) -> Color {
    let (r, g, b) = color.rgb;
    Color {
        rgb: [r, g, b],
        opacity: color.alpha as f32,
    }
}

fn stroke<S: BackendStyle>(style: &S) -> Stroke {
    Stroke {
        color: color(style.color()),
        width: style.stroke_width() as f32 / UNITS,
        dash: None,
    }
}

fn seen<S: BackendStyle>(style: &S) -> bool {
    style.color().alpha > 0.0
}

impl DrawingBackend for Recorder<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (
            (self.0.width * UNITS) as u32,
            (self.0.height * UNITS) as u32,
        )
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if seen(style) {
            let filled = fill.then(|| color(style.color()));
            let outline = (!fill).then(|| stroke(style));
            self.0
                .shapes
                .push(Shape::rectangle(place(from), place(to), filled, outline));
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if seen(style) {
            self.0.shapes.push(Shape::Path {
                places: path.into_iter().map(place).collect(),
                closed: false,
                fill: None,
                stroke: Some(stroke(style)),
            });
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.0.shapes.push(Shape::Path {
            places: corners.into_iter().map(place).collect(),
            closed: true,
            fill: Some(color(style.color())),
            stroke: None,
        });
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        let size = style.size() as f32 / UNITS;
        let (horizontal, vertical) = (style.anchor().h_pos, style.anchor().v_pos);
        // Of the letters, only what stands on the baseline counts as height.
        let below = size
            * match vertical {
                VPos::Top => 0.75,
                VPos::Center => 0.34,
                VPos::Bottom => -0.1,
            };
        let upwards = matches!(style.transform(), FontTransform::Rotate270);
        let (x, y) = place(at);
        self.0.shapes.push(Shape::Label(Label {
            at: if upwards {
                (x + below, y)
            } else {
                (x, y + below)
            },
            size,
            anchor: match horizontal {
                HPos::Left => Anchor::Start,
                HPos::Center => Anchor::Middle,
                HPos::Right => Anchor::End,
            },
            upwards,
            strong: false,
            color: color(style.color()),
            words: text.to_owned(),
        }));
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let width = text.chars().count() as f64 * style.size() * LETTER;
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}
