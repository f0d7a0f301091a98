//! Makes the files that are scanned: copies after an attack.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::attack::{self, Attack};
use super::cell::Test;
use super::copies::{Maker, Shelf};
use super::excerpt::first_u32;
use super::work::key;
use crate::error::{Error, Result};
use crate::evidence::ControlKind;
use crate::job::events::{Observer, Stage};
use crate::job::task::Task;

impl Maker<'_> {
    /// A name for all that an attacked file depends on: the build that scans is not
    /// part of it.
    pub(super) fn attacked_key(&self, test: &Test<'_>, shelf: &Shelf) -> Result<String> {
        let recipe = &test.attack.recipe;
        let copies: Vec<&String> = match test.control {
            Some(ControlKind::Unmarked) => vec![&shelf.copies.unmarked.sha256],
            _ => shelf
                .copies
                .marked
                .iter()
                .take(recipe.copies)
                .map(|c| &c.sha256)
                .collect(),
        };
        key(&(copies, recipe, self.seed(test), &self.ffmpeg.version))
    }

    fn seed(&self, test: &Test<'_>) -> u32 {
        let (request, excerpt) = (self.request, test.excerpt);
        let film = &self.films[excerpt.film].sha256;
        // FFmpeg's seeds are positive numbers of 31 bits.
        first_u32(&format!(
            "noise {} {film} {} {}",
            request.seed, excerpt.start_s, test.attack.name
        )) >> 1
    }

    /// What the `ffmpeg` at hand lacks for an attack.
    pub(super) fn missing(&self, attack: &Attack) -> Option<String> {
        let ffmpeg = self.ffmpeg;
        let encoder = attack.encoders().find(|e| !ffmpeg.encodes(e));
        let filter = attack.filters().find(|f| !ffmpeg.filters(f));
        encoder
            .map(|e| format!("this ffmpeg has no encoder {e}"))
            .or_else(|| filter.map(|f| format!("this ffmpeg has no filter {f}")))
    }

    /// The file after the attack: kept under the name of all it depends on.
    pub(super) fn attacked(
        &self,
        test: &Test<'_>,
        shelf: &Shelf,
        task: Task<'_>,
    ) -> Result<PathBuf> {
        let recipe = &test.attack.recipe;
        let copies: Vec<PathBuf> = match test.control {
            Some(ControlKind::Unmarked) => vec![shelf.unmarked(); recipe.copies],
            _ => (0..recipe.copies).map(|i| shelf.marked(i)).collect(),
        };
        if recipe.steps.is_empty() {
            return Ok(copies[0].clone());
        }
        let name = self.attacked_key(test, shelf)?;
        let folder = self.work.folder("attacked")?;
        // A file of its own for each test: another may be about to delete its own.
        let control = test
            .control
            .map_or(String::new(), |c| format!("-{}", c.name()));
        let path = folder.join(format!(
            "{name}-{}{control}.{}",
            test.attack.name, recipe.container
        ));
        task.progress(Stage::Attacking, None, 0);
        self.work.make_file(&path, |part| {
            let input = shelf.input(test.excerpt, self.seed(test));
            self.run_steps(recipe, &copies, &input, part, task.observer())
        })?;
        Ok(path)
    }

    fn run_steps(
        &self,
        recipe: &attack::Recipe,
        copies: &[PathBuf],
        input: &attack::Input,
        to: &Path,
        observer: &dyn Observer,
    ) -> Result<()> {
        let mut inputs = copies.to_vec();
        // A film between two steps goes when the next is done.
        let mut between: Vec<tempfile::TempPath> = Vec::new();
        for (number, step) in recipe.steps.iter().enumerate() {
            let is_last = number + 1 == recipe.steps.len();
            let out = match is_last {
                true => to.to_owned(),
                false => {
                    let film = temporary_film(to)?;
                    let path = film.to_path_buf();
                    between.push(film);
                    path
                }
            };
            self.ffmpeg
                .run(words(step, &inputs, input, &out), observer)?;
            inputs = vec![out];
        }
        Ok(())
    }
}

/// A film in the folder of `beside` that vanishes.
fn temporary_film(beside: &Path) -> Result<tempfile::TempPath> {
    let folder = beside.parent().unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().suffix(".mkv").tempfile_in(folder);
    let file = file.map_err(|e| Error::unwritable(folder, e.to_string()))?;
    Ok(file.into_temp_path())
}

/// FFmpeg's arguments for a step.
fn words(step: &attack::Step, from: &[PathBuf], input: &attack::Input, to: &Path) -> Vec<OsString> {
    let alone = [
        "-v",
        "error",
        "-filter_threads",
        "1",
        "-filter_complex_threads",
        "1",
    ];
    let mut words = alone.map(OsString::from).to_vec();
    for file in from {
        words.extend([
            "-threads".into(),
            "1".into(),
            "-i".into(),
            file.clone().into_os_string(),
        ]);
    }
    let own = attack::arguments(step, from.len(), input);
    words.extend(own.into_iter().map(OsString::from));
    words.push(to.to_owned().into_os_string());
    words
}
