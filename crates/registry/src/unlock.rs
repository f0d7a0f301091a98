//! Lets a registry sign: with the key that its secret gives, and with no other.

use super::Registry;
use super::entry::{Said, read};
use leakmark_core::error::{Error, Result};
use leakmark_core::key::{Secret, Signer, is_signed};

impl Registry {
    /// Lets the registry sign its chain.
    ///
    /// # Errors
    /// [`Error::Registry`] if the secret is not the registry's own, or if what
    /// the registry says of itself is not what it signed when it was made.
    pub fn unlock(&mut self, secret: &Secret) -> Result<()> {
        if secret.check() != self.secret_check() {
            return Err(Error::registry(
                "the secret is not the one this registry was made with",
            ));
        }
        let signer = Signer::of_registry(secret);
        let key = signer.public_key();
        if self.public_key() != key {
            return Err(changed(&format!(
                "its public key is {}, but its secret gives {key}",
                self.public_key()
            )));
        }
        if !self.is_as_it_was_made()? {
            return Err(changed(
                "its identity is not the one that the first entry of its chain signed",
            ));
        }
        self.signer = Some(signer);
        Ok(())
    }

    /// Whether the first entry of the chain is the registry's identity, signed.
    fn is_as_it_was_made(&self) -> Result<bool> {
        let query = "SELECT text, signature FROM chain ORDER BY place LIMIT 1";
        let first = self
            .rows("reading the first entry of the chain", query, [], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?
            .into_iter()
            .next();
        Ok(first.is_some_and(|(text, signature)| {
            let own = |said| matches!(said, Said::Registry(identity) if identity == self.identity);
            is_signed(self.public_key(), text.as_bytes(), &signature)
                && read(&text).is_some_and(own)
        }))
    }

    /// The public key of its receipts and reports, 64 hexadecimal digits.
    pub fn public_key(&self) -> &str {
        &self.identity.public_key
    }

    /// True until the secret was given: nothing can be added then.
    pub fn is_locked(&self) -> bool {
        self.signer.is_none()
    }

    pub(super) fn signer(&self) -> Result<&Signer> {
        self.signer.as_ref().ok_or_else(|| {
            Error::Internal("something is added to a registry that cannot sign".to_owned())
        })
    }
}

fn changed(how: &str) -> Error {
    Error::registry(format!("{how}: somebody changed the registry"))
        .advise("restore leakmark.db from a backup")
}
