//! What is to be validated, and what becomes of the dossier.

use std::ffi::OsString;
use std::path::PathBuf;

use super::args::Validate;
use super::setting::Setting;
use crate::error::{Error, Result};
use crate::job::{Threshold, ValidateRequest};
use crate::units::Log10;

/// What to validate, and what becomes of the dossier.
pub struct ValidateOrder {
    /// The request; its attacks are looked up later, and so is its work folder.
    pub request: ValidateRequest,
    /// Names, classes and sets of attacks.
    pub attacks: Vec<String>,
    /// Folders of attack files.
    pub attack_folders: Vec<PathBuf>,
    /// List the attacks instead.
    pub list: bool,
    /// The folder for the dossier.
    pub out: Option<PathBuf>,
    /// JSON on standard output.
    pub json: bool,
    /// The key to sign the dossier with.
    pub sign: Option<PathBuf>,
}

impl ValidateOrder {
    /// What `typed` means; `words` is the same as it was typed.
    ///
    /// # Errors
    /// [`Error::Usage`] if it contradicts itself.
    pub fn of(typed: Validate, setting: &Setting, words: &[OsString]) -> Result<Self> {
        if typed.sign.is_some() && typed.out.is_none() && !typed.json {
            return Err(
                Error::usage("--sign signs the dossier, and a table is none")
                    .advise("add --out DIR or --json"),
            );
        }
        let mut request = ValidateRequest::new(typed.films, Vec::new(), PathBuf::new());
        request.at_s = typed.at;
        request.excerpts = typed.excerpts;
        request.seconds = typed.seconds;
        request.controls = typed.controls;
        request.beginnings_s = typed.beginnings.0;
        request.keep_films = typed.keep;
        request.reuse_copies = typed.reuse_copies;
        request.picture = !typed.no_picture;
        request.ffmpeg = typed.ffmpeg;
        request.seed = typed.seed;
        request.distributors = typed.distributors;
        request.strength = typed.strength;
        request.codec = typed.encoder.codec;
        request.crf = typed.encoder.crf;
        request.preset = typed.encoder.preset;
        request.effort = typed.effort.into();
        request.threshold = Threshold {
            log10_p_false: Log10(typed.threshold),
        };
        request.limits = setting.limits;
        request.threads = setting.threads;
        request.jobs = typed.jobs.map_or(0, |jobs| jobs as usize);
        request.command_line = words
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        Ok(Self {
            request,
            attacks: typed.attacks,
            attack_folders: typed.attack_dir,
            list: typed.list,
            out: typed.out,
            json: typed.json,
            sign: typed.sign,
        })
    }
}
