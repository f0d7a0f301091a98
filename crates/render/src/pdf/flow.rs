//! Fills pages from top to bottom.

use super::fonts::Fonts;
use super::lines::{Line, Run, Setting};
use crate::drawing::{Color, Drawing, Place};

/// A4.
pub const PAGE: (f32, f32) = (595.28, 841.89);
/// Where the text begins.
pub const LEFT: f32 = 62.0;
/// How wide it is.
pub const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
/// Where it begins and ends.
const TOP: f32 = 66.0;
const BOTTOM: f32 = PAGE.1 - 70.0;

/// Something on a page.
pub enum Mark<'a> {
    /// Words: where the baseline begins, and their color.
    Words(Place, Color, Run),
    /// A filled rectangle, from corner to corner.
    Area(Place, Place, Color),
    /// A drawing: its upper left corner, and points of the page for each of its own.
    Drawing(Place, f32, &'a Drawing),
}

/// A page: what is on it, the hindmost first.
#[derive(Default)]
pub struct Page<'a> {
    /// The marks.
    pub marks: Vec<Mark<'a>>,
}

/// Pages, and the headings in them.
pub struct Pages<'a> {
    /// The pages.
    pub pages: Vec<Page<'a>>,
    /// Headings: page, height on it, words.
    pub headings: Vec<(usize, f32, String)>,
}

/// Pages being filled.
pub struct Flow<'a> {
    /// The fonts.
    pub fonts: &'static Fonts,
    done: Pages<'a>,
    /// How far down the page is filled.
    pub y: f32,
}

impl<'a> Flow<'a> {
    /// One empty page.
    pub fn new(fonts: &'static Fonts) -> Self {
        Self {
            fonts,
            done: Pages {
                pages: vec![Page::default()],
                headings: Vec::new(),
            },
            y: TOP,
        }
    }

    /// Begins a new page, unless this one is empty.
    pub fn turn(&mut self) {
        if self.y > TOP {
            self.done.pages.push(Page::default());
            self.y = TOP;
        }
    }

    /// Begins a new page unless `height` is left on this one; true if it did.
    pub fn need(&mut self, height: f32) -> bool {
        let turn = self.y + height > BOTTOM && self.y > TOP;
        if turn {
            self.turn();
        }
        turn
    }

    /// Leaves room, but not at the top of a page.
    pub fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y = (self.y + height).min(BOTTOM);
        }
    }

    /// The tallest that something can be.
    pub fn tallest() -> f32 {
        BOTTOM - TOP
    }

    /// Puts something on the page.
    pub fn put(&mut self, mark: Mark<'a>) {
        if let Some(page) = self.done.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    /// A line across the page at this height.
    pub fn rule(&mut self, x: f32, width: f32, thickness: f32, color: Color) {
        let y = self.y;
        self.put(Mark::Area((x, y), (x + width, y + thickness), color));
    }

    /// Puts a line of words, its baseline at `y`.
    pub fn line(&mut self, x: f32, y: f32, line: Line, color: Color) {
        for run in line.runs {
            self.put(Mark::Words((x + run.x, y), color, run));
        }
    }

    /// Fills in lines one below the other from column `x`, over as many pages as
    /// it takes; neither a first nor a last line stands alone.
    pub fn lines(&mut self, x: f32, lines: Vec<Line>, setting: &Setting) {
        let count = lines.len();
        for (i, line) in lines.into_iter().enumerate() {
            let together = match count - i {
                2 => 2.0,
                _ if i == 0 && count > 1 => 2.0,
                _ => 1.0,
            };
            self.need(together * setting.leading);
            self.line(x, self.y + 0.78 * setting.leading, line, setting.color);
            self.y += setting.leading;
        }
    }

    /// Remembers a heading that begins here.
    pub fn heading(&mut self, words: String) {
        let page = self.done.pages.len() - 1;
        self.done.headings.push((page, self.y, words));
    }

    /// The pages.
    pub fn finish(self) -> Pages<'a> {
        self.done
    }
}
