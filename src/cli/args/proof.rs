//! This module holds what can be typed after the commands that prove and check.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
