//! What can be typed about the case that an exhibit belongs to.

use clap::Args;

use super::values;

const CASE: &str = "The case, for the report (nothing of it is checked)";

/// What the examiner says about the case, as typed.
#[derive(Debug, Args)]
pub struct Case {
    /// Number or name of the case, up to 4000 characters
    ///
    /// Printed in every report of this run; default: none. Example: --case-id 2014-CV-1117
    #[arg(long, value_name = "TEXT", help_heading = CASE, value_parser = values::remark)]
    pub case_id: Option<String>,

    /// Number of the exhibit in the case, up to 4000 characters
    ///
    /// Printed in every report of this run, so scan exhibits of different numbers one by
    /// one; default: none. Example: --exhibit-id EX-7
    #[arg(long, value_name = "TEXT", help_heading = CASE, value_parser = values::remark)]
    pub exhibit_id: Option<String>,

    /// Who examines it, up to 4000 characters
    ///
    /// Default: nobody is named. Example: --examiner "J. Doe, Forensics Ltd"
    #[arg(long, value_name = "TEXT", help_heading = CASE, value_parser = values::remark)]
    pub examiner: Option<String>,

    /// A remark, up to 4000 characters
    ///
    /// Default: none. Example: --note "Seized on 2014-12-26, copy of disk 3"
    #[arg(long, value_name = "TEXT", help_heading = CASE, value_parser = values::remark)]
    pub note: Option<String>,

    /// Address at which the exhibit was found, up to 4000 characters
    ///
    /// It is printed, never fetched; default: none. Example: --source-url https://example.org/t/123
    #[arg(long, value_name = "URL", help_heading = CASE, value_parser = values::remark)]
    pub source_url: Option<String>,
}
