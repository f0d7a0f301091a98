//! A picture made of lines, words and pixels, to be rendered as
//! SVG or into a PDF. Lengths are in points of the drawing itself; the origin
//! is the upper left corner, y grows downwards.

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Points across.
    pub width: f32,
    /// Points down.
    pub height: f32,
    /// What is drawn, the hindmost first.
    pub shapes: Vec<Shape>,
}

/// A place: across, down.
pub type Place = (f32, f32);

/// A color with its opacity, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Color {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// 0 cannot be seen, 1 hides what is behind.
    pub opacity: f32,
}

impl Color {
    /// An opaque color, from 0xRRGGBB.
    pub const fn of(rgb: u32) -> Self {
        Self {
            rgb: [(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8],
            opacity: 1.0,
        }
    }

    /// This colour with another opacity, 0 (nothing is seen of it) to 1.
    pub const fn faint(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }
}

/// The outline of a shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Its color.
    pub color: Color,
    /// Its width.
    pub width: f32,
    /// Lengths of its dashes and of the gaps between them; `None` if unbroken.
    pub dash: Option<f32>,
}

/// Which end of the words is at their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Their beginning.
    Start,
    /// Their middle.
    Middle,
    /// Their end.
    End,
}

/// Words in a drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where the baseline is.
    pub at: Place,
    /// The size of the font.
    pub size: f32,
    /// Which end is there.
    pub anchor: Anchor,
    /// True if they run upwards.
    pub upwards: bool,
    /// True if they stand out.
    pub strong: bool,
    /// Their color.
    pub color: Color,
    /// The words.
    pub words: String,
}

/// How the pixels of a picture are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As JPEG.
    Jpeg,
    /// As PNG, to be drawn without smoothing.
    Png,
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Straight lines from place to place.
    Path {
        /// The places.
        places: Vec<Place>,
        /// True if the last is joined to the first.
        closed: bool,
        /// What it is filled with.
        fill: Option<Color>,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Circle {
        /// Its middle.
        middle: Place,
        /// Its radius.
        radius: f32,
        /// What it is filled with.
        fill: Option<Color>,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// Words.
    Label(Label),
    /// A picture.
    Pixels {
        /// Its upper left corner.
        at: Place,
        /// Points across and down, whatever its pixels.
        size: Place,
        /// How it is stored.
        encoding: Encoding,
        /// The file.
        bytes: Vec<u8>,
    },
}

impl Shape {
    /// A rectangle from corner to corner.
    pub fn rectangle(from: Place, to: Place, fill: Option<Color>, stroke: Option<Stroke>) -> Self {
        Self::Path {
            places: vec![from, (to.0, from.1), to, (from.0, to.1)],
            closed: true,
            fill,
            stroke,
        }
    }

    /// A line.
    pub fn line(from: Place, to: Place, stroke: Stroke) -> Self {
        Self::Path {
            places: vec![from, to],
            closed: false,
            fill: None,
            stroke: Some(stroke),
        }
    }
}
