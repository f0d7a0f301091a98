//! What can be typed after `pack`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::values;
use crate::cli::exit;

const MAKE_EXAMPLES: &str = "\
Example:
  leakmark scan leak.mp4 --out reports/
  leakmark pack make reports/leak.mp4.report.json -o leak.pack.json";

const VERIFY_EXAMPLES: &str = "\
Example:
  leakmark pack verify leak.pack.json --exhibit leak.mp4 --report leak.mp4.report.json";

/// `pack`, as typed.
#[derive(Debug, Args)]
pub struct Pack {
    /// What to do.
    #[command(subcommand)]
    pub command: PackCommand,
}

/// What to do with evidence packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Open one distributor's codeword where a report used it, for an opposing expert
    Make(MakePack),
    /// Does the likelihood ratio follow, and was the codeword fixed when the copy was issued?
    Verify(VerifyPack),
}

/// `pack make`, as typed.
#[derive(Debug, Args)]
#[command(after_help = MAKE_EXAMPLES)]
pub struct MakePack {
    /// The report, as `scan` of this very registry wrote it
    ///
    /// A report that was changed, that names nobody, or another registry's is refused: no more
    /// is opened than the report used. Example: reports/leak.mp4.report.json
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,

    /// File to write the pack to; it must not be there yet
    ///
    /// JSON, schema leakmark/evidence-pack/2: receipt, where the soft symbols were read, and of
    /// the slots used soft symbols, biases, symbols, chips and proofs, about 8 kB a slot. For a
    /// court and its experts: whoever has it and a copy of this title can read that copy, and
    /// change it, in those slots.
    /// Example: -o leak.pack.json
    #[arg(short, long, value_name = "FILE", required = true)]
    pub output: PathBuf,

    /// Whose codeword to open, if the report names several
    ///
    /// Default: the one distributor that the report names. Example: --distributor kernel
    #[arg(long, value_name = "ID")]
    pub distributor: Option<String>,

    /// For which title, if the exhibit shows several
    ///
    /// Default: any for which the distributor is named, if it is one alone. Example: --title feature
    #[arg(long, value_name = "ID")]
    pub title: Option<String>,

    /// Print one line of JSON on standard output
    ///
    /// Keys: file, distributor, title, slots (how many were opened), exhibit_sha256.
    /// Example: leakmark pack make leak.mp4.report.json -o leak.pack.json --json
    #[arg(long)]
    pub json: bool,
}

/// `pack verify`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{VERIFY_EXAMPLES}\n\n{}", exit::VERIFY))]
pub struct VerifyPack {
    /// The evidence pack
    ///
    /// Neither a registry nor a secret is needed. Example: leak.pack.json
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The exhibit itself, to read its soft symbols again and compare
    ///
    /// Frames, geometry and alignment are the pack's; cells and symbols are those that were
    /// committed to when the copy was issued. It must be the very file. Refused if the
    /// correlation with the pack's soft symbols is below 0.999, if any differs by more than 0.1,
    /// or if what is read names nobody. Default: not read. Example: --exhibit leak.mp4
    #[arg(long, value_name = "FILE")]
    pub exhibit: Option<PathBuf>,

    /// The report that it was made from, to compare the two
    ///
    /// Default: not compared. Example: --report leak.mp4.report.json
    #[arg(long, value_name = "REPORT")]
    pub report: Option<PathBuf>,

    /// The registry's public key as its owner made it known, 64 hexadecimal digits
    ///
    /// Default: the pack's own key is printed, to be compared by hand.
    /// Example: --registry-key 3e0f… (64 digits)
    #[arg(long, value_name = "KEY", value_parser = values::hash)]
    pub registry_key: Option<String>,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: holds, conclusion and checks (what, outcome, words).
    /// Example: leakmark pack verify leak.pack.json --json | jq .holds
    #[arg(long)]
    pub json: bool,
}
