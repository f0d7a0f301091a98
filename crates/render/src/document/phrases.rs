//! Times, names and numbers as the document says them.

use crate::format::ten_to;
use leakmark_evidence::report::{Attribution, Report};

/// An RFC 3339 time to the second, in words.
pub fn moment(rfc3339: &str) -> String {
    match (rfc3339.get(..10), rfc3339.get(11..19)) {
        (Some(day), Some(time)) if rfc3339.ends_with('Z') => format!("{day} {time} UTC"),
        _ => rfc3339.to_owned(),
    }
}

/// The day of an RFC 3339 time.
pub fn day(rfc3339: &str) -> &str {
    rfc3339.get(..10).unwrap_or(rfc3339)
}

/// A distributor's name, with the id if that is another.
pub fn called_in(attribution: &Attribution) -> String {
    crate::format::named(&attribution.name, &attribution.distributor)
}

/// The title's name; empty if none is known.
pub fn title_name(report: &Report) -> &str {
    report.title.as_ref().map_or("", |t| t.name.as_str())
}

/// Rows of a table of stretches, at most; the JSON report has all of them.
pub const MOST_ROWS: usize = 30;

/// What is to be said of the rows beyond [`MOST_ROWS`], with a space before it; nothing if there are none.
pub fn rows_left_out(rows: usize) -> String {
    match rows.saturating_sub(MOST_ROWS) {
        0 => String::new(),
        n => format!(" {n} more are in the JSON report."),
    }
}

/// A bound given as its log10, in words: never smaller than it is.
pub fn chance(log10_p: f64) -> String {
    let bound = crate::format::bound(log10_p);
    match bound
        .strip_prefix("< 1 in 10^")
        .and_then(|p| p.parse().ok())
    {
        Some(power) => format!("less than 1 in {}", ten_to(power)),
        None => "not bounded below 1".into(),
    }
}

/// A log10, to one decimal, with a proper minus sign.
pub fn decimal(log10: f64) -> String {
    format!("{log10:.1}").replace('-', "−")
}
