//! What can be typed after `report timestamp`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::exit;

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
    },
    /// Is this response a stamp of the file?
    #[command(after_help = format!("{TIMESTAMP_EXAMPLES}\n\n{}", exit::VERIFY))]
    Check(TimestampCheck),
}

/// `report timestamp check`, as typed.
#[derive(Debug, Args)]
pub struct TimestampCheck {
    /// The file that was stamped
    ///
    /// Example: leak.mp4.report.dsse.json
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The authority's response
    ///
    /// Default: the file's name with .tsr after it. Example: --response leak.tsr
    #[arg(long, value_name = "TSR")]
    pub response: Option<PathBuf>,

    /// The request that was sent, to compare the nonce
    ///
    /// Default: the file's name with .tsq after it; if that is not there, the nonce is not
    /// checked, and that is said. Example: --request leak.tsq
    #[arg(long, value_name = "TSQ")]
    pub request: Option<PathBuf>,

    /// Certificates of the authorities that you trust, PEM
    ///
    /// Default: whether the signer is any authority is not checked, and that is said.
    /// Example: --tsa-ca tsa.pem
    #[arg(long, value_name = "PEM")]
    pub tsa_ca: Option<PathBuf>,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: holds, conclusion and checks (what, outcome, words).
    /// Example: leakmark report timestamp check leak.mp4.report.dsse.json --json | jq .holds
    #[arg(long)]
    pub json: bool,
}
