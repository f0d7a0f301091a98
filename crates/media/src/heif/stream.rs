//! Puts a coded picture and its decoder's configuration into a stream that FFmpeg
//! opens by itself.

use super::bytes::Bytes;

/// What a NAL unit begins with in a byte stream.
const START: [u8; 4] = [0, 0, 0, 1];

/// HEVC as a byte stream (ITU-T H.265, annex B): parameter sets, then the picture.
pub(super) fn hevc(configuration: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Bytes(configuration);
    bytes.take(21)?;
    let length_size = usize::from(bytes.u8()? & 3) + 1;
    let mut stream = Vec::with_capacity(data.len() + 256);
    for _ in 0..bytes.u8()? {
        bytes.u8()?;
        for _ in 0..bytes.u16()? {
            let length = usize::from(bytes.u16()?);
            stream.extend(START);
            stream.extend(bytes.take(length)?);
        }
    }
    let mut units = Bytes(data);
    while !units.0.is_empty() {
        let length = usize::try_from(units.number(length_size)?).ok()?;
        stream.extend(START);
        stream.extend(units.take(length)?);
    }
    Some(stream)
}

/// AV1 as an IVF file of one frame: the sequence's header, then the picture.
pub(super) fn av1(configuration: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    const DELIMITER: [u8; 2] = [0x12, 0];
    let header = configuration.get(4..)?;
    let length = u32::try_from(DELIMITER.len() + header.len() + data.len()).ok()?;
    let mut file = b"DKIF\0\0\x20\0AV01".to_vec();
    // Width and height are in the stream; a frame a second, one frame.
    file.extend([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    file.extend(length.to_le_bytes());
    file.extend([0; 8]);
    file.extend(DELIMITER);
    file.extend(header);
    file.extend(data);
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_sets_come_before_the_picture() {
        let mut configuration = vec![0; 21];
        configuration.extend([3, 1, 32, 0, 1, 0, 2, 0x40, 0x01]);
        let stream = hevc(&configuration, &[0, 0, 0, 3, 0x26, 1, 2]);
        let want = [0, 0, 0, 1, 0x40, 0x01, 0, 0, 0, 1, 0x26, 1, 2];
        assert_eq!(stream.as_deref(), Some(&want[..]));
        assert_eq!(hevc(&configuration, &[0, 0, 0, 9, 1]), None, "cut short");
        assert_eq!(hevc(&[0; 9], &[]), None);
    }

    #[test]
    fn the_head_of_an_ivf_file_has_32_bytes() {
        let file = av1(&[0, 0, 0, 0, 7], &[8, 9]).expect("a file");
        assert_eq!(file[32..36], 5_u32.to_le_bytes());
        assert_eq!(file[44..], [0x12, 0, 7, 8, 9]);
    }
}
