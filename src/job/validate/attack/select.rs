//! Selects attacks by name, class or set.

use std::collections::BTreeSet;

use super::library::{EVERYTHING, Library};
use super::{Attack, UNTOUCHED};
use crate::error::{Error, Result};

impl Library {
    /// The attacks that `words` name, in the order of the library and each once;
    /// before them the copy as it was issued.
    ///
    /// # Errors
    /// [`Error::Usage`] if a word names nothing.
    pub fn select(&self, words: &[String]) -> Result<Vec<Attack>> {
        let words: Vec<&str> = words
            .iter()
            .map(|w| w.trim())
            .filter(|w| !w.is_empty())
            .collect();
        let taken = |attack: &&Attack| words.iter().any(|word| names(word, attack));
        if let Some(unknown) = words
            .iter()
            .find(|word| **word != UNTOUCHED && !self.attacks().any(|attack| names(word, attack)))
        {
            return Err(nothing_named(self, unknown));
        }
        let chosen = self.attacks().filter(taken).cloned();
        Ok([Attack::untouched()].into_iter().chain(chosen).collect())
    }
}

fn names(word: &str, attack: &Attack) -> bool {
    word == EVERYTHING
        || word == attack.name
        || word == attack.class
        || attack.sets.iter().any(|set| set == word)
}

/// The error, with what is nearest to what was typed.
fn nothing_named(library: &Library, word: &str) -> Error {
    let alike: BTreeSet<&str> = library
        .attacks()
        .map(|a| a.name.as_str())
        .filter(|name| name.contains(word) || word.contains(name))
        .collect();
    let classes: Vec<&str> = library.classes().map(|(name, _)| name).collect();
    let sets: Vec<&str> = library.sets().into_iter().collect();
    let near = match alike.len() {
        0 => String::new(),
        _ => format!(
            "; alike are {}",
            alike.into_iter().collect::<Vec<_>>().join(", ")
        ),
    };
    Error::usage(format!(
        "no attack is named {word:?}{near}; expected attacks by name, classes ({}), sets ({}) or all",
        classes.join(", "),
        sets.join(", "),
    )).advise("see `leakmark validate --list`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(words: &[&str]) -> Result<Vec<String>> {
        let library = Library::open(&[])?;
        let words: Vec<String> = words.iter().map(|&w| w.into()).collect();
        Ok(library
            .select(&words)?
            .into_iter()
            .map(|a| a.name)
            .collect())
    }

    #[test]
    fn names_classes_and_sets_select_once_and_in_order() {
        let chosen = names_of(&["crop80", "bars", "letterbox", "crf28"]).expect("selected");
        assert_eq!(chosen[..3], ["none", "crf28", "letterbox"]);
        assert_eq!(chosen.iter().filter(|n| *n == "letterbox").count(), 1);
        assert_eq!(chosen.last().map(String::as_str), Some("crop80"));
        let quick = names_of(&["quick"]).expect("selected");
        assert!((8..=20).contains(&quick.len()), "{quick:?}");
        let all = names_of(&["all"]).expect("selected").len();
        assert_eq!(all, Library::open(&[]).expect("read").attacks().count() + 1);
        assert_eq!(names_of(&["none"]).expect("selected"), ["none"]);
    }

    #[test]
    fn a_word_that_names_nothing_is_refused_with_what_is_alike() {
        let refused = names_of(&["crf28", "letterboxed"])
            .expect_err("refused")
            .to_string();
        assert!(
            refused.contains("\"letterboxed\"") && refused.contains("alike are letterbox;"),
            "{refused}"
        );
        assert!(refused.contains("quick"), "{refused}");
    }
}
