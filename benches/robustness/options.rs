//! What was typed, and nothing else.

use std::path::PathBuf;

use clap::Parser;

/// Validates clips, and holds what comes out against the project's bars.
#[derive(Debug, Parser)]
#[command(name = "robustness")]
pub struct Options {
    /// Folder of clips [default: ../shared/clips]
    #[arg(long, value_name = "DIR")]
    pub clips: Option<PathBuf>,

    /// Only the clips whose file names begin so
    #[arg(long, value_name = "CLIPS", value_delimiter = ',')]
    pub only: Vec<String>,

    /// Attacks, as `validate` takes them: `published` are those of the project's figures
    #[arg(long, value_name = "NAMES", default_value = "published")]
    pub attacks: String,

    /// Seconds of each clip, from its beginning
    #[arg(long, value_name = "S", default_value_t = 12.0)]
    pub seconds: f64,

    /// Folder for everything that is made and kept [default: tmp/robustness in the
    /// target folder]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,

    /// Further argument for `leakmark validate`, as often as needed: --no-picture,
    /// --reuse-copies, --seed=2 …
    #[arg(long = "arg", value_name = "ARG", allow_hyphen_values = true)]
    pub more: Vec<String>,

    /// File for a table of all cells, separated by tabs
    #[arg(long, value_name = "FILE.tsv")]
    pub tsv: Option<PathBuf>,

    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    pub bench: bool,
}
