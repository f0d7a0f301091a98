//! Recognizes the titles of a registry by their references.

use std::sync::OnceLock;

use super::shelf::Shelf;
use super::sketch;
use crate::detect::{Bin, Known, MasterPictures, Masters};
use crate::error::Result;
use crate::job::home::Home;
use crate::recognize::{Index, Sketcher, Sketches};
use crate::registry::Reference;

/// Seconds of a reference that are read at once where its features are missing.
const AT_ONCE_S: f64 = 32.0;
/// Times by which pictures are asked for, seconds apart.
const APART_S: f64 = 1.0;

/// What the titles of a registry are recognized by.
pub struct Recognizer {
    shelf: Shelf,
    /// Made when first asked for.
    index: OnceLock<Index>,
}

impl Recognizer {
    /// Of the references in `home`.
    ///
    /// # Errors
    /// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
    pub fn of(home: &Home) -> Result<Self> {
        let references = home.registry.references()?;
        let (dir, secret) = (home.dir().to_owned(), home.secret.clone());
        Ok(Self::new(Shelf::new(dir, secret, references)))
    }

    /// Of the references on a shelf.
    pub(crate) fn new(shelf: Shelf) -> Self {
        Self {
            shelf,
            index: OnceLock::new(),
        }
    }

    /// The pictures themselves.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
    }
}

impl Masters for Recognizer {
    fn pictures(&self, title: &str, times_s: &[f64]) -> Option<MasterPictures> {
        self.shelf.pictures(title, times_s)
    }

    /// See [`Index::recognize`]. Features that are missing or cannot be read are taken anew
    /// of the references' pictures, and kept if the folder can be written; a title whose
    /// reference is unusable is not recognized.
    fn known(&self, bins: &[Bin]) -> Vec<Known> {
        if self.shelf.is_empty() {
            return Vec::new();
        }
        let index = self.index.get_or_init(|| index(&self.shelf));
        index.recognize(bins, &self.shelf)
    }
}

fn index(shelf: &Shelf) -> Index {
    let part = |reference: &Reference| {
        let kept = sketch::read(shelf.home(), shelf.secret(), reference);
        let sketches = kept.or_else(|| made(shelf, reference));
        Some((reference.title.clone(), sketches?))
    };
    Index::of(shelf.references().iter().filter_map(part).collect())
}

/// The features of a reference's pictures, which are kept if that can be; `None` if it has
/// no pictures.
fn made(shelf: &Shelf, reference: &Reference) -> Option<Sketches> {
    let mut sketcher: Option<Sketcher> = None;
    let (mut from_s, mut last_s) = (reference.title_start_s, f64::NEG_INFINITY);
    let end_s = reference.title_start_s + reference.duration_s;
    while from_s <= end_s {
        let count = (AT_ONCE_S / APART_S) as u32;
        let times: Vec<f64> = (0..count)
            .map(|i| from_s + f64::from(i) * APART_S)
            .collect();
        if let Some(part) = shelf.excerpt(&reference.title, &times).pictures {
            let sketcher = sketcher.get_or_insert_with(|| Sketcher::new(part.extent));
            for (time_s, picture) in &part.pictures {
                if *time_s > last_s && *time_s <= end_s {
                    last_s = *time_s;
                    sketcher.push(*time_s, picture);
                }
            }
        }
        from_s += AT_ONCE_S;
    }
    let sketches = sketcher?.finish();
    // Where nothing can be written they are made again the next time.
    let _ = sketch::keep(shelf.home(), shelf.secret(), reference, &sketches);
    Some(sketches)
}
