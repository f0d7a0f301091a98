//! Names the codec of a track as players want it (RFC 6381).

use super::boxes::{Mp4Box, Name};

/// Bytes of a sample entry of pictures, and of sound, before the boxes in it.
const VISUAL_BYTES: usize = 78;
const SOUND_BYTES: usize = 28;
/// Tags of descriptors in esds (ISO/IEC 14496-1): of the decoder, and of what is its own.
const DECODER: u8 = 4;
const SPECIFIC: u8 = 5;

/// The codec of the track whose sample description is `stsd`: `avc1.64001f`, `mp4a.40.2`, or
/// the name of its sample entry.
pub(super) fn codec(stsd: &Mp4Box) -> Option<String> {
    let entries = Mp4Box::all(stsd.raw()?.get(8..)?)?;
    let entry = entries.first()?;
    let inner = |fixed: usize, name: &Name| {
        let boxes = Mp4Box::all(entry.raw()?.get(fixed..)?)?;
        let found = boxes.into_iter().find(|own| own.name == *name)?;
        found.raw().map(<[u8]>::to_vec)
    };
    let name = String::from_utf8_lossy(&entry.name).into_owned();
    let detailed = match &entry.name {
        b"avc1" | b"avc3" => inner(VISUAL_BYTES, b"avcC").and_then(|own| avc(&own)),
        b"hvc1" | b"hev1" => inner(VISUAL_BYTES, b"hvcC").and_then(|own| hevc(&own)),
        b"mp4a" => inner(SOUND_BYTES, b"esds").and_then(|own| aac(&own)),
        _ => None,
    };
    Some(match detailed {
        Some(detail) => format!("{name}.{detail}"),
        None => name,
    })
}

/// Profile, constraints and level.
fn avc(own: &[u8]) -> Option<String> {
    let [profile, constraints, level] = own.get(1..4)? else {
        return None;
    };
    Some(format!("{profile:02x}{constraints:02x}{level:02x}"))
}

/// Profile, compatibility, tier with level, and constraints (ISO/IEC 14496-15, annex E).
fn hevc(own: &[u8]) -> Option<String> {
    let first = *own.get(1)?;
    let space = ["", "A", "B", "C"][usize::from(first >> 6)];
    let compatible = u32::from_be_bytes(own.get(2..6)?.try_into().ok()?).reverse_bits();
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let mut constraints = own.get(6..12)?;
    while let [rest @ .., 0] = constraints {
        constraints = rest;
    }
    let constraints: String = constraints
        .iter()
        .map(|byte| format!(".{byte:X}"))
        .collect();
    let (profile, level) = (first & 0x1F, own.get(12)?);
    Some(format!(
        "{space}{profile}.{compatible:X}.{tier}{level}{constraints}"
    ))
}

/// Kind of object, and for AAC which of its kinds.
fn aac(own: &[u8]) -> Option<String> {
    let decoder = descriptor(own.get(4..)?, DECODER)?;
    let kind = *decoder.first()?;
    match descriptor(decoder.get(13..)?, SPECIFIC) {
        Some([config, ..]) if kind == 0x40 => Some(format!("{kind:x}.{}", config >> 3)),
        _ => Some(format!("{kind:x}")),
    }
}

/// What the first descriptor with this tag holds; those around it are opened.
fn descriptor(mut bytes: &[u8], tag: u8) -> Option<&[u8]> {
    loop {
        let (&found, mut rest) = bytes.split_first()?;
        let mut length = 0_usize;
        loop {
            let (&byte, after) = rest.split_first()?;
            (length, rest) = (length << 7 | usize::from(byte & 0x7F), after);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if found == tag {
            return rest.get(..length);
        }
        // An elementary stream's own has an id of two bytes and flags before the others.
        bytes = match found {
            3 => rest.get(3..)?,
            _ => rest.get(length..)?,
        };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn codecs_are_named_as_the_standards_do() {
        assert_eq!(avc(&[1, 0x64, 0, 0x1F, 0xFF]).unwrap(), "64001f");
        let main = [1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xF0];
        assert_eq!(hevc(&main).unwrap(), "1.6.L93.90");
        let esds = [
            0, 0, 0, 0, 3, 0x80, 0x80, 0x80, 0x22, 0, 2, 0, 4, 0x80, 0x80, 0x80, 0x14, 0x40, 0x15,
            0, 0, 0, 0, 1, 0xF4, 0, 0, 1, 0xF4, 0, 5, 0x80, 0x80, 0x80, 2, 0x11, 0x90, 6, 1, 2,
        ];
        assert_eq!(aac(&esds).unwrap(), "40.2");
        assert_eq!(aac(&esds[..20]), None);
    }
}
