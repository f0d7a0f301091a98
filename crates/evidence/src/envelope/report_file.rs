//! Reads reports as they are handed in: bare, or in an envelope.

use std::path::{Path, PathBuf};

use crate::files::read_text;
use crate::{Envelope, Report, envelope_from_json, from_json};
use leakmark_core::error::{Error, Result};

const REPORT_ENDING: &str = ".report.json";
const ENVELOPE_ENDING: &str = ".report.dsse.json";

/// A report as it was handed in: bare, or in an envelope.
#[derive(Debug)]
pub struct ReportFile {
    /// The report; what is wrong with it if it cannot be read.
    pub report: std::result::Result<Report, String>,
    /// The envelope it came in, or that lies beside it.
    pub envelope: Option<Envelope>,
    /// The bare report, if there are both.
    pub bare: Option<Report>,
}

/// The report at `path`, and the envelope if it is one or one lies beside it.
pub fn read_report_file(path: &Path) -> Result<ReportFile> {
    let text = read_text(path)?;
    if let Some(envelope) = envelope_from_json(&text) {
        return Ok(ReportFile {
            report: envelope.statement().map(|s| s.predicate),
            envelope: Some(envelope),
            bare: None,
        });
    }
    let bare = from_json(&text).map_err(|e| e.to_string());
    let beside = envelope_beside(path).filter(|p| p.exists());
    let Some(beside) = beside else {
        return Ok(ReportFile {
            report: bare,
            envelope: None,
            bare: None,
        });
    };
    let envelope = envelope_from_json(&read_text(&beside)?)
        .ok_or_else(|| Error::unreadable(&beside, "it is not a signed envelope"))?;
    let bare = match bare {
        Ok(bare) => bare,
        Err(fault) => {
            return Ok(ReportFile {
                report: Err(fault),
                envelope: Some(envelope),
                bare: None,
            });
        }
    };
    Ok(ReportFile {
        report: envelope.statement().map(|s| s.predicate),
        envelope: Some(envelope),
        bare: Some(bare),
    })
}

/// Where `scan` writes the envelope of the report at `path`.
fn envelope_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix(REPORT_ENDING)?;
    Some(path.with_file_name(format!("{name}{ENVELOPE_ENDING}")))
}
