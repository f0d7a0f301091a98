//! Attacks: what pirates do to a copy, as data.
//!
//! ```text
//! attacks/*.toml (built in) ─┐
//! --attack-dir DIR/*.toml ───┴─ library ─ select ─ attacks ─ command ─ ffmpeg
//! ```
//!
//! An attack file holds one class:
//!
//! ```toml
//! class = "crop"                          # letters, digits, . and -
//! about = "A part of the picture only."   # one sentence
//!
//! [[attack]]
//! name = "crop80-360p"                    # no other attack, class or set may have it
//! stands_for = "a zoom against content filters, made small"
//! sets = ["quick"]                        # named selections it belongs to
//! filter = "crop=iw*.8:ih*.8,scale=-2:360"
//! encoder = { name = "libx264", crf = 28 }
//! container = "mp4"
//! copies = 1                              # how many distributors' copies are put together
//! then = [{ filter = "hflip", encoder = { name = "libx265", crf = 30 } }]
//! time = { speed = 1.1, start_s = 3.3 }   # or { straight = false }
//! ```
//!
//! All but `name` and `stands_for` may be left out. `filter` is a chain of FFmpeg's
//! video filters; with several copies it is a graph that begins with
//! `[0:v][1:v]…`. In it `{width}`, `{height}` (pixels), `{fps}`, `{duration}`,
//! `{half}` (seconds) stand for those of the excerpt, `{seed}` for a number that
//! the dossier's seed gives. Odd rows and columns of pixels are cut off after it.
//! `encoder` names one of FFmpeg's and its options; left out, it is libx264,
//! preset medium, crf 26. `then` holds further steps, each done to the result of
//! the one before. `time` says how the title runs in what comes out, for what a scan says
//! of it to be held against: how many seconds of title a second shows, and the title time
//! at which it begins; left out, 1 and 0. Where the title does not run straight on, say so.

#[cfg(test)]
mod accepted;
mod command;
mod file;
mod library;
mod recipe;
mod select;

pub(super) use command::{Input, arguments, templates};
pub use library::Library;
pub use recipe::{Encoder, Recipe, Step};

/// The name of the attack that does nothing: the copy as it was issued.
pub const UNTOUCHED: &str = "none";

/// Something that is done to a copy.
#[derive(Debug, Clone, PartialEq)]
pub struct Attack {
    /// Its name, unlike any other's.
    pub name: String,
    /// The class it belongs to.
    pub class: String,
    /// What it stands for, half a sentence.
    pub stands_for: String,
    /// The named selections it belongs to.
    pub sets: Vec<String>,
    /// How the title runs in what comes out; `None` if not straight on.
    pub time: Option<TitleTime>,
    /// How it is done.
    pub recipe: Recipe,
}

/// How a title runs in what an attack makes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TitleTime {
    /// Seconds of title for each second.
    pub speed: f64,
    /// The title time at which it begins, seconds after the copy's beginning.
    pub start_s: f64,
}

impl TitleTime {
    /// As in the copy.
    pub const UNCHANGED: Self = Self {
        speed: 1.0,
        start_s: 0.0,
    };
}

impl Attack {
    /// The copy as it was issued.
    pub fn untouched() -> Self {
        Self {
            name: UNTOUCHED.into(),
            class: UNTOUCHED.into(),
            stands_for: "the copy as it was issued".into(),
            sets: Vec::new(),
            time: Some(TitleTime::UNCHANGED),
            recipe: Recipe {
                copies: 1,
                container: "mp4".into(),
                steps: Vec::new(),
            },
        }
    }

    /// The encoders it needs.
    pub fn encoders(&self) -> impl Iterator<Item = &str> {
        self.recipe.steps.iter().map(|s| s.encoder.name.as_str())
    }

    /// The filters it needs.
    pub fn filters(&self) -> impl Iterator<Item = &str> {
        let chains = self.recipe.steps.iter().filter_map(|s| s.filter.as_deref());
        chains.flat_map(command::filter_names)
    }
}
