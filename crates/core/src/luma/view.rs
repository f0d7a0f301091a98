//! Describes a luma plane where the decoder left it: no copy, any bit depth, rows
//! a stride apart.

/// The samples of a plane, row after row, `stride` samples a row.
#[derive(Debug, Clone, Copy)]
pub enum Samples<'a> {
    /// 8-bit samples.
    U8(&'a [u8]),
    /// Samples of 9 to 16 bits, in the low bits of native-endian words.
    U16(&'a [u16]),
}

/// The samples of a plane that may be changed.
#[derive(Debug)]
pub enum SamplesMut<'a> {
    /// 8-bit samples.
    U8(&'a mut [u8]),
    /// Samples of 9 to 16 bits, in the low bits of native-endian words.
    U16(&'a mut [u16]),
}

/// What the numbers in a luma plane mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LumaFormat {
    /// Samples a row that are picture.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples from one row to the next, at least `width`.
    pub stride: usize,
    /// Bits a sample, 8 to 16.
    pub bit_depth: u8,
    /// True if black is 0 and white is all ones; false if black is 16 and
    /// white is 235 (scaled to the bit depth).
    pub full_range: bool,
}

/// A luma plane to read.
#[derive(Debug, Clone, Copy)]
pub struct LumaView<'a> {
    /// What the samples mean.
    pub format: LumaFormat,
    /// The samples: at least `stride * (height - 1) + width` of them.
    pub samples: Samples<'a>,
}

/// A luma plane to change.
#[derive(Debug)]
pub struct LumaViewMut<'a> {
    /// What the samples mean.
    pub format: LumaFormat,
    /// The samples: at least `stride * (height - 1) + width` of them.
    pub samples: SamplesMut<'a>,
}

impl LumaFormat {
    /// True if a slice of `length` samples holds the whole plane.
    fn fits(&self, length: usize) -> bool {
        self.width > 0
            && self.height > 0
            && self.stride >= self.width
            && (self.height - 1)
                .checked_mul(self.stride)
                .and_then(|n| n.checked_add(self.width))
                .is_some_and(|n| n <= length)
    }

    /// What one 8-bit code value is in this plane's samples.
    pub fn code_value(&self) -> f32 {
        f32::from(1_u16 << (self.bit_depth.clamp(8, 16) - 8))
    }
}

impl LumaView<'_> {
    /// True if the samples hold the whole plane that the format promises.
    pub fn is_whole(&self) -> bool {
        match self.samples {
            Samples::U8(s) => self.format.fits(s.len()),
            Samples::U16(s) => self.format.fits(s.len()),
        }
    }
}

impl LumaViewMut<'_> {
    /// True if the samples hold the whole plane that the format promises.
    pub fn is_whole(&self) -> bool {
        match &self.samples {
            SamplesMut::U8(s) => self.format.fits(s.len()),
            SamplesMut::U16(s) => self.format.fits(s.len()),
        }
    }

    /// This plane to read.
    pub fn as_view(&self) -> LumaView<'_> {
        let samples = match &self.samples {
            SamplesMut::U8(s) => Samples::U8(s),
            SamplesMut::U16(s) => Samples::U16(s),
        };
        LumaView {
            format: self.format,
            samples,
        }
    }
}
