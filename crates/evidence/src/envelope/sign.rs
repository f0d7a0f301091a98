//! Signs reports and dossiers.

use std::path::{Path, PathBuf};

use crate::key_file::{create_signing_key, key_id, read_signing_key};
use crate::{Envelope, Predicate};
use leakmark_core::error::{Error, Result};
use leakmark_core::key::Signer;

/// A new key to sign reports with.
#[derive(Debug)]
pub struct NewReportKey {
    /// Where the public half is.
    pub public_path: PathBuf,
    /// The name of the key in envelopes, 64 hexadecimal digits.
    pub key_id: String,
}

/// Makes a key to sign reports with: the private half at `path`, the public
/// half beside it.
///
/// # Errors
/// [`Error::Usage`] if either file is there, [`Error::Unwritable`].
pub fn keygen_report(path: &Path) -> Result<NewReportKey> {
    let (signer, public_path) = create_signing_key(path)?;
    Ok(NewReportKey {
        public_path,
        key_id: key_id(&signer.public_key()),
    })
}

/// Signs reports with one key.
#[derive(Debug)]
pub struct ReportSigner(Signer);

impl ReportSigner {
    /// With the key in the file at `path`.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is no key.
    pub fn read(path: &Path) -> Result<Self> {
        read_signing_key(path).map(Self)
    }

    /// A report or dossier in a signed envelope, as one line of JSON.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written as JSON.
    pub fn envelope<P: Predicate>(&self, report: &P) -> Result<String> {
        let sign = |message: &[u8]| {
            // The signer's own digits can always be read.
            base16ct::lower::decode_vec(self.0.sign(message)).unwrap_or_default()
        };
        let envelope = Envelope::seal(report, key_id(&self.0.public_key()), sign)?;
        serde_json::to_string(&envelope)
            .map_err(|e| Error::Internal(format!("an envelope could not be written as JSON: {e}")))
    }
}
