//! Reads text as spreadsheets save it: UTF-8, UTF-16 or Windows-1252.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use leakmark_core::error::{Error, Result};

/// Text, and what it was kept as.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The name of the encoding if it was guessed: others would read it differently.
    pub guessed: Option<&'static str>,
}

/// Reads `bytes` as its byte order mark says; without one as UTF-8 if it is that,
/// as UTF-16 if every other byte is zero, and else as Windows-1252.
///
/// # Errors
/// [`Error::Usage`] if it is not what its byte order mark says.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let (encoding, guessed) = match marked {
        Some(encoding) => (encoding, false),
        None if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) => (UTF_8, false),
        None => (guess(bytes), true),
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        return Err(Error::usage(format!(
            "the text is not {}, as its beginning says",
            encoding.name()
        ))
        .advise("save the file anew, as CSV in UTF-8"));
    }
    Ok(Decoded {
        text: text.into_owned(),
        guessed: guessed.then(|| encoding.name()),
    })
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let zeros = |first: usize| {
        bytes
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    // Names in Latin letters leave most high bytes zero.
    match bytes.len() / 4 {
        most if odd > most => UTF_16LE,
        most if even > most => UTF_16BE,
        _ => WINDOWS_1252,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn what_spreadsheets_save_is_read() {
        let text = "id;name\na;Cinéma €\n";
        let marked = "\u{feff}".to_owned() + text;
        for (bytes, guessed) in [
            (text.as_bytes().to_vec(), None),
            (marked.as_bytes().to_vec(), None),
            (utf16(&marked, u16::to_le_bytes), None),
            (utf16(&marked, u16::to_be_bytes), None),
            (utf16(text, u16::to_le_bytes), Some("UTF-16LE")),
            (utf16(text, u16::to_be_bytes), Some("UTF-16BE")),
            (
                b"id;name\na;Cin\xe9ma \x80\n".to_vec(),
                Some("windows-1252"),
            ),
        ] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!(
                (decoded.text.as_str(), decoded.guessed),
                (text, guessed),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn what_contradicts_its_own_mark_is_refused() {
        for bytes in [&b"\xef\xbb\xbfid,\xe9"[..], b"\xff\xfea\0\x00\xd8"] {
            let refused = decode(bytes).unwrap_err().to_string();
            assert!(refused.contains("as its beginning says"), "{refused}");
        }
    }
}
