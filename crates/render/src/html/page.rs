//! Renders a document as a page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figure::figure;
use crate::document::{Answer, Block, Document, Fact, Section, Span, Style, Table, Text};

/// The style sheet of all pages: ours, and nothing in it comes from elsewhere.
pub const STYLE: &str = include_str!("style.css");
/// What a page may load: nothing but the pictures that are in it.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The page, whole.
pub fn page(document: &Document) -> String {
    let title = format!("{}: {}", document.title, document.exhibit);
    let body = html! {
        header {
            p.kind { (document.title) }
            h1 { bdi { (document.exhibit) } }
        }
        (answer(&document.answer))
        (facts(&document.glance))
        nav aria-label="Contents" {
            @for section in &document.sections {
                a href={ "#s" (section.number) } { (section.number) "  " (section.heading) }
            }
        }
        @for part in &document.sections { (section(part)) }
        footer { (document.foot) }
    };
    shell(&title, false, &body).into_string()
}

/// What is around every page.
pub fn shell(title: &str, wide: bool, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main.wide[wide] { (body) } }
        }
    }
}

fn answer(answer: &Answer) -> Markup {
    html! {
        section.answer.names[answer.names] aria-label="Answer" {
            p.verdict { (answer.verdict) }
            p.sentence { (text(&answer.sentence)) }
            @for more in &answer.beneath { p { (text(more)) } }
        }
    }
}

fn section(section: &Section) -> Markup {
    html! {
        section.fresh[section.fresh_page] id={ "s" (section.number) } {
            h2 { span.number { (section.number) } (section.heading) }
            @for part in &section.blocks { (block(part)) }
        }
    }
}

fn block(block: &Block) -> Markup {
    match block {
        Block::Subheading(words) => html! { h3 { (words) } },
        Block::Paragraph(words) => html! { p { (text(words)) } },
        Block::List(points) => html! { ul { @for point in points { li { (text(point)) } } } },
        Block::Facts(list) => facts(list),
        Block::Table(rows) => table(rows),
        Block::Figure(shown) => html! {
            figure {
                (figure(shown))
                figcaption { (text(&shown.caption)) }
            }
        },
    }
}

fn facts(facts: &[Fact]) -> Markup {
    html! { dl { @for fact in facts { dt { (fact.label) } dd { (text(&fact.value)) } } } }
}

fn table(table: &Table) -> Markup {
    let cells = |row: &[Text]| {
        html! {
            @for (column, cell) in table.columns.iter().zip(row) {
                td.n[column.numbers] { (text(cell)) }
            }
        }
    };
    html! {
        table {
            thead { tr { @for column in &table.columns { th.n[column.numbers] scope="col" { (column.head) } } } }
            tbody {
                @for (number, row) in table.rows.iter().enumerate() {
                    tr.marked[table.marked == Some(number)] { (cells(row)) }
                }
            }
        }
        p.caption { (text(&table.caption)) }
    }
}

fn text(text: &Text) -> Markup {
    html! { @for span in &text.0 { (self::span(span)) } }
}

/// Each part by itself for the order of writing: a name from right to left
/// does not turn what follows it.
fn span(span: &Span) -> Markup {
    match span.style {
        Style::Plain => html! { bdi { (span.words) } },
        Style::Strong => html! { strong { bdi { (span.words) } } },
        Style::Title => html! { em { bdi { (span.words) } } },
        Style::Code => html! { code { bdi { (span.words) } } },
    }
}
