//! Describes pixel formats by what matters to us: where luma is.
#![allow(unsafe_code)] // The descriptor table is C.

use ffmpeg_next::ffi;
use ffmpeg_next::format::Pixel;

/// How chroma is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chroma {
    None,
    C420,
    C422,
    C444,
    /// Any other subsampling, as log2 of horizontal and vertical steps.
    Other(u8, u8),
    Rgb,
}

impl Chroma {
    /// In words: `4:2:0`, `RGB`, …
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "4:0:0",
            Self::C420 => "4:2:0",
            Self::C422 => "4:2:2",
            Self::C444 => "4:4:4",
            Self::Other(2, 0) => "4:1:1",
            Self::Other(0, 1) => "4:4:0",
            Self::Other(2, 2) => "4:1:0",
            Self::Other(..) => "other",
            Self::Rgb => "RGB",
        }
    }
}

/// A pixel format taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub name: String,
    pub chroma: Chroma,
    /// Bits a luma (or first) component.
    pub bit_depth: u8,
    /// Luma is alone in plane 0, whole samples in native byte order.
    pub has_plain_luma: bool,
    /// Unused low bits of a sample (6 for P010).
    pub shift: u8,
    /// The deprecated `yuvj…` names that mean full range.
    pub is_full_range_name: bool,
}

/// The format whose number is `format`, if it is one.
pub(crate) fn pixel(format: i32) -> Option<Pixel> {
    let count = ffi::AVPixelFormat::AV_PIX_FMT_NB as i32;
    if !(0..count).contains(&format) {
        return None;
    }
    // SAFETY: every number from 0 to below AV_PIX_FMT_NB is a variant: the
    // bindings were made from the C enumeration, which has no gaps.
    let raw = unsafe { std::mem::transmute::<i32, ffi::AVPixelFormat>(format) };
    Some(raw.into())
}

/// Takes format number `format` apart.
pub(crate) fn layout(format: i32) -> Option<Layout> {
    let raw: ffi::AVPixelFormat = pixel(format)?.into();
    // SAFETY: a valid format; the descriptor is static or null.
    let desc = unsafe { ffi::av_pix_fmt_desc_get(raw).as_ref()? };
    // SAFETY: descriptor names are static C strings.
    let name = unsafe { super::facts::text(desc.name) };
    let has = |flag: i32| desc.flags & u64::from(flag.unsigned_abs()) != 0;
    let odd = has(ffi::AV_PIX_FMT_FLAG_PAL)
        || has(ffi::AV_PIX_FMT_FLAG_BITSTREAM)
        || has(ffi::AV_PIX_FMT_FLAG_HWACCEL)
        || has(ffi::AV_PIX_FMT_FLAG_BAYER)
        || has(ffi::AV_PIX_FMT_FLAG_FLOAT);
    let rgb = has(ffi::AV_PIX_FMT_FLAG_RGB) || has(ffi::AV_PIX_FMT_FLAG_PAL);
    let [luma, ..] = desc.comp;
    let bit_depth = u8::try_from(luma.depth).unwrap_or(0);
    let bytes = if bit_depth > 8 { 2 } else { 1 };
    let native = bytes == 1 || has(ffi::AV_PIX_FMT_FLAG_BE) == cfg!(target_endian = "big");
    let alone = luma.plane == 0 && luma.step == bytes && luma.offset == 0;
    let has_plain_luma = !odd && !rgb && native && alone && (8..=16).contains(&bit_depth);
    Some(Layout {
        chroma: if rgb { Chroma::Rgb } else { chroma(desc) },
        bit_depth,
        has_plain_luma,
        shift: u8::try_from(luma.shift).unwrap_or(0),
        is_full_range_name: name.starts_with("yuvj"),
        name,
    })
}

fn chroma(desc: &ffi::AVPixFmtDescriptor) -> Chroma {
    if desc.nb_components < 3 {
        return Chroma::None;
    }
    match (desc.log2_chroma_w, desc.log2_chroma_h) {
        (1, 1) => Chroma::C420,
        (1, 0) => Chroma::C422,
        (0, 0) => Chroma::C444,
        (w, h) => Chroma::Other(w, h),
    }
}

/// The number of the format called `name` (such as `yuv420p10le`).
pub(crate) fn by_name(name: &str) -> Option<i32> {
    let name = std::ffi::CString::new(name).ok()?;
    // SAFETY: a NUL-terminated name.
    let raw = unsafe { ffi::av_get_pix_fmt(name.as_ptr()) };
    (raw != ffi::AVPixelFormat::AV_PIX_FMT_NONE).then_some(raw as i32)
}

/// The native-endian planar YUV format of this chroma and depth (8, 10, 12,
/// 14 or 16 bits), e.g. `("422", 10)`.
pub(crate) fn planar_yuv(chroma: &str, bit_depth: u8) -> Option<i32> {
    let endian = if cfg!(target_endian = "big") {
        "be"
    } else {
        "le"
    };
    match bit_depth {
        8 => by_name(&format!("yuv{chroma}p")),
        _ => by_name(&format!("yuv{chroma}p{bit_depth}{endian}")),
    }
}
