//! Reads single values as they were typed. It touches no file.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::job::{Threshold, VideoCodec};
use crate::mark::Alphabet;

/// The longest time that can be named: a day, in seconds.
const LONGEST_S: f64 = 86_400.0;

/// The codecs, other words for them, and what they are.
const CODECS: [(VideoCodec, &[&str], &str); 2] = [
    (VideoCodec::H264, &["avc"], "H.264 by x264"),
    (VideoCodec::Hevc, &["h265", "x265"], "HEVC (H.265) by x265"),
];

/// A codec.
pub fn codec() -> impl TypedValueParser<Value = VideoCodec> {
    let word = |(codec, others, help): &(VideoCodec, &'static [&'static str], &'static str)| {
        PossibleValue::new(codec.name())
            .aliases(*others)
            .help(*help)
    };
    PossibleValuesParser::new(CODECS.iter().map(word)).try_map(|typed| {
        let named = CODECS
            .iter()
            .find(|(codec, others, _)| codec.name() == typed || others.contains(&typed.as_str()));
        named
            .map(|(codec, ..)| *codec)
            .ok_or("no codec is called so")
    })
}

/// How many variants.
pub fn alphabet() -> impl TypedValueParser<Value = Alphabet> {
    PossibleValuesParser::new(["2", "4", "8"]).try_map(|typed| {
        let size = typed.parse().ok();
        size.and_then(Alphabet::of).ok_or("expected 2, 4 or 8")
    })
}

/// A time in seconds, typed as seconds or as `H:MM:SS` or `MM:SS`, with or
/// without a fraction.
pub fn seconds(text: &str) -> Result<f64, String> {
    let expected = || format!("expected seconds (90.5) or H:MM:SS (0:01:30.5), 0 to {LONGEST_S} s");
    let parts: Vec<&str> = text.split(':').collect();
    let (last, higher) = parts.split_last().ok_or_else(expected)?;
    if higher.len() > 2 {
        return Err(expected());
    }
    let mut total = digits(last).ok_or_else(expected)?;
    if !higher.is_empty() && total >= 60.0 {
        return Err("seconds after a colon go up to 59.999".to_owned());
    }
    for (place, part) in higher.iter().rev().enumerate() {
        let value: u32 = part.parse().map_err(|_| expected())?;
        if place + 1 < higher.len() && value >= 60 {
            return Err("minutes after a colon go up to 59".to_owned());
        }
        total += f64::from(value) * [60.0, 3600.0][place];
    }
    if total <= LONGEST_S {
        Ok(total)
    } else {
        Err(expected())
    }
}

/// A plain decimal number: no sign, exponent, infinity or NaN.
fn digits(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if plain { text.parse().ok() } else { None }
}

/// A duration above zero, typed like [`seconds`].
pub fn duration(text: &str) -> Result<f64, String> {
    match seconds(text)? {
        duration if duration > 0.0 => Ok(duration),
        _ => Err("a duration is more than 0 seconds".to_owned()),
    }
}

/// Lengths in seconds, as typed between commas; none if nothing is.
#[derive(Debug, Clone, PartialEq)]
pub struct Lengths(pub Vec<f64>);

/// Lengths above zero, typed like [`seconds`] and separated by commas.
pub fn lengths(text: &str) -> Result<Lengths, String> {
    let words = text.split(',').map(str::trim).filter(|w| !w.is_empty());
    words.map(duration).collect::<Result<_, _>>().map(Lengths)
}

/// A SHA-256.
pub fn hash(text: &str) -> Result<String, String> {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if text.len() == 64 && text.bytes().all(digit) {
        Ok(text.to_owned())
    } else {
        Err("expected 64 hexadecimal digits, a-f in lower case".to_owned())
    }
}

/// The strength of the mark.
pub fn strength(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(strength) if (0.0..=4.0).contains(&strength) => Ok(strength),
        _ => Err("expected a number from 0 (no mark) to 4; 1 is the default".to_owned()),
    }
}

/// A constant rate factor.
pub fn crf(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(crf) if (0.0..=51.0).contains(&crf) => Ok(crf),
        _ => Err("expected a number from 0 (best) to 51 (smallest)".to_owned()),
    }
}

/// The log10 of the bound on accusing anyone innocent.
pub fn threshold(text: &str) -> Result<f64, String> {
    let loosest = Threshold::LOOSEST.log10_p_false.0;
    match text.parse::<f64>() {
        Ok(log10) if log10.is_finite() && log10 <= loosest => Ok(log10),
        Ok(log10) if log10 > loosest => Err(format!(
            "no looser than {loosest} is allowed: it is the log10 of the chance of accusing anyone innocent, \
             -6 stands for one in a million"
        )),
        _ => Err(format!(
            "expected a number of {loosest} or less, such as -6 for one in a million"
        )),
    }
}

/// Characters of a remark, at most.
const LONGEST_REMARK: usize = 4000;

/// Words for the report.
pub fn remark(text: &str) -> Result<String, String> {
    match text.chars().count() {
        _ if text.trim().is_empty() => {
            Err("expected some text: leave the flag out if there is none".to_owned())
        }
        long if long > LONGEST_REMARK => Err(format!(
            "got {long} characters; expected {LONGEST_REMARK} at most"
        )),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_clocks() {
        for (text, expected) in [
            ("0", 0.0),
            ("90.5", 90.5),
            ("1:30", 90.0),
            ("1:02:03.25", 3723.25),
            ("90:00", 5400.0),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for bad in [
            "", "-1", "1e3", "inf", "NaN", "1:", ":1", "1:60", "1:60:00", "1:2:3:4", "100000",
            "+5", "1.2.3", "1:-2",
        ] {
            assert!(seconds(bad).is_err(), "{bad:?}");
        }
        assert!(duration("0").is_err());
        assert_eq!(lengths("3, 6"), Ok(Lengths(vec![3.0, 6.0])));
        assert_eq!(lengths(""), Ok(Lengths(Vec::new())));
        assert!(lengths("3,0").is_err() && lengths("x").is_err());
    }

    #[test]
    fn ranges_are_kept() {
        assert_eq!(strength("0"), Ok(0.0));
        assert!(strength("4.1").is_err() && strength("-0.1").is_err() && strength("NaN").is_err());
        assert!(crf("51").is_ok() && crf("52").is_err() && crf("-1").is_err());
        assert!(hash(&"0f".repeat(32)).is_ok());
        assert!(hash(&"0F".repeat(32)).is_err() && hash("0f").is_err());
        assert!(remark("EX-7").is_ok() && remark(&"é".repeat(4000)).is_ok());
        assert!(remark(" ").is_err() && remark(&"é".repeat(4001)).is_err());
        assert_eq!(threshold("-6"), Ok(-6.0));
        assert_eq!(threshold("-3"), Ok(-3.0));
        for bad in ["-2.9", "0", "6", "NaN", "-inf", "x"] {
            assert!(threshold(bad).is_err(), "{bad}");
        }
    }
}
