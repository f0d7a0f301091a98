//! What can be typed after `distributor`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::form::FormWords;

const EXAMPLES: &str = "\
Examples:
  leakmark distributor add aurora --name \"Aurora Cinémas\"
  leakmark distributor import outlets.csv --update
  leakmark distributor revoke aurora --reason \"contract ended\"
  leakmark distributor list --json";

/// `distributor`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Distributor {
    /// What to do.
    #[command(subcommand)]
    pub command: DistributorCommand,
}

/// What to do with distributors.
#[derive(Debug, Subcommand)]
pub enum DistributorCommand {
    /// Add one distributor
    #[command(after_help = "Example:\n  leakmark distributor add aurora --name \"Aurora Cinémas\"")]
    Add {
        /// Short name: 1 to 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit
        ///
        /// Their marks are derived from it: it can never be changed or given again.
        /// Example: aurora
        id: String,

        /// Full name, as printed in reports: one line of 1 to 200 characters
        ///
        /// No other distributor may have it or have had it. Example: --name "Aurora Cinémas"
        #[arg(long, value_name = "NAME", required = true)]
        name: String,

        /// Print the distributor as one line of JSON on standard output
        ///
        /// The keys are those of `distributor list --json`.
        /// Example: leakmark distributor add aurora --name "Aurora Cinémas" --json
        #[arg(long)]
        json: bool,
    },
    /// Add all distributors of a CSV file, or none of them
    #[command(
        after_help = "Examples:\n  leakmark distributor import outlets.csv\n  leakmark distributor import outlets.csv --update --json"
    )]
    Import {
        /// A file of lines `id,name`, the first of which names the columns
        ///
        /// Commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252, as spreadsheets save it;
        /// further columns are kept as notes. If any line is wrong or its id is there already,
        /// nothing is added and the line is named. Example: outlets.csv
        file: PathBuf,

        /// Bring those who are there already up to date
        ///
        /// Names and notes become those of the file, each change is told; what the file leaves
        /// empty or does not name stays as it is. Default: an id that is there already is an
        /// error. Example: leakmark distributor import outlets.csv --update
        #[arg(long)]
        update: bool,

        /// Print one line of JSON on standard output
        ///
        /// Keys: added, renamed {id, from, to}, noted, unchanged, remarks.
        /// Example: leakmark distributor import outlets.csv --json | jq -r '.added[]'
        #[arg(long)]
        json: bool,
    },
    /// Call a distributor by another name from now on
    ///
    /// The id stays: marks are derived from it. Receipts of copies that were issued before keep
    /// the name of their time, and reports give both.
    #[command(after_help = "Example:\n  leakmark distributor rename aurora \"Aurora Film Group\"")]
    Rename {
        /// Id of the distributor
        ///
        /// Example: aurora
        id: String,

        /// The new name: one line of 1 to 200 characters
        ///
        /// No other distributor may have it or have had it. Example: "Aurora Film Group"
        name: String,

        /// Print the distributor as one line of JSON on standard output
        ///
        /// The keys are those of `distributor list --json`.
        /// Example: leakmark distributor rename aurora "Aurora Film Group" --json
        #[arg(long)]
        json: bool,
    },
    /// Note something about a distributor
    #[command(
        after_help = "Examples:\n  leakmark distributor note aurora \"asks for stereo\"\n  leakmark distributor note aurora Bergen --as city"
    )]
    Note {
        /// Id of the distributor
        ///
        /// Example: aurora
        id: String,

        /// What to note: one line of up to 1000 characters
        ///
        /// It takes the place of an earlier note of this name; an empty one, "", takes that away.
        /// All of them stay in the chain. Example: "asks for stereo"
        text: String,

        /// What the note is called, as columns are in `import`; default: note
        ///
        /// Example: --as city
        #[arg(long = "as", value_name = "COLUMN", default_value = "note")]
        column: String,

        /// Print the distributor as one line of JSON on standard output
        ///
        /// The keys are those of `distributor list --json`.
        /// Example: leakmark distributor note aurora "asks for stereo" --json
        #[arg(long)]
        json: bool,
    },
    /// Give a distributor no more copies
    ///
    /// Nothing is forgotten: what they got is looked for in every scan, as before. `mark` refuses
    /// them; with --to all they are left out, which is said. Reports and lists say since when and
    /// why.
    #[command(
        after_help = "Example:\n  leakmark distributor revoke aurora --reason \"contract ended\" --date 2026-01-31"
    )]
    Revoke(Revoke),
    /// Give a distributor copies again after all
    #[command(
        after_help = "Example:\n  leakmark distributor reinstate aurora --reason \"new contract\""
    )]
    Reinstate {
        /// Id of the distributor
        ///
        /// Example: aurora
        id: String,

        /// Why: one line of 1 to 1000 characters
        ///
        /// Example: --reason "new contract"
        #[arg(long, value_name = "TEXT", required = true)]
        reason: String,

        /// Print the distributor as one line of JSON on standard output
        ///
        /// The keys are those of `distributor list --json`.
        /// Example: leakmark distributor reinstate aurora --reason "new contract" --json
        #[arg(long)]
        json: bool,
    },
    /// List all distributors: names, copies issued, who was revoked, notes
    ///
    /// JSON keys: id, name, former_names, notes, added_at, revoked {since, reason} (null if not),
    /// issues, last_issue (null if none).
    #[command(
        after_help = "Examples:\n  leakmark distributor list\n  leakmark distributor list --json | jq -r '.[] | select(.revoked).id'\n  leakmark distributor list --csv > distributors.csv"
    )]
    List(FormWords),
}

/// `distributor revoke`, as typed.
#[derive(Debug, Args)]
pub struct Revoke {
    /// Id of the distributor
    ///
    /// Example: aurora
    pub id: String,

    /// Why: one line of 1 to 1000 characters, for lists and reports
    ///
    /// It stands in reports that name them: write nothing that a court should not read.
    /// Example: --reason "contract ended"
    #[arg(long, value_name = "TEXT", required = true)]
    pub reason: String,

    /// Since when, as year, month and day; default: today (UTC)
    ///
    /// Example: --date 2026-01-31
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,

    /// Print the distributor as one line of JSON on standard output
    ///
    /// The keys are those of `distributor list --json`.
    /// Example: leakmark distributor revoke aurora --reason "contract ended" --json
    #[arg(long)]
    pub json: bool,
}
