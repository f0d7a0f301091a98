//! The flags that every command takes.

use std::path::PathBuf;

use clap::Args;

use super::values;
use crate::job::Limits;

const LIMITS: &str = "Limits on what a file may demand";
const COMMON: &str = "Flags of every command";

/// The flags that every command takes, as typed.
#[derive(Debug, Args)]
pub struct Common {
    /// Home folder: holds the registry (leakmark.db) and its secret (leakmark.key)
    ///
    /// Default: the environment variable LEAKMARK_HOME, else the platform's data folder
    /// (on Linux ~/.local/share/leakmark). Whoever has this folder can read and forge
    /// marks: keep it private and backed up. Example: --home /srv/leakmark
    #[arg(long, global = true, value_name = "DIR", help_heading = COMMON)]
    pub home: Option<PathBuf>,

    /// Processor threads to use, 1 to 1024; default: one a core
    ///
    /// The results are the same byte for byte at any number; fewer leave the machine free
    /// for other work and need less memory. Example: --threads 4
    #[arg(long, global = true, value_name = "N", help_heading = COMMON,
          value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,

    /// Print results and errors only: no words, no progress bars
    ///
    /// Default: words for people and progress bars on standard error. Results on standard
    /// output are the same either way. Example: leakmark -q scan leak.mp4
    #[arg(short, long, global = true, help_heading = COMMON)]
    pub quiet: bool,

    /// Show no progress bars
    ///
    /// Default: bars on standard error for anything longer than a second, if it is a
    /// terminal. Example: leakmark --no-progress scan leaks/
    #[arg(long, global = true, help_heading = COMMON)]
    pub no_progress: bool,

    /// Largest picture to decode, in pixels (width times height), 1 or more
    ///
    /// The default admits 8K film. A file that declares more, or more than 16384 along a side,
    /// is refused as unreadable before memory is taken for it. Example: --max-pixels 70000000
    #[arg(long, global = true, value_name = "PIXELS", help_heading = LIMITS,
          default_value_t = Limits::default().max_pixels,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub max_pixels: u64,

    /// Longest film to read, in seconds or H:MM:SS, up to a day
    ///
    /// No more is read of an exhibit, and a master that is longer is refused. What a file
    /// declares beyond it is not believed. Example: --max-duration 4:00:00
    #[arg(long, global = true, value_name = "TIME", help_heading = LIMITS,
          default_value_t = Limits::default().max_duration_s, value_parser = values::duration)]
    pub max_duration: f64,

    /// Most streams (video, audio, subtitles, attachments) in a file, 1 to 10000
    ///
    /// A file that has more is refused as unreadable. Example: --max-streams 200
    #[arg(long, global = true, value_name = "N", help_heading = LIMITS,
          default_value_t = Limits::default().max_streams,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub max_streams: u32,
}
