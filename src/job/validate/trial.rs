//! Runs a validation from its films to its dossier.

use std::path::Path;
use std::time::Instant;

use super::cell::{Bench, Test, Tested};
use super::compose::{Made, compose};
use super::copies::{Copies, Maker};
use super::excerpt::{Excerpt, Film, look_at, plan};
use super::ffmpeg::Ffmpeg;
use super::house::House;
use super::pool;
use super::request::ValidateRequest;
use super::work::Work;
use crate::error::{Error, Result};
use crate::evidence::hash::hash_file;
use crate::evidence::naming::now;
use crate::evidence::{ControlKind, Dossier};
use crate::job::events::{Observer, file_name};
use crate::job::home::Home;
use crate::job::scan::context::{ScanContext, ScanSettings};
use crate::job::task::Task;

/// A validation that is planned and can be run.
pub struct Trial {
    request: ValidateRequest,
    ffmpeg: Ffmpeg,
    work: Work,
    films: Vec<Film>,
    excerpts: Vec<Excerpt>,
    house: House,
    /// SHA-256 of this program.
    program: String,
    started: (String, Instant),
}

impl Trial {
    /// Looks at films, attacks and `ffmpeg`, and makes the test registries.
    ///
    /// # Errors
    /// [`Error::Usage`] for what cannot be done, [`Error::Unreadable`] for a film,
    /// [`Error::Unwritable`] for the work folder, [`Error::Interrupted`].
    pub fn open(request: ValidateRequest, observer: &dyn Observer) -> Result<Self> {
        let started = (now()?, Instant::now());
        request.check()?;
        let ffmpeg = Ffmpeg::find(&request.ffmpeg, observer)?;
        let work = Work::open(&request.work)?;
        let films = look_at(&request, observer)?;
        let excerpts = plan(&request, &films)?;
        let house = House::open(&request, &work, &films, &excerpts)?;
        let itself = std::env::current_exe()
            .map_err(|e| Error::Internal(format!("the program cannot find itself: {e}")))?;
        let program = hash_file(&itself, &mut |_| Ok(()))?.sha256;
        Ok(Self {
            request,
            ffmpeg,
            work,
            films,
            excerpts,
            house,
            program,
            started,
        })
    }

    /// Pieces of work that [`Trial::run`] tells of.
    pub fn pieces(&self) -> usize {
        self.excerpts.len() + self.tests().len()
    }

    /// Cells, then controls.
    fn tests(&self) -> Vec<Test<'_>> {
        let test = |attack_index: usize, control: Option<ControlKind>| {
            let attack = &self.request.attacks[attack_index];
            let excerpts = self.excerpts.iter().enumerate();
            excerpts.map(move |(index, excerpt)| Test {
                index,
                excerpt,
                attack_index,
                attack,
                control,
            })
        };
        let attacks = 0..self.request.attacks.len();
        let controls = [
            ControlKind::Unmarked,
            ControlKind::WrongSecret,
            ControlKind::SourceMissing,
        ];
        let is_control = |i: &usize| {
            self.request
                .controls
                .contains(&self.request.attacks[*i].name)
        };
        // Attack by attack, so that an interrupted run has something of every excerpt.
        let cells = attacks.clone().flat_map(|i| test(i, None));
        let negatives = controls.iter().flat_map(|kind| {
            attacks
                .clone()
                .filter(is_control)
                .flat_map(|i| test(i, Some(*kind)))
        });
        cells.chain(negatives).collect()
    }

    /// Does all of it, as far as it is not kept from earlier runs.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for the work folder, [`Error::Interrupted`]: what was
    /// done until then is kept. What fails in one cell is said in the dossier.
    pub fn run(&self, observer: &dyn Observer) -> Result<Dossier> {
        let threads = match self.request.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let jobs = match self.request.jobs {
            0 => threads,
            jobs => jobs,
        };
        let maker = Maker {
            request: &self.request,
            work: &self.work,
            ffmpeg: &self.ffmpeg,
            house: &self.house,
            films: &self.films,
            program: &self.program,
        };
        let copies = self.make_copies(&maker, jobs, observer)?;
        // Only now have the registries the pictures that the scans look at.
        let context = |dir: &Path| self.context(dir, threads);
        let bench = Bench {
            maker: &maker,
            own: &context(&self.house.own)?,
            other: &context(&self.house.other)?,
            without: &context(&self.house.without)?,
        };
        let tested = self.make_tests(&bench, jobs, observer)?;
        if !self.request.keep_films {
            for excerpt in &self.excerpts {
                if let Ok(shelf) = maker.shelf(excerpt, false, Task::only(observer)) {
                    shelf.clear();
                }
            }
        }
        compose(&Made {
            request: &self.request,
            ffmpeg: &self.ffmpeg.version,
            program: &self.program,
            films: &self.films,
            excerpts: &self.excerpts,
            copies,
            tested,
            jobs,
            started: &self.started,
        })
    }

    fn context(&self, dir: &Path, threads: usize) -> Result<ScanContext> {
        let settings = ScanSettings {
            threshold: self.request.threshold,
            limits: self.request.limits,
            threads,
            effort: self.request.effort,
            ..ScanSettings::default()
        };
        ScanContext::new(&Home::open(dir)?, settings)
    }

    /// The copies of each excerpt, or why there are none. Their files are there where a
    /// test is still to be made.
    fn make_copies(
        &self,
        maker: &Maker<'_>,
        jobs: usize,
        observer: &dyn Observer,
    ) -> Result<Vec<std::result::Result<Copies, String>>> {
        let name = |(_, excerpt): &(usize, &Excerpt)| {
            format!(
                "{} at {:.0} s",
                file_name(&self.films[excerpt.film].path),
                excerpt.start_s
            )
        };
        let tests = self.tests();
        let excerpts: Vec<(usize, &Excerpt)> = self.excerpts.iter().enumerate().collect();
        pool::map(
            &excerpts,
            jobs,
            (0, observer),
            name,
            |task, &(index, excerpt)| {
                let made = || -> Result<Copies> {
                    let shelf = maker.shelf(excerpt, false, task)?;
                    for test in tests.iter().filter(|t| t.index == index) {
                        if !maker.is_kept(test, &shelf)? {
                            return Ok(maker.shelf(excerpt, true, task)?.copies);
                        }
                    }
                    Ok(shelf.copies)
                };
                match made() {
                    Ok(copies) => Ok(Ok(copies)),
                    Err(error @ (Error::Usage(_) | Error::Unreadable { .. })) => {
                        Ok(Err(error.to_string()))
                    }
                    Err(error) => Err(error),
                }
            },
        )
    }

    fn make_tests(
        &self,
        bench: &Bench<'_>,
        jobs: usize,
        observer: &dyn Observer,
    ) -> Result<Vec<(Test<'_>, Tested)>> {
        let tests = self.tests();
        let name = |test: &Test<'_>| {
            let film = file_name(&self.films[test.excerpt.film].path);
            format!(
                "{}, {film} at {:.0} s",
                test.attack.name, test.excerpt.start_s
            )
        };
        let first_task = self.excerpts.len();
        let done = pool::map(&tests, jobs, (first_task, observer), name, |task, test| {
            bench.test(test, task)
        })?;
        Ok(tests.into_iter().zip(done).collect())
    }
}
