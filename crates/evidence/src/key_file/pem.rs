//! Keeps the key that signs reports in files that other programs
//! read too: PKCS #8 (RFC 8410) for the private half, a public key as in X.509
//! beside it, both as PEM (RFC 7468).
//!
//! It has nothing to do with the registry's secret: who checks reports needs
//! the public half alone, and a lost one is replaced by another.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes,
};
use ed25519_dalek::{SigningKey, VerifyingKey};
use zeroize::{Zeroize, Zeroizing};

use super::secret::{check_private, create_private};
use leakmark_core::error::{Error, Result};
use leakmark_core::key::{Signer, random};

/// What the public half's file is called: the private half's name and this.
const PUBLIC: &str = ".pub";
/// Bytes of a key's file that are read: a key has about a hundred.
const LONGEST: usize = 4096;

/// Makes a new key: the private half in a new file at `path`, readable by its
/// owner only, the public half beside it. Returns the public half's path.
///
/// # Errors
/// [`Error::Usage`] if either file is there, [`Error::Unwritable`] if one
/// cannot be written, [`Error::Internal`] without random numbers.
pub fn create_signing_key(path: &Path) -> Result<(Signer, PathBuf)> {
    let mut public_path = path.as_os_str().to_owned();
    public_path.push(PUBLIC);
    let public_path = PathBuf::from(public_path);
    for path in [path, &public_path] {
        if path.symlink_metadata().is_ok() {
            return Err(Error::usage(format!(
                "{} exists; a key is never overwritten",
                path.display()
            ))
            .advise("name another file, or move it away"));
        }
    }
    let key = generate()?;
    let fault = |e: &dyn std::fmt::Display| {
        Error::Internal(format!("a key could not be written as PEM: {e}"))
    };
    // Version 1 of PKCS #8, without the public half, which OpenSSL 3.0 cannot read there.
    let mut pair = KeypairBytes {
        secret_key: key.to_bytes(),
        public_key: None,
    };
    let private = pair.to_pkcs8_pem(LineEnding::LF).map_err(|e| fault(&e));
    pair.secret_key.zeroize();
    let public = key.verifying_key().to_public_key_pem(LineEnding::LF);
    let public = public.map_err(|e| fault(&e))?;
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |e: std::io::Error| Error::unwritable(path, e.to_string())
    };
    create_private(path, &private?).map_err(unwritable(path))?;
    std::fs::write(&public_path, public).map_err(|e| {
        // Half a key is of no use: take it back.
        let _ = std::fs::remove_file(path);
        unwritable(&public_path)(e)
    })?;
    Ok((Signer::from_seed(key.as_bytes()), public_path))
}

fn generate() -> Result<SigningKey> {
    let mut seed = random()?;
    let key = SigningKey::from_bytes(&seed);
    seed.zeroize();
    Ok(key)
}

/// The key in the file at `path`.
///
/// # Errors
/// [`Error::Usage`] if it is missing, unreadable, no Ed25519 private key, or open
/// to others than its owner.
pub fn read_signing_key(path: &Path) -> Result<Signer> {
    let found = open(path)
        .and_then(|file| check_private(&file, path).map(|()| file))
        .and_then(read_short)
        .and_then(|pem| SigningKey::from_pkcs8_pem(&pem).map_err(|e| e.to_string()));
    found.map(|key| Signer::from_seed(key.as_bytes())).map_err(|e| {
        Error::usage(format!(
            "{} is not a key to sign with: {e}",
            path.display()
        )).advise("expected an Ed25519 private key (PKCS #8, PEM), as `leakmark report keygen` makes it")
    })
}

/// The public key in the file at `path`, 64 hexadecimal digits.
///
/// # Errors
/// [`Error::Usage`] if it is missing, unreadable or no Ed25519 public key.
pub fn read_public_key(path: &Path) -> Result<String> {
    let found = open(path)
        .and_then(read_short)
        .and_then(|pem| VerifyingKey::from_public_key_pem(&pem).map_err(|e| e.to_string()));
    let key = found.map_err(|e| {
        Error::usage(format!(
            "{} is not a public key: {e}",
            path.display()
        )).advise("expected an Ed25519 public key (PEM), as `leakmark report keygen` writes it beside the private one")
    })?;
    Ok(base16ct::lower::encode_string(key.as_bytes()))
}

fn open(path: &Path) -> std::result::Result<File, String> {
    File::open(path).map_err(|e| e.to_string())
}

/// The text of a file that can be no longer than a key.
fn read_short(file: File) -> std::result::Result<Zeroizing<String>, String> {
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    let read = file.take(LONGEST as u64).read_to_string(&mut text);
    read.map_err(|e| e.to_string()).map(|_| text)
}

/// A short name of a public key (64 hexadecimal digits): the SHA-256 of its
/// bytes, 64 digits. It helps to find the right key and proves nothing.
pub fn key_id(public_key: &str) -> String {
    let mut bytes = [0; 32];
    // A malformed key has the name of an empty one: it finds nothing.
    let read = base16ct::lower::decode(public_key, &mut bytes).unwrap_or_default();
    crate::hash::sha256(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use leakmark_core::key::is_signed;

    #[test]
    fn a_key_survives_its_files_and_is_never_overwritten() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("report.key");
        let (signer, public_path) = create_signing_key(&path).expect("made");
        let key = read_public_key(&public_path).expect("read");
        assert_eq!(key, signer.public_key());
        let again = read_signing_key(&path).expect("read");
        assert!(is_signed(&key, b"text", &again.sign(b"text")));
        assert!(matches!(create_signing_key(&path), Err(Error::Usage(_))));
        std::fs::remove_file(&path).expect("removed");
        assert!(
            create_signing_key(&path).is_err(),
            "the public half is there"
        );
        assert!(!path.exists());
        assert!(
            read_signing_key(&public_path).is_err(),
            "it is the public half"
        );
        assert!(read_public_key(dir.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_private_half() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("report.key");
        create_signing_key(&path).expect("made");
        let mode = std::fs::metadata(&path)
            .expect("metadata")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
