//! Turns subtitle text from one container's form into another's.

/// The text of an MP4 timed text sample (a 16-bit length, the text, style
/// boxes); `None` if it is a pause.
pub(super) fn from_mov_text(sample: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = sample.split_at_checked(2)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    let text = rest.get(..length.min(rest.len()))?;
    (!text.is_empty()).then(|| text.to_vec())
}

/// SubRip text as an MP4 timed text sample, without its `<i>` and `{\an8}`
/// marks, which MP4 does not know.
pub(super) fn to_mov_text(text: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(text);
    let plain = without_marks(text.trim_end());
    let length = u16::try_from(plain.len()).ok()?;
    let mut sample = length.to_be_bytes().to_vec();
    sample.extend(plain.as_bytes());
    Some(sample)
}

fn without_marks(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at(at);
        plain.push_str(before);
        let end = match mark.as_bytes() {
            [b'<', b'/' | b'a'..=b'z' | b'A'..=b'Z', ..] => mark.find('>'),
            [b'{', b'\\', ..] => mark.find('}'),
            _ => None,
        };
        match end {
            Some(end) => rest = &mark[end + 1..],
            None => {
                plain.push_str(&mark[..1]);
                rest = &mark[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtitle_text_survives_both_ways() {
        let sample = to_mov_text("<i>Grüße</i>{\\an8} a < b\r\n".as_bytes());
        assert_eq!(sample.as_deref(), Some("\0\x0dGrüße a < b".as_bytes()));
        let text = sample.and_then(|s| from_mov_text(&s));
        assert_eq!(text.as_deref(), Some("Grüße a < b".as_bytes()));
        assert_eq!(from_mov_text(&[0, 0]), None);
        assert_eq!(from_mov_text(&[0]), None);
        assert_eq!(from_mov_text(&[0, 9, b'x']), Some(vec![b'x']));
    }
}
