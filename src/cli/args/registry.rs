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
    #[command(
        after_help = "Examples:\n  leakmark title list\n  leakmark title list --json | jq -r '.[] | [.id, .duration_s] | @tsv'"
    )]
    List(List),
    /// Keep what the masters show, so that leaks are compared with them
    ///
    /// `mark` makes a reference of each master: half-second means of its pictures, small and
    /// encrypted, in the folder references/ beside the registry. With it a scan tells a copy
    /// from a mark that was pasted onto another film.
    Reference(Reference),
    /// Add a title from its master, without marking it yet
    #[command(
        after_help = "Example:\n  leakmark title add film.mov --id film-2026 --name \"The Film\""
    )]
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

        /// Print the title as one line of JSON on standard output
        ///
        /// The keys are those of `title list --json`.
        /// Example: leakmark title add film.mov --id film-2026 --json
        #[arg(long)]
        json: bool,
    },
}

/// A list, as typed.
#[derive(Debug, Args)]
pub struct List {
    /// Print one JSON array on standard output instead of a table
    ///
    /// Default: a table for people. Example: --json
    #[arg(long)]
    pub json: bool,
}

const REGISTRY_EXAMPLES: &str = "\
Examples:
  leakmark registry verify
  leakmark registry verify --head 9c41… (64 digits, as an earlier run printed)
  leakmark registry backup leakmark-2026-01-31.db";

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
    Key {
        /// Print one line of JSON on standard output
        ///
        /// Keys: public_key, registry (its id). Example: leakmark registry key --json
        #[arg(long)]
        json: bool,
    },
    /// Write the registry as it is now to a file: all but the secret
    ///
    /// Others may go on working meanwhile. The file is checked before it gets its name: chain,
    /// tables, head. The secret (leakmark.key) is NOT in it, and never changes: keep a copy of it
    /// apart. Nor are the pictures of masters (references/): copy that folder. The file names your
    /// distributors: keep it private.
    #[command(after_help = BACKUP_EXAMPLES)]
    Backup {
        /// File to write; it must not be there yet
        ///
        /// A SQLite file, readable by its owner only. Example: leakmark-2026-01-31.db
        file: PathBuf,

        /// Print one line of JSON on standard output
        ///
        /// Keys: file, registry, sha256, bytes, head {number, sha256}, receipts, last_at, noted,
        /// secret_included (false). Example: leakmark registry backup a.db --json | jq -r .sha256
        #[arg(long)]
        json: bool,
    },
    /// Make the registry in the home folder of a backup
    ///
    /// The home folder must hold the secret (leakmark.key) and no registry. Chain, tables and
    /// secret are checked first; what was written after the backup was made is lost, which
    /// --head shows.
    #[command(after_help = format!("{RESTORE_EXAMPLES}\n\n{}", exit::RESTORE))]
    Restore(Restore),
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

const BACKUP_EXAMPLES: &str = "\
Example:
  leakmark registry backup /mnt/backup/leakmark-2026-01-31.db";

const RESTORE_EXAMPLES: &str = "\
Example:
  leakmark --home /srv/leakmark registry restore /mnt/backup/leakmark-2026-01-31.db --head 9c41… (64 digits)";

/// `registry restore`, as typed.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup, as `registry backup` wrote it
    ///
    /// It is only read. Example: leakmark-2026-01-31.db
    pub file: PathBuf,

    /// Hash of an entry noted later than the backup: is it in there?
    ///
    /// 64 hexadecimal digits, as `registry verify` prints them and as reports and receipts carry
    /// them; default: not compared. It says what was lost; the backup is restored all the same.
    /// Example: --head 9c41… (64 digits)
    #[arg(long, value_name = "HASH", value_parser = values::hash)]
    pub head: Option<String>,

    /// Restore although the secret is not there
    ///
    /// Default: refuse. Lists, receipts and heads can be read then; no copy can be marked or
    /// traced. Example: leakmark registry restore a.db --without-key
    #[arg(long)]
    pub without_key: bool,

    /// Print one line of JSON on standard output
    ///
    /// Keys: file, registry, sha256, bytes, head, receipts, last_at, noted (number of the entry,
    /// null if not there), secret_fits, complete, words.
    /// Example: leakmark registry restore a.db --json | jq .complete
    #[arg(long)]
    pub json: bool,
}
