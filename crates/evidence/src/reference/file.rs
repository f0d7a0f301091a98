//! Writes and reads a reference's file.
//!
//! ```text
//! leakmark reference 2        one line                                        ┐
//! salt                        32 bytes, from which the key follows            │ head: its SHA-256
//!                             with the secret                                 │ names the file
//! length, sealed header       4 bytes, big-endian; JSON                       ┘
//! sealed groups               one after the other, as the header says
//! ```
//!
//! Each part is sealed by itself (ChaCha20-Poly1305, RFC 8439) with its number as
//! the nonce: the key is used for one file alone. A part that was changed, cut or
//! put elsewhere is not opened. The head's hash is in the chain, and the header has
//! those of the groups, so another file in the place of this one is not opened either.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use base16ct::lower;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::hash::sha256;
use leakmark_core::error::{Error, Result};
use leakmark_core::key::{Secret, Stream};

const FIRST_LINE: &[u8] = b"leakmark reference 2\n";
/// Bytes of the salt.
pub const SALT: usize = 32;
/// Bytes of the head before the sealed header.
const START: usize = FIRST_LINE.len() + SALT + 4;
/// Bytes that sealing adds to a part.
const TAG: usize = 16;
/// No header is larger, in bytes: that of a day has 4 MB.
const LARGEST_HEADER: usize = 16 << 20;
/// No group is larger, in bytes.
const LARGEST_GROUP: usize = 64 << 20;

/// What a reference holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The title's id.
    pub title: String,
    /// Rows and columns of each picture.
    pub size: (usize, usize),
    /// Chips across and down the title's picture, which fills each of them.
    pub extent: (f64, f64),
    /// The middle of each picture, seconds of title time, ascending.
    pub times_s: Vec<f64>,
    /// Pictures in each group but the last.
    pub pictures_a_group: usize,
    /// The sealed groups.
    pub groups: Vec<Group>,
}

/// A sealed group of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its length.
    pub bytes: usize,
    /// Its SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

/// The key of one file.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct FileKey([u8; 32]);

impl FileKey {
    /// That of the file with this salt.
    pub fn of(secret: &Secret, salt: &[u8; SALT]) -> Self {
        let mut key = Self([0; 32]);
        secret.stream(&Stream::Reference { salt }).fill(&mut key.0);
        key
    }

    /// In 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        lower::encode_string(&self.0)
    }

    /// Of 64 lower-case hexadecimal digits.
    pub fn of_hex(text: &str) -> Option<Self> {
        let mut key = Self([0; 32]);
        let length = lower::decode(text, &mut key.0).ok()?.len();
        (length == 32).then_some(key)
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&self.0.into())
    }

    /// A part of the file, sealed. A number must not be used for two different parts.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is too long.
    pub fn sealed(&self, part: usize, plain: &[u8]) -> Result<Vec<u8>> {
        let sealed = self.cipher().encrypt(&nonce(part), plain);
        sealed.map_err(|_| Error::Internal("a part of a reference cannot be sealed".into()))
    }

    /// What was sealed as this part; in words if it is not that.
    pub fn opened(&self, part: usize, sealed: &[u8]) -> InWords<Vec<u8>> {
        let opened = self.cipher().decrypt(&nonce(part), sealed);
        opened.map_err(|_| DAMAGED.to_owned())
    }
}

fn nonce(part: usize) -> Nonce {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&(part as u64).to_be_bytes());
    nonce.into()
}

/// Writes a reference, `groups` being the packed groups of its pictures; the SHA-256 of
/// its head, lower-case hexadecimal. The header's groups are set.
///
/// # Errors
/// [`Error::Registry`] if it cannot be written.
pub fn write(
    to: &mut dyn Write,
    secret: &Secret,
    salt: &[u8; SALT],
    header: &Header,
    groups: &[Vec<u8>],
) -> Result<String> {
    let key = FileKey::of(secret, salt);
    let sealed = |(part, group): (usize, &Vec<u8>)| key.sealed(part, group);
    let groups: Vec<Vec<u8>> = (1..).zip(groups).map(sealed).collect::<Result<_>>()?;
    let group = |sealed: &Vec<u8>| Group {
        bytes: sealed.len(),
        sha256: sha256(sealed),
    };
    let header = Header {
        groups: groups.iter().map(group).collect(),
        ..header.clone()
    };
    let text = serde_json::to_vec(&header).map_err(|e| Error::Internal(e.to_string()))?;
    let header = key.sealed(0, &text)?;
    let length = (header.len() as u32).to_be_bytes();
    let head = [FIRST_LINE, salt, &length, &header].concat();
    let full = |e: std::io::Error| Error::registry(format!("a reference cannot be written: {e}"));
    to.write_all(&head).map_err(full)?;
    groups
        .iter()
        .try_for_each(|group| to.write_all(group).map_err(full))?;
    Ok(sha256(&head))
}

/// What was asked for, or why it cannot be had, in words.
pub type InWords<T> = std::result::Result<T, String>;

/// An open reference.
pub struct ReferenceFile {
    file: File,
    key: FileKey,
    head: Vec<u8>,
    /// What it holds.
    pub header: Header,
}

/// The SHA-256 of the head of the file at `path`, lower-case hexadecimal; in words if it is
/// no reference.
pub fn head_sha256(path: &Path) -> InWords<String> {
    let file = File::open(path).map_err(|e| format!("it cannot be read: {e}"))?;
    read_head(&file).map(|head| sha256(&head))
}

fn read_head(mut file: &File) -> InWords<Vec<u8>> {
    let cut = |_| CUT.to_owned();
    let mut head = vec![0; START];
    file.read_exact(&mut head).map_err(cut)?;
    let length = header_length(&head)?;
    head.resize(START + length, 0);
    file.read_exact(&mut head[START..]).map_err(cut)?;
    Ok(head)
}

impl ReferenceFile {
    /// Opens the file at `path`, whose head must have this SHA-256; in words if it has not.
    pub fn open(path: &Path, key: FileKey, head_sha256: &str) -> InWords<Self> {
        let missing = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::NotFound => "its file is missing".to_owned(),
            _ => format!("its file cannot be read: {e}"),
        };
        let file = File::open(path).map_err(missing)?;
        let head = read_head(&file)?;
        if sha256(&head) != head_sha256 {
            return Err("another file lies in its place, or it was changed".to_owned());
        }
        Ok(Self {
            header: opened_head(&head, &key)?,
            head,
            file,
            key,
        })
    }

    /// The bytes up to the first group.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// True if every group is there and opens; in words if not.
    pub fn check(&mut self) -> InWords<()> {
        (0..self.header.groups.len()).try_for_each(|number| self.group(number).map(drop))
    }

    /// Group `number`, from 0, as it is sealed; in words if it cannot be had.
    pub fn sealed_group(&mut self, number: usize) -> InWords<Vec<u8>> {
        let groups = &self.header.groups;
        let group = groups.get(number).ok_or("it has no such group")?;
        let before: usize = groups[..number].iter().map(|g| g.bytes).sum();
        let at = (self.head.len() + before) as u64;
        let mut sealed = vec![0; group.bytes];
        let mut read = || {
            self.file.seek(SeekFrom::Start(at))?;
            self.file.read_exact(&mut sealed)
        };
        read().map_err(|_| CUT.to_owned())?;
        Ok(sealed)
    }

    /// The packed pictures of group `number`, from 0; in words if they cannot be had.
    pub fn group(&mut self, number: usize) -> InWords<Vec<u8>> {
        let sealed = self.sealed_group(number)?;
        opened_group(&self.header, &self.key, number, &sealed)
    }
}

fn header_length(start: &[u8]) -> InWords<usize> {
    let sound = start.len() >= START && start.starts_with(FIRST_LINE);
    let length = start.get(FIRST_LINE.len() + SALT..START).unwrap_or(&[]);
    let length = length
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    match sound && length <= LARGEST_HEADER {
        true => Ok(length),
        false => Err("it is no reference of version 2".to_owned()),
    }
}

/// What the head of a file says.
pub(super) fn opened_head(head: &[u8], key: &FileKey) -> InWords<Header> {
    if head.len() != START + header_length(head)? {
        return Err(CUT.to_owned());
    }
    let text = key.opened(0, &head[START..])?;
    let header: Option<Header> = serde_json::from_slice(&text).ok();
    header
        .filter(Header::is_sound)
        .ok_or_else(|| DAMAGED.to_owned())
}

/// The packed pictures of a sealed group.
pub(super) fn opened_group(
    header: &Header,
    key: &FileKey,
    number: usize,
    sealed: &[u8],
) -> InWords<Vec<u8>> {
    let group = header.groups.get(number).ok_or("it has no such group")?;
    match sha256(sealed) == group.sha256 {
        true => key.opened(number + 1, sealed),
        false => Err(DAMAGED.to_owned()),
    }
}

const CUT: &str = "its file is cut short";
const DAMAGED: &str = "its file is damaged, or was made with another secret";

impl Header {
    /// The pictures in group `number`.
    pub fn group_range(&self, number: usize) -> std::ops::Range<usize> {
        let first = number * self.pictures_a_group;
        let end = (first + self.pictures_a_group).min(self.times_s.len());
        first.min(end)..end
    }

    fn is_sound(&self) -> bool {
        let ascending = self.times_s.windows(2).all(|w| w[0] < w[1]);
        let groups = self.times_s.len().div_ceil(self.pictures_a_group.max(1));
        let side = |n: usize| (1..=4096).contains(&n);
        let chips = |c: f64| c.is_finite() && c > 0.0;
        let fits = |g: &Group| (TAG..=LARGEST_GROUP).contains(&g.bytes);
        ascending
            && self.pictures_a_group > 0
            && groups == self.groups.len()
            && self.groups.iter().all(fits)
            && side(self.size.0)
            && side(self.size.1)
            && chips(self.extent.0)
            && chips(self.extent.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            title: "film".into(),
            size: (32, 48),
            extent: (160.0, 106.7),
            times_s: (0..8).map(|i| 10.0 + f64::from(i) / 2.0).collect(),
            pictures_a_group: 4,
            groups: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let secret = Secret::from_bytes([7; 32]);
        let salt = [3; SALT];
        let groups = [vec![1; 500], vec![2; 300]];
        let mut bytes = Vec::new();
        let sha256 = write(&mut bytes, &secret, &salt, &header(), &groups).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let open = |bytes: &[u8], secret: &Secret| {
            std::fs::write(&path, bytes).unwrap();
            ReferenceFile::open(&path, FileKey::of(secret, &salt), &sha256)
        };
        let mut file = open(&bytes, &secret).map_err(|_| ()).unwrap();
        assert_eq!(file.header.title, "film");
        assert_eq!(file.group(1).unwrap(), groups[1]);
        assert!(file.group(2).is_err());
        // Nothing of it can be seen from outside.
        assert!(!bytes.windows(4).any(|w| w == b"film"));
        assert!(open(&bytes, &Secret::from_bytes([8; 32])).is_err());
        assert!(open(&bytes[..60], &secret).is_err(), "cut short");
        let mut cut = open(&bytes[..bytes.len() - 1], &secret)
            .map_err(|_| ())
            .unwrap();
        assert!(cut.group(0).is_ok() && cut.group(1).is_err());
        for at in [0, 25, 60, bytes.len() - 5] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let read = open(&changed, &secret).and_then(|mut f| f.group(1));
            assert!(read.is_err(), "byte {at}");
        }
        let mut swapped = open(&bytes, &secret).map_err(|_| ()).unwrap();
        swapped.header.groups.swap(0, 1);
        assert!(swapped.group(0).is_err() && swapped.group(1).is_err());
    }
}
