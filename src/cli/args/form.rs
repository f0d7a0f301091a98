//! In which form a list is printed.

use clap::Args;

/// The form of a list, as typed.
#[derive(Debug, Clone, Copy, Args)]
pub struct FormWords {
    /// Print one JSON array on standard output instead of a table
    ///
    /// Default: a table for people. Example: --json
    #[arg(long)]
    pub json: bool,

    /// Print CSV on standard output instead of a table
    ///
    /// UTF-8, the first line names the columns. A text that a spreadsheet would take for a
    /// formula begins with an apostrophe. Example: --csv
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table for people.
    Table,
    /// One JSON array.
    Json,
    /// CSV for spreadsheets.
    Csv,
}

impl FormWords {
    /// What they mean.
    pub fn form(self) -> Form {
        match self {
            Self { json: true, .. } => Form::Json,
            Self { csv: true, .. } => Form::Csv,
            _ => Form::Table,
        }
    }
}
