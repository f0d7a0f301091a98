//! Pads the pictures of variants to equal sizes with filler NAL units, so that neither
//! the size of a copy nor its index tells what it was put together from.

use super::boxes::{Mp4Box, Name};

/// What an encoded picture is padded with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filler {
    /// H.264: NAL unit type 12.
    Avc,
    /// HEVC: NAL unit type 38.
    Hevc,
}

impl Filler {
    /// For a film with this sample description (stsd); `None` if it is another codec.
    pub fn of(stsd: &Mp4Box) -> Option<Self> {
        let entry: &Name = stsd.raw()?.get(12..)?.first_chunk()?;
        match entry {
            b"avc1" | b"avc3" => Some(Self::Avc),
            b"hvc1" | b"hev1" => Some(Self::Hevc),
            _ => None,
        }
    }

    /// The smallest filler, bytes: a length of four, the unit's head, its last bit.
    fn least(self) -> u32 {
        4 + self.head().len() as u32 + 1
    }

    fn head(self) -> &'static [u8] {
        match self {
            Self::Avc => &[12],
            Self::Hevc => &[38 << 1, 1],
        }
    }

    /// The size to which pictures of these sizes are padded.
    pub fn target(self, sizes: &[u32]) -> u32 {
        let largest = sizes.iter().copied().max().unwrap_or(0);
        let short = |size: &u32| *size < largest && largest - size < self.least();
        match sizes.iter().any(short) {
            true => largest + self.least(),
            false => largest,
        }
    }

    /// `bytes` bytes of filler, at least the smallest, or none.
    pub fn bytes(self, bytes: u32) -> Vec<u8> {
        if bytes < self.least() {
            return Vec::new();
        }
        let mut unit = (bytes - 4).to_be_bytes().to_vec();
        unit.extend(self.head());
        unit.resize(bytes as usize - 1, 0xFF);
        unit.push(0x80);
        unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_reached() {
        for filler in [Filler::Avc, Filler::Hevc] {
            for smaller in 80..=100 {
                let target = filler.target(&[100, smaller]);
                for size in [100, smaller] {
                    let pad = filler.bytes(target - size);
                    assert_eq!(pad.len() as u32, target - size);
                    if let Some((length, unit)) = pad.split_first_chunk::<4>() {
                        assert_eq!(u32::from_be_bytes(*length) as usize, unit.len());
                        assert!(unit.starts_with(filler.head()) && unit.ends_with(&[0x80]));
                    }
                }
            }
            assert_eq!(filler.target(&[100, 100]), 100);
            assert_eq!(filler.target(&[100, 50]), 100);
        }
    }
}
