//! This module holds what was typed, and nothing else.

use std::path::PathBuf;

use clap::Parser;

/// Marks clips, attacks the copies, scans them and prints what is left.
#[derive(Debug, Parser)]
#[command(name = "robustness")]
pub struct Options {
    /// Folder of clips to mark [default: ../shared/clips]
    #[arg(long, value_name = "DIR")]
    pub clips: Option<PathBuf>,

    /// Attacks by name, `none` being the marked copy itself [default: none and
    /// all of the script's, in its order]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub attacks: Vec<String>,

    /// Script that lists and runs the attacks [default: ../shared/attacks/attack]
    #[arg(long, value_name = "PATH")]
    pub attack_script: Option<PathBuf>,

    /// Script that compares two videos [default: ../shared/quality/quality]
    #[arg(long, value_name = "PATH")]
    pub quality_script: Option<PathBuf>,

    /// Seconds of each clip to mark, from its beginning
    #[arg(long, value_name = "S", default_value_t = 12.0)]
    pub seconds: f64,

    /// Mark each clip whole, however long it is
    #[arg(long, conflicts_with = "seconds")]
    pub whole: bool,

    /// Folder for everything that is made and kept [default: tmp/robustness in
    /// the target folder]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,

    /// Only the clips whose file names begin so
    #[arg(long, value_name = "CLIPS", value_delimiter = ',')]
    pub only: Vec<String>,

    /// Strength to mark with [default: the tool's own]
    #[arg(long, value_name = "X")]
    pub strength: Option<f64>,

    /// File for a table of all cells, separated by tabs
    #[arg(long, value_name = "FILE.tsv")]
    pub out: Option<PathBuf>,

    /// Cells worked on at a time, each on one thread [default: the cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,

    /// Leave out the quality of the marked copies (VMAF is slow)
    #[arg(long)]
    pub no_quality: bool,

    /// Also find the shortest prefix of each attacked file, in seconds, that
    /// is attributed; a second table [3,6,12,24,48 when no list follows]
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        num_args = 0..=1,
        default_missing_value = "3,6,12,24,48"
    )]
    pub prefixes: Vec<f64>,

    /// Distributors in the registry
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub distributors: usize,

    /// Attacks that the unmarked copies and the wrong secret are tried under
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "none"
    )]
    pub negative_attacks: Vec<String>,

    /// Name that marked copies are kept under [default: the binary's hash]
    #[arg(long, value_name = "KEY")]
    pub mark_key: Option<String>,

    /// Take the newest marked copies made with these options, by whatever
    /// build: for work on the detector alone
    #[arg(long, conflicts_with = "mark_key")]
    pub reuse_marks: bool,

    /// Delete the marked and attacked copies of all other builds and options
    #[arg(long)]
    pub prune: bool,

    /// Further argument for `leakmark mark`, as often as needed
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    pub mark_arg: Vec<String>,

    /// Further argument for `leakmark scan`, as often as needed
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    pub scan_arg: Vec<String>,

    /// Seconds after which a scan is stopped and counts as an error
    #[arg(long, value_name = "S", default_value_t = 900)]
    pub scan_limit: u64,

    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    pub bench: bool,
}
