//! Writes and reads a reference's file.
//!
//! ```text
//! leakmark reference 1        one line
//! salt                        32 bytes, from which the key follows with the secret
//! length, sealed header       4 bytes, big-endian; JSON
//! sealed groups               one after the other, as long as the header says
//! ```
//!
//! Each part is sealed by itself (ChaCha20-Poly1305, RFC 8439) with its number as
//! the nonce: the key is used for one file alone. A part that was changed, cut or
//! put elsewhere is not opened. The salt is in the chain, so another file in the
//! place of this one is not opened either.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::error::{Error, Result};
use crate::key::{Secret, Stream};
use crate::media::GrayGroup;

const FIRST_LINE: &[u8] = b"leakmark reference 1\n";
/// Bytes of the salt.
pub(crate) const SALT: usize = 32;
/// Bytes that sealing adds to a part.
const TAG: usize = 16;
/// No header is larger, in bytes: that of a day has 4 MB.
const LARGEST_HEADER: usize = 16 << 20;
/// No group is larger, in bytes.
const LARGEST_GROUP: usize = 64 << 20;

/// What a reference holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
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
    /// Bytes of each sealed group.
    pub groups: Vec<usize>,
}

/// Seals and opens the parts of one file.
struct Seal(ChaCha20Poly1305);

impl Seal {
    fn new(secret: &Secret, salt: &[u8; SALT]) -> Self {
        let mut key = [0; 32];
        secret.stream(&Stream::Reference { salt }).fill(&mut key);
        let seal = Self(ChaCha20Poly1305::new(&key.into()));
        key.zeroize();
        seal
    }

    fn nonce(part: usize) -> Nonce {
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&(part as u64).to_be_bytes());
        nonce.into()
    }

    fn sealed(&self, part: usize, plain: &[u8]) -> Result<Vec<u8>> {
        let sealed = self.0.encrypt(&Self::nonce(part), plain);
        sealed.map_err(|_| Error::Internal("a part of a reference cannot be sealed".into()))
    }

    fn opened(&self, part: usize, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.decrypt(&Self::nonce(part), sealed).ok()
    }
}

/// Writes a reference: `groups` are the packed groups of its pictures.
pub(crate) fn write(
    to: &mut dyn Write,
    secret: &Secret,
    salt: &[u8; SALT],
    header: &Header,
    groups: &[Vec<u8>],
) -> Result<()> {
    let seal = Seal::new(secret, salt);
    let header = Header {
        groups: groups.iter().map(|g| g.len() + TAG).collect(),
        ..header.clone()
    };
    let text = serde_json::to_vec(&header).map_err(|e| Error::Internal(e.to_string()))?;
    let header = seal.sealed(0, &text)?;
    let full = |e: std::io::Error| Error::registry(format!("a reference cannot be written: {e}"));
    to.write_all(FIRST_LINE).map_err(full)?;
    to.write_all(salt).map_err(full)?;
    to.write_all(&(header.len() as u32).to_be_bytes())
        .map_err(full)?;
    to.write_all(&header).map_err(full)?;
    for (part, group) in (1..).zip(groups) {
        to.write_all(&seal.sealed(part, group)?).map_err(full)?;
    }
    Ok(())
}

/// What was asked for, or why it cannot be had, in words.
pub(crate) type InWords<T> = std::result::Result<T, String>;

/// An open reference.
pub(crate) struct ReferenceFile {
    file: File,
    seal: Seal,
    /// What it holds.
    pub header: Header,
    /// Where the groups begin in the file.
    groups_at: u64,
}

impl ReferenceFile {
    /// Opens the file at `path`, which must be that of this salt; in words if it is not.
    pub fn open(path: &Path, secret: &Secret, salt: &[u8; SALT]) -> InWords<Self> {
        let missing = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::NotFound => "its file is missing".to_owned(),
            _ => format!("its file cannot be read: {e}"),
        };
        let mut file = File::open(path).map_err(missing)?;
        let cut = |_| "its file is cut short".to_owned();
        let mut start = [0; FIRST_LINE.len() + SALT + 4];
        file.read_exact(&mut start).map_err(cut)?;
        let (line, rest) = start.split_at(FIRST_LINE.len());
        let (own, length) = rest.split_at(SALT);
        if line != FIRST_LINE || own != salt {
            return Err("another file lies in its place".to_owned());
        }
        let length = length
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        if length > LARGEST_HEADER {
            return Err(DAMAGED.to_owned());
        }
        let mut sealed = vec![0; length];
        file.read_exact(&mut sealed).map_err(cut)?;
        let seal = Seal::new(secret, salt);
        let header: Option<Header> = seal
            .opened(0, &sealed)
            .and_then(|text| serde_json::from_slice(&text).ok());
        Ok(Self {
            header: header
                .filter(Header::is_sound)
                .ok_or_else(|| DAMAGED.to_owned())?,
            file,
            seal,
            groups_at: (start.len() + length) as u64,
        })
    }

    /// The pictures of group `number`, from 0; in words if they cannot be had.
    pub fn group(&mut self, number: usize) -> InWords<GrayGroup> {
        let sizes = &self.header.groups;
        let before: u64 = sizes[..number].iter().map(|bytes| *bytes as u64).sum();
        let mut sealed = vec![0; sizes[number]];
        let mut read = || {
            self.file.seek(SeekFrom::Start(self.groups_at + before))?;
            self.file.read_exact(&mut sealed)
        };
        read().map_err(|_| "its file is cut short".to_owned())?;
        let packed = self
            .seal
            .opened(number + 1, &sealed)
            .ok_or_else(|| DAMAGED.to_owned())?;
        let most = self.header.pictures_a_group;
        let group = GrayGroup::unpacked(&packed, self.header.size, most);
        let group = group.map_err(|_| DAMAGED.to_owned())?;
        match group.pictures.len() == self.header.group_range(number).len() {
            true => Ok(group),
            false => Err(DAMAGED.to_owned()),
        }
    }
}

const DAMAGED: &str = "its file is damaged, or was made with another secret";

impl Header {
    /// The pictures in group `number`.
    pub fn group_range(&self, number: usize) -> std::ops::Range<usize> {
        let first = number * self.pictures_a_group;
        first..(first + self.pictures_a_group).min(self.times_s.len())
    }

    fn is_sound(&self) -> bool {
        let ascending = self.times_s.windows(2).all(|w| w[0] < w[1]);
        let groups = self.times_s.len().div_ceil(self.pictures_a_group.max(1));
        let side = |n: usize| (1..=4096).contains(&n);
        let chips = |c: f64| c.is_finite() && c > 0.0;
        ascending
            && self.pictures_a_group > 0
            && groups == self.groups.len()
            && self.groups.iter().all(|bytes| *bytes <= LARGEST_GROUP)
            && side(self.size.0)
            && side(self.size.1)
            && chips(self.extent.0)
            && chips(self.extent.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(secret: &Secret, salt: &[u8; SALT]) -> (Vec<u8>, GrayGroup) {
        let picture = |p: usize| {
            (0..32 * 48)
                .map(|i| ((i / 7 + p * 9) % 200) as u8)
                .collect()
        };
        let group = GrayGroup {
            size: (32, 48),
            pictures: (0..4).map(picture).collect(),
        };
        let header = Header {
            title: "film".into(),
            size: (32, 48),
            extent: (160.0, 106.7),
            times_s: (0..8).map(|i| 10.0 + f64::from(i) / 2.0).collect(),
            pictures_a_group: 4,
            groups: Vec::new(),
        };
        let packed = group.packed(20.0).unwrap();
        let mut bytes = Vec::new();
        write(&mut bytes, secret, salt, &header, &[packed.clone(), packed]).unwrap();
        (bytes, group)
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let secret = Secret::from_bytes([7; 32]);
        let salt = [3; SALT];
        let (bytes, group) = written(&secret, &salt);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let open = |bytes: &[u8], secret: &Secret, salt: &[u8; SALT]| {
            std::fs::write(&path, bytes).unwrap();
            ReferenceFile::open(&path, secret, salt)
        };
        let mut file = open(&bytes, &secret, &salt).map_err(|_| ()).unwrap();
        assert_eq!(file.header.title, "film");
        let again = file.group(1).unwrap();
        let close = |a: &u8, b: &u8| a.abs_diff(*b) < 60;
        let pairs = again
            .pictures
            .iter()
            .flatten()
            .zip(group.pictures.iter().flatten());
        assert!(pairs.clone().all(|(a, b)| close(a, b)));
        // Nothing of it can be seen from outside.
        assert!(!bytes.windows(4).any(|w| w == b"film"));
        let other = Secret::from_bytes([8; 32]);
        assert!(open(&bytes, &other, &salt).is_err(), "another secret");
        assert!(open(&bytes, &secret, &[4; SALT]).is_err(), "another file");
        assert!(open(&bytes[..60], &secret, &salt).is_err(), "cut short");
        let mut swapped = open(&bytes, &secret, &salt).map_err(|_| ()).unwrap();
        swapped.header.groups.swap(0, 1);
        let cut = &bytes[..bytes.len() - 1];
        let mut cut = open(cut, &secret, &salt).map_err(|_| ()).unwrap();
        assert!(cut.group(0).is_ok() && cut.group(1).is_err());
        for at in [0, 25, 60, bytes.len() - 5] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let read = open(&changed, &secret, &salt).and_then(|mut f| f.group(1));
            assert!(read.is_err(), "byte {at}");
        }
    }
}
