//! Keeps beside each reference the features by which its title is recognized.
//!
//! ```text
//! leakmark sketch 1      one line
//! salt                   32 bytes, drawn anew each time, from which the key follows with the secret
//! sealed                 the SHA-256 of the reference, 64 characters; the features
//! ```
//!
//! Sealed (ChaCha20-Poly1305, RFC 8439) like the reference: features tell of a film before
//! its release too. Nothing of it is in the chain, for it follows from the reference: a file
//! that is missing, damaged, or another reference's is made again.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::evidence::reference::{FileKey, SALT};
use crate::evidence::whole::{OWNER, write};
use crate::key::{Secret, random};
use crate::recognize::Sketches;
use crate::registry::Reference;

const FIRST_LINE: &[u8] = b"leakmark sketch 1\n";
/// The folder beside the registry in which the files lie.
const FOLDER: &str = "sketches";
/// Characters of a SHA-256.
const HASH: usize = 64;

fn path_of(home: &Path, reference: &Reference) -> PathBuf {
    home.join(FOLDER).join(&reference.sha256)
}

/// Keeps the features of a reference's title, in the place of those that were there.
///
/// # Errors
/// [`Error::Registry`] if they cannot be written.
pub(super) fn keep(
    home: &Path,
    secret: &Secret,
    reference: &Reference,
    sketches: &Sketches,
) -> Result<()> {
    let salt = random()?;
    let mut plain = reference.sha256.as_bytes().to_vec();
    plain.extend(sketches.to_bytes());
    // The key is used for this one part.
    let sealed = FileKey::of(secret, &salt).sealed(0, &plain)?;
    let path = path_of(home, reference);
    let bytes = [FIRST_LINE, &salt, &sealed].concat();
    std::fs::create_dir_all(home.join(FOLDER))
        .and_then(|()| write(&path, &bytes, OWNER, true))
        .map_err(|e| Error::registry(format!("{} cannot be written: {e}", path.display())))
}

/// The features of a reference's title; `None` if there are none that can be read.
pub(super) fn read(home: &Path, secret: &Secret, reference: &Reference) -> Option<Sketches> {
    let bytes = std::fs::read(path_of(home, reference)).ok()?;
    let rest = bytes.strip_prefix(FIRST_LINE)?;
    let (salt, sealed) = rest.split_first_chunk::<SALT>()?;
    let plain = FileKey::of(secret, salt).opened(0, sealed).ok()?;
    let (hash, features) = plain.split_at_checked(HASH)?;
    (hash == reference.sha256.as_bytes()).then(|| Sketches::from_bytes(features))?
}

/// Deletes what is kept of a reference, if anything is: without the reference it is of no use.
pub(super) fn forget(home: &Path, reference: &Reference) {
    let _ = std::fs::remove_file(path_of(home, reference));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luma::Plane;
    use crate::recognize::Sketcher;

    #[test]
    fn what_is_kept_is_read_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let secret = Secret::from_bytes([7; 32]);
        let reference = |number: u8| Reference {
            sha256: format!("{number:064x}"),
            ..Reference::default()
        };
        let mut sketcher = Sketcher::new((160.0, 90.0));
        let picture = |(y, x): (usize, usize)| ((x * y / 40) % 200) as f32;
        sketcher.push(1.0, &Plane::from_shape_fn((90, 160), picture));
        let sketches = sketcher.finish();
        let read = |number| read(dir.path(), &secret, &reference(number));
        assert!(read(1).is_none());
        keep(dir.path(), &secret, &reference(1), &sketches).unwrap();
        assert_eq!(read(1).as_ref(), Some(&sketches));

        let path = path_of(dir.path(), &reference(1));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(path_of(dir.path(), &reference(2)), &bytes).unwrap();
        assert!(read(2).is_none(), "another reference's");
        let other = Secret::from_bytes([8; 32]);
        assert!(super::read(dir.path(), &other, &reference(1)).is_none());
        for at in [3, 30, 60, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            std::fs::write(&path, changed).unwrap();
            assert!(read(1).is_none(), "byte {at}");
        }
        std::fs::write(&path, &bytes[..40]).unwrap();
        assert!(read(1).is_none(), "cut short");
        forget(dir.path(), &reference(1));
        assert!(!path.exists());
    }
}
