//! What can be typed after `title reference`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  leakmark title reference check
  leakmark title reference export film-2026 -o backup/
  leakmark title reference import backup/film-2026.0s.reference";

/// `title reference`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Reference {
    /// What to do.
    #[command(subcommand)]
    pub command: ReferenceCommand,
}

/// What to do with references.
#[derive(Debug, Subcommand)]
pub enum ReferenceCommand {
    /// List references, and check that each is there, whole, and opens
    #[command(
        after_help = "Exit codes: 1 if a reference is missing or damaged, else 0.\n\nExample:\n  leakmark title reference check film-2026 --json | jq '.[].problem'"
    )]
    Check {
        /// The title; default: all titles
        ///
        /// Example: film-2026
        title: Option<String>,

        /// Print one JSON array on standard output instead of a table
        ///
        /// Keys: reference (as the registry has it), bytes and problem, both null where there
        /// is none. Example: leakmark title reference check --json | jq '.[].bytes'
        #[arg(long)]
        json: bool,
    },
    /// Copy a title's references, encrypted as they are, to a folder
    #[command(after_help = "Example:\n  leakmark title reference export film-2026 -o backup/")]
    Export {
        /// The title
        ///
        /// Example: film-2026
        title: String,

        /// Folder to write to; it must be there
        ///
        /// What is there already is never overwritten. Example: -o backup/
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,

        /// Print the paths of the files written as one JSON array
        ///
        /// Example: leakmark title reference export film-2026 -o backup/ --json | jq -r '.[]'
        #[arg(long)]
        json: bool,
    },
    /// Take back the file of a reference that the registry knows
    #[command(
        after_help = "Example:\n  leakmark title reference import backup/film-2026.0s.reference"
    )]
    Import {
        /// A file that `title reference export` wrote
        ///
        /// Its SHA-256 must be one that the registry signed. Example: film-2026.0s.reference
        file: PathBuf,

        /// Print the reference, as the registry has it, as one JSON object
        ///
        /// Example: leakmark title reference import film-2026.0s.reference --json | jq .title
        #[arg(long)]
        json: bool,
    },
    /// Delete a title's references; its leaks are then found by the mark alone
    ///
    /// That is noted in the registry for good. Marking the title again makes new ones.
    #[command(after_help = "Example:\n  leakmark title reference drop film-2026")]
    Drop {
        /// The title
        ///
        /// Example: film-2026
        title: String,

        /// Print what was dropped as one JSON object
        ///
        /// Keys: title, and dropped, how many. Example: leakmark title reference drop film-2026 --json
        #[arg(long)]
        json: bool,
    },
}
