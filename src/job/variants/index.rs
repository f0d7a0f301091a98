//! The index of a folder of variants: what they are of, and where each segment lies.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::evidence::hash::sha256;
use crate::job::home::Home;
use crate::job::scan::copies::alphabet;
use crate::job::variants::read_back::ReadBack;
use crate::key::{Secret, Signer, is_signed};
use crate::mark::Alphabet;
use crate::media::Layout;

/// The name of the file in the folder.
pub(crate) const FILE: &str = "index.json";
/// What the file says it is.
pub(crate) const FORMAT: &str = "leakmark/variants/1";

/// What `index.json` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// `leakmark/variants/1`.
    pub format: String,
    /// The id of the registry that made it.
    pub registry: String,
    /// The title's id.
    pub title: String,
    /// SHA-256 of the master.
    pub master_sha256: String,
    /// Title time at which the film begins, seconds.
    pub title_start_s: f64,
    /// Its length, seconds.
    pub duration_s: f64,
    /// Its pictures.
    pub frames: u64,
    /// The slot of the title that the first segment is; each further one is the next.
    pub first_slot: u32,
    /// True if pictures were padded, so that all copies have one size.
    pub equal_sizes: bool,
    /// How they were marked and encoded, and what they lack of the master.
    pub parameters: serde_json::Value,
    /// Where each segment lies.
    pub layout: Layout,
    /// How each variant read back, A first; empty if that was not asked for.
    pub read_back: Vec<ReadBack>,
    /// The version of leakmark that made it.
    pub tool_version: String,
    /// Ed25519 signature of the registry's key on all this with an empty signature, as JSON in
    /// one line; 128 hexadecimal digits.
    pub signature: String,
}

impl Index {
    /// Signed with the registry's key.
    pub(crate) fn signed(self, secret: &Secret) -> Result<Self> {
        let signature = Signer::of_registry(secret).sign(self.unsigned()?.as_bytes());
        Ok(Self { signature, ..self })
    }

    /// The text that is signed.
    fn unsigned(&self) -> Result<String> {
        let bare = Self {
            signature: String::new(),
            ..self.clone()
        };
        json(&bare)
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> Result<String> {
        Ok(json(self)? + "\n")
    }

    /// Reads the index of the folder `dir`, which must be as `home`'s registry signed it;
    /// with the SHA-256 of the file.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if there is none, or it was changed; [`Error::Usage`] if it is
    /// another registry's.
    pub(crate) fn read(home: &Home, dir: &Path) -> Result<(Self, String)> {
        let path = dir.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|e| {
            Error::unreadable(&path, e.to_string())
                .advise("name a folder that `leakmark variants` made")
        })?;
        let odd = |what: String| Error::unreadable(&path, what);
        let index: Self = serde_json::from_str(&text)
            .map_err(|e| odd(format!("it is no index of variants: {e}")))?;
        if index.format != FORMAT {
            return Err(odd(format!(
                "got format {:?}; expected {FORMAT}",
                index.format
            )));
        }
        if index.registry != home.registry.id() {
            return Err(Error::usage(format!(
                "{} was made by registry {}; this one is {}",
                dir.display(),
                index.registry,
                home.registry.id()
            ))
            .advise("name the home of that registry with --home"));
        }
        let key = Signer::of_registry(&home.secret).public_key();
        if !is_signed(&key, index.unsigned()?.as_bytes(), &index.signature) {
            return Err(odd("it was changed since the registry signed it".into())
                .advise("make the variants again, or bring the folder back from a backup"));
        }
        let digest = sha256(&text);
        Ok((index, digest))
    }

    /// How many variants there are.
    ///
    /// # Errors
    /// [`Error::Internal`] if there cannot be so many.
    pub(crate) fn alphabet(&self) -> Result<Alphabet> {
        let count = self.layout.variants() as u32;
        alphabet(count).ok_or_else(|| Error::Internal(format!("an index of {count} variants")))
    }
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| Error::Internal(format!("an index cannot be written as JSON: {e}")))
}
