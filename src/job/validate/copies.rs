//! Makes the copies of an excerpt: marked for whoever may leak, and the same encode
//! without a mark.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::excerpt::{Excerpt, Film, cut};
use super::ffmpeg::Ffmpeg;
use super::house::House;
use super::request::ValidateRequest;
use super::work::{Work, key};
use super::{attack, picture};
use crate::error::{Error, Result};
use crate::evidence::hash::hash_file;
use crate::evidence::{CopyFacts, PictureFacts};
use crate::job::home::Home;
use crate::job::mark::mark;
use crate::job::mark::request::{Beginning, MarkRequest};
use crate::job::task::Task;
use crate::media::{Allowances, probe};

const KIND: &str = "copies";

/// What all copies of a run are made with.
pub(super) struct Maker<'a> {
    pub request: &'a ValidateRequest,
    pub work: &'a Work,
    pub ffmpeg: &'a Ffmpeg,
    pub house: &'a House,
    pub films: &'a [Film],
    /// SHA-256 of this program.
    pub program: &'a str,
}

/// The copies of an excerpt, as they are kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Copies {
    /// One for each distributor of the excerpt, in their order.
    pub marked: Vec<CopyFacts>,
    /// The same encode without a mark.
    pub unmarked: CopyFacts,
    /// What the mark costs; `None` if that was not measured.
    pub picture: Option<PictureFacts>,
    /// SHA-256 of the program that marked.
    pub program: String,
    /// Columns and rows of pixels, frames a second.
    pub format: (u32, u32, f64),
}

/// Copies whose files can be had.
pub(super) struct Shelf {
    /// What is known of them.
    pub copies: Copies,
    folder: PathBuf,
}

impl Shelf {
    /// The file of the `index`-th distributor's copy.
    pub fn marked(&self, index: usize) -> PathBuf {
        self.folder.join(format!("marked-{index}.mp4"))
    }

    /// The file of the unmarked twin.
    pub fn unmarked(&self) -> PathBuf {
        self.folder.join("unmarked.mp4")
    }

    /// What stands for the places in an attack's filter.
    pub fn input(&self, excerpt: &Excerpt, seed: u32) -> attack::Input {
        let (width, height, fps) = self.copies.format;
        attack::Input {
            width,
            height,
            fps,
            duration_s: excerpt.duration_s,
            seed,
        }
    }

    /// Deletes the files.
    pub fn clear(&self) {
        // What cannot be deleted is in nobody's way.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Maker<'_> {
    /// The copies of an excerpt: as kept, or made. Their files are there if
    /// `with_files`.
    ///
    /// # Errors
    /// Whatever keeps them from being made.
    pub fn shelf(&self, excerpt: &Excerpt, with_files: bool, task: Task<'_>) -> Result<Shelf> {
        let recipe = self.recipe(excerpt)?;
        let own = format!("{recipe}-{}", &self.program[..12.min(self.program.len())]);
        let kept = |key: &String| Some((key.clone(), self.work.kept::<Copies>(KIND, key)?));
        let found = kept(&own).or_else(|| {
            let others = || self.work.keys_beginning(KIND, &recipe);
            self.request
                .reuse_copies
                .then(|| others().iter().find_map(kept))
                .flatten()
        });
        let complete = |copies: &Copies| copies.picture.is_some() || !self.request.picture;
        let (name, known) = match found.filter(|(_, copies)| complete(copies)) {
            Some((name, copies)) => (name, Some(copies)),
            None => (own, None),
        };
        let folder = self.work.folder("files")?.join(&name);
        if let Some(copies) = &known {
            let shelf = Shelf {
                copies: copies.clone(),
                folder: folder.clone(),
            };
            let there = |i: usize| shelf.marked(i).exists();
            let all_there = (0..copies.marked.len()).all(there) && shelf.unmarked().exists();
            let title = &self.films[excerpt.film].title;
            if (all_there || !with_files) && self.house.has_pictures(title, excerpt)? {
                return Ok(shelf);
            }
        }
        let made = self.make(excerpt, &folder, known.is_none(), task)?;
        let copies = match known {
            Some(known) if same(&known, &made) => known,
            // Made by another build, or by an FFmpeg that has changed since.
            _ => made,
        };
        self.work.keep(KIND, &name, &copies)?;
        Ok(Shelf { copies, folder })
    }

    /// A name for all that the copies depend on but the program.
    fn recipe(&self, excerpt: &Excerpt) -> Result<String> {
        let request = self.request;
        key(&(
            (
                &self.films[excerpt.film].sha256,
                excerpt.start_s,
                excerpt.duration_s,
                &excerpt.distributors,
            ),
            (
                request.seed,
                request.strength,
                request.codec.name(),
                request.crf,
                &request.preset,
            ),
            (&self.house.key, &self.ffmpeg.version),
        ))
    }

    fn make(
        &self,
        excerpt: &Excerpt,
        folder: &Path,
        measures: bool,
        task: Task<'_>,
    ) -> Result<Copies> {
        std::fs::create_dir_all(folder)
            .map_err(|e| Error::unwritable(folder, format!("the folder cannot be made: {e}")))?;
        let film = &self.films[excerpt.film];
        let master = folder.join("master.mkv");
        cut(
            (self.work, self.ffmpeg),
            film,
            excerpt,
            &master,
            task.observer(),
        )?;
        if !self.house.has_pictures(&film.title, excerpt)? {
            let limits = &self.request.limits;
            self.house
                .keep_pictures((&film.title, excerpt), &master, limits, task)?;
        }
        let info = probe(&master, &self.request.limits)?;
        let shelf = |copies| Shelf {
            copies,
            folder: folder.to_owned(),
        };
        let mut copies = Copies {
            marked: Vec::new(),
            unmarked: CopyFacts {
                sha256: String::new(),
                size_bytes: 0,
            },
            picture: None,
            program: self.program.to_owned(),
            format: (info.width, info.height, info.fps.unwrap_or(25.0)),
        };
        let files = shelf(copies.clone());
        for (index, distributor) in excerpt.distributors.iter().enumerate() {
            let to = files.marked(index);
            copies.marked.push(self.mark(
                (excerpt, &master),
                distributor,
                self.request.strength,
                &to,
                task,
            )?);
        }
        let anybody = &excerpt.distributors[0];
        copies.unmarked = self.mark((excerpt, &master), anybody, 0.0, &files.unmarked(), task)?;
        if self.request.picture && measures {
            let files = (master.as_path(), files.marked(0), files.unmarked());
            copies.picture = Some(picture::measure(
                self.ffmpeg,
                (files.0, &files.1, &files.2),
                &info,
                task.observer(),
            )?);
        }
        // It is large, and can be cut again.
        let _ = std::fs::remove_file(&master);
        Ok(copies)
    }

    fn mark(
        &self,
        (excerpt, master): (&Excerpt, &Path),
        distributor: &str,
        strength: f32,
        to: &Path,
        task: Task<'_>,
    ) -> Result<CopyFacts> {
        let home = Home::open(&self.house.own)?;
        let asked = self.request;
        let request = MarkRequest {
            output: Some(to.to_owned()),
            title: Some(self.films[excerpt.film].title.clone()),
            beginning: Beginning::At(excerpt.start_s),
            // Each distributor has one copy here, and who has no record is scored under copy 1:
            // the same request gives the same copies, however often they are made.
            record: false,
            strength,
            codec: asked.codec,
            crf: asked.crf,
            preset: asked.preset.clone(),
            // The attack `none` reads the copy back, and a copy that fails is a result.
            verify: false,
            force: true,
            limits: asked.limits,
            // A trial shows what the mark does, whatever else the film has.
            allowed: Allowances::all(),
            // An encoder's output depends on how many it has.
            threads: 1,
            ..MarkRequest::new(master.to_owned(), vec![distributor.to_owned()])
        };
        mark(&home, &request, task)?;
        let hash = hash_file(to, &mut |_| Ok(()))?;
        Ok(CopyFacts {
            sha256: hash.sha256,
            size_bytes: hash.bytes,
        })
    }
}

fn same(a: &Copies, b: &Copies) -> bool {
    (&a.marked, &a.unmarked) == (&b.marked, &b.unmarked)
}
