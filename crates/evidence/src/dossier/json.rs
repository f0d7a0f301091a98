//! Writes dossiers as JSON and reads them back strictly.

use super::{DOSSIER_SCHEMA, Dossier};
use leakmark_core::error::{Error, Result};

/// The dossier as JSON, indented for people or in one line.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written as JSON.
pub fn dossier_to_json(dossier: &Dossier, indented: bool) -> Result<String> {
    let text = match indented {
        true => serde_json::to_string_pretty(dossier),
        false => serde_json::to_string(dossier),
    };
    text.map_err(|e| Error::Internal(format!("a dossier could not be written as JSON: {e}")))
}

/// The dossier in a JSON text; unknown fields, other versions and numbers that point
/// nowhere are refused.
///
/// # Errors
/// [`Error::Usage`] if it is not a dossier of this version.
pub fn dossier_from_json(text: &str) -> Result<Dossier> {
    let dossier: Dossier = serde_json::from_str(text)
        .map_err(|e| Error::usage(format!("not a dossier of version {DOSSIER_SCHEMA}: {e}")))?;
    let fault = |what: String| Err(Error::usage(format!("not a sound dossier: {what}")));
    if dossier.schema != DOSSIER_SCHEMA {
        return fault(format!(
            "it is of version {:?}; expected {DOSSIER_SCHEMA:?}; use the leakmark that wrote it",
            dossier.schema
        ));
    }
    let places = dossier.cells.iter().map(|c| (c.excerpt, c.attack));
    let controls = dossier.controls.iter().map(|c| (c.excerpt, c.attack));
    for (excerpt, attack) in places.chain(controls) {
        if dossier.excerpts.get(excerpt as usize).is_none()
            || dossier.attacks.get(attack as usize).is_none()
        {
            return fault(format!(
                "there is no excerpt {excerpt} or attack {attack} in it"
            ));
        }
    }
    let films = dossier.films.len();
    match dossier.excerpts.iter().find(|e| e.film as usize >= films) {
        Some(excerpt) => fault(format!("there is no film {} in it", excerpt.film)),
        None => Ok(dossier),
    }
}
