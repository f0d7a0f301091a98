//! The registry's signature on a report.
//!
//! ```text
//! report ─ without `timing` and `signature` ─ canonical JSON (RFC 8785) ─┐
//!                               "leakmark report 2", a line feed ────────┴─ Ed25519, the registry's key
//! ```
//!
//! Canonical JSON has no white space, keys in order, and one way to write a number,
//! so that the text is the same whoever writes it.

use serde_json::Value;

use super::types::{RegistrySignature, Report};
use leakmark_core::error::{Error, Result};
use leakmark_core::key::{Signer, is_signed};

/// What is signed begins with this, so that it can be taken for nothing else.
const FIRST_LINE: &str = "leakmark report 2\n";
/// What is not signed: how long it took, and the signature itself.
const UNSIGNED: [&str; 2] = ["timing", "signature"];

impl Report {
    /// The bytes that the registry signs.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written as JSON.
    pub fn signed_bytes(&self) -> Result<Vec<u8>> {
        let fault = |e: serde_json::Error| {
            Error::Internal(format!(
                "a report could not be written as canonical JSON: {e}"
            ))
        };
        let mut value = serde_json::to_value(self).map_err(fault)?;
        if let Value::Object(fields) = &mut value {
            UNSIGNED.iter().for_each(|name| drop(fields.remove(*name)));
        }
        let json = serde_json_canonicalizer::to_vec(&value).map_err(fault)?;
        Ok([FIRST_LINE.as_bytes(), &json].concat())
    }

    /// This report, signed by its registry.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written as JSON.
    pub fn signed(mut self, signer: &Signer) -> Result<Self> {
        self.signature = RegistrySignature {
            public_key: signer.public_key(),
            signature: signer.sign(&self.signed_bytes()?),
        };
        Ok(self)
    }

    /// True if it is as the key that it names signed it.
    pub fn is_as_signed(&self) -> bool {
        let RegistrySignature {
            public_key,
            signature,
        } = &self.signature;
        self.signed_bytes()
            .is_ok_and(|bytes| is_signed(public_key, &bytes, signature))
    }
}
