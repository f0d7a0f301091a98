//! This module holds what can be typed after the commands that prove and check.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::values;
use crate::cli::exit;

const PACK_EXAMPLES: &str = "\
Example:
  leakmark scan leak.mp4 --out reports/
  leakmark evidence-pack reports/leak.mp4.report.json -o leak.pack.json";

const VERIFY_PACK_EXAMPLES: &str = "\
Example:
  leakmark verify-pack leak.pack.json --report leak.mp4.report.json";

/// `evidence-pack`, as typed.
#[derive(Debug, Args)]
#[command(after_help = PACK_EXAMPLES)]
pub struct EvidencePack {
    /// The report, as `scan` of this very registry wrote it
    ///
    /// A report that was changed, that names nobody, or another registry's is refused: no more
    /// is opened than the report used. Example: reports/leak.mp4.report.json
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,

    /// File to write the pack to; it must not be there yet
    ///
    /// JSON, schema leakmark/evidence-pack/1: receipt, soft symbols, biases, symbols and proofs
    /// of the slots used, about 2 kB a slot. Whoever has it can read nobody else's copy.
    /// Example: -o leak.pack.json
    #[arg(short, long, value_name = "FILE", required = true)]
    pub output: PathBuf,

    /// Whose codeword to open, if the report names several
    ///
    /// Default: the one distributor that the report names. Example: --distributor kernel
    #[arg(long, value_name = "ID")]
    pub distributor: Option<String>,
}

/// `verify-pack`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{VERIFY_PACK_EXAMPLES}\n\n{}", exit::VERIFY))]
pub struct VerifyPack {
    /// The evidence pack
    ///
    /// Neither a registry nor a secret is needed. Example: leak.pack.json
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

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
    /// Keys: holds and checks (what, outcome, words).
    /// Example: leakmark verify-pack leak.pack.json --json | jq .holds
    #[arg(long)]
    pub json: bool,
}

const SCHEMA_EXAMPLES: &str = "\
Example:
  leakmark schema > report.schema.json
  leakmark scan leak.mp4 --json > report.json && check-jsonschema --schemafile report.schema.json report.json";

/// `schema`, as typed.
#[derive(Debug, Args)]
#[command(after_help = SCHEMA_EXAMPLES)]
pub struct Schema {
    /// What to print the schema of
    ///
    /// JSON Schema draft 2020-12, with the meaning, unit and null rule of every field.
    /// Example: leakmark schema evidence-pack
    #[arg(value_name = "FORMAT", value_enum, default_value_t = SchemaOf::Report)]
    pub of: SchemaOf,
}

/// A format that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Reports: leakmark/report/1
    Report,
    /// Evidence packs: leakmark/evidence-pack/1
    EvidencePack,
}

const KEYGEN_EXAMPLES: &str = "\
Example:
  leakmark keygen-report report.key
  leakmark scan leaks/ --out reports/ --sign report.key";

/// `keygen-report`, as typed.
#[derive(Debug, Args)]
#[command(after_help = KEYGEN_EXAMPLES)]
pub struct KeygenReport {
    /// File for the private key, readable by its owner only; it must not be there yet
    ///
    /// An Ed25519 key, PKCS #8 in PEM. The public key is written beside it, with .pub after the
    /// name: give that to those who check reports. Example: report.key
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

const VERIFY_EXAMPLES: &str = "\
Example:
  leakmark verify reports/leak.mp4.report.dsse.json --key report.key.pub --exhibit leak.mp4";

/// `verify`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{VERIFY_EXAMPLES}\n\n{}", exit::VERIFY))]
pub struct Verify {
    /// A report, or the signed envelope of one
    ///
    /// For a report, the envelope that `scan --sign` wrote beside it is checked too, if it is
    /// there. Neither a registry nor a secret is needed.
    /// Example: reports/leak.mp4.report.dsse.json
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,

    /// Public key of those who say that they signed it
    ///
    /// Default: the signature is not checked, and that is said. Example: --key report.key.pub
    #[arg(long, value_name = "PUB")]
    pub key: Option<PathBuf>,

    /// The file that the report is about
    ///
    /// Default: not compared, and that is said. Example: --exhibit leak.mp4
    #[arg(long, value_name = "FILE")]
    pub exhibit: Option<PathBuf>,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: holds and checks (what, outcome, words).
    /// Example: leakmark verify leak.mp4.report.json --json | jq .holds
    #[arg(long)]
    pub json: bool,
}

const TIMESTAMP_EXAMPLES: &str = "\
Example:
  leakmark timestamp request leak.mp4.report.dsse.json
  curl -H 'Content-Type: application/timestamp-query' --data-binary @leak.mp4.report.dsse.json.tsq \\
       https://tsa.example/ > leak.mp4.report.dsse.json.tsr
  leakmark timestamp check leak.mp4.report.dsse.json --tsa-ca tsa.pem";

/// `timestamp`, as typed.
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

/// `timestamp check`, as typed.
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
    /// Keys: holds and checks (what, outcome, words).
    /// Example: leakmark timestamp check leak.mp4.report.dsse.json --json | jq .holds
    #[arg(long)]
    pub json: bool,
}
