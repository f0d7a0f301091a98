//! The command `variants`.

use serde::Serialize;

use super::log::json_text;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::variants_order::VariantsOrder;
use crate::cli::words::count;
use crate::error::Result;
use crate::job::{MadeVariants, ReadBack, Task, make_variants};

/// What `variants --json` prints.
#[derive(Serialize)]
struct Json<'a> {
    title: &'a str,
    /// Null if a variant did not read back.
    path: Option<String>,
    bytes: u64,
    frames: u64,
    duration_s: f64,
    segments: usize,
    /// How each variant read back, A first.
    variants: &'a [ReadBack],
    notes: &'a [String],
}

/// Makes a folder of variants.
///
/// # Errors
/// As for [`make_variants`].
pub fn run(session: &Session, order: &VariantsOrder) -> Result<Exit> {
    let home = session.home_for_recorded_work()?;
    let master = order.request.encode.master.display().to_string();
    let task = Task::only(&session.console.bars);
    let made = make_variants(&home, &order.request, task)
        .map_err(|error| session.log_failure(&home.registry, "variants", &master, error))?;
    let subject = format!("title {}", made.index.title);
    let result = match &made.path {
        Some(path) => format!(
            "{} variants in {}",
            made.index.layout.variants(),
            path.display()
        ),
        None => "a variant does not read back: nothing was kept".to_owned(),
    };
    session.log(&home.registry, "variants", &subject, &result);
    print(session, &made, order.json)?;
    Ok(match made.path {
        Some(_) => Exit::Done,
        None => Exit::No,
    })
}

fn print(session: &Session, made: &MadeVariants, as_json: bool) -> Result<()> {
    let (console, index) = (&session.console, &made.index);
    for note in &made.notes {
        console.warn(&format!("note: {note}"));
    }
    if made.path.is_none() {
        console.warn("leakmark: a variant does not read back: nothing was kept");
    }
    if as_json {
        return console.json(&json_text(&Json {
            title: &index.title,
            path: made.path.as_ref().map(|path| path.display().to_string()),
            bytes: made.bytes,
            frames: index.frames,
            duration_s: index.duration_s,
            segments: index.layout.segments(),
            variants: &index.read_back,
            notes: &made.notes,
        })?);
    }
    let place = made.path.as_ref().map(|path| path.display().to_string());
    console.result(&place.unwrap_or_else(|| "not kept".into()))?;
    console.result(&format!(
        "  title     {}, {} segments of {} variants",
        index.title,
        index.layout.segments(),
        index.layout.variants()
    ))?;
    console.result(&format!("  size      {} bytes", count(made.bytes)))?;
    if index.read_back.is_empty() {
        return console.result("  verified  no: the variants were not read back");
    }
    let lines = ('A'..)
        .zip(&index.read_back)
        .map(|(letter, read)| line(letter, read));
    lines.into_iter().try_for_each(|line| console.result(&line))
}

fn line(letter: char, read: &ReadBack) -> String {
    let word = if read.agrees() {
        "verified"
    } else {
        "REFUSED "
    };
    let mut line = format!(
        "  {word}  {letter}: {} of {} slots tell it from the others (log10 LR {:.1})",
        read.told, read.slots, read.log10_likelihood_ratio
    );
    if !read.contradicting.is_empty() {
        let slots: Vec<String> = read
            .contradicting
            .iter()
            .take(10)
            .map(u32::to_string)
            .collect();
        line.push_str(&format!("; another is read in slots {}", slots.join(", ")));
    }
    line
}
