//! What can be typed after `issue`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::form::FormWords;

const EXAMPLES: &str = "\
Examples:
  leakmark issue list --distributor aurora
  leakmark issue export sent.csv --title film-2026 --since 2026-01-01";

/// `issue`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Issue {
    /// What to do.
    #[command(subcommand)]
    pub command: IssueCommand,
}

/// What to do with issues.
#[derive(Debug, Subcommand)]
pub enum IssueCommand {
    /// List what was sent to whom, oldest first
    ///
    /// What it says comes from the signed receipts. JSON keys: issue, issued_at, title,
    /// title_name, reel, title_start_s, duration_s, distributor, distributor_name, name_now (null
    /// if the same), revoked_since (null if not), copy, copy_sha256, copy_bytes, copy_path,
    /// master_sha256, receipt, receipt_sha256, tool_version; the columns of CSV are the same.
    #[command(
        after_help = "Examples:\n  leakmark issue list --distributor aurora --since 2026-01-01\n  leakmark issue list --json | jq -r '.[] | [.distributor, .copy_sha256] | @tsv'"
    )]
    List {
        /// Which issues.
        #[command(flatten)]
        which: Which,
        /// In which form.
        #[command(flatten)]
        form: FormWords,
    },
    /// Write what was sent to whom to a file, for a spreadsheet or a program
    ///
    /// The same as `issue list` with --csv or --json, whole or not at all.
    #[command(
        after_help = "Examples:\n  leakmark issue export sent.csv\n  leakmark issue export aurora.json --distributor aurora --until 2026-06-30"
    )]
    Export(ExportIssues),
}

/// `issue export`, as typed.
#[derive(Debug, Args)]
pub struct ExportIssues {
    /// File to write, .csv or .json; it must not be there yet
    ///
    /// Example: sent.csv
    pub file: PathBuf,

    /// Which issues.
    #[command(flatten)]
    pub which: Which,

    /// Print one line of JSON on standard output
    ///
    /// Keys: file, issues (how many). Example: leakmark issue export sent.csv --json
    #[arg(long = "json")]
    pub print_json: bool,
}

/// Which issues, as typed.
#[derive(Debug, Args)]
pub struct Which {
    /// Only copies of this title; default: of all
    ///
    /// Example: --title film-2026
    #[arg(long, value_name = "ID")]
    pub title: Option<String>,

    /// Only copies for this distributor; default: for all
    ///
    /// Example: --distributor aurora
    #[arg(long, value_name = "ID")]
    pub distributor: Option<String>,

    /// Only those issued on this day or later (UTC); default: from the first on
    ///
    /// A day, or a moment as RFC 3339 has it. Example: --since 2026-01-31
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,

    /// Only those issued up to this day, which is included (UTC); default: up to now
    ///
    /// A day, or a moment as RFC 3339 has it. Example: --until 2026-06-30
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
}
