//! What a copy can lose of its master, and what may be lost.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::Serialize;

use leakmark_core::error::Error;

/// A kind of thing that a copy can lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// Pictures.
    Frames,
    /// Running time.
    Time,
    /// A sound stream, or a part of one.
    Sound,
    /// A subtitle stream.
    Subtitles,
    /// Closed captions inside the pictures (CEA-608, CEA-708).
    Captions,
    /// Static HDR metadata (HDR10): mastering display, light levels.
    Hdr10,
    /// Dynamic HDR metadata (HDR10+, HDR Vivid).
    Hdr10Plus,
    /// Dolby Vision metadata.
    DolbyVision,
    /// Fields: interlaced pictures become whole frames.
    Interlacing,
    /// The shape of the picture.
    Aspect,
    /// Size: pictures were made smaller.
    Size,
    /// Which way up the picture is shown.
    Rotation,
    /// Whole-sphere or stereoscopic pictures become flat ones.
    Projection,
    /// What the colours mean.
    Color,
    /// A further video stream that lasts.
    Video,
    /// Bits, chroma or edges that the encoder's picture format has no place for.
    Format,
    /// A cover picture or a poster.
    Cover,
    /// An attached file.
    Attachment,
    /// Data, such as time code.
    Data,
    /// Chapters.
    Chapters,
}

impl LossKind {
    /// All that nobody would lose in silence: each must be allowed.
    pub const GRAVE: [Self; 15] = [
        Self::Frames,
        Self::Time,
        Self::Sound,
        Self::Subtitles,
        Self::Captions,
        Self::Hdr10,
        Self::Hdr10Plus,
        Self::DolbyVision,
        Self::Interlacing,
        Self::Aspect,
        Self::Size,
        Self::Rotation,
        Self::Projection,
        Self::Color,
        Self::Video,
    ];

    /// Its name, as it is typed and recorded.
    pub fn name(self) -> &'static str {
        match self {
            Self::Frames => "frames",
            Self::Time => "time",
            Self::Sound => "sound",
            Self::Subtitles => "subtitles",
            Self::Captions => "captions",
            Self::Hdr10 => "hdr10",
            Self::Hdr10Plus => "hdr10-plus",
            Self::DolbyVision => "dolby-vision",
            Self::Interlacing => "interlacing",
            Self::Aspect => "aspect",
            Self::Size => "size",
            Self::Rotation => "rotation",
            Self::Projection => "projection",
            Self::Color => "color",
            Self::Video => "video",
            Self::Format => "format",
            Self::Cover => "cover",
            Self::Attachment => "attachment",
            Self::Data => "data",
            Self::Chapters => "chapters",
        }
    }

    /// True if it must be allowed; others are only told of.
    pub fn is_grave(self) -> bool {
        Self::GRAVE.contains(&self)
    }
}

impl fmt::Display for LossKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for LossKind {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let plain = typed.to_ascii_lowercase().replace('+', "-plus");
        let known = Self::GRAVE.into_iter().find(|kind| kind.name() == plain);
        known.ok_or_else(|| format!("got {typed:?}; expected one of {}", names(Self::GRAVE)))
    }
}

fn names(kinds: impl IntoIterator<Item = LossKind>) -> String {
    let names: Vec<&str> = kinds.into_iter().map(LossKind::name).collect();
    names.join(", ")
}

/// Something that a copy loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// What kind of thing.
    pub kind: LossKind,
    /// What exactly, why, and what would keep it, in words.
    pub words: String,
}

impl Loss {
    pub(super) fn new(kind: LossKind, words: impl Into<String>) -> Self {
        Self {
            kind,
            words: words.into(),
        }
    }
}

/// What may be lost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowances {
    /// Kinds of [`LossKind::GRAVE`] that copies may lose.
    pub losses: BTreeSet<LossKind>,
    /// True if the master may be truncated, damaged or unfinished.
    pub damage: bool,
}

impl Allowances {
    fn allows(&self, loss: &Loss) -> bool {
        !loss.kind.is_grave() || self.losses.contains(&loss.kind)
    }

    /// Everything, as for trials.
    pub fn all() -> Self {
        Self {
            losses: LossKind::GRAVE.into(),
            damage: true,
        }
    }

    /// Refuses what copies of `master` lose if that is not allowed.
    ///
    /// # Errors
    /// [`Error::Lossy`] naming all of it and the way out.
    pub(super) fn check(&self, master: &Path, losses: &[Loss]) -> Result<(), Error> {
        let refused: Vec<&Loss> = losses.iter().filter(|loss| !self.allows(loss)).collect();
        if refused.is_empty() {
            return Ok(());
        }
        let words: Vec<&str> = refused.iter().map(|loss| loss.words.as_str()).collect();
        let kinds: BTreeSet<LossKind> = refused.iter().map(|loss| loss.kind).collect();
        let kinds: Vec<&str> = kinds.into_iter().map(LossKind::name).collect();
        let problem = format!("a copy would lose {}", words.join("; "));
        let hint = format!(
            "nothing was issued: if that is accepted, --allow-loss {}",
            kinds.join(",")
        );
        Err(Error::lossy(master, problem).advise(hint))
    }

    /// Refuses a damaged master if that is not allowed.
    ///
    /// # Errors
    /// [`Error::Lossy`] naming the damage and the way out.
    pub(super) fn check_damage(&self, master: &Path, damage: &[String]) -> Result<(), Error> {
        if self.damage || damage.is_empty() {
            return Ok(());
        }
        let problem = format!(
            "the master is truncated, damaged or not finished: {}",
            damage.join("; ")
        );
        Err(Error::lossy(master, problem).advise(
            "nothing was issued: fetch it again, or mark what is there with --allow-damaged",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grave_losses_must_be_allowed_and_others_need_not() {
        let losses = [
            Loss::new(LossKind::Captions, "captions"),
            Loss::new(LossKind::Cover, "a cover"),
        ];
        let mut allowed = Allowances::default();
        let refused = allowed.check(Path::new("m"), &losses).unwrap_err();
        assert!(
            refused.to_string().contains("--allow-loss captions"),
            "{refused}"
        );
        assert!(allowed.check(Path::new("m"), &losses[1..]).is_ok());
        allowed.losses.insert(LossKind::Captions);
        assert!(allowed.check(Path::new("m"), &losses).is_ok());
        assert!(
            allowed
                .check_damage(Path::new("m"), &["half".into()])
                .is_err()
        );
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in LossKind::GRAVE {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!("HDR10+".parse(), Ok(LossKind::Hdr10Plus));
        assert!("cover".parse::<LossKind>().is_err());
    }
}
