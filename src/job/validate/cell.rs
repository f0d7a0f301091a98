//! Attacks copies and scans what comes out: one cell, or one control.

use serde::{Deserialize, Serialize};

use super::attack::Attack;
use super::copies::{Maker, Shelf};
use super::excerpt::Excerpt;
use super::outcome::{exhibit, outcome};
use super::work::key;
use crate::error::{Error, Result};
use crate::evidence::{ControlKind, TestExhibit, TestOutcome};
use crate::job::scan::context::ScanContext;
use crate::job::scan::scan_with;
use crate::job::task::Task;

const KIND: &str = "scans";

/// What was attacked, for whom it is scanned, and by which registry.
#[derive(Clone, Copy)]
pub(super) struct Test<'a> {
    pub index: usize,
    pub excerpt: &'a Excerpt,
    pub attack_index: usize,
    pub attack: &'a Attack,
    /// Why nobody may be named; `None` if the sources should be.
    pub control: Option<ControlKind>,
}

/// A test, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tested {
    pub exhibit: Option<TestExhibit>,
    pub outcome: Option<TestOutcome>,
    pub seconds_to_attribute: Option<f64>,
    pub wrong_beginnings_s: Vec<f64>,
    pub problem: Option<String>,
    /// Seconds that the scan of the whole took; `None` without one.
    pub scan_s: Option<f64>,
    /// True if it was there from an earlier run.
    #[serde(skip)]
    pub was_kept: bool,
}

/// What tests are made with.
pub(super) struct Bench<'a> {
    pub maker: &'a Maker<'a>,
    /// The registry that marked.
    pub own: &'a ScanContext,
    /// The same with another secret.
    pub other: &'a ScanContext,
    /// The same without the sources.
    pub without: &'a ScanContext,
}

impl Maker<'_> {
    /// True if a test need not be made.
    pub fn is_kept(&self, test: &Test<'_>, shelf: &Shelf) -> Result<bool> {
        let key = self.key(test, shelf)?;
        Ok(self.work.kept::<Tested>(KIND, &key).is_some())
    }

    /// A name for all that a test depends on.
    fn key(&self, test: &Test<'_>, shelf: &Shelf) -> Result<String> {
        let request = self.request;
        let threshold = request.threshold.log10_p_false.0;
        key(&(
            self.attacked_key(test, shelf)?,
            (self.program, &self.house.key, test.control),
            (
                format!("{:?}", request.effort),
                threshold,
                &request.beginnings_s,
            ),
        ))
    }
}

impl Bench<'_> {
    /// Makes a test, unless it is kept. What fails is a result, but for
    /// interruptions and what no test could be made with.
    pub fn test(&self, test: &Test<'_>, task: Task<'_>) -> Result<Tested> {
        let known = match self.maker.shelf(test.excerpt, false, task) {
            Ok(shelf) => shelf,
            Err(error) => return failed(error),
        };
        let key = self.maker.key(test, &known)?;
        if let Some(kept) = self.maker.work.kept::<Tested>(KIND, &key) {
            return Ok(Tested {
                was_kept: true,
                ..kept
            });
        }
        if let Some(missing) = self.maker.missing(test.attack) {
            return Ok(Tested::without(missing));
        }
        let tested = self
            .maker
            .shelf(test.excerpt, true, task)
            .and_then(|shelf| self.make(test, &shelf, &key, task));
        match tested {
            Ok(tested) => {
                self.maker.work.keep(KIND, &key, &tested)?;
                Ok(tested)
            }
            Err(error) => failed(error),
        }
    }

    fn make(&self, test: &Test<'_>, shelf: &Shelf, key: &str, task: Task<'_>) -> Result<Tested> {
        let file = self.maker.attacked(test, shelf, task)?;
        let context = self.context(test.control);
        let sources = match test.control {
            None => &test.excerpt.distributors[..test.attack.recipe.copies],
            Some(_) => &[],
        };
        let scanned = scan_with(context, &file, task, 1)?;
        let report = &scanned.report;
        let mut tested = Tested {
            exhibit: Some(exhibit(report)),
            outcome: Some(outcome(context, &scanned, sources)),
            seconds_to_attribute: None,
            wrong_beginnings_s: Vec::new(),
            problem: None,
            scan_s: Some(report.timing.total_s),
            was_kept: false,
        };
        if test.control.is_none() {
            self.beginnings((test, sources), (&file, key), report, &mut tested, task)?;
        }
        if !self.maker.request.keep_films && !test.attack.recipe.steps.is_empty() {
            // What cannot be deleted is in nobody's way.
            let _ = std::fs::remove_file(&file);
        }
        Ok(tested)
    }

    fn context(&self, control: Option<ControlKind>) -> &ScanContext {
        match control {
            None | Some(ControlKind::Unmarked) => self.own,
            Some(ControlKind::WrongSecret) => self.other,
            Some(ControlKind::SourceMissing) => self.without,
        }
    }
}

impl Tested {
    fn without(problem: String) -> Self {
        Self {
            exhibit: None,
            outcome: None,
            seconds_to_attribute: None,
            wrong_beginnings_s: Vec::new(),
            problem: Some(problem),
            scan_s: None,
            was_kept: false,
        }
    }
}

/// An error of one test as its result; one that concerns all of them as an error.
fn failed(error: Error) -> Result<Tested> {
    match error {
        Error::Usage(problem) => Ok(Tested::without(problem.to_string())),
        Error::Unreadable { .. } => Ok(Tested::without(error.to_string())),
        error => Err(error),
    }
}
