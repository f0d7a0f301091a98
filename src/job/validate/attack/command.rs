//! Turns a step of an attack into FFmpeg's arguments.

use super::{Encoder, Recipe, Step};

/// What comes after every filter: encoders of 4:2:0 pictures take even sizes only.
const EVEN: &str = "crop=trunc(iw/2)*2:trunc(ih/2)*2";

/// What stands for the places in a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: f64,
    /// Length, seconds.
    pub duration_s: f64,
    /// A number for whatever is random.
    pub seed: u32,
}

impl Input {
    fn fill(&self, filter: &str) -> String {
        [
            ("{width}", self.width.to_string()),
            ("{height}", self.height.to_string()),
            ("{fps}", self.fps.to_string()),
            ("{duration}", self.duration_s.to_string()),
            ("{half}", (self.duration_s / 2.0).to_string()),
            ("{seed}", self.seed.to_string()),
        ]
        .iter()
        .fold(filter.to_owned(), |text, (place, value)| {
            text.replace(place, value)
        })
    }
}

/// The arguments between the inputs and the output of a step that takes `copies`
/// files: one thread and no dates, so that the same input gives the same bytes.
pub fn arguments(step: &Step, copies: usize, input: &Input) -> Vec<String> {
    let filled = step.filter.as_deref().map(|f| input.fill(f));
    around(step, copies, filled)
}

/// The commands of an attack as people type them, with the places left open.
pub fn templates(recipe: &Recipe) -> Vec<String> {
    let steps = recipe.steps.iter().enumerate();
    steps
        .map(|(i, step)| {
            let copies = if i == 0 { recipe.copies } else { 1 };
            let inputs = "-i IN ".repeat(copies);
            let words = around(step, copies, step.filter.clone());
            let quoted = words
                .iter()
                .map(|w| match w.contains(['(', '[', '\\', ';', '{']) {
                    true => format!("'{w}'"),
                    false => w.clone(),
                });
            format!(
                "ffmpeg {inputs}{} OUT",
                quoted.collect::<Vec<_>>().join(" ")
            )
        })
        .collect()
}

fn around(step: &Step, copies: usize, filter: Option<String>) -> Vec<String> {
    let filter = filter.map_or(EVEN.to_owned(), |f| format!("{f},{EVEN}"));
    let mut words: Vec<String> = Vec::new();
    let mut add = |more: &[&str]| words.extend(more.iter().map(|&w| w.to_owned()));
    match copies {
        1 => add(&["-map", "0:v:0", "-vf", &filter]),
        _ => add(&["-filter_complex", &filter]),
    }
    add(&["-c:v", &step.encoder.name]);
    for (name, value) in &step.encoder.options {
        add(&[&format!("-{name}"), value]);
    }
    if let Some((name, value)) = quiet(&step.encoder) {
        add(&[name, value]);
    }
    add(&["-threads", "1", "-an", "-sn", "-dn", "-map_metadata", "-1"]);
    add(&["-fflags", "+bitexact", "-flags:v", "+bitexact"]);
    words
}

/// What keeps an encoder with threads and words of its own to one thread and none.
fn quiet(encoder: &Encoder) -> Option<(&'static str, &'static str)> {
    match encoder.name.as_str() {
        "libx265" => Some(("-x265-params", "log-level=none:pools=none:frame-threads=1")),
        "libsvtav1" => Some(("-svtav1-params", "lp=1")),
        _ => None,
    }
}

/// The names of the filters in a chain or graph.
pub fn filter_names(chain: &str) -> impl Iterator<Item = &str> {
    split_outside_escapes(chain).filter_map(|part| {
        let mut rest = part.trim();
        while let Some((_, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            rest = after;
        }
        let end = rest.find(['=', '[', '@']).unwrap_or(rest.len());
        let name = rest[..end].trim();
        (!name.is_empty()).then_some(name)
    })
}

/// The parts between commas and semicolons; an escaped comma is no end.
fn split_outside_escapes(chain: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(chain);
    std::iter::from_fn(move || {
        let text = rest?;
        let bytes = text.as_bytes();
        let end = (0..bytes.len())
            .find(|&i| matches!(bytes[i], b',' | b';') && (i == 0 || bytes[i - 1] != b'\\'));
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn step(filter: Option<&str>, encoder: &str) -> Step {
        Step {
            filter: filter.map(Into::into),
            encoder: Encoder {
                name: encoder.into(),
                options: BTreeMap::from([("crf".into(), "30".into())]),
            },
        }
    }

    const INPUT: Input = Input {
        width: 640,
        height: 360,
        fps: 24.0,
        duration_s: 5.0,
        seed: 9,
    };

    #[test]
    fn places_are_filled_and_the_rest_is_left_as_it_is() {
        let one = step(
            Some("crop={width}:{height},trim=end={half},noise=all_seed={seed}"),
            "mpeg4",
        );
        let words = arguments(&one, 1, &INPUT).join(" ");
        assert!(
            words.starts_with(
                "-map 0:v:0 -vf crop=640:360,trim=end=2.5,noise=all_seed=9,crop=trunc"
            ),
            "{words}"
        );
        assert!(words.contains("-c:v mpeg4 -crf 30 -threads 1"), "{words}");
        let two = arguments(&step(Some("[0:v][1:v]hstack"), "libx265"), 2, &INPUT).join(" ");
        assert!(
            two.starts_with("-filter_complex [0:v][1:v]hstack,crop"),
            "{two}"
        );
        assert!(two.contains("frame-threads=1"), "{two}");
    }

    #[test]
    fn a_template_can_be_pasted_into_a_shell() {
        let recipe = Recipe {
            copies: 2,
            container: "mp4".into(),
            steps: vec![step(Some("[0:v][1:v]hstack"), "mpeg4"), step(None, "mpeg4")],
        };
        let [first, second] = &templates(&recipe)[..] else {
            panic!("two steps")
        };
        assert!(
            first.starts_with("ffmpeg -i IN -i IN -filter_complex '[0:v][1:v]hstack,crop="),
            "{first}"
        );
        assert!(
            second.starts_with("ffmpeg -i IN -map 0:v:0 -vf 'crop="),
            "{second}"
        );
    }

    #[test]
    fn filters_are_found_behind_labels_and_escaped_commas() {
        let chain = "split[a][b];[b]select=not(between(t\\,4\\,5)),hflip[b];[a][b]overlay=0:0,null";
        let names: Vec<&str> = filter_names(chain).collect();
        assert_eq!(names, ["split", "select", "hflip", "overlay", "null"]);
    }
}
