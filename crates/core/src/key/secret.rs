//! Keeps the registry's secret and derives stream keys from it.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::stream::{KeyStream, Stream};

/// Domain separation of signal format 1; another format has another salt.
const SALT: &[u8] = b"leakmark signal format 1";

/// The operating system gave no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random numbers: {0}")]
#[non_exhaustive]
pub struct NoRandomNumbers(#[from] getrandom::Error);

/// Fresh random bytes from the operating system's generator.
///
/// # Errors
/// [`NoRandomNumbers`] if it has none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomNumbers> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The 32-byte secret of one registry. It is wiped from memory when dropped
/// and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The secret with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new secret from the operating system's generator.
    ///
    /// # Errors
    /// [`NoRandomNumbers`] if the operating system has none.
    pub fn generate() -> Result<Self, NoRandomNumbers> {
        random().map(Self)
    }

    /// The bytes, for the key file only.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The numbers of one named stream, from their start.
    pub fn stream(&self, stream: &Stream<'_>) -> KeyStream {
        self.streams().stream(stream)
    }

    /// All streams, with half of each one's derivation done beforehand: for
    /// whoever needs very many. It is as secret as the secret; keep it briefly.
    pub fn streams(&self) -> Streams {
        Streams(Hkdf::new(Some(SALT), &self.0))
    }

    /// A commitment to the secret, 64 hexadecimal digits: the registry keeps it
    /// so that a wrong secret is noticed. It says nothing about other streams.
    pub fn check(&self) -> String {
        let mut bytes = [0; 32];
        self.stream(&Stream::Check).fill(&mut bytes);
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// An unrelated secret, the `index`-th decoy of this one: what it finds on
    /// an exhibit is what chance finds.
    pub fn decoy(&self, index: u32) -> Self {
        let mut bytes = [0; 32];
        self.stream(&Stream::Decoy(index)).fill(&mut bytes);
        Self(bytes)
    }
}

/// The streams of a secret, ready to be derived.
pub struct Streams(Hkdf<Sha256>);

impl Streams {
    /// The numbers of one named stream, from their start.
    pub fn stream(&self, stream: &Stream<'_>) -> KeyStream {
        let mut key = [0; 32];
        // 32 bytes are far below HKDF's limit of 255 hashes, so this cannot fail.
        let _ = self.0.expand(&stream.label(), &mut key);
        let numbers = KeyStream::new(&key);
        key.zeroize();
        numbers
    }
}
