//! Renders a document as a PDF (PDF/A-2b, for keeping), with its
//! fonts in it and without a browser.
//!
//! ```text
//! Document ─ flow: blocks ─ lines of runs ─ pages of marks ─ write: krilla ─ bytes
//! ```
//!
//! Everything is laid out before anything is written, so that each page can
//! say how many there are. Lengths are in points; the page is A4 with margins
//! that leave it whole on Letter paper too.
//!
//! The fonts know Latin, Greek and Cyrillic letters. Others are shown as their
//! code points, `\u{682a}`, and copied out of the file as what they are: a font
//! of the system would make another file on another machine, and one for all
//! scripts would be larger than the program.

mod art;
mod blocks;
mod flow;
mod fonts;
mod lines;
mod pen;
mod table;
mod write;

use super::document::Document;
use leakmark_core::error::Result;

/// The PDF file.
///
/// # Errors
/// [`Error::Internal`](leakmark_core::error::Error::Internal) if it cannot be written.
pub fn pdf(document: &Document) -> Result<Vec<u8>> {
    let fonts = fonts::fonts()?;
    let mut flow = flow::Flow::new(fonts);
    blocks::lay_out(&mut flow, document);
    write::write(document, fonts, &flow.finish())
}
