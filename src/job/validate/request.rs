//! Holds what a validation is asked to do.

use std::path::PathBuf;

use super::attack::Attack;
use crate::detect::Effort;
use crate::error::{Error, Result};
use crate::media::{Limits, VideoCodec};
use crate::trace::Threshold;

/// What to validate, how, and where to keep what is made on the way.
#[derive(Debug, Clone)]
pub struct ValidateRequest {
    /// The films, each once.
    pub films: Vec<PathBuf>,
    /// Where excerpts begin in every film, seconds; none to spread them.
    pub at_s: Vec<f64>,
    /// Excerpts of a film, spread over it, as far as it is long enough.
    pub excerpts: u32,
    /// Length of an excerpt, seconds.
    pub seconds: f64,
    /// What is done to the copies, the copy as it was issued first.
    pub attacks: Vec<Attack>,
    /// Names of those attacks that are done to the controls as well.
    pub controls: Vec<String>,
    /// Lengths of the beginnings that are scanned by themselves, seconds.
    pub beginnings_s: Vec<f64>,
    /// Where results are kept, so that the next run goes on.
    pub work: PathBuf,
    /// Keep the films that are made on the way as well.
    pub keep_films: bool,
    /// Take copies that another build marked, if they are kept.
    pub reuse_copies: bool,
    /// Measure what the mark costs the picture.
    pub picture: bool,
    /// The `ffmpeg` command.
    pub ffmpeg: PathBuf,
    /// What the test registry's secret, who leaks and all noise follow from.
    pub seed: u64,
    /// Distributors in the test registry.
    pub distributors: u32,
    /// Strength of the mark, 1 is the default.
    pub strength: f32,
    /// Codec of the marked copies.
    pub codec: VideoCodec,
    /// Constant rate factor; `None` for the codec's default.
    pub crf: Option<f32>,
    /// The encoder's preset.
    pub preset: String,
    /// How hard the scans look for geometries.
    pub effort: Effort,
    /// What it takes to name somebody.
    pub threshold: Threshold,
    /// What a film may demand.
    pub limits: Limits,
    /// Threads; 0 for one a core.
    pub threads: usize,
    /// Cells worked on at a time; 0 for one a thread.
    pub jobs: usize,
    /// The words of the command line, for the dossier.
    pub command_line: Vec<String>,
}

impl ValidateRequest {
    /// With the defaults.
    pub fn new(films: Vec<PathBuf>, attacks: Vec<Attack>, work: PathBuf) -> Self {
        Self {
            films,
            at_s: Vec::new(),
            excerpts: 3,
            seconds: 12.0,
            attacks,
            controls: vec![super::UNTOUCHED.into()],
            beginnings_s: vec![3.0, 6.0],
            work,
            keep_films: false,
            reuse_copies: false,
            picture: true,
            ffmpeg: "ffmpeg".into(),
            seed: 1,
            distributors: 100,
            strength: 1.0,
            codec: VideoCodec::H264,
            crf: None,
            preset: "medium".into(),
            effort: Effort::Normal,
            threshold: Threshold::DEFAULT,
            limits: Limits::default(),
            threads: 0,
            jobs: 0,
            command_line: Vec::new(),
        }
    }

    /// Distributors' copies that an excerpt needs.
    pub(super) fn copies(&self) -> usize {
        self.attacks
            .iter()
            .map(|a| a.recipe.copies)
            .max()
            .unwrap_or(1)
    }

    /// Refuses what cannot be done, before any work.
    pub(super) fn check(&self) -> Result<()> {
        if self.films.is_empty() {
            return Err(Error::usage("no film was named"));
        }
        if self.seconds.is_nan() || self.seconds < 1.0 {
            return Err(Error::usage(format!(
                "got excerpts of {} s; expected 1 s or more, 12 s is the default",
                self.seconds
            )));
        }
        if self.strength <= 0.0 {
            return Err(Error::usage(
                "a strength of 0 marks nothing, and nothing can be validated; expected more, 1 is the default",
            ));
        }
        let least = self.copies() + 1;
        if (self.distributors as usize) < least {
            return Err(Error::usage(format!(
                "got {} distributors; these attacks take {least} or more",
                self.distributors
            )));
        }
        for name in &self.controls {
            if !self.attacks.iter().any(|a| &a.name == name) {
                return Err(Error::usage(format!(
                    "the controls name the attack {name}, which is not among the attacks chosen"
                ))
                .advise("add it to --attacks"));
            }
        }
        Ok(())
    }
}
