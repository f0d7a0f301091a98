//! Says what ids, names and times may look like.

use std::ops::RangeInclusive;

use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime};
use unicode_normalization::UnicodeNormalization;

use crate::escape::is_active;
use leakmark_core::error::{Error, Result};

/// The longest id, in characters.
const ID_CHARS: usize = 64;

/// The longest name, in characters.
const NAME_CHARS: usize = 200;

/// Means every distributor on the command line, so nobody can be called that.
pub const RESERVED_ID: &str = "all";

/// Checks the id of a title or distributor: 1–64 characters of `A–Z a–z 0–9 . _ -`,
/// the first a letter or digit. Ids are file names and command-line words.
pub fn validate_id(id: &str) -> Result<()> {
    if id.eq_ignore_ascii_case(RESERVED_ID) {
        return Err(Error::usage(format!(
            "the id {id:?} is reserved: it means every distributor"
        ))
        .advise("choose another"));
    }
    let well_formed = id.len() <= ID_CHARS
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if well_formed {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{} is no id",
        shown(id)
    )).advise(format!("use 1 to {ID_CHARS} of the characters A-Z a-z 0-9 . _ - beginning with a letter or digit")))
}

/// Checks a name and returns it without surrounding white space: 1–200
/// characters, all of which can be seen and none of which turns text round.
pub fn validate_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::usage("the name is empty").advise("give one to print in reports"));
    }
    if name.chars().any(is_active) {
        return Err(Error::usage(format!(
            "the name {} has characters that cannot be seen or that turn text round",
            shown(name)
        ))
        .advise("a name is one line of plain text"));
    }
    let chars = name.chars().count();
    if chars > NAME_CHARS {
        return Err(
            Error::usage(format!("the name {} has {chars} characters", shown(name)))
                .advise(format!("use {NAME_CHARS} at most")),
        );
    }
    Ok(name.to_owned())
}

/// Checks one line of text of so many characters, and returns it without
/// surrounding white space; `what` says what it is.
pub fn validate_line(what: &str, text: &str, chars: RangeInclusive<usize>) -> Result<String> {
    let text = text.trim();
    if text.chars().any(is_active) {
        return Err(Error::usage(format!(
            "{what} {} has characters that cannot be seen or that turn text round",
            shown(text)
        ))
        .advise("write one line of plain text"));
    }
    let count = text.chars().count();
    if !chars.contains(&count) {
        return Err(
            Error::usage(format!("{what} has {count} characters")).advise(format!(
                "use {} to {}",
                chars.start(),
                chars.end()
            )),
        );
    }
    Ok(text.to_owned())
}

/// Checks a day, `YYYY-MM-DD`, and that it has come somewhere on earth.
pub fn validate_day(day: &str) -> Result<String> {
    let date = parse_day(day)?;
    let somewhere = OffsetDateTime::now_utc().date().next_day();
    if somewhere.is_some_and(|latest| date > latest) {
        return Err(Error::usage(format!("the day {day} has not come yet"))
            .advise("name a day up to today"));
    }
    Ok(day.to_owned())
}

/// Checks a day (`YYYY-MM-DD`) or a moment (RFC 3339); a moment is returned in UTC
/// to the second.
pub fn validate_time(time: &str) -> Result<String> {
    if parse_day(time).is_ok() {
        return Ok(time.to_owned());
    }
    let moment = OffsetDateTime::parse(time, &Rfc3339).ok();
    let utc = moment.and_then(|moment| at(moment.unix_timestamp()));
    utc.ok_or_else(|| {
        Error::usage(format!("{} is neither a day nor a moment", shown(time)))
            .advise("write 2026-01-31, or 2026-01-31T12:00:00Z")
    })
}

/// The calendar day that `YYYY-MM-DD` says.
pub fn parse_day(day: &str) -> Result<Date> {
    // The standard knows weeks and days of the year too.
    let alike = |(byte, pattern): (u8, u8)| match pattern {
        b'-' => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let shaped = day.len() == 10 && day.bytes().zip(*b"YYYY-MM-DD").all(alike);
    Date::parse(day, &Iso8601::DATE)
        .ok()
        .filter(|_| shaped)
        .ok_or_else(|| {
            Error::usage(format!("{} is no day", shown(day)))
                .advise("write year, month and day: 2026-01-31")
        })
}

/// Today in UTC, `YYYY-MM-DD`.
pub fn today() -> Result<String> {
    Ok(now()?.chars().take("2026-01-31".len()).collect())
}

/// The name as it is compared with others: two that a reader takes for the same
/// are the same, whatever the case, the spaces and how accents are written.
pub fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let lower = words.join(" ").nfkc().collect::<String>().to_lowercase();
    lower.nfkc().collect()
}

/// Text from outside, escaped and cut short, for an error message.
pub fn shown(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    let ellipsis = if start.len() < text.len() { "…" } else { "" };
    format!("\"{}{ellipsis}\"", start.escape_debug())
}

/// True for 64 lower-case hexadecimal digits: a SHA-256 or a public key.
pub fn is_hash(text: &str) -> bool {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 64 && text.bytes().all(digit)
}

/// The present second, RFC 3339 UTC.
pub fn now() -> Result<String> {
    at(OffsetDateTime::now_utc().unix_timestamp())
        .ok_or_else(|| Error::Internal("the clock shows a year past 9999".to_owned()))
}

/// This second since 1970, RFC 3339 UTC; `None` outside the years that it can say.
pub fn at(unix_s: i64) -> Option<String> {
    let second = OffsetDateTime::from_unix_timestamp(unix_s).ok()?;
    second.format(&Rfc3339).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_file_name_safe_words() {
        let longest = "x".repeat(64);
        for good in ["a", "7", "KernelStreaming", "a.b_c-d", "x..y", &longest] {
            assert!(validate_id(good).is_ok(), "{good}");
        }
        let too_long = "x".repeat(65);
        for bad in [
            "", ".a", "-a", "_a", "a b", "a/b", "é", "a\n", "a,b", &too_long,
        ] {
            assert!(validate_id(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn nobody_can_be_called_all() {
        assert!(validate_id("all").is_err());
        assert!(validate_id("ALL").is_err());
        assert!(validate_id("all-star").is_ok());
    }

    #[test]
    fn names_are_trimmed_lines_of_plain_text() {
        assert_eq!(
            validate_name("  Aurora Cinémas ").unwrap(),
            "Aurora Cinémas"
        );
        for bad in [
            "",
            " \t",
            "a\nb",
            "a\u{1b}[31mb",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{ad}b",
            "a\u{3164}",
            "a\u{e0101}b",
            &"x".repeat(201),
        ] {
            assert!(validate_name(bad).is_err(), "{bad:?}");
        }
        assert!(validate_name(&"é".repeat(200)).is_ok());
    }

    #[test]
    fn names_that_read_the_same_are_the_same() {
        let name = folded("Aurora Cinémas");
        for same in [
            "aurora  cinémas",
            "AURORA CINE\u{301}MAS",
            "Ａurora\u{a0}Cinémas",
        ] {
            assert_eq!(folded(same), name, "{same}");
        }
        for other in ["Aurora Cinemas", "AuroraCinémas"] {
            assert_ne!(folded(other), name, "{other}");
        }
    }

    #[test]
    fn days_are_those_of_a_calendar_that_have_come() {
        for good in ["2024-02-29", "1999-12-31"] {
            assert_eq!(validate_day(good).unwrap(), good);
        }
        for bad in [
            "",
            "2023-02-29",
            "31.01.2026",
            "2026-1-31",
            "20260131",
            "2026-W05-6",
            "9000-01-01",
        ] {
            assert!(validate_day(bad).is_err(), "{bad}");
        }
        assert!(validate_day(&today().unwrap()).is_ok());
    }

    #[test]
    fn moments_are_told_in_utc() {
        for (typed, utc) in [
            ("2026-01-31", "2026-01-31"),
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:00.9+02:00", "2026-01-31T10:00:00Z"),
        ] {
            assert_eq!(validate_time(typed).unwrap(), utc);
        }
        assert!(validate_time("yesterday").is_err());
    }

    #[test]
    fn a_line_is_plain_and_of_some_length() {
        assert_eq!(validate_line("it", " a ", 1..=3).unwrap(), "a");
        for bad in ["", "abcd", "a\nb", "\u{202e}"] {
            assert!(validate_line("it", bad, 1..=3).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn hostile_text_is_escaped_in_messages() {
        let message = validate_id("\u{1b}]0;x\u{7}").unwrap_err().to_string();
        assert!(!message.chars().any(char::is_control), "{message}");
    }

    #[test]
    fn now_is_whole_seconds_utc() {
        let now = now().unwrap();
        assert_eq!(now.len(), "2026-01-01T00:00:00Z".len());
        assert!(now.ends_with('Z'));
    }
}
