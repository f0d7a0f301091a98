//! What is set for every command.

use std::path::PathBuf;

use super::args::Common;
use crate::error::Result;
use crate::job::{Home, Limits};

/// The environment variable that names the home folder.
const HOME_VARIABLE: &str = "LEAKMARK_HOME";

/// What holds for every command.
pub struct Setting {
    /// The home folder, if one is named.
    pub home: Option<PathBuf>,
    /// Threads; 0 for one a core.
    pub threads: usize,
    /// No words for people.
    pub quiet: bool,
    /// No progress bars.
    pub no_progress: bool,
    /// What a file may demand.
    pub limits: Limits,
}

impl Setting {
    /// What the flags mean.
    pub fn of(typed: Common) -> Self {
        let variable = std::env::var_os(HOME_VARIABLE).filter(|dir| !dir.is_empty());
        Self {
            home: typed.home.or(variable.map(PathBuf::from)),
            threads: typed.threads.map_or(0, |threads| threads as usize),
            quiet: typed.quiet,
            no_progress: typed.no_progress,
            limits: Limits {
                max_pixels: typed.max_pixels,
                max_duration_s: typed.max_duration,
                max_streams: typed.max_streams,
            },
        }
    }

    /// The home folder.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::error::Error::Usage) if none is named and the platform has none.
    pub fn home_dir(&self) -> Result<PathBuf> {
        self.home.clone().map_or_else(Home::default_dir, Ok)
    }
}
