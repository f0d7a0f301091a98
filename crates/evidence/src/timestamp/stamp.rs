//! Reads what a time stamp says (TSTInfo, RFC 3161 §2.4.2), with the
//! fractions of a second that certificates may not have and time stamps may.

use std::fmt;
use std::time::Duration;

use der::asn1::{Int, ObjectIdentifier};
use der::{
    Any, DateTime, DecodeValue, EncodeValue, FixedTag, Header, Length, Reader, Sequence, Tag,
    Writer,
};
use x509_cert::ext::Extensions;
use x509_tsp::{Accuracy, MessageImprint, TspVersion};

/// What a time stamp says.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub struct Stamp {
    pub version: TspVersion,
    pub policy: ObjectIdentifier,
    pub message_imprint: MessageImprint,
    pub serial_number: Int,
    pub gen_time: StampedTime,
    #[asn1(optional = "true")]
    pub accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub ordering: bool,
    #[asn1(optional = "true")]
    pub nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub tsa: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub extensions: Option<Extensions>,
}

/// A time in UTC as a time stamp has it: `YYYYMMDDhhmmss[.s…]Z`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampedTime {
    /// To the second.
    whole: DateTime,
    /// The digits after the point; empty if there is none.
    fraction: String,
}

/// Digits after the point, at most: far more than any clock has.
const LONGEST_FRACTION: usize = 18;
/// Bytes of a time without fraction, its `Z` included.
const SHORTEST: usize = 15;

impl StampedTime {
    /// The time in text; `None` if it is not written as RFC 3161 says: with
    /// seconds, in UTC, without idle zeros.
    fn read(text: &str) -> Option<Self> {
        let (whole, fraction) = match text.strip_suffix('Z')?.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text.strip_suffix('Z')?, None),
        };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let proper = |f: &str| {
            digits(f) && !f.is_empty() && f.len() <= LONGEST_FRACTION && !f.ends_with('0')
        };
        if whole.len() + 1 != SHORTEST || !digits(whole) || !fraction.is_none_or(proper) {
            return None;
        }
        let two = |from: usize| whole.get(from..from + 2)?.parse::<u8>().ok();
        let year = whole.get(..4)?.parse::<u16>().ok()?;
        let date = DateTime::new(year, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?);
        Some(Self {
            whole: date.ok()?,
            fraction: fraction.unwrap_or_default().to_owned(),
        })
    }

    /// As it is encoded.
    fn text(&self) -> String {
        let whole: String = self
            .whole
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        match self.fraction.is_empty() {
            true => format!("{whole}Z"),
            false => format!("{whole}.{}Z", self.fraction),
        }
    }

    /// The time since 1970 to the second, its fraction cut off.
    pub fn to_unix_duration(&self) -> Duration {
        self.whole.unix_duration()
    }
}

/// As RFC 3339.
impl fmt::Display for StampedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.whole.to_string();
        let whole = whole.trim_end_matches('Z');
        match self.fraction.is_empty() {
            true => write!(f, "{whole}Z"),
            false => write!(f, "{whole}.{}Z", self.fraction),
        }
    }
}

impl FixedTag for StampedTime {
    const TAG: Tag = Tag::GeneralizedTime;
}

impl<'a> DecodeValue<'a> for StampedTime {
    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        let mut bytes = [0; SHORTEST + 1 + LONGEST_FRACTION];
        let length = usize::try_from(header.length)?;
        let bytes = bytes
            .get_mut(..length)
            .ok_or_else(|| Self::TAG.value_error())?;
        let text = std::str::from_utf8(reader.read_into(bytes)?).ok();
        text.and_then(Self::read)
            .ok_or_else(|| Self::TAG.value_error())
    }
}

impl EncodeValue for StampedTime {
    fn value_len(&self) -> der::Result<Length> {
        self.text().len().try_into()
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        writer.write(self.text().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use der::{Decode, Encode};

    use super::*;

    fn der(text: &str) -> Vec<u8> {
        [&[0x18, text.len() as u8], text.as_bytes()].concat()
    }

    #[test]
    fn times_with_and_without_a_fraction_are_read_and_written_as_they_were() {
        for (text, shown) in [
            ("20261123120000Z", "2026-11-23T12:00:00Z"),
            ("20261123120000.5Z", "2026-11-23T12:00:00.5Z"),
            ("19990609001326.34352Z", "1999-06-09T00:13:26.34352Z"),
        ] {
            let time = StampedTime::from_der(&der(text)).expect(text);
            assert_eq!(time.to_string(), shown);
            assert_eq!(time.to_der().expect("encoded"), der(text));
        }
        let time = StampedTime::from_der(&der("19700101000001.9Z")).expect("read");
        assert_eq!(time.to_unix_duration(), Duration::from_secs(1));
    }

    #[test]
    fn whatever_der_forbids_is_refused() {
        for bad in [
            "",
            "Z",
            "202611231200Z",
            "20261123120000",
            "20261123120000.Z",
            "20261123120000.0Z",
            "20261123120000.50Z",
            "20261123120000,5Z",
            "20261123120000.5+01",
            "20261123120000.-1Z",
            "20261323120000Z",
            "2026112312000.5Z",
            "+0261123120000Z",
            "20261123120000.1234567890123456789Z",
            "２026112312000Z",
        ] {
            assert!(StampedTime::from_der(&der(bad)).is_err(), "{bad}");
        }
    }
}
