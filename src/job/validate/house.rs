//! Opens the test registries of a validation.
//!
//! ```text
//! own      secret A, all distributors         marks, and scans what was marked
//! other    secret B, all distributors         scanning with it is scanning with the wrong secret
//! without  secret A, no source of an excerpt  the copy's distributor is missing
//! ```
//!
//! Each of them keeps the pictures of the excerpts' masters.
//!
//! Their secrets follow from the seed, which the dossier states: they protect
//! nothing, and whoever runs the validation again gets the same figures.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::excerpt::{Excerpt, Film, distributor_id};
use super::request::ValidateRequest;
use super::work::{Work, key};
use crate::error::{Error, Result};
use crate::evidence::hash::hash_file;
use crate::evidence::key_file::create_secret_file;
use crate::job::home::{Home, KEY_FILE};
use crate::job::mark::titles::describe;
use crate::job::reference::care::keep;
use crate::job::reference::gather::Gathered;
use crate::job::reference::read::read_whole;
use crate::job::task::Task;
use crate::key::Secret;
use crate::media::{Limits, Source};
use crate::registry::{Distributor, FILE_NAME, ImportRow, Known, Reference};

/// The folders of the test registries.
#[derive(Debug, Clone)]
pub(super) struct House {
    /// What all their scans depend on.
    pub key: String,
    /// The registry that marks.
    pub own: PathBuf,
    /// The same with another secret.
    pub other: PathBuf,
    /// The same as `own` without the sources of any excerpt.
    pub without: PathBuf,
}

impl House {
    /// Opens them, or makes them.
    pub fn open(
        request: &ValidateRequest,
        work: &Work,
        films: &[Film],
        excerpts: &[Excerpt],
    ) -> Result<Self> {
        let everybody: Vec<String> = (0..request.distributors).map(distributor_id).collect();
        let is_source = |id: &String| excerpts.iter().any(|e| e.distributors.contains(id));
        let rest: Vec<String> = everybody
            .iter()
            .filter(|id| !is_source(id))
            .cloned()
            .collect();
        let titles: Vec<&String> = films.iter().map(|f| &f.sha256).collect();
        let key = key(&(
            "house",
            request.seed,
            &titles,
            &everybody,
            &rest,
            crate::mark::SIGNAL_FORMAT,
        ))?;
        let root = work.folder("registries")?.join(&key);
        let house = Self {
            own: root.join("own"),
            other: root.join("other"),
            without: root.join("without"),
            key,
        };
        make(&house.own, &secret(request.seed, "own"), &everybody, films)?;
        make(
            &house.other,
            &secret(request.seed, "other"),
            &everybody,
            films,
        )?;
        make(&house.without, &secret(request.seed, "own"), &rest, films)?;
        Ok(house)
    }

    /// Keeps in each of them what the master of an excerpt shows, as marking it for a
    /// distributor does: controls too are scanned by a registry that knows the film.
    pub fn keep_pictures(
        &self,
        (title, excerpt): (&str, &Excerpt),
        master: &Path,
        limits: &Limits,
        task: Task<'_>,
    ) -> Result<()> {
        let sha256 = hash_file(master, &mut |_| Ok(()))?.sha256;
        let source = Source::open(master)?;
        let mut gathered: Option<Gathered> = None;
        // The one that is asked whether it was done comes last.
        for dir in [&self.other, &self.without, &self.own] {
            let home = Home::open(dir)?;
            let Some(title) = home.registry.title(title)? else {
                continue;
            };
            let gathered = match &gathered {
                Some(gathered) => gathered,
                None => gathered.insert(read_whole(&title, &source, limits, 1, task)?),
            };
            let master = (sha256.as_str(), excerpt.duration_s);
            keep(&home, &title, master, excerpt.start_s, gathered)?;
        }
        Ok(())
    }

    /// True if that was done for an excerpt of a title.
    pub fn has_pictures(&self, title: &str, excerpt: &Excerpt) -> Result<bool> {
        let references = Home::open(&self.own)?.registry.references()?;
        let of_excerpt = |r: &Reference| r.title == title && r.title_start_s == excerpt.start_s;
        Ok(references.iter().any(of_excerpt))
    }
}

fn secret(seed: u64, whose: &str) -> Secret {
    Secret::from_bytes(Sha256::digest(format!("leakmark validate {seed} {whose}")).into())
}

/// Makes a registry, unless it is there whole.
fn make(dir: &Path, secret: &Secret, distributors: &[String], films: &[Film]) -> Result<()> {
    if dir.join(FILE_NAME).exists() {
        return Ok(());
    }
    let unwritable = |path: &Path, e: std::io::Error| Error::unwritable(path, e.to_string());
    // Made beside and renamed: one that is there is whole.
    let parent = dir.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|e| unwritable(parent, e))?;
    let part = tempfile::tempdir_in(parent).map_err(|e| unwritable(parent, e))?;
    create_secret_file(&part.path().join(KEY_FILE), secret)?;
    let home = Home::init_with_old_key(part.path())?;
    let rows = distributors.iter().map(|id| {
        Ok(ImportRow::from(Distributor {
            id: id.clone(),
            name: id.replace('-', " "),
            ..Distributor::default()
        }))
    });
    home.registry.import_distributors(rows, Known::Refused)?;
    for film in films {
        let title = describe(
            &film.title,
            &film.title,
            &film.survey,
            Some(&film.sha256),
            0.0,
        );
        home.registry.add_title(&title)?;
    }
    drop(home);
    std::fs::rename(part.path(), dir).map_err(|e| unwritable(dir, e))
}
