//! Reads one attack file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Attack, Encoder, Recipe, Step, TitleTime};

/// The encoder of attacks that name none.
const ENCODER: &str = "libx264";
/// Its rate factor: good enough that what is tested is the filter.
const RATE_FACTOR: &str = "26";

/// An attack file, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    class: String,
    about: String,
    #[serde(default)]
    attack: Vec<WrittenAttack>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAttack {
    name: String,
    stands_for: String,
    #[serde(default)]
    sets: Vec<String>,
    #[serde(default = "one")]
    copies: usize,
    #[serde(default = "mp4")]
    container: String,
    filter: Option<String>,
    encoder: Option<WrittenEncoder>,
    #[serde(default)]
    then: Vec<WrittenStep>,
    #[serde(default)]
    time: WrittenTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenTime {
    speed: f64,
    start_s: f64,
    straight: bool,
}

impl Default for WrittenTime {
    fn default() -> Self {
        let TitleTime { speed, start_s } = TitleTime::UNCHANGED;
        Self {
            speed,
            start_s,
            straight: true,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    filter: Option<String>,
    encoder: Option<WrittenEncoder>,
}

#[derive(Deserialize)]
struct WrittenEncoder {
    name: String,
    #[serde(flatten)]
    options: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Words(String),
    Whole(i64),
    Number(f64),
}

fn one() -> usize {
    1
}

fn mp4() -> String {
    "mp4".into()
}

/// A class of attacks.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// What its attacks have in common, a sentence.
    pub about: String,
    /// Its attacks, in their order in the file.
    pub attacks: Vec<Attack>,
}

/// The class in the text of an attack file.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Class, String> {
    let written: Written = toml::from_str(text).map_err(|e| e.to_string().trim().to_owned())?;
    plain_name("class", &written.class)?;
    if written.attack.is_empty() {
        return Err("it holds no [[attack]]".into());
    }
    let attacks = written.attack.into_iter();
    Ok(Class {
        attacks: attacks
            .map(|a| attack(&written.class, a))
            .collect::<Result<_, _>>()?,
        name: written.class,
        about: written.about,
    })
}

fn attack(class: &str, written: WrittenAttack) -> Result<Attack, String> {
    plain_name("attack", &written.name)?;
    let fault = |what: &str| Err(format!("attack {}: {what}", written.name));
    for set in &written.sets {
        plain_name("set", set)?;
    }
    if !(1..=8).contains(&written.copies) {
        return fault(&format!("got {} copies; expected 1 to 8", written.copies));
    }
    let is_graph = (written.filter.as_deref()).is_some_and(|f| f.starts_with("[0:v][1:v]"));
    if is_graph != (written.copies > 1) {
        return fault(
            "a filter of several copies, and no other, begins with [0:v][1:v]: give `copies` and such a filter, or neither",
        );
    }
    if !written.container.chars().all(|c| c.is_ascii_alphanumeric()) {
        return fault("expected a container named by the ending of its files, such as mkv");
    }
    let WrittenTime { speed, start_s, .. } = written.time;
    if !(0.01..=100.0).contains(&speed) || !start_s.is_finite() {
        return fault("expected a speed of 0.01 to 100, and a start in seconds");
    }
    let title_time = (written.time.straight).then_some(TitleTime { speed, start_s });
    let first = WrittenStep {
        filter: written.filter,
        encoder: written.encoder,
    };
    Ok(Attack {
        name: written.name,
        class: class.to_owned(),
        stands_for: written.stands_for,
        sets: written.sets,
        time: title_time,
        recipe: Recipe {
            copies: written.copies,
            container: written.container,
            steps: [first].into_iter().chain(written.then).map(step).collect(),
        },
    })
}

fn step(written: WrittenStep) -> Step {
    let filter = written.filter;
    let encoder = match written.encoder {
        Some(encoder) => self::encoder(encoder),
        None => self::encoder(WrittenEncoder {
            name: ENCODER.into(),
            options: BTreeMap::from([("crf".to_owned(), Value::Words(RATE_FACTOR.into()))]),
        }),
    };
    Step { filter, encoder }
}

/// The encoder, with the options that all attacks of ours share.
fn encoder(written: WrittenEncoder) -> Encoder {
    let mut options = BTreeMap::from([("pix_fmt".to_owned(), "yuv420p".to_owned())]);
    if written.name == ENCODER {
        options.insert("preset".into(), "medium".into());
    }
    options.extend(written.options.into_iter().map(|(name, value)| {
        let words = match value {
            Value::Words(words) => words,
            Value::Whole(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
        };
        (name, words)
    }));
    Encoder {
        name: written.name,
        options,
    }
}

/// Refuses names that do not go into a list, a path and a table as they are.
fn plain_name(what: &str, name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if begins && name.len() <= 40 && name.chars().all(plain) {
        return Ok(());
    }
    Err(format!(
        "got the {what} {name:?}; expected a name of up to 40 small letters, digits, . and -"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "class = \"c\"\nabout = \"A class.\"\n";

    fn of(attack: &str) -> Result<Class, String> {
        parse(&format!("{HEAD}[[attack]]\n{attack}"))
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let class = of("name = \"a\"\nstands_for = \"x\"").expect("read");
        let attack = &class.attacks[0];
        assert_eq!((attack.class.as_str(), attack.recipe.copies), ("c", 1));
        assert_eq!(attack.time, Some(TitleTime::UNCHANGED));
        let [step] = &attack.recipe.steps[..] else {
            panic!("one step")
        };
        let options: Vec<_> = step.encoder.options.iter().collect();
        assert_eq!(step.encoder.name, "libx264");
        assert_eq!(
            format!("{options:?}"),
            r#"[("crf", "26"), ("pix_fmt", "yuv420p"), ("preset", "medium")]"#
        );
    }

    #[test]
    fn steps_and_options_are_read_in_their_order() {
        let class = of("name = \"a\"\nstands_for = \"x\"\nfilter = \"hflip\"\n\
             encoder = { name = \"libvpx\", \"b:v\" = \"1M\", crf = 50, speed = 1.5 }\n\
             then = [{ encoder = { name = \"mpeg4\" } }]")
        .expect("read");
        let steps = &class.attacks[0].recipe.steps;
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].encoder.options["b:v"], "1M");
        assert_eq!(steps[0].encoder.options["speed"], "1.5");
        assert!(steps[1].filter.is_none() && steps[1].encoder.name == "mpeg4");
    }

    #[test]
    fn how_the_title_runs_is_said() {
        let time = |words: &str| {
            let class = of(&format!("name = \"a\"\nstands_for = \"x\"\ntime = {words}"));
            class.map(|class| class.attacks[0].time)
        };
        let said = TitleTime {
            speed: 0.96,
            start_s: 3.3,
        };
        assert_eq!(time("{ speed = 0.96, start_s = 3.3 }"), Ok(Some(said)));
        assert_eq!(time("{ straight = false }"), Ok(None));
        assert!(time("{ speed = 0.0 }").is_err() && time("{ begin = 1.0 }").is_err());
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        for (attack, reason) in [
            ("name = \"A b\"\nstands_for = \"x\"", "small letters"),
            ("name = \"../a\"\nstands_for = \"x\"", "small letters"),
            ("name = \"a\"", "stands_for"),
            ("name = \"a\"\nstands_for = \"x\"\ncrf = 3", "crf"),
            ("name = \"a\"\nstands_for = \"x\"\ncopies = 0", "1 to 8"),
            ("name = \"a\"\nstands_for = \"x\"\ncopies = 2", "[0:v][1:v]"),
            (
                "name = \"a\"\nstands_for = \"x\"\nfilter = \"[0:v][1:v]hstack\"",
                "`copies`",
            ),
            (
                "name = \"a\"\nstands_for = \"x\"\ncontainer = \"a/b\"",
                "container",
            ),
        ] {
            let fault = of(attack).expect_err(attack);
            assert!(fault.contains(reason), "{attack}: {fault}");
        }
        assert!(parse(HEAD).is_err(), "a class without attacks");
    }
}
