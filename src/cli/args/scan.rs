//! What can be typed after `scan` and `copy`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::case::Case;
use super::values;
use crate::cli::exit;
use crate::job::{self, Threshold};

const SCAN_EXAMPLES: &str = "\
Examples:
  leakmark scan leak.mp4
  leakmark scan leaks/ screenshot.png --out reports/
  leakmark scan leaks/ --json | jq -c '[.exhibit.path, .verdict]'";

const VERIFY_EXAMPLES: &str = "\
Example:
  leakmark copy verify copies/film-aurora.mp4";

/// `scan`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{SCAN_EXAMPLES}\n\n{}", exit::SCAN))]
pub struct Scan {
    /// Exhibits: video files, images, folders of them, and - for standard input
    ///
    /// Folders are searched with all folders in them for whatever can be decoded, whatever
    /// its name; links inside are not followed. What is named here and cannot be read is an
    /// error (exit code 3); in a folder, so is whatever is named or begins like a film or an
    /// image; files of other kinds are left out and counted. Example: leaks/
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// Print one report per exhibit, one per line, as JSON on standard output
    ///
    /// In the order of the paths, schema leakmark/report/2; default: a table for people.
    /// For an exhibit that could not be read, {"unreadable": {path, kind, message, hint …}} is
    /// printed, schema leakmark/unreadable/1: jq 'select(.unreadable)' finds them.
    /// Example: leakmark scan leaks/ --json > reports.jsonl
    #[arg(long)]
    pub json: bool,

    /// Folder to write one report per exhibit to, as <file name>.report.json
    ///
    /// It is made if missing. Exhibits of the same file name get -2, -3 … before .report.json;
    /// reports of earlier runs are replaced. For one that could not be read,
    /// <file name>.unreadable.json says why; summary.csv lists all. Beside each report, <file name>.evidence holds the soft
    /// symbols: for the house alone, and needed for evidence packs. Replaces the table, goes
    /// together with --json. Example: --out reports/
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Sign every report with this key, as `leakmark report keygen` made it
    ///
    /// With --out, <file name>.report.dsse.json is written beside each report: a DSSE envelope
    /// around an in-toto statement. With --json, envelopes are printed instead of reports.
    /// Default: not signed. Check one with `leakmark report verify`. Example: --sign report.key
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,

    /// Folder to write one report per exhibit to, for people, as <file name>.report.html
    ///
    /// Each is one file that needs no network and no script, and prints well; with several
    /// exhibits, index.html and summary.csv list them all. Made if missing; names as with --out.
    /// Default: no HTML. Example: --html reports/
    #[arg(long, value_name = "DIR")]
    pub html: Option<PathBuf>,

    /// Folder to write the same report per exhibit to as PDF, as <file name>.report.pdf
    ///
    /// PDF/A-2b with its fonts, A4; the text is that of --html, whose folder it may share.
    /// Made if missing; names as with --out. Default: no PDF. Example: --pdf reports/
    #[arg(long, value_name = "DIR")]
    pub pdf: Option<PathBuf>,

    /// File to write all examinations of this run to as CASE/UCO 1.4, JSON-LD
    ///
    /// The exchange format of forensic tools; likelihood ratios are in a namespace of our own.
    /// Default: none. Example: --case examination.jsonld
    #[arg(long = "case", value_name = "FILE")]
    pub case_file: Option<PathBuf>,

    /// Scale of words for likelihood ratios in reports for people, a CSV file
    ///
    /// Its columns are from_log10_lr and words, rising, 1 to 24 rows, as in `6,extremely strong
    /// support`. Default: the scale of the ENFSI guideline of 2015. Example: --verbal-scale house.csv
    #[arg(long, value_name = "FILE")]
    pub verbal_scale: Option<PathBuf>,

    /// Dossier of `leakmark validate` to cite: dossier.json, or dossier.dsse.json
    ///
    /// Reports cite it by its SHA-256, and say whether the exhibit's size, bitrate and length
    /// lie inside what was tested. Its signature is for `leakmark report verify` to check.
    /// Default: none is cited. Example: --dossier dossier/dossier.json
    #[arg(long, value_name = "FILE")]
    pub dossier: Option<PathBuf>,

    /// Exhibits to examine at once, 1 to 1024; default: as suits the threads
    ///
    /// They share --threads. More help with many short files, fewer need less memory.
    /// Example: --jobs 2
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub jobs: Option<u32>,

    /// Examine all files given as one exhibit: stills or pieces of one capture
    ///
    /// One report, with the hashes of all of them; each is read in its own size and geometry, and
    /// what they show is scored together. They must be of one source: two leaks given together
    /// are taken for one. A file that cannot be read stops it. Not with --resume; no evidence pack
    /// can be made of it. Default: every file is an exhibit. Example: leakmark scan shot1.png shot2.png --together
    #[arg(long, conflicts_with = "resume")]
    pub together: bool,

    /// Go on with a run that was stopped: keep the reports in --out that hold
    ///
    /// An exhibit is not scanned again if its report there is about the same bytes, was made by
    /// this program with the same parameters from a registry of the same copies, and is as it
    /// was signed. Default: everything is scanned. Example: leakmark scan leaks/ --out reports/ --resume
    #[arg(long)]
    pub resume: bool,

    /// Name every file in a folder that is left out, and what it is
    ///
    /// Default: they are counted by kind. Example: leakmark scan leaks/ -v
    #[arg(short, long)]
    pub verbose: bool,

    /// Do not enter the scans in the registry's audit log; the reports say so
    ///
    /// For a registry that cannot be written, which is an error otherwise. Default: every scan
    /// is entered. Example: leakmark scan leak.mp4 --no-audit
    #[arg(long)]
    pub no_audit: bool,

    /// Read every part of every exhibit, even when the verdict is settled
    ///
    /// Default: a long film is read in parts until the evidence is ample. Takes as long as
    /// decoding everything; finds splices and further sources. Example: leakmark scan leak.mp4 --full
    #[arg(long)]
    pub full: bool,

    /// How hard to look for pictures that were cropped, zoomed, turned or stretched
    ///
    /// quick finds whole pictures only: rescaled, recompressed, mirrored, turned by quarters,
    /// black for white. normal also finds crops, zooms, a picture in a picture, slight turns
    /// and films of a screen; a second or two longer where no mark is found at once. deep also
    /// finds pictures that are turned and stretched at once, in half a minute or more.
    /// Example: --effort deep
    #[arg(long, value_name = "EFFORT", value_enum, default_value_t = Effort::Normal)]
    pub effort: Effort,

    /// Folder for pictures of what detection saw, for finding out why a mark is not read
    ///
    /// For each part of an exhibit: the folded tile, its correlation with the pilot (a single
    /// bright point in the middle is a pilot that was found), the picture, and the picture with
    /// the tile grid and the title's frame over it. PNG; the folder is made if missing.
    /// Example: --debug-dir debug/
    #[arg(long, value_name = "DIR")]
    pub debug_dir: Option<PathBuf>,

    /// Evidence it takes to name somebody: log10 of the chance of naming anyone innocent
    ///
    /// -6 means at most one wrong accusation in a million exhibits, over the whole registry;
    /// never looser than -3. Lower is stricter: weaker leaks stay unattributed.
    /// Example: --threshold -9
    #[arg(long, value_name = "LOG10", allow_hyphen_values = true,
          default_value_t = Threshold::DEFAULT.log10_p_false.0, value_parser = values::threshold)]
    pub threshold: f64,

    /// A file of which it is known what must come out, to be examined first in the same run
    ///
    /// A copy that this registry issued, byte for byte, must be attributed to its distributor;
    /// any other file, such as an unmarked one, must name nobody. Hashes and results are in
    /// every report; one that does not come out as it must is a finding. May be given several
    /// times; default: none. Example: --control copies/film-aurora.mp4 --control unmarked.mp4
    #[arg(long = "control", value_name = "FILE")]
    pub controls: Vec<PathBuf>,

    /// The case.
    #[command(flatten)]
    pub case: Case,
}

/// `--effort`, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Effort {
    /// Whole pictures only
    Quick,
    /// Also crops, zooms, slight turns, films of a screen
    Normal,
    /// Also pictures turned and stretched at once
    Deep,
}

impl From<Effort> for job::Effort {
    fn from(typed: Effort) -> Self {
        match typed {
            Effort::Quick => Self::Quick,
            Effort::Normal => Self::Normal,
            Effort::Deep => Self::Deep,
        }
    }
}

/// `copy`, as typed.
#[derive(Debug, Args)]
pub struct Copy {
    /// What to do.
    #[command(subcommand)]
    pub command: CopyCommand,
}

/// What to do with marked copies.
#[derive(Debug, Subcommand)]
pub enum CopyCommand {
    /// Does this marked copy read back to the distributor it was issued to?
    Verify(VerifyCopy),
}

/// `copy verify`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{VERIFY_EXAMPLES}\n\n{}", exit::VERIFY_COPY))]
pub struct VerifyCopy {
    /// The marked copy, as `mark` wrote it
    ///
    /// Recognized by its bytes, so it may have been moved or renamed. Example: film-aurora.mp4
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: file, agrees, words, issue (the record of its issue, null if there is none) and
    /// report (schema leakmark/report/2). Example: leakmark copy verify copy.mp4 --json
    #[arg(long)]
    pub json: bool,
}
