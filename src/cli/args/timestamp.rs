//! What can be typed after `report timestamp`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::exit;
use crate::evidence::timestamp::StampedFile;

const TIMESTAMP_EXAMPLES: &str = "\
Example:
  leakmark report timestamp request leak.mp4.report.dsse.json
  curl -H 'Content-Type: application/timestamp-query' --data-binary @leak.mp4.report.dsse.json.tsq \\
       https://tsa.example/ > leak.mp4.report.dsse.json.tsr
  leakmark report timestamp check leak.mp4.report.dsse.json --tsa-ca tsa.pem";

/// `report timestamp`, as typed.
#[derive(Debug, Args)]
#[command(after_help = TIMESTAMP_EXAMPLES)]
pub struct Timestamp {
    /// What to do.
    #[command(subcommand)]
    pub command: TimestampCommand,
}

/// What to do with timestamps.
#[derive(Debug, Subcommand)]
pub enum TimestampCommand {
    /// Write a request to stamp a file, to be sent to an authority
    #[command(
        after_help = "Example:\n  leakmark report timestamp request leak.mp4.report.dsse.json"
    )]
    Request {
        /// The file, as a rule a signed report; or a head that `registry verify` printed
        ///
        /// Only its hash goes into the request. Example: leak.mp4.report.dsse.json
        #[arg(value_name = "FILE")]
        file: PathBuf,

        /// File to write the request to; it must not be there yet
        ///
        /// Default: the file's name with .tsq after it. Example: -o leak.tsq
        #[arg(short, long, value_name = "TSQ")]
        output: Option<PathBuf>,

        /// Print one line of JSON on standard output
        ///
        /// Keys: file (the request's). Example: leakmark report timestamp request head.txt --json
        #[arg(long)]
        json: bool,
    },
    /// Is this response a stamp of the file?
    #[command(after_help = format!("{TIMESTAMP_EXAMPLES}\n\n{}", exit::VERIFY))]
    Check(TimestampCheck),
}

/// `report timestamp check`, as typed.
#[derive(Debug, Args)]
pub struct TimestampCheck {
    /// The stamp.
    #[command(flatten)]
    pub stamped: StampedFile,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: holds, conclusion and checks (what, outcome, words).
    /// Example: leakmark report timestamp check leak.mp4.report.dsse.json --json | jq .holds
    #[arg(long)]
    pub json: bool,
}
