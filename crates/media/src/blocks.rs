//! Reads a file in blocks and notes their digests, so that all readers are
//! given the same bytes or none.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// Bytes of a block: few enough that a jump to a keyframe reads little in vain,
/// and 40 bytes to remember a block are 16 MB for a master of 100 GB.
pub(super) const BLOCK: usize = 256 << 10;

/// An open file and what is known of its blocks.
pub(super) struct Blocks {
    file: File,
    size: u64,
    /// SHA-256 by number, of the blocks read so far.
    digests: Mutex<HashMap<u64, [u8; 32]>>,
    differ: AtomicBool,
}

impl Blocks {
    /// The blocks of the first `size` bytes of `file`, none of them read.
    pub(super) fn new(file: File, size: u64) -> Self {
        Self {
            file,
            size,
            digests: Mutex::default(),
            differ: AtomicBool::new(false),
        }
    }

    /// What the file system says of the file now.
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// True if a block was not the same the second time, or was missing.
    pub(super) fn differ(&self) -> bool {
        self.differ.load(Ordering::Relaxed)
    }

    /// Reads block `number` into `block`, from where all of it is handed on: what
    /// was compared cannot change any more.
    fn read(&self, number: u64, block: &mut Vec<u8>) -> io::Result<()> {
        let start = number * BLOCK as u64;
        let length = self.size.saturating_sub(start).min(BLOCK as u64);
        block.resize(length as usize, 0);
        match self.file.read_exact_at(block, start) {
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Err(self.differs()),
            read => read?,
        }
        let digest: [u8; 32] = Sha256::digest(&*block).into();
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if *digests.entry(number).or_insert(digest) == digest {
            Ok(())
        } else {
            Err(self.differs())
        }
    }

    fn differs(&self) -> io::Error {
        self.differ.store(true, Ordering::Relaxed);
        io::Error::other("the file changed while it was read")
    }
}

/// Reads a file from a position of its own.
pub struct BlockReader {
    blocks: Arc<Blocks>,
    at: u64,
    /// The number of the block held.
    number: Option<u64>,
    block: Vec<u8>,
}

impl BlockReader {
    /// A reader at the first byte.
    pub(super) fn new(blocks: Arc<Blocks>) -> Self {
        Self {
            blocks,
            at: 0,
            number: None,
            block: Vec::new(),
        }
    }
}

impl Read for BlockReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.blocks.size {
            return Ok(0);
        }
        let (number, from) = (self.at / BLOCK as u64, (self.at % BLOCK as u64) as usize);
        if self.number != Some(number) {
            self.number = None;
            self.blocks.read(number, &mut self.block)?;
            self.number = Some(number);
        }
        let rest = self.block.get(from..).unwrap_or_default();
        let count = rest.len().min(to.len());
        to[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BlockReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, offset) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(offset) => (self.blocks.size, offset),
            SeekFrom::Current(offset) => (self.at, offset),
        };
        let outside =
            || io::Error::new(io::ErrorKind::InvalidInput, "a seek before the first byte");
        self.at = base.checked_add_signed(offset).ok_or_else(outside)?;
        Ok(self.at)
    }
}
