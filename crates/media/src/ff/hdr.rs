//! Words HDR10 side data as parameters of the encoders: FFmpeg 5.1 does not
//! hand it to them.
#![allow(unsafe_code)] // Side data of a stream has no safe wrapper.

use ffmpeg_next::ffi::AVPacketSideDataType as OfStream;
use ffmpeg_next::frame::side_data::Type as OfFrame;

use super::facts::side_data;
use super::{Frame, Input};

/// The bytes of the HDR10 side data of the film's first frame or else of its
/// stream: mastering display, then content light level; empty if none.
pub(crate) fn bytes(first: &Frame, input: &Input, index: usize) -> (Vec<u8>, Vec<u8>) {
    let find = |of_frame: OfFrame, of_stream: OfStream| {
        first.side_data(of_frame).map_or_else(
            || stream_bytes(input, index, of_stream),
            |found| found.data().to_vec(),
        )
    };
    (
        find(
            OfFrame::MasteringDisplayMetadata,
            OfStream::AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
        ),
        find(
            OfFrame::ContentLightLevel,
            OfStream::AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
        ),
    )
}

fn stream_bytes(input: &Input, index: usize, kind: OfStream) -> Vec<u8> {
    if index >= input.nb_streams() as usize {
        return Vec::new();
    }
    // SAFETY: the index is inside the stream array; the bytes are copied.
    unsafe { side_data(*(*input.as_ptr()).streams.add(index), kind).to_vec() }
}

/// Mastering display and light levels as x265 and x264 are told them, as far as there
/// are any, from the bytes of FFmpeg's side data. Both write the values alike, under
/// `names`.
pub(crate) fn parameters(
    mastering: &[u8],
    light: &[u8],
    names: [&'static str; 2],
) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    found.extend(master_display(mastering).map(|v| (names[0], v)));
    found.extend(max_cll(light).map(|v| (names[1], v)));
    found
}

/// What x265 calls them.
pub(crate) const X265: [&str; 2] = ["master-display", "max-cll"];
/// What x264 calls them.
pub(crate) const X264: [&str; 2] = ["mastering-display", "cll"];

fn integers(bytes: &[u8]) -> Vec<i32> {
    let four = |b: &[u8]| b.try_into().map(i32::from_ne_bytes).unwrap_or(0);
    bytes.chunks_exact(4).map(four).collect()
}

/// Layout: x and y of red, green, blue, then white, then least and greatest
/// luminance, all as fractions; then two flags saying which half is set. x265
/// wants units of 0.00002 and of 0.0001 cd/m².
fn master_display(bytes: &[u8]) -> Option<String> {
    let fields = integers(bytes);
    let (fractions, flags) = fields.split_at_checked(20)?;
    if flags.len() < 2 || flags[0] == 0 || flags[1] == 0 {
        return None;
    }
    let in_units = |n: usize, per_one: f64| {
        let (num, den) = (fractions[2 * n], fractions[2 * n + 1]);
        (den != 0).then(|| (f64::from(num) / f64::from(den) * per_one).round().max(0.0) as u32)
    };
    let xy = |n: usize| Some((in_units(n, 50_000.0)?, in_units(n + 1, 50_000.0)?));
    let (red, green, blue, white) = (xy(0)?, xy(2)?, xy(4)?, xy(6)?);
    let (least, greatest) = (in_units(8, 10_000.0)?, in_units(9, 10_000.0)?);
    Some(format!(
        "G({},{})B({},{})R({},{})WP({},{})L({greatest},{least})",
        green.0, green.1, blue.0, blue.1, red.0, red.1, white.0, white.1
    ))
}

fn max_cll(bytes: &[u8]) -> Option<String> {
    let fields = integers(bytes);
    let (&most, &average) = (fields.first()?, fields.get(1)?);
    (most > 0).then(|| format!("{most},{average}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hdr10_is_worded_as_x265_expects() {
        let mut fields: Vec<i32> = Vec::new();
        for n in [34_000, 16_000, 13_250, 34_500, 7_500, 3_000, 15_635, 16_450] {
            fields.extend([n, 50_000]);
        }
        fields.extend([1, 10_000, 1000, 1, 1, 1]);
        let bytes: Vec<u8> = fields.iter().flat_map(|n| n.to_ne_bytes()).collect();
        let light: Vec<u8> = [1000i32, 400]
            .iter()
            .flat_map(|n| n.to_ne_bytes())
            .collect();
        let found = parameters(&bytes, &light, X265);
        let display = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)";
        assert_eq!(found[0], ("master-display", display.to_owned()));
        assert_eq!(found[1], ("max-cll", "1000,400".to_owned()));
        assert!(parameters(&[], &[1, 2], X265).is_empty());
    }
}
