//! Reads big-endian numbers and boxes off the beginning of some bytes.

use crate::nature::{TopBox, boxes_in};

/// What is left to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next `count` bytes; `None` if there are not so many.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next number of so many bytes, 0 to 8.
    pub fn number(&mut self, bytes: usize) -> Option<u64> {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        (bytes <= 8)
            .then(|| self.take(bytes))?
            .map(|b| b.iter().fold(0, add))
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.number(1).map(|n| n as u8)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.number(2).map(|n| n as u16)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.number(4).map(|n| n as u32)
    }

    /// Version and flags of a full box.
    pub fn full_box(&mut self) -> Option<(u8, u32)> {
        Some((self.u8()?, self.number(3)? as u32))
    }

    /// A number of two bytes, or of four if it is `wide`.
    pub fn id(&mut self, wide: bool) -> Option<u32> {
        self.number(if wide { 4 } else { 2 }).map(|n| n as u32)
    }
}

/// The boxes in a piece of memory, each with its name and content.
pub(super) fn boxes(data: &[u8]) -> Vec<([u8; 4], &[u8])> {
    let length = data.len() as u64;
    let found = boxes_in(&mut std::io::Cursor::new(data), 0, length);
    let content = |b: TopBox| {
        let (from, to) = (b.content.min(length) as usize, b.end.min(length) as usize);
        (b.name, data.get(from..to).unwrap_or_default())
    };
    found.into_iter().map(content).collect()
}
