//! Says what variants are to be made of, and for whom copies are put together.

use std::path::PathBuf;

use super::args::{Mint, Variants};
use super::mark_order::{Recipients, recipients};
use super::setting::Setting;
use crate::error::{Error, Result};
use crate::job::{Beginning, MarkRequest, MintRequest, VariantsRequest, What};
use crate::media::Allowances;

/// Variants to make.
pub struct VariantsOrder {
    /// The request.
    pub request: VariantsRequest,
    /// JSON instead of words.
    pub json: bool,
}

impl VariantsOrder {
    /// What `typed` means.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing would be marked.
    pub fn of(typed: Variants, setting: &Setting) -> Result<Self> {
        if typed.strength <= 0.0 {
            return Err(Error::usage(
                "variants of strength 0 are all the same: nobody's copy could be told",
            )
            .advise("leave --strength out, or give more than 0"));
        }
        let mut encode = MarkRequest::new(typed.master, Vec::new());
        encode.title = typed.title;
        encode.beginning = Beginning::of(typed.reel, typed.at);
        encode.strength = typed.strength;
        encode.codec = typed.encoder.codec;
        encode.crf = typed.encoder.crf;
        encode.preset = typed.encoder.preset;
        encode.verify = !typed.no_verify;
        encode.force = typed.force;
        encode.allowed = Allowances {
            losses: typed.allow_loss.into_iter().collect(),
            damage: typed.allow_damaged,
        };
        encode.limits = setting.limits;
        encode.threads = setting.threads;
        let request = VariantsRequest {
            encode,
            output: typed.output,
            variants: typed.variants,
            equal_sizes: typed.equal_sizes,
        };
        Ok(Self {
            request,
            json: typed.json,
        })
    }
}

/// What is to be done with a folder of variants.
pub enum MintTask {
    /// Put copies together.
    Copies {
        /// The request; its recipients are looked up later.
        request: MintRequest,
        /// Who is to receive a copy.
        to: Recipients,
    },
    /// Say whose copy a file is.
    Check {
        /// The folder.
        variants: PathBuf,
        /// The file.
        file: PathBuf,
    },
}

/// Copies to put together, or a file to compare with them.
pub struct MintOrder {
    /// Which of them.
    pub task: MintTask,
    /// JSON instead of words.
    pub json: bool,
}

impl MintOrder {
    /// What `typed` means.
    ///
    /// # Errors
    /// [`Error::Usage`] if the recipients contradict each other.
    pub fn of(typed: Mint) -> Result<Self> {
        let task = match (typed.check, typed.output) {
            (Some(file), _) => MintTask::Check {
                variants: typed.variants,
                file,
            },
            (None, Some(output)) => {
                let plain = MintRequest::new(typed.variants, Vec::new(), output);
                MintTask::Copies {
                    to: recipients(typed.to)?,
                    request: MintRequest {
                        base: typed.base.unwrap_or(plain.base),
                        what: if typed.ranges {
                            What::Ranges
                        } else {
                            typed.form.into()
                        },
                        force: typed.force,
                        resume: typed.resume,
                        ..plain
                    },
                }
            }
            (None, None) => return Err(Error::usage("name an output with -o")),
        };
        Ok(Self {
            task,
            json: typed.json,
        })
    }
}
