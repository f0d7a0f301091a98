//! Goes through the outermost boxes of an MP4, without what is in them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::boxes::Name;

/// Bytes of the shortest box.
pub(super) const SHORTEST: u64 = 8;

/// Where an outermost box of a file lies.
pub(super) struct TopBox {
    pub name: Name,
    /// Its first byte in the file.
    pub at: u64,
    /// Bytes that it says it has.
    pub size: u64,
}

impl TopBox {
    /// The box at byte `at` of a file of `length` bytes; `None` if it cannot be read.
    pub fn read(file: &mut File, at: u64, length: u64) -> Option<Self> {
        let mut head = [0; 16];
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut head[..8]).ok()?;
        let size = match u32::from_be_bytes(*head.first_chunk()?) {
            0 => length - at,
            1 => {
                file.read_exact(&mut head[8..]).ok()?;
                u64::from_be_bytes(*head.last_chunk()?)
            }
            size => u64::from(size),
        };
        Some(Self {
            name: *head[4..].first_chunk()?,
            at,
            size,
        })
    }

    /// Its bytes, at most so many.
    pub fn bytes(&self, file: &mut File, most: u64) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.size.min(most)).ok()?];
        file.seek(SeekFrom::Start(self.at)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Where the next one begins.
    pub fn end(&self) -> Option<u64> {
        self.at.checked_add(self.size.max(SHORTEST))
    }
}
