//! Recognizes the titles of a registry by their references.

use super::shelf::Shelf;
use super::sketch;
use crate::detect::Bin;
use crate::error::Result;
use crate::job::home::Home;
use crate::key::Secret;
use crate::recognize::{Index, Recognized, Sketcher, Sketches};
use crate::registry::Reference;

/// Seconds of a reference that are read at once where its features are missing.
const AT_ONCE_S: f64 = 32.0;
/// Times by which pictures are asked for, seconds apart.
const APART_S: f64 = 1.0;

/// What the titles of a registry are recognized by.
pub struct Recognizer {
    index: Index,
    shelf: Shelf,
}

impl Recognizer {
    /// Of the references in `home`. Features that are missing or cannot be read are taken
    /// anew of the references' pictures, and kept if the folder can be written; a title
    /// whose reference is unusable is not recognized.
    ///
    /// # Errors
    /// [`Error::Registry`](crate::error::Error::Registry) if the registry cannot be read.
    pub fn of(home: &Home) -> Result<Self> {
        let references = home.registry.references()?;
        let (dir, secret) = (home.dir().to_owned(), home.secret.clone());
        let shelf = Shelf::new(dir, home.secret.clone(), references.clone());
        let part = |reference: &Reference| {
            let kept = sketch::read(home.dir(), &secret, reference);
            let sketches = kept.or_else(|| made(home, &secret, &shelf, reference));
            Some((reference.title.clone(), sketches?))
        };
        let index = Index::of(references.iter().filter_map(part).collect());
        Ok(Self { index, shelf })
    }

    /// What an exhibit shows of the titles; see [`Index::recognize`].
    pub fn recognize(&self, bins: &[Bin]) -> Vec<Recognized> {
        self.index.recognize(bins, &self.shelf)
    }
}

/// The features of a reference's pictures, which are kept if that can be; `None` if it has
/// no pictures.
fn made(home: &Home, secret: &Secret, shelf: &Shelf, reference: &Reference) -> Option<Sketches> {
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
    let _ = sketch::keep(home.dir(), secret, reference, &sketches);
    Some(sketches)
}
