//! Lets a registry sign: with the key that its secret gives, and
//! with no other.

use super::Registry;
use super::sql::fault;
use leakmark_core::error::{Error, Result};
use leakmark_core::key::{Secret, Signer};

impl Registry {
    /// Lets the registry sign its logs. A registry made before there were
    /// receipts learns its public key now.
    ///
    /// # Errors
    /// [`Error::Registry`] if the secret is not the registry's own, or if the
    /// public key in the registry is not the secret's.
    pub fn unlock(&mut self, secret: &Secret) -> Result<()> {
        if secret.check() != self.secret_check() {
            return Err(Error::registry(
                "the secret is not the one this registry was made with",
            ));
        }
        let signer = Signer::of_registry(secret);
        let key = signer.public_key();
        match &self.identity.log_key {
            Some(known) if *known != key => {
                return Err(Error::registry(format!(
                    "the key of its receipts is {known}, but its secret gives {key}: somebody changed the registry; restore leakmark.db from a backup"
                )));
            }
            None if !self.read_only => {
                self.set_log_key(&key)?;
                self.identity.log_key = Some(key);
            }
            _ => {}
        }
        self.signer = Some(signer);
        Ok(())
    }

    /// The public key of its receipts, 64 hexadecimal digits; `None` if it was
    /// made before there were receipts and not opened with its secret since.
    pub fn log_key(&self) -> Option<&str> {
        self.identity.log_key.as_deref()
    }

    pub(super) fn signer(&self) -> Option<&Signer> {
        self.signer.as_ref()
    }

    fn set_log_key(&self, key: &str) -> Result<()> {
        let doing = "setting the key of receipts";
        let update = "UPDATE identity SET log_key = ?1 WHERE log_key IS NULL";
        self.write(doing, |conn| {
            conn.execute(update, [key]).map(drop).map_err(fault(doing))
        })
    }
}
