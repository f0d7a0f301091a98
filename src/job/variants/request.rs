//! What making variants is asked to do, and checks that it makes sense.

use std::path::PathBuf;

use crate::error::Result;
use crate::job::mark::request::{MarkRequest, check_settings};
use crate::mark::Alphabet;

/// What to make variants of, and how.
#[derive(Debug, Clone)]
pub struct VariantsRequest {
    /// The master, its title, and how it is encoded. Nobody is named in it, and no output.
    pub encode: MarkRequest,
    /// The folder to make.
    pub output: PathBuf,
    /// How many.
    pub variants: Alphabet,
    /// Pad pictures, so that all copies have one size and one index.
    pub equal_sizes: bool,
}

impl VariantsRequest {
    /// Two variants, with the defaults.
    pub fn new(master: PathBuf, output: PathBuf) -> Self {
        Self {
            encode: MarkRequest::new(master, Vec::new()),
            output,
            variants: Alphabet::Two,
            equal_sizes: false,
        }
    }
}

/// Refuses what cannot be done, before any work.
pub(crate) fn check(request: &VariantsRequest) -> Result<()> {
    check_settings(&request.encode)
}
