//! The report as a document: sections, paragraphs, tables and
//! figures, said once and rendered as HTML and as PDF.

use crate::drawing::Drawing;
use leakmark_evidence::escape::plain;

/// The report on one exhibit, ready to be rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it is, for the title bar and the head of each page.
    pub title: String,
    /// The exhibit's name.
    pub exhibit: String,
    /// What made it, with its version.
    pub tool: String,
    /// When, RFC 3339 UTC.
    pub made_at: String,
    /// What a page's foot says to tell it from other reports.
    pub foot: String,
    /// The answer.
    pub answer: Answer,
    /// Case, exhibit and time at a glance.
    pub glance: Vec<Fact>,
    /// The rest.
    pub sections: Vec<Section>,
}

/// The answer in a sentence, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The verdict in a few words.
    pub verdict: &'static str,
    /// True if somebody is named.
    pub names: bool,
    /// The sentence.
    pub sentence: Text,
    /// What else must be said at once.
    pub beneath: Vec<Text>,
}

/// A numbered section, or a lettered appendix.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// `1`, `2`, … or `A`, `B`, …
    pub number: String,
    /// Its heading.
    pub heading: &'static str,
    /// True if it starts on a new page.
    pub fresh_page: bool,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading within the section.
    Subheading(&'static str),
    /// A paragraph.
    Paragraph(Text),
    /// Several points.
    List(Vec<Text>),
    /// What is called what.
    Facts(Vec<Fact>),
    /// A table.
    Table(Table),
    /// A picture.
    Figure(Box<Figure>),
}

/// A label and what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The label.
    pub label: &'static str,
    /// The value.
    pub value: Text,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The heads of the columns, and whether they hold numbers.
    pub columns: Vec<Column>,
    /// Row by row.
    pub rows: Vec<Vec<Text>>,
    /// The row that applies here.
    pub marked: Option<usize>,
    /// What it shows.
    pub caption: Text,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its head.
    pub head: &'static str,
    /// Its share of the width, relative to the others.
    pub share: f32,
    /// True if it holds numbers, which are set flush right.
    pub numbers: bool,
}

/// A picture with its caption.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The picture.
    pub drawing: Drawing,
    /// What it shows, for those who cannot see it.
    pub description: String,
    /// What to make of it.
    pub caption: Text,
}

/// How words are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Like the others.
    Plain,
    /// So that they stand out.
    Strong,
    /// As a title is.
    Title,
    /// Letter by letter: digests, paths, commands.
    Code,
}

/// Words in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// How they are set.
    pub style: Style,
    /// The words; none of their characters controls anything.
    pub words: String,
}

/// Words in several styles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// `template`, which is ours, with `*strong*`, `_title_` and `` `code` ``
    /// parts, and `values`, which may be anybody's, in place of its `{}`. Values
    /// are never taken apart, and what controls a terminal or the direction of
    /// writing in them is shown as `\u{202e}`.
    pub fn of(template: &str, values: &[&str]) -> Self {
        let (mut spans, mut style, mut words) = (Vec::new(), Style::Plain, String::new());
        let mut values = values.iter();
        let mut letters = template.chars().peekable();
        while let Some(letter) = letters.next() {
            let named = match letter {
                '*' => Style::Strong,
                '_' => Style::Title,
                '`' => Style::Code,
                '{' if letters.peek() == Some(&'}') => {
                    letters.next();
                    words.push_str(&plain(values.next().unwrap_or(&"")));
                    continue;
                }
                letter => {
                    words.push(letter);
                    continue;
                }
            };
            push(&mut spans, style, &mut words);
            style = if style == named { Style::Plain } else { named };
        }
        push(&mut spans, style, &mut words);
        Self(spans)
    }

    /// A value by itself.
    pub fn value(value: &str) -> Self {
        Self::of("{}", &[value])
    }

    /// A value letter by letter.
    pub fn code(value: &str) -> Self {
        Self::of("`{}`", &[value])
    }

    /// The words without their styles.
    pub fn words(&self) -> String {
        self.0.iter().map(|span| span.words.as_str()).collect()
    }
}

fn push(spans: &mut Vec<Span>, style: Style, words: &mut String) {
    if !words.is_empty() {
        spans.push(Span {
            style,
            words: std::mem::take(words),
        });
    }
}

/// A fact with a value from anywhere.
pub fn fact(label: &'static str, value: impl AsRef<str>) -> Fact {
    Fact {
        label,
        value: Text::value(value.as_ref()),
    }
}

/// A fact whose value is to be read letter by letter.
pub fn code_fact(label: &'static str, value: impl AsRef<str>) -> Fact {
    Fact {
        label,
        value: Text::code(value.as_ref()),
    }
}

/// A paragraph; see [`Text::of`].
pub fn paragraph(template: &str, values: &[&str]) -> Block {
    Block::Paragraph(Text::of(template, values))
}

/// A column of words.
pub fn words_column(head: &'static str, share: f32) -> Column {
    Column {
        head,
        share,
        numbers: false,
    }
}

/// A column of numbers.
pub fn number_column(head: &'static str, share: f32) -> Column {
    Column {
        head,
        share,
        numbers: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_never_taken_for_a_template() {
        let text = Text::of("of *{}*, `{}`", &["*{}* <b>_x_", "a\u{202e}b\n"]);
        let spans: Vec<(Style, &str)> =
            text.0.iter().map(|s| (s.style, s.words.as_str())).collect();
        assert_eq!(
            spans,
            [
                (Style::Plain, "of "),
                (Style::Strong, "*{}* <b>_x_"),
                (Style::Plain, ", "),
                (Style::Code, r"a\u{202e}b\u{a}"),
            ]
        );
    }
}
