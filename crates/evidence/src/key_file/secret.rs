//! Reads and writes the key file, the one place where the secret rests.
//!
//! The file is one line of text: `leakmark-key-1 ` and 64 hexadecimal digits.
//! It is created with mode 0600 and never overwritten.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::whole;
use leakmark_core::error::{Error, Result};
use leakmark_core::key::Secret;

const PREFIX: &str = "leakmark-key-1 ";

/// Writes `secret` to a new file at `path`, readable by its owner only.
///
/// # Errors
/// [`Error::Registry`] if the file exists or cannot be written.
pub fn create_secret_file(path: &Path, secret: &Secret) -> Result<()> {
    let digits: Zeroizing<String> =
        Zeroizing::new(secret.expose().iter().map(|b| format!("{b:02x}")).collect());
    let line = Zeroizing::new(format!("{PREFIX}{}\n", digits.as_str()));
    create_private(path, &line).map_err(|e| {
        Error::registry(format!(
            "cannot create the key file {}: {e}; a key file is never overwritten",
            path.display()
        ))
        .advise("move the old one away first")
    })
}

/// Writes `text` to a new file that its owner alone may read.
pub(crate) fn create_private(path: &Path, text: &str) -> std::io::Result<()> {
    whole::write(path, text.as_bytes(), whole::OWNER, false)
}

/// The secret in the file at `path`.
///
/// # Errors
/// [`Error::Registry`] if the file is missing, unreadable, not a key file, or
/// open to others than its owner.
pub fn read_secret_file(path: &Path) -> Result<Secret> {
    let unreadable = |e: std::io::Error| {
        Error::registry(format!("cannot read the secret {}: {e}", path.display()))
            .advise("restore it from your backup, or run `leakmark init` for a new registry")
    };
    let mut file = File::open(path).map_err(unreadable)?;
    check_private(&file, path).map_err(Error::registry)?;
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(unreadable)?;
    parse(&text).ok_or_else(|| {
        Error::registry(format!(
            "{} is not a key file: expected one line, `{}` and 64 hexadecimal digits",
            path.display(),
            PREFIX.trim()
        ))
        .advise("restore it from your backup")
    })
}

/// Refuses a key that others than its owner may read, as ssh does: whoever can
/// read it can sign and forge.
pub(crate) fn check_private(file: &File, path: &Path) -> std::result::Result<(), String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = file
            .metadata()
            .map_err(|e| format!("{}: {e}", path.display()))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!(
                "{} can be read or written by others than its owner (mode {mode:04o}): nobody should rely on this key until you know who had it; then close it with `chmod 600 {}`",
                path.display(),
                path.display()
            ));
        }
    }
    Ok(())
}

fn parse(text: &str) -> Option<Secret> {
    let digits = text.strip_prefix(PREFIX)?.trim_end();
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Secret::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_its_file_and_nothing_else_is_a_key_file() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("leakmark.key");
        let secret = Secret::from_bytes([7; 32]);
        create_secret_file(&path, &secret).expect("created");
        assert_eq!(
            read_secret_file(&path).expect("read").check(),
            secret.check()
        );
        assert!(create_secret_file(&path, &secret).is_err(), "overwritten");
        for bad in ["", "leakmark-key-1 00", "leakmark-key-2 ", &"é".repeat(40)] {
            std::fs::write(&path, bad).expect("written");
            assert!(read_secret_file(&path).is_err(), "{bad:?} was taken");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_key_file() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("leakmark.key");
        create_secret_file(&path, &Secret::from_bytes([1; 32])).expect("created");
        let mode = std::fs::metadata(&path)
            .expect("metadata")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("leakmark.key");
        create_secret_file(&path, &Secret::from_bytes([1; 32])).expect("created");
        let permit = |mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, permissions).expect("permitted");
        };
        for mode in [0o644, 0o640, 0o604, 0o660, 0o602] {
            permit(mode);
            let refused = read_secret_file(&path).expect_err("refused").to_string();
            assert!(refused.contains("chmod 600"), "{refused}");
        }
        for mode in [0o600, 0o400] {
            permit(mode);
            assert!(read_secret_file(&path).is_ok(), "{mode:o}");
        }
    }
}
