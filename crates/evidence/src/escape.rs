//! Makes text from outside safe to show, on a terminal and in reports.
//!
//! File names and registry names are written by others: an escape sequence in
//! one could move the cursor or change the window's title, an override could
//! turn text round. Such characters are shown as `\u{1b}`.

use std::fmt::Write;

/// `text` on one line, with every character escaped that controls a
/// terminal, breaks a line, turns text round or cannot be seen.
pub fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_active(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// The JSON value `json`, with the characters that [`plain`] escapes as JSON escapes.
/// Outside its strings JSON has none of them but white space.
pub fn plain_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if is_active(c) && c != '\n' {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// `text` with `_` for every character that [`plain`] escapes: for names of files.
pub fn inactive(text: &str) -> String {
    let one = |c: char| if is_active(c) { '_' } else { c };
    text.chars().map(one).collect()
}

/// True if `text` has characters that [`plain`] would escape.
pub fn is_hostile(text: &str) -> bool {
    text.chars().any(is_active)
}

/// True for a character that controls a terminal, breaks a line, turns text
/// round or cannot be seen: the one set that names may not hold and that reports
/// escape.
pub(crate) fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{034F}' // soft hyphen, grapheme joiner
            | '\u{061C}' // Arabic letter mark
            | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
            | '\u{17B4}' | '\u{17B5}' // Khmer inherent vowels
            | '\u{180B}'..='\u{180F}' // Mongolian selectors
            | '\u{200B}'..='\u{200F}' // zero width space and joiners, direction marks
            | '\u{2028}'..='\u{202E}' // line ends, embeddings, overrides
            | '\u{2060}'..='\u{206F}' // invisible operators, isolates
            | '\u{FE00}'..='\u{FE0F}' // variation selectors
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' // byte order mark, annotations
            | '\u{E0000}'..='\u{E0FFF}' // tags, variation selectors
        )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}]0;x\u{7}\nb\u{9b}31m\u{202e}c\u{e0041}é";

    #[test]
    fn nothing_that_acts_on_a_terminal_remains() {
        assert_eq!(
            plain(HOSTILE),
            r"a\u{1b}]0;x\u{7}\u{a}b\u{9b}31m\u{202e}c\u{e0041}é"
        );
        assert_eq!(plain("Aurora Cinémas 株式会社"), "Aurora Cinémas 株式会社");
        assert_eq!(plain(&plain(HOSTILE)), plain(HOSTILE));
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({ "name": HOSTILE });
        let safe = plain_json(&value.to_string());
        assert!(!is_hostile(&safe), "{safe}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap(),
            value
        );
    }
}
