//! Packs groups of small gray pictures with a video codec, and unpacks them:
//! what a title's reference is made of.
//!
//! A group stands for itself: its first picture needs no other. It is a row of
//! encoded packets, each with its length (4 bytes, big-endian) before it.

use super::ff::encoder::{self, Encoder, EncoderPlan};
use super::ff::facts::Color;
use super::ff::frame::{Shape, alloc, luma_mut, luma_row};
use super::ff::{self, FfError, Frame, Packet, Rational, decoder, pixel};
use leakmark_core::error::{Error, Result};

/// FFmpeg's numbers of what the samples mean: full range, and nothing said of colour.
const FULL_RANGE: i32 = 2;
const UNSAID: i32 = 2;

/// What the codec said.
type Coded<T> = std::result::Result<T, FfError>;

/// A group of gray pictures of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrayGroup {
    /// Rows and columns of each, even.
    pub size: (usize, usize),
    /// The samples of each picture, row by row, 8 bits each, full range.
    pub pictures: Vec<Vec<u8>>,
}

impl GrayGroup {
    /// The group in few bytes, at this constant rate factor of x264 (0 to 51).
    ///
    /// # Errors
    /// [`Error::Internal`] if FFmpeg has no x264, or cannot encode such pictures.
    pub fn packed(&self, rate_factor: f32) -> Result<Vec<u8>> {
        self.encoded(rate_factor)
            .map_err(|e| Error::Internal(format!("gray pictures cannot be encoded: {e}")))
    }

    fn encoded(&self, rate_factor: f32) -> Coded<Vec<u8>> {
        let shape = shape(self.size)?;
        let mut encoder = encoder::open(&plan(shape, rate_factor, self.pictures.len()))?;
        let mut packed = Vec::new();
        for (number, picture) in (0_i64..).zip(&self.pictures) {
            let mut frame = filled(shape, picture)?;
            frame.set_pts(Some(number));
            encoder.send_frame(&frame)?;
            take(&mut encoder, &mut packed)?;
        }
        encoder.send_eof()?;
        take(&mut encoder, &mut packed)?;
        Ok(packed)
    }

    /// The group that was packed so, of pictures of `size` (rows, columns), at most `most` of them.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is damaged, or none of that size.
    pub fn unpacked(packed: &[u8], size: (usize, usize), most: usize) -> Result<Self> {
        let pictures = decoded(packed, size, most)
            .map_err(|e| Error::Internal(format!("gray pictures cannot be decoded: {e}")))?;
        Ok(Self { size, pictures })
    }
}

fn shape((rows, columns): (usize, usize)) -> Coded<Shape> {
    let side = |n: usize| u32::try_from(n).map_err(|_| FfError::InvalidData);
    Ok(Shape {
        width: side(columns)?,
        height: side(rows)?,
        format: pixel::by_name("gray").ok_or(FfError::InvalidData)?,
    })
}

fn plan(shape: Shape, rate_factor: f32, pictures: usize) -> EncoderPlan {
    let option = |name: &str, value: String| (name.to_owned(), value);
    EncoderPlan {
        name: "libx264",
        options: vec![
            option("preset", "veryfast".into()),
            option("crf", rate_factor.to_string()),
            // One group, and nothing that depends on the machine's cores.
            option(
                "x264-params",
                format!("keyint={}:threads=1", pictures.max(1)),
            ),
        ],
        shape,
        time_base: Rational(1, 2),
        rate: Some(Rational(2, 1)),
        sample_aspect: Rational(1, 1),
        color: Color {
            range: FULL_RANGE,
            primaries: UNSAID,
            transfer: UNSAID,
            matrix: UNSAID,
            chroma_location: 0,
        },
        field_order: 0,
        interlaced: false,
        threads: 1,
        headers_in_band: true,
    }
}

fn filled(shape: Shape, picture: &[u8]) -> Coded<Frame> {
    let mut frame = alloc(shape)?;
    let (samples, stride) = luma_mut::<u8>(&mut frame).ok_or(FfError::Bug)?;
    let width = shape.width as usize;
    if picture.len() != width * shape.height as usize || width == 0 {
        return Err(FfError::InvalidData);
    }
    for (line, row) in samples.chunks_mut(stride).zip(picture.chunks_exact(width)) {
        line[..width].copy_from_slice(row);
    }
    Ok(frame)
}

fn take(encoder: &mut Encoder, packed: &mut Vec<u8>) -> Coded<()> {
    loop {
        let mut packet = Packet::empty();
        match encoder.receive_packet(&mut packet) {
            Ok(()) => {
                let payload = packet.data().unwrap_or_default();
                packed.extend((payload.len() as u32).to_be_bytes());
                packed.extend(payload);
            }
            Err(e) if ff::is_again(e) || e == FfError::Eof => return Ok(()),
            Err(e) => return Err(e),
        }
    }
}

fn decoded(packed: &[u8], size: (usize, usize), most: usize) -> Coded<Vec<Vec<u8>>> {
    let shape = shape(size)?;
    // FFmpeg counts rows with what it pads them by.
    let coded = |side: u32| u64::from(side.next_multiple_of(64));
    let mut decoder = decoder::of_name("h264", coded(shape.width) * coded(shape.height))?;
    let mut pictures = Vec::new();
    let mut rest = packed;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(FfError::InvalidData)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (payload, after) = after.split_at_checked(length).ok_or(FfError::InvalidData)?;
        decoder.send_packet(&Packet::copy(payload))?;
        receive(&mut decoder, shape, most, &mut pictures)?;
        rest = after;
    }
    decoder.send_eof()?;
    receive(&mut decoder, shape, most, &mut pictures)?;
    Ok(pictures)
}

fn receive(
    decoder: &mut decoder::Decoder,
    shape: Shape,
    most: usize,
    pictures: &mut Vec<Vec<u8>>,
) -> Coded<()> {
    loop {
        let mut frame = Frame::empty();
        match decoder.receive_frame(&mut frame) {
            Ok(()) => {}
            Err(e) if ff::is_again(e) || e == FfError::Eof => return Ok(()),
            Err(e) => return Err(e),
        }
        let same = (frame.width(), frame.height()) == (shape.width, shape.height);
        if !same || pictures.len() >= most {
            return Err(FfError::InvalidData);
        }
        let width = shape.width as usize;
        let mut samples = Vec::with_capacity(width * shape.height as usize);
        for row in 0..shape.height as usize {
            samples.extend(luma_row(&frame, row, width).ok_or(FfError::InvalidData)?);
        }
        pictures.push(samples);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn group() -> GrayGroup {
        let size = (54, 96);
        let sample = |picture: usize, i: usize| {
            let (y, x) = (i / size.1, i % size.1);
            ((x * 3 + y * 2 + picture * 5) % 160 + 20) as u8
        };
        GrayGroup {
            size,
            pictures: (0..9)
                .map(|p| (0..size.0 * size.1).map(|i| sample(p, i)).collect())
                .collect(),
        }
    }

    #[test]
    fn what_is_packed_comes_out_nearly_the_same() {
        let group = group();
        let packed = group.packed(20.0).unwrap();
        let raw = group.size.0 * group.size.1 * group.pictures.len();
        assert!(packed.len() < raw / 4, "{} of {raw}", packed.len());
        let again = GrayGroup::unpacked(&packed, group.size, 9).unwrap();
        assert_eq!(again.pictures.len(), group.pictures.len());
        let pairs = again
            .pictures
            .iter()
            .flatten()
            .zip(group.pictures.iter().flatten());
        let error: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        assert!(error / raw as f64 <= 4.0, "{}", error / raw as f64);
    }

    #[test]
    fn damage_is_an_error_not_a_picture() {
        let group = group();
        let packed = group.packed(20.0).unwrap();
        assert!(GrayGroup::unpacked(&packed[..packed.len() - 3], group.size, 9).is_err());
        assert!(GrayGroup::unpacked(&packed, (54, 90), 9).is_err());
        assert!(GrayGroup::unpacked(&packed, group.size, 8).is_err());
    }
}
