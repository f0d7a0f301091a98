//! Lays out the parts of a document.

use super::flow::{Flow, LEFT, Mark, WIDTH};
use super::lines::{Line, RULE, Setting, lines, sans, serif, strong};
use super::table::table;
use crate::chart::{ACCENT, FAINT, INK};
use crate::document::{Answer, Block, Document, Fact, Figure, Section, Text};
use crate::drawing::Color;

const SOFT: Color = Color::of(0xf5f6f8);

const BODY: Setting = serif(10.4, 14.0, INK);
const CAPTION: Setting = serif(9.0, 11.8, FAINT);
const KIND: Setting = strong(sans(7.2, 10.0, FAINT));
const NAME: Setting = strong(serif(20.0, 24.0, INK));
const SENTENCE: Setting = serif(14.4, 19.0, INK);
const HEADING: Setting = strong(serif(13.6, 17.0, INK));
const SUBHEADING: Setting = strong(sans(8.8, 12.0, INK));
const LABEL: Setting = sans(8.0, 14.0, FAINT);
/// Where the values of facts begin, from the left.
const VALUES: f32 = 124.0;
/// Inside the box around the answer.
const PADDING: f32 = 15.0;

/// Lays out the whole document.
pub fn lay_out<'a>(flow: &mut Flow<'a>, document: &'a Document) {
    words(
        flow,
        LEFT,
        WIDTH,
        &Text::value(&document.title.to_uppercase()),
        &KIND,
    );
    flow.y += 1.0;
    words(flow, LEFT, WIDTH, &Text::value(&document.exhibit), &NAME);
    flow.y += 10.0;
    answer(flow, &document.answer);
    facts(flow, &document.glance);
    for part in &document.sections {
        section(flow, part);
    }
}

fn words(flow: &mut Flow<'_>, x: f32, width: f32, text: &Text, setting: &Setting) {
    let broken = lines(flow.fonts, text, setting, width);
    flow.lines(x, broken, setting);
}

/// The box is behind the words, and as high as they are.
fn answer(flow: &mut Flow<'_>, answer: &Answer) {
    let (x, width) = (LEFT + PADDING + 4.0, WIDTH - 2.0 * PADDING - 4.0);
    let color = if answer.names { ACCENT } else { FAINT };
    let verdict = Setting { color, ..KIND };
    let mut parts = vec![(Text::value(&answer.verdict.to_uppercase()), verdict, 3.0)];
    parts.push((answer.sentence.clone(), SENTENCE, 5.0));
    parts.extend(answer.beneath.iter().map(|t| (t.clone(), BODY, 3.0)));
    let broken: Vec<_> = parts
        .into_iter()
        .map(|(text, setting, after)| (lines(flow.fonts, &text, &setting, width), setting, after))
        .collect();
    let tall: f32 = broken
        .iter()
        .map(|(l, s, after)| l.len() as f32 * s.leading + after)
        .sum();
    let height = tall + 2.0 * PADDING - 4.0;
    // An answer longer than a page, with names of any length, has no box.
    if height < Flow::tallest() {
        flow.need(height);
        let (top, bottom) = (flow.y, flow.y + height);
        flow.put(Mark::Area((LEFT, top), (LEFT + WIDTH, bottom), SOFT));
        flow.put(Mark::Area((LEFT, top), (LEFT + 3.5, bottom), color));
    }
    flow.y += PADDING - 3.0;
    for (broken, setting, after) in broken {
        flow.lines(x, broken, &setting);
        flow.y += after;
    }
    flow.y += PADDING + 6.0;
}

fn section<'a>(flow: &mut Flow<'a>, section: &'a Section) {
    if section.fresh_page {
        flow.turn();
    }
    flow.space(16.0);
    flow.need(
        section
            .blocks
            .first()
            .map_or(0.0, |first| beginning(flow, first))
            + 34.0,
    );
    flow.rule(LEFT, WIDTH, 0.6, RULE);
    flow.heading(format!("{} {}", section.number, section.heading));
    flow.y += 8.0;
    let number = Setting {
        color: FAINT,
        strong: false,
        ..HEADING
    };
    let at = flow.y;
    words(flow, LEFT, 24.0, &Text::value(&section.number), &number);
    flow.y = at;
    words(
        flow,
        LEFT + 20.0,
        WIDTH - 20.0,
        &Text::value(section.heading),
        &HEADING,
    );
    flow.y += 5.0;
    for part in &section.blocks {
        block(flow, part);
    }
}

/// What of a block must be on the page of the heading above it.
fn beginning(flow: &Flow<'_>, block: &Block) -> f32 {
    match block {
        Block::Figure(figure) => {
            let (_, height, captions) = measured(flow, figure);
            height + captions.len() as f32 * CAPTION.leading + 4.0
        }
        _ => 76.0,
    }
}

/// How much larger or smaller a figure is drawn, how tall that is, and its caption.
fn measured(flow: &Flow<'_>, figure: &Figure) -> (f32, f32, Vec<Line>) {
    let drawing = &figure.drawing;
    let captions = lines(flow.fonts, &figure.caption, &CAPTION, WIDTH);
    let below = captions.len() as f32 * CAPTION.leading + 50.0;
    let room = (Flow::tallest() - below).max(1.0);
    let scale = (WIDTH / drawing.width).min(room / drawing.height.max(1.0));
    (scale, drawing.height * scale, captions)
}

fn block<'a>(flow: &mut Flow<'a>, block: &'a Block) {
    match block {
        Block::Subheading(heading) => {
            flow.space(5.0);
            flow.need(60.0);
            words(flow, LEFT, WIDTH, &Text::value(heading), &SUBHEADING);
            flow.y += 3.0;
        }
        Block::Paragraph(text) => {
            words(flow, LEFT, WIDTH, text, &BODY);
            flow.y += 6.0;
        }
        Block::List(points) => list(flow, points),
        Block::Facts(list) => facts(flow, list),
        Block::Table(rows) => {
            table(flow, rows);
            words(flow, LEFT, WIDTH, &rows.caption, &CAPTION);
            flow.space(10.0);
        }
        Block::Figure(shown) => figure(flow, shown),
    }
}

fn list(flow: &mut Flow<'_>, points: &[Text]) {
    for point in points {
        flow.need(2.0 * BODY.leading);
        let dot = lines(flow.fonts, &Text::value("•"), &BODY, 10.0);
        let at = flow.y;
        flow.lines(LEFT + 3.0, dot, &BODY);
        flow.y = at;
        words(flow, LEFT + 15.0, WIDTH - 15.0, point, &BODY);
        flow.y += 3.0;
    }
    flow.y += 4.0;
}

fn facts(flow: &mut Flow<'_>, facts: &[Fact]) {
    for (number, fact) in facts.iter().enumerate() {
        let values = lines(flow.fonts, &fact.value, &BODY, WIDTH - VALUES);
        let labels = lines(flow.fonts, &Text::value(fact.label), &LABEL, VALUES - 10.0);
        let rows = values.len().max(labels.len()).min(3) as f32;
        if flow.need(rows * BODY.leading + 6.0) || number == 0 {
            flow.rule(LEFT, WIDTH, 0.5, RULE);
        }
        flow.y += 2.5;
        let at = flow.y;
        flow.lines(LEFT, labels, &LABEL);
        let below = flow.y;
        flow.y = at;
        flow.lines(LEFT + VALUES, values, &BODY);
        flow.y = flow.y.max(below.min(flow.y + LABEL.leading)) + 2.5;
        flow.rule(LEFT, WIDTH, 0.5, RULE);
    }
    flow.y += 12.0;
}

fn figure<'a>(flow: &mut Flow<'a>, figure: &'a Figure) {
    let (scale, height, captions) = measured(flow, figure);
    flow.need(height + captions.len() as f32 * CAPTION.leading + 3.0);
    flow.put(Mark::Drawing((LEFT, flow.y), scale, &figure.drawing));
    flow.y += height + 3.0;
    flow.lines(LEFT, captions, &CAPTION);
    flow.space(13.0);
}

#[cfg(test)]
mod tests {
    use super::super::flow::{PAGE, Page};
    use super::super::fonts::fonts;
    use super::*;
    use crate::document::{Column, Table};

    /// Where the words of a page end: rightmost and lowest.
    fn reach(page: &Page<'_>) -> (f32, f32) {
        page.marks
            .iter()
            .fold((0.0, 0.0), |far: (f32, f32), mark| match mark {
                Mark::Words(at, _, run) => (far.0.max(at.0 + run.width), far.1.max(at.1)),
                _ => far,
            })
    }

    #[test]
    fn words_of_any_length_stay_on_their_pages() {
        let long = Text::value(&"x".repeat(9000));
        let fact = Fact {
            label: "Note",
            value: long.clone(),
        };
        let table = Table {
            columns: vec![Column {
                head: "Path",
                share: 1.0,
                numbers: false,
            }],
            rows: vec![vec![Text::value(&"word ".repeat(40))]; 90],
            marked: Some(3),
            caption: long.clone(),
        };
        let document = Document {
            title: "Examination".into(),
            exhibit: "é".repeat(300),
            tool: String::new(),
            made_at: String::new(),
            foot: String::new(),
            answer: Answer {
                verdict: "Attributed",
                names: true,
                sentence: long.clone(),
                beneath: vec![long.clone()],
            },
            glance: vec![fact],
            sections: vec![Section {
                number: "1".into(),
                heading: "Table",
                fresh_page: false,
                blocks: vec![Block::Table(table), Block::List(vec![long])],
            }],
        };
        let mut flow = Flow::new(fonts().unwrap());
        lay_out(&mut flow, &document);
        let pages = flow.finish();
        assert!(pages.pages.len() > 8, "{} pages", pages.pages.len());
        for (number, page) in pages.pages.iter().enumerate() {
            let (right, lowest) = reach(page);
            assert!(!page.marks.is_empty(), "page {number} is empty");
            assert!(right <= LEFT + WIDTH + 0.1, "page {number}: {right}");
            assert!(lowest <= PAGE.1 - 60.0, "page {number}: {lowest}");
        }
    }
}
