//! Holds all attacks: those built in, and those in the user's folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::file::{Class, parse};
use super::{Attack, UNTOUCHED};
use crate::error::{Error, Result};

/// The attack files of the repository, in the order of tables.
const BUILT_IN: [(&str, &str); 14] = [
    ("codec.toml", include_str!("../../../../attacks/codec.toml")),
    ("scale.toml", include_str!("../../../../attacks/scale.toml")),
    ("bars.toml", include_str!("../../../../attacks/bars.toml")),
    ("crop.toml", include_str!("../../../../attacks/crop.toml")),
    (
        "geometry.toml",
        include_str!("../../../../attacks/geometry.toml"),
    ),
    (
        "screen.toml",
        include_str!("../../../../attacks/screen.toml"),
    ),
    (
        "moving.toml",
        include_str!("../../../../attacks/moving.toml"),
    ),
    ("tone.toml", include_str!("../../../../attacks/tone.toml")),
    (
        "filter.toml",
        include_str!("../../../../attacks/filter.toml"),
    ),
    (
        "overlay.toml",
        include_str!("../../../../attacks/overlay.toml"),
    ),
    ("time.toml", include_str!("../../../../attacks/time.toml")),
    (
        "removal.toml",
        include_str!("../../../../attacks/removal.toml"),
    ),
    (
        "combined.toml",
        include_str!("../../../../attacks/combined.toml"),
    ),
    (
        "collusion.toml",
        include_str!("../../../../attacks/collusion.toml"),
    ),
];

/// The word that selects every attack.
pub(super) const EVERYTHING: &str = "all";

/// All attacks, class by class.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    classes: Vec<Class>,
}

impl Library {
    /// Those built in, and those in the files named *.toml in `folders`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for a folder or file, [`Error::Usage`] if a file is no
    /// attack file or names something that is there already.
    pub fn open(folders: &[PathBuf]) -> Result<Self> {
        let mut library = Self {
            classes: Vec::new(),
        };
        for (name, text) in BUILT_IN {
            library.add(Path::new(name), text)?;
        }
        for folder in folders {
            for file in attack_files(folder)? {
                let text = std::fs::read_to_string(&file)
                    .map_err(|e| Error::unreadable(&file, format!("cannot be read: {e}")))?;
                library.add(&file, &text)?;
            }
        }
        library.check_words()?;
        Ok(library)
    }

    /// Adds the class of a file; one of the same name goes on with it.
    fn add(&mut self, file: &Path, text: &str) -> Result<()> {
        let fault =
            |what: String| Error::usage(format!("{}: not an attack file: {what}", file.display()));
        let class = parse(text).map_err(fault)?;
        for attack in &class.attacks {
            if attack.name == UNTOUCHED || self.attacks().any(|a| a.name == attack.name) {
                return Err(fault(format!("there is an attack {} already", attack.name)));
            }
        }
        match self.classes.iter_mut().find(|c| c.name == class.name) {
            Some(known) => known.attacks.extend(class.attacks),
            None => self.classes.push(class),
        }
        Ok(())
    }

    /// Refuses a word that would select two different things.
    fn check_words(&self) -> Result<()> {
        let mut words = BTreeSet::from([EVERYTHING, UNTOUCHED]);
        let classes = self.classes.iter().map(|c| c.name.as_str());
        for word in self
            .sets()
            .into_iter()
            .chain(classes)
            .chain(self.attacks().map(|a| a.name.as_str()))
        {
            if !words.insert(word) {
                return Err(Error::usage(format!(
                    "{word:?} names two things among attacks, classes and sets"
                ))
                .advise("rename one in your --attack-dir"));
            }
        }
        Ok(())
    }

    /// The classes with what their attacks have in common.
    pub fn classes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.classes
            .iter()
            .map(|c| (c.name.as_str(), c.about.as_str()))
    }

    /// All attacks, class by class.
    pub fn attacks(&self) -> impl Iterator<Item = &Attack> {
        self.classes.iter().flat_map(|c| &c.attacks)
    }

    /// The names of the sets, each once, sorted.
    pub fn sets(&self) -> BTreeSet<&str> {
        self.attacks()
            .flat_map(|a| &a.sets)
            .map(String::as_str)
            .collect()
    }
}

fn attack_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |e: std::io::Error| {
        Error::unreadable(folder, format!("cannot be read: {e}"))
            .advise("name a folder of attack files")
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Error::unreadable(folder, "holds no attack files (*.toml)"));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_repository_is_built_in_and_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("attacks");
        let mut there: Vec<String> = attack_files(&folder)
            .expect("read")
            .iter()
            .map(|p| {
                p.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let mut built_in: Vec<String> = BUILT_IN.iter().map(|(n, _)| (*n).to_owned()).collect();
        there.sort();
        built_in.sort();
        assert_eq!(there, built_in);
        let library = Library::open(&[]).expect("all are read");
        assert!(library.attacks().count() > 140);
        assert!(library.attacks().all(|a| a.stands_for.len() > 8));
    }

    fn folder(file: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("folder");
        std::fs::write(folder.path().join("mine.toml"), file).expect("written");
        folder
    }

    #[test]
    fn the_users_attacks_come_after_ours_and_may_go_on_with_a_class() {
        let mine = folder(
            "class = \"tone\"\nabout = \"x\"\n[[attack]]\nname = \"mine\"\nstands_for = \"my own\"\nsets = [\"quick\"]",
        );
        let library = Library::open(&[mine.path().to_owned()]).expect("read");
        let tone: Vec<&str> = library
            .attacks()
            .filter(|a| a.class == "tone")
            .map(|a| a.name.as_str())
            .collect();
        assert_eq!(tone.last(), Some(&"mine"));
        let quick = library.select(&["quick".into()]).expect("selected");
        assert!(quick.iter().any(|a| a.name == "mine"));
    }

    #[test]
    fn a_name_that_is_taken_is_refused() {
        for taken in ["crf28", "codec", "quick", "all", "none"] {
            let mine = folder(&format!(
                "class = \"mine\"\nabout = \"x\"\n[[attack]]\nname = \"{taken}\"\nstands_for = \"my own\""
            ));
            let refused = Library::open(&[mine.path().to_owned()]).expect_err(taken);
            assert!(refused.to_string().contains(taken), "{refused}");
        }
        let nothing = tempfile::tempdir().expect("folder");
        assert!(Library::open(&[nothing.path().to_owned()]).is_err());
    }
}
