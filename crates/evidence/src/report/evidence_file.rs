//! The house's file with the soft symbols of one report.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EvidenceReference;
use super::soft_symbols::{SlotReading, SoftSlot};
use crate::files::read_text;
use crate::hash::sha256;
use leakmark_core::error::{Error, Result};

/// The name and version of the format.
pub const EVIDENCE_SCHEMA: &str = "leakmark/evidence/1";

/// How the names of such files end.
pub const EVIDENCE_ENDING: &str = ".evidence";

/// The soft symbols that the scores of a report on one title were computed from: a line
/// of the file beside it, which has one for each title that was found.
///
/// It stays in the house: with it and a pack of the same title, whoever has both can
/// score anybody whose symbols they know or guess. The registry signs these lines, each
/// ended by a line feed, with the key that signs its receipts:
///
/// ```text
/// leakmark evidence 1
/// registry 3e0f…
/// exhibit-sha256 d3f9…
/// title lanterns
/// hypotheses 12
/// soft-symbols-sha256 77ab…    of slot (4 bytes) ‖ 64 z (2 bytes each) ‖ 64 reliabilities (2 bytes
///                              each) of every slot in order, big-endian, in units of 1/1024
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "The soft symbols that the scores of a report were computed from.")]
pub struct EvidenceFile {
    /// Name and version of this format: always `leakmark/evidence/1`.
    pub schema: String,
    /// The registry's id, 32 lower-case hexadecimal digits.
    pub registry: String,
    /// SHA-256 of the exhibit, 64 lower-case hexadecimal digits.
    pub exhibit_sha256: String,
    /// The id of the title whose key they were read with.
    pub title: String,
    /// Copies that were compared.
    pub hypotheses: u64,
    /// Slot by slot, in order of the title's time, each slot once.
    pub slots: Vec<SoftSlot>,
    /// Where they were read; each slot is in one reading.
    pub readings: Vec<SlotReading>,
    /// The registry's public key, 64 lower-case hexadecimal digits.
    pub public_key: String,
    /// The registry's Ed25519 signature, 128 lower-case hexadecimal digits, of
    /// registry, exhibit, title, hypotheses and soft symbols: who has not the
    /// secret cannot make soft symbols up.
    pub signature: String,
}

impl EvidenceFile {
    /// Its line of the file, with the line feed.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written as JSON.
    pub fn to_text(&self) -> Result<String> {
        let json = serde_json::to_string(self).map_err(|e| {
            Error::Internal(format!("the evidence could not be written as JSON: {e}"))
        })?;
        Ok(json + "\n")
    }

    /// How a report refers to it.
    ///
    /// # Errors
    /// As for [`EvidenceFile::to_text`].
    pub fn reference(&self) -> Result<EvidenceReference> {
        Ok(EvidenceReference {
            title: self.title.clone(),
            sha256: sha256(self.to_text()?),
        })
    }
}

/// The evidence to which a report, read from `path`, refers: in the file `named`, or
/// beside the report.
///
/// # Errors
/// [`Error::Usage`] if there is no reference, or the file holds another;
/// [`Error::Unreadable`].
pub fn evidence_of(
    reference: Option<&EvidenceReference>,
    path: &Path,
    named: Option<&Path>,
) -> Result<EvidenceFile> {
    let Some(reference) = reference else {
        return Err(Error::usage(
            "the report rests on no soft symbols: no mark was found",
        ));
    };
    let file = named.map_or_else(|| evidence_beside(path), Path::to_owned);
    let text = read_text(&file).map_err(|e| match e {
        Error::Unreadable { path, problem, .. } => Error::unreadable(
            path,
            format!(
                "{problem}; the soft symbols of a report are in the file that `scan --out` wrote beside it, with the name {}",
                file.file_name().unwrap_or_default().to_string_lossy()
            ),
        ),
        other => other,
    })?;
    let mut lines = text.split_inclusive('\n');
    let Some(line) = lines.find(|line| sha256(line) == reference.sha256) else {
        return Err(Error::usage(format!(
            "{} is not the file that the report refers to: no line of it has the SHA-256 {}",
            file.display(),
            reference.sha256
        )));
    };
    let evidence: EvidenceFile = serde_json::from_str(line).map_err(|e| {
        Error::usage(format!(
            "not soft symbols of version {EVIDENCE_SCHEMA}: {e}"
        ))
    })?;
    if evidence.schema != EVIDENCE_SCHEMA {
        return Err(Error::usage(format!(
            "soft symbols of version {:?}; expected {EVIDENCE_SCHEMA:?}; use the leakmark that wrote them",
            evidence.schema
        )));
    }
    Ok(evidence)
}

/// Where `scan` writes the evidence of the report at `path`.
fn evidence_beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = [".report.dsse.json", ".report.json", ".json"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(&name);
    path.with_file_name(format!("{stem}{EVIDENCE_ENDING}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_evidence_lies_beside_its_report() {
        let beside = |path: &str| evidence_beside(Path::new(path));
        for report in ["a/x.mp4.report.json", "a/x.mp4.report.dsse.json"] {
            assert_eq!(beside(report), Path::new("a/x.mp4.evidence"));
        }
        assert_eq!(beside("other.json"), Path::new("other.evidence"));
    }
}
