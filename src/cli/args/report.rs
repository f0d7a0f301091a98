//! What can be typed after `report`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::timestamp::Timestamp;
use super::values;
use crate::cli::exit;

const KEYGEN_EXAMPLES: &str = "\
Example:
  leakmark report keygen report.key
  leakmark scan leaks/ --out reports/ --sign report.key";

/// `report`, as typed.
#[derive(Debug, Args)]
pub struct Report {
    /// What to do.
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// What to do with reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Make a key to sign reports with
    Keygen(KeygenReport),
    /// Was this report changed since it was signed, and is it about this exhibit?
    Verify(Verify),
    /// Have a file's existence stamped by a time-stamping authority (RFC 3161)
    Timestamp(Timestamp),
    /// Print the JSON Schema of reports, evidence packs and what else is JSON
    Schema(Schema),
}

/// `report keygen`, as typed.
#[derive(Debug, Args)]
#[command(after_help = KEYGEN_EXAMPLES)]
pub struct KeygenReport {
    /// File for the private key, readable by its owner only; it must not be there yet
    ///
    /// An Ed25519 key, PKCS #8 in PEM. The public key is written beside it, with .pub after the
    /// name: give that to those who check reports. Example: report.key
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: private_key and public_key (their files), key_id.
    /// Example: leakmark report keygen report.key --json
    #[arg(long)]
    pub json: bool,
}

const VERIFY_EXAMPLES: &str = "\
Example:
  leakmark report verify reports/leak.mp4.report.dsse.json --key report.key.pub --exhibit leak.mp4";

/// `report verify`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{VERIFY_EXAMPLES}\n\n{}", exit::VERIFY))]
pub struct Verify {
    /// A report or a dossier, or the signed envelope of one
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

    /// The registry's public key as its owner made it known, 64 hexadecimal digits
    ///
    /// As `leakmark registry key` prints it. Default: the report's own key is printed, to be
    /// compared by hand. Example: --registry-key 3e0f… (64 digits)
    #[arg(long, value_name = "KEY", value_parser = values::hash)]
    pub registry_key: Option<String>,

    /// The file that the report is about, or a film that the dossier is about
    ///
    /// Default: not compared, and that is said. Example: --exhibit leak.mp4
    #[arg(long, value_name = "FILE")]
    pub exhibit: Option<PathBuf>,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: holds, conclusion and checks (what, outcome, words).
    /// Example: leakmark report verify leak.mp4.report.json --json | jq .holds
    #[arg(long)]
    pub json: bool,
}

const SCHEMA_EXAMPLES: &str = "\
Example:
  leakmark report schema > report.schema.json
  leakmark scan leak.mp4 --json > report.json && check-jsonschema --schemafile report.schema.json report.json";

/// `report schema`, as typed.
#[derive(Debug, Args)]
#[command(after_help = SCHEMA_EXAMPLES)]
pub struct Schema {
    /// What to print the schema of
    ///
    /// JSON Schema draft 2020-12, with the meaning, unit and null rule of every field.
    /// Example: leakmark report schema evidence-pack
    #[arg(value_name = "FORMAT", value_enum, default_value_t = SchemaOf::Report)]
    pub of: SchemaOf,
}

/// A format that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Reports: leakmark/report/2
    Report,
    /// What `scan` says of an exhibit that it cannot read: leakmark/unreadable/1
    Unreadable,
    /// Soft symbols, which stay in the house: leakmark/evidence/1
    Evidence,
    /// Evidence packs: leakmark/evidence-pack/2
    EvidencePack,
    /// Dossiers of `validate`: leakmark/dossier/1
    Dossier,
    /// What `--json` prints when a command fails: leakmark/error/1
    Error,
}
