//! What can be typed after `mint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::exit;
use crate::job::What;

const EXAMPLES: &str = "\
Examples:
  leakmark mint film.variants --to aurora -o film-aurora.mp4
  leakmark mint film.variants --to @buyers.csv -o copies/ --resume
  leakmark mint film.variants --to all --ranges -o copies.jsonl
  leakmark mint film.variants --check leak.mp4";

/// `mint`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::MINT))]
pub struct Mint {
    /// The folder that `variants` made
    ///
    /// A folder that was changed since is refused. Example: film.variants
    pub variants: PathBuf,

    /// Who receives a copy: ids of distributors, separated by commas, `all`, or `@` and a file
    ///
    /// A file is CSV with the ids in its first column, or in the one called id. Each gets a copy
    /// and a receipt of their own. Example: --to @buyers.csv
    #[arg(
        long,
        value_name = "ID[,ID…]|all|@FILE",
        required_unless_present = "check",
        value_delimiter = ','
    )]
    pub to: Vec<String>,

    /// File (one distributor, or --ranges) or folder (any number) to write to
    ///
    /// In a folder copies are called film.aurora.mp4. Example: -o copies/
    #[arg(
        short,
        long,
        value_name = "FILE|DIR",
        required_unless_present = "check"
    )]
    pub output: Option<PathBuf>,

    /// What recipients get: a file (mp4, fmp4), or playlists of ranges of the variants' files (hls)
    ///
    /// All have the same pictures and sound. mp4 has its index first, and any player takes it; fmp4 is
    /// segments joined. Playlists refer to the files under --base, and have no subtitles. Example: --as hls
    #[arg(
        long = "as",
        value_name = "FORM",
        default_value = "mp4",
        conflicts_with = "ranges"
    )]
    pub form: CopyForm,

    /// Where playlists look for the variants' files: an address, or a path, with its last slash
    ///
    /// Default: the name of the folder, for playlists beside it. Example: --as hls --base https://cdn.example/film/
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,

    /// Write no copies, but which ranges of which files they are: a line of JSON each
    ///
    /// For a server that sends copies which are stored nowhere, as fragmented MP4. Keys: format,
    /// title, distributor, copy, bytes, files, ranges (index of the file, first byte, number of
    /// bytes). The record of issue has the line's SHA-256. Example: --to all --ranges -o copies.jsonl
    #[arg(long)]
    pub ranges: bool,

    /// Issue nothing to those who got their copy of this folder in an earlier run
    ///
    /// Their file is made again, byte for byte, if it is not there.
    /// Example: mint film.variants --to all -o copies/ --resume
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,

    /// Overwrite files that are there already
    ///
    /// Default: refuse before any work is done.
    /// Example: mint film.variants --to aurora -o a.mp4 --force
    #[arg(long)]
    pub force: bool,

    /// Say whose copy this MP4 is, byte for byte, and whether every segment is as it was chosen
    ///
    /// For files that were not encoded again; `scan` reads those that were.
    /// Example: mint film.variants --check leak.mp4
    #[arg(long, value_name = "FILE", conflicts_with_all = ["to", "output", "ranges", "resume", "force"])]
    pub check: Option<PathBuf>,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: title, already_issued (number), failure (null, or what ended the run after copies were
    /// issued), copies with distributor, copy, path, sha256, bytes, issue. With --check: title,
    /// segments, letters (the variant of each segment), has_more, whole (true if it is one copy), matches with
    /// distributor, copy, issue, differing_s. Example: leakmark mint film.variants --to all -o copies/ --json
    #[arg(long)]
    pub json: bool,
}

/// What a copy is, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CopyForm {
    /// Progressive MP4
    Mp4,
    /// Fragmented MP4
    Fmp4,
    /// HLS playlists
    Hls,
}

impl From<CopyForm> for What {
    fn from(form: CopyForm) -> Self {
        match form {
            CopyForm::Mp4 => Self::Mp4,
            CopyForm::Fmp4 => Self::Fmp4,
            CopyForm::Hls => Self::Hls,
        }
    }
}
