//! Says what can be typed after `leakmark-verify`. The texts here are its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use leakmark_evidence::check::EXIT_CODES;
use leakmark_evidence::naming::is_hash;
use leakmark_evidence::timestamp::StampedFile;

/// Checks reports, evidence packs, receipts and time stamps of leakmark
///
/// It needs no registry, no secret and no network, and writes nothing. What is not checked is
/// said, line by line. A key must come from its owner by a way that you trust, not from the file
/// that is checked with it.
#[derive(Debug, Parser)]
#[command(name = "leakmark-verify", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Typed {
    /// What to check.
    #[command(subcommand)]
    pub command: Command,
}

/// What to check.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Is this report as its registry made it, does it agree with itself, and is it about this file?
    Report(Report),
    /// Does the likelihood ratio follow, and was the codeword fixed when the copy was issued?
    Pack(Pack),
    /// Are these receipts whole, signed, in order, and of this file?
    Receipt(Receipt),
    /// Is this the stamp of a time-stamping authority (RFC 3161) on this file?
    Timestamp(Timestamp),
}

/// `report`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Report {
    /// The report as JSON, or the signed envelope of one (DSSE); or a dossier of `validate`
    ///
    /// For NAME.report.json, the envelope NAME.report.dsse.json beside it is checked too, if it
    /// is there. Example: leak.mp4.report.json
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,

    /// The examiner's public key, as PEM, that the envelope was signed with
    ///
    /// Default: the envelope's signature is not checked, and that is said.
    /// Example: --key report.key.pub
    #[arg(long, value_name = "PUB")]
    pub key: Option<PathBuf>,

    /// The registry's public key as its owner made it known, 64 hexadecimal digits
    ///
    /// Default: the report's own key is printed, to be compared by hand.
    /// Example: --registry-key 3e0f… (64 digits)
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub registry_key: Option<String>,

    /// The file that the report is about, or a film that the dossier is about
    ///
    /// Default: not compared, and that is said. Example: --exhibit leak.mp4
    #[arg(long, value_name = "FILE")]
    pub exhibit: Option<PathBuf>,

    /// Print one line of JSON instead of words: holds, conclusion, checks
    ///
    /// Example: leakmark-verify report leak.mp4.report.json --json
    #[arg(long)]
    pub json: bool,
}

/// `pack`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Pack {
    /// The evidence pack
    ///
    /// Example: leak.pack.json
    #[arg(value_name = "PACK")]
    pub pack: PathBuf,

    /// The report that it was made from, to compare the two
    ///
    /// Default: not compared, and that is said. Example: --report leak.mp4.report.json
    #[arg(long, value_name = "REPORT")]
    pub report: Option<PathBuf>,

    /// The registry's public key as its owner made it known, 64 hexadecimal digits
    ///
    /// Default: the pack's own key is printed, to be compared by hand.
    /// Example: --registry-key 3e0f… (64 digits)
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub registry_key: Option<String>,

    /// Print one line of JSON instead of words: holds, conclusion, checks
    ///
    /// Example: leakmark-verify pack leak.pack.json --json
    #[arg(long)]
    pub json: bool,
}

/// `receipt`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Receipt {
    /// One receipt as JSON, or a list of several in the order of their numbers
    ///
    /// As they stand in reports and packs. Example: receipt.json
    #[arg(value_name = "FILE")]
    pub receipt: PathBuf,

    /// The registry's public key as its owner made it known, 64 hexadecimal digits
    ///
    /// Default: the receipt's own key is printed, to be compared by hand.
    /// Example: --registry-key 3e0f… (64 digits)
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub registry_key: Option<String>,

    /// The file that was handed out
    ///
    /// Default: not compared, and that is said. Example: --copy film-aurora.mp4
    #[arg(long, value_name = "FILE")]
    pub copy: Option<PathBuf>,

    /// Print one line of JSON instead of words: holds, conclusion, checks
    ///
    /// Example: leakmark-verify receipt receipt.json --json
    #[arg(long)]
    pub json: bool,
}

/// `timestamp`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Timestamp {
    /// The stamp.
    #[command(flatten)]
    pub stamped: StampedFile,

    /// Print one line of JSON instead of words: holds, conclusion, checks
    ///
    /// Example: leakmark-verify timestamp report.json --json
    #[arg(long)]
    pub json: bool,
}

/// A public key: 64 hexadecimal digits, in any case.
fn key(typed: &str) -> Result<String, String> {
    let key = typed.to_ascii_lowercase();
    match is_hash(&key) {
        true => Ok(key),
        false => Err("got something else; expected 64 hexadecimal digits".into()),
    }
}
