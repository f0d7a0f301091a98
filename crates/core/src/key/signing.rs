//! Signs with Ed25519 (RFC 8032) and checks signatures.
//!
//! Keys and signatures are lower-case hexadecimal wherever they are kept or
//! shown: 64 digits for a public key, 128 for a signature.

use base16ct::lower;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroize;

use super::secret::Secret;
use super::stream::Stream;

/// A key that signs. It is wiped from memory when dropped and never printed.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public_key())
    }
}

impl Signer {
    /// The key that signs a registry's logs: its seed is a named stream of the secret.
    pub fn of_registry(secret: &Secret) -> Self {
        let mut seed = [0; 32];
        secret.stream(&Stream::LogKey).fill(&mut seed);
        let key = SigningKey::from_bytes(&seed);
        seed.zeroize();
        Self(key)
    }

    /// The key with this seed (RFC 8032, the 32 bytes of a private key).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half, 64 hexadecimal digits.
    pub fn public_key(&self) -> String {
        lower::encode_string(self.0.verifying_key().as_bytes())
    }

    /// The signature of `message`, 128 hexadecimal digits. A message
    /// always gets the same signature.
    pub fn sign(&self, message: &[u8]) -> String {
        lower::encode_string(&self.0.sign(message).to_bytes())
    }
}

/// True if `signature` (128 digits) on `message` was made with the private half
/// of `public_key` (64 digits). Whatever is malformed is no signature; keys of
/// small order, whose signatures fit anything, are refused.
pub fn is_signed(public_key: &str, message: &[u8], signature: &str) -> bool {
    let mut key = [0; 32];
    let mut bytes = [0; 64];
    let read = lower::decode(public_key, &mut key).is_ok_and(|k| k.len() == 32)
        && lower::decode(signature, &mut bytes).is_ok_and(|s| s.len() == 64);
    let Ok(key) = VerifyingKey::from_bytes(&key) else {
        return false;
    };
    read && key
        .verify_strict(message, &Signature::from_bytes(&bytes))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frozen: computed apart from this code, with RFC 5869, 8439 and 8032 alone.
    #[test]
    fn the_registry_s_signing_key_is_what_it_always_was() {
        let secret = Secret::from_bytes(std::array::from_fn(|i| i as u8));
        assert_eq!(
            Signer::of_registry(&secret).public_key(),
            "e5611e5557ab5f058e5b408095b71705629664e8eda74f118b9a19fcf3015dde"
        );
    }

    #[test]
    fn what_was_signed_is_known_and_nothing_else_is() {
        let signer = Signer::of_registry(&Secret::from_bytes([1; 32]));
        let other = Signer::of_registry(&Secret::from_bytes([2; 32]));
        let (key, signature) = (signer.public_key(), signer.sign(b"text"));
        assert!(is_signed(&key, b"text", &signature));
        assert!(!is_signed(&key, b"Text", &signature));
        assert!(!is_signed(&other.public_key(), b"text", &signature));
        assert!(!is_signed(&key, b"text", &other.sign(b"text")));
        assert!(!is_signed(&key, b"text", &signature.to_uppercase()));
        assert!(!is_signed(&key, b"text", &signature[..126]));
        assert!(!is_signed("", b"text", &signature));
        // The point of order 1, under which all-zero signatures fit any text.
        let trivial = format!("01{}", "00".repeat(31));
        assert!(!is_signed(
            &trivial,
            b"text",
            &format!("{trivial}{}", "00".repeat(32))
        ));
    }
}
