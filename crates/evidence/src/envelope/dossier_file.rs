//! Reads dossiers as they are handed in: bare, or in an envelope.

use std::path::Path;

use crate::dossier::{DOSSIER_SCHEMA, Dossier, dossier_from_json};
use crate::files::read_text;
use crate::hash::hash_file;
use crate::{Envelope, envelope_from_json};
use leakmark_core::error::{Error, Result};

/// A dossier as it was handed in.
#[derive(Debug)]
pub struct HandedIn {
    /// The dossier; what is wrong with it if it cannot be read.
    pub dossier: std::result::Result<Dossier, String>,
    /// The envelope it came in.
    pub envelope: Option<Envelope>,
}

/// A dossier that a report can cite.
#[derive(Debug, Clone)]
pub struct CitedDossier {
    /// The dossier.
    pub dossier: Dossier,
    /// SHA-256 of its file, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// The key that its signature names; `None` if it is not signed.
    pub signed_by: Option<String>,
}

/// The dossier in a text, if it says that it is one.
pub fn dossier_in(text: &str) -> Option<HandedIn> {
    if let Some(envelope) = envelope_from_json(text) {
        return envelope.claims::<Dossier>().then(|| HandedIn {
            dossier: envelope.statement().map(|s| s.predicate),
            envelope: Some(envelope),
        });
    }
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    (value["schema"] == DOSSIER_SCHEMA).then(|| HandedIn {
        dossier: dossier_from_json(text).map_err(|e| e.to_string()),
        envelope: None,
    })
}

/// Reads the dossier at `path` to be cited.
///
/// # Errors
/// [`Error::Unreadable`] if it cannot be read, [`Error::Usage`] if it is no dossier.
pub fn cite_dossier(path: &Path) -> Result<CitedDossier> {
    let no_dossier = |fault: String| Error::usage(format!("{}: {fault}", path.display()));
    let handed = dossier_in(&read_text(path)?).ok_or_else(|| {
        no_dossier(format!(
            "not a dossier of version {DOSSIER_SCHEMA}, bare or signed"
        ))
        .advise("`leakmark validate` writes one")
    })?;
    let signature = handed.envelope.as_ref().and_then(|e| e.signatures.first());
    Ok(CitedDossier {
        signed_by: signature.map(|s| s.keyid.clone()),
        dossier: handed.dossier.map_err(no_dossier)?,
        sha256: hash_file(path, &mut |_| Ok(()))?.sha256,
    })
}
