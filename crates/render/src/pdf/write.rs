//! Writes pages that are laid out as a PDF file.

use krilla::Document as Pdf;
use krilla::SerializeSettings;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;

use super::art::{draw, filled};
use super::flow::{LEFT, Mark, PAGE, Pages, WIDTH};
use super::fonts::{Face, Fonts};
use super::lines::RULE;
use super::pen::Pen;
use crate::chart::FAINT;
use crate::document::Document;
use leakmark_core::error::{Error, Result};

/// The file.
///
/// # Errors
/// [`Error::Internal`] if krilla refuses it.
pub fn write(document: &Document, fonts: &'static Fonts, pages: &Pages<'_>) -> Result<Vec<u8>> {
    let fault = |what: &str| Error::Internal(format!("the PDF report: {what}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_B)
        .finish()
        .map_err(|e| fault(&format!("{e:?}")))?;
    let pen = Pen::new(fonts).ok_or_else(|| fault("a font is broken"))?;
    let mut pdf = Pdf::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| fault("no page"))?;
    for number in 0..pages.pages.len() {
        let mut page = pdf.start_page_with(settings.clone());
        let mut surface = page.surface();
        fill(&mut surface, &pen, pages, number);
        edges(&mut surface, &pen, document, number, pages.pages.len());
        surface.finish();
        page.finish();
    }
    pdf.set_outline(outline(pages));
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(|e| fault(&format!("{e:?}")))
}

fn fill(surface: &mut Surface<'_>, pen: &Pen, pages: &Pages<'_>, number: usize) {
    for mark in &pages.pages[number].marks {
        match mark {
            Mark::Words(at, color, run) => {
                surface.set_fill(Some(filled(*color)));
                pen.write(
                    surface,
                    Point::from_xy(at.0, at.1),
                    run.face,
                    run.size,
                    &run.words,
                );
            }
            Mark::Area(from, to, color) => area(surface, *from, *to, *color),
            Mark::Drawing(at, scale, drawing) => draw(surface, pen, *at, *scale, drawing),
        }
    }
}

fn area(surface: &mut Surface<'_>, from: (f32, f32), to: (f32, f32), color: crate::drawing::Color) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_ltrb(from.0, from.1, to.0, to.1) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(filled(color)));
        surface.draw_path(&path);
    }
}

/// What stands at the head and the foot of every page.
fn edges(surface: &mut Surface<'_>, pen: &Pen, document: &Document, number: usize, pages: usize) {
    const SIZE: f32 = 7.0;
    let (top, bottom) = (44.0, PAGE.1 - 46.0);
    let mut say = |x: f32, y: f32, face: Face, words: &str| {
        surface.set_fill(Some(filled(FAINT)));
        pen.write(surface, Point::from_xy(x, y), face, SIZE, words);
    };
    if number > 0 {
        say(LEFT, top, Face::Sans, &document.title);
        let name = cut(pen, &document.exhibit, SIZE, WIDTH / 2.0);
        let width = pen.fonts.width(Face::Sans, SIZE, &name);
        say(LEFT + WIDTH - width, top, Face::Sans, &name);
    }
    say(LEFT, bottom + 12.0, Face::Mono, &document.foot);
    let page = format!("Page {} of {pages}", number + 1);
    let width = pen.fonts.width(Face::Sans, SIZE, &page);
    say(LEFT + WIDTH - width, bottom + 12.0, Face::Sans, &page);
    area(surface, (LEFT, bottom), (LEFT + WIDTH, bottom + 0.5), RULE);
}

/// The beginning of words that are too wide.
fn cut(pen: &Pen, words: &str, size: f32, width: f32) -> String {
    let wide = |text: &str| pen.fonts.width(Face::Sans, size, text) > width;
    if !wide(words) {
        return words.to_owned();
    }
    let mut short = String::new();
    for letter in words.chars() {
        short.push(letter);
        if wide(&short) {
            short.pop();
            break;
        }
    }
    short + "…"
}

fn outline(pages: &Pages<'_>) -> Outline {
    let mut outline = Outline::new();
    for (page, y, words) in &pages.headings {
        let place = XyzDestination::new(*page, Point::from_xy(LEFT, *y));
        outline.push_child(OutlineNode::new(words.clone(), place));
    }
    outline
}

fn metadata(document: &Document) -> Metadata {
    let metadata = Metadata::new()
        .title(format!("{}: {}", document.title, document.exhibit))
        .language("en".into())
        .creator(document.tool.clone())
        .producer(document.tool.clone());
    match date(&document.made_at) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

/// An RFC 3339 time in UTC.
fn date(rfc3339: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| rfc3339.get(from..to)?.parse::<u16>().ok();
    let small = |from: usize| number(from, from + 2).and_then(|n| u8::try_from(n).ok());
    let date = DateTime::new(number(0, 4)?).month(small(5)?).day(small(8)?);
    Some(
        date.hour(small(11)?)
            .minute(small(14)?)
            .second(small(17)?)
            .utc_offset_hour(0)
            .utc_offset_minute(0),
    )
}
