//! What can be typed after `title` and `registry`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::reference::Reference;
use super::values;
use crate::cli::exit;

const TITLE_EXAMPLES: &str = "\
Examples:
  leakmark title add film.mov --id film-2026 --name \"The Film\"
  leakmark title list";

/// `title`, as typed.
#[derive(Debug, Args)]
#[command(after_help = TITLE_EXAMPLES)]
pub struct Title {
    /// What to do.
    #[command(subcommand)]
    pub command: TitleCommand,
}

/// What to do with titles.
#[derive(Debug, Subcommand)]
pub enum TitleCommand {
    /// List all titles
    List(List),
    /// Keep what the masters show, so that leaks are compared with them
    ///
    /// `mark` makes a reference of each master: half-second means of its pictures, small and
    /// encrypted, in the folder references/ beside the registry. With it a scan tells a copy
    /// from a mark that was pasted onto another film.
    Reference(Reference),
    /// Add a title from its master, without marking it yet
    Add {
        /// The unmarked film, which gives the picture's size and shape
        ///
        /// It is only read. Example: film.mov
        master: PathBuf,

        /// Short name: 1 to 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit
        ///
        /// The title's marks are derived from it: it can never be changed or given again.
        /// Example: --id film-2026
        #[arg(long, value_name = "ID", required = true)]
        id: String,

        /// Full name, as printed in reports; default: the id
        ///
        /// One line of 1 to 200 characters. Example: --name "The Film"
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
}

/// A list, as typed.
#[derive(Debug, Args)]
pub struct List {
    /// Print one JSON array on standard output instead of a table
    ///
    /// Example: leakmark distributor list --json | jq -r '.[].id'
    #[arg(long)]
    pub json: bool,
}

const REGISTRY_EXAMPLES: &str = "\
Examples:
  leakmark registry verify
  leakmark registry verify --head 9c41…   (64 digits, as an earlier run printed)";

/// `registry`, as typed.
#[derive(Debug, Args)]
#[command(after_help = REGISTRY_EXAMPLES)]
pub struct Registry {
    /// What to do.
    #[command(subcommand)]
    pub command: RegistryCommand,
}

/// What to do with the registry itself.
#[derive(Debug, Subcommand)]
pub enum RegistryCommand {
    /// Show who did what on this registry, oldest first
    #[command(
        after_help = "Example:\n  leakmark registry audit --json | jq -r '.[] | select(.command == \"mark\").at'"
    )]
    Audit(List),
    /// Print the registry's public key, which others need to check what it hands out
    ///
    /// 64 hexadecimal digits. Publish it where others can find it later, at best before the first
    /// copy leaves: whoever checks a report or a pack names it with --registry-key.
    #[command(after_help = "Example:\n  leakmark registry key > registry.key.txt")]
    Key,
    /// Was anything in the registry changed since it was written?
    #[command(after_help = format!("{REGISTRY_EXAMPLES}\n\n{}", exit::VERIFY))]
    Verify {
        /// Hash of an entry noted earlier: is it still in the chain?
        ///
        /// 64 hexadecimal digits, as this command prints them and as reports and receipts carry
        /// them; default: not checked. Only a head kept elsewhere shows that the last entries
        /// were not taken off. Example: --head 9c41… (64 digits)
        #[arg(long, value_name = "HASH", value_parser = values::hash)]
        head: Option<String>,

        /// Print one line of JSON on standard output instead of words
        ///
        /// Keys: holds, conclusion, head and checks (what, outcome, words).
        /// Example: leakmark registry verify --json | jq .holds
        #[arg(long)]
        json: bool,
    },
}
