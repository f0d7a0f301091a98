//! Writes reports as JSON and reads them back strictly.

use super::types::Report;
use leakmark_core::error::{Error, Result};

/// The report as one line of JSON, or indented for people.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written as JSON.
pub fn to_json(report: &Report, indented: bool) -> Result<String> {
    let text = if indented {
        serde_json::to_string_pretty(report)
    } else {
        serde_json::to_string(report)
    };
    text.map_err(|e| Error::Internal(format!("a report could not be written as JSON: {e}")))
}

/// The report in a JSON text; unknown fields and other versions are refused.
///
/// # Errors
/// [`Error::Usage`] if it is not a report of this version.
pub fn from_json(text: &str) -> Result<Report> {
    let report: Report = serde_json::from_str(text)
        .map_err(|e| Error::usage(format!("not a report of version {}: {e}", super::SCHEMA)))?;
    if report.schema != super::SCHEMA {
        return Err(Error::usage(format!(
            "a report of version {:?}; expected {:?}; use the leakmark that wrote it",
            report.schema,
            super::SCHEMA
        )));
    }
    Ok(report)
}
