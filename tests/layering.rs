//! The architecture, kept: who may import whom, who prints, who names FFmpeg.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Module and what it may import. A module may always import itself.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("error", &[]),
    ("units", &[]),
    ("luma", &["error", "units"]),
    ("key", &["error", "units"]),
    ("mark", &["error", "units", "luma", "key"]),
    ("detect", &["error", "units", "luma", "key", "mark"]),
    ("trace", &["error", "units", "key"]),
    ("media", &["error", "units", "luma"]),
    ("registry", &["error", "units", "key"]),
    ("report", &["error", "units", "detect", "trace", "registry"]),
    (
        "job",
        &[
            "error", "units", "luma", "key", "mark", "detect", "trace", "media", "registry",
            "report",
        ],
    ),
    ("cli", &["error", "units", "job", "report", "registry"]),
];

/// A word of the source text, and the only modules that may contain it.
const RESERVED: [(&str, &[&str]); 9] = [
    ("println!", &["cli"]),
    ("eprintln!", &["cli"]),
    ("print!", &["cli"]),
    ("eprint!", &["cli"]),
    ("dbg!", &[]),
    ("process::exit", &["cli"]),
    ("ffmpeg_next", &["media"]),
    ("ffmpeg_sys_next", &["media"]),
    ("unsafe", &["media"]),
];

/// The source without comments, character and string literals: their content
/// imports and prints nothing.
fn bare(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let text: Vec<char> = source.chars().collect();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let starts = |word: &str| {
            word.chars()
                .enumerate()
                .all(|(i, c)| rest.get(i) == Some(&c))
        };
        let before = at.checked_sub(1).map(|b| text[b]);
        let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        at += if starts("//") {
            rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
        } else if starts("/*") {
            end_of(rest, 2, "*/")
        } else if !in_word && (starts("r\"") || starts("r#")) && raw(rest).is_some() {
            raw(rest).unwrap_or(1)
        } else if starts("\"") {
            quoted(rest)
        } else if starts("'\\") {
            3 + rest[3..]
                .iter()
                .position(|c| *c == '\'')
                .map_or(0, |p| p + 1)
        } else if starts("'") && rest.get(2) == Some(&'\'') {
            3
        } else {
            out.push(rest[0]);
            1
        };
    }
    out
}

fn end_of(rest: &[char], from: usize, end: &str) -> usize {
    let end: Vec<char> = end.chars().collect();
    let found = rest[from..].windows(end.len()).position(|w| w == end);
    found.map_or(rest.len(), |p| from + p + end.len())
}

fn quoted(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of a raw string; `None` if it is none, such as `r#type`.
fn raw(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    (rest.get(1 + hashes) == Some(&'"'))
        .then(|| end_of(rest, 2 + hashes, &format!("\"{}", "#".repeat(hashes))))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The modules of this crate that bare source names, as `crate::x` or in `crate::{x, y::z}`.
fn imports(bare: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let dense: String = bare
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(":: ", "::")
        .replace(" ::", "::");
    for (at, _) in dense.match_indices("crate::") {
        if dense[..at].ends_with(is_word) || dense[..at].ends_with('$') {
            continue;
        }
        let path = &dense[at + "crate::".len()..];
        match path.strip_prefix('{') {
            Some(list) => found.extend(heads(list)),
            None => found.extend(head(path)),
        }
    }
    found
}

fn head(path: &str) -> Option<String> {
    let head: String = path
        .trim_start()
        .chars()
        .take_while(|c| is_word(*c))
        .collect();
    Some(head).filter(|h| !h.is_empty())
}

/// The first words in a use list, up to its closing brace.
fn heads(list: &str) -> Vec<String> {
    let (mut depth, mut at_start, mut found) = (0, true, Vec::new());
    for (i, c) in list.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            '{' => depth += 1,
            ',' if depth == 0 => at_start = true,
            c if is_word(c) && at_start => {
                found.extend(head(&list[i..]));
                at_start = false;
            }
            _ => {}
        }
    }
    found
}

fn contains_word(bare: &str, word: &str) -> bool {
    let end_is_word = word.ends_with(is_word);
    bare.match_indices(word).any(|(at, _)| {
        let after = &bare[at + word.len()..];
        !(bare[..at].ends_with(is_word) || end_is_word && after.starts_with(is_word))
    })
}

/// What is wrong with one file of a module.
fn violations(module: &str, source: &str) -> Vec<String> {
    let bare = bare(source);
    let modules: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
        return vec![format!("{module} is no module of the architecture")];
    };
    let mut wrong: Vec<String> = imports(&bare)
        .into_iter()
        .filter(|i| i != module && modules.contains(&i.as_str()) && !allowed.contains(&i.as_str()))
        .map(|i| format!("{module} imports {i}"))
        .collect();
    for (word, only) in RESERVED {
        if contains_word(&bare, word) && !only.contains(&module) {
            wrong.push(format!("{module} contains {word}"));
        }
    }
    wrong
}

fn sources(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(under)
        .expect("src")
        .map(|e| e.expect("entry").path())
    {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            found.push(entry);
        }
    }
}

#[test]
fn imports_point_to_the_core_and_only_the_edges_touch_the_world() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for file in &files {
        let inside = file.strip_prefix(&root).expect("inside");
        let first = inside
            .components()
            .next()
            .expect("a name")
            .as_os_str()
            .to_string_lossy()
            .into_owned();
        let module = first.trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) {
            continue;
        }
        seen.insert(module.to_owned());
        let source = fs::read_to_string(file).expect("source");
        wrong.extend(
            violations(module, &source)
                .iter()
                .map(|w| format!("{}: {w}", inside.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let known: BTreeSet<String> = MAY_IMPORT
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(seen, known, "the table and src/ differ");
}

#[test]
fn the_check_itself_notices_violations() {
    for (module, source) in [
        ("trace", "use crate::detect::Reading;"),
        (
            "trace",
            "use crate::{error::Result, detect::{Reading, Bin}};",
        ),
        ("trace", "fn f() { crate :: job::mark(); }"),
        (
            "detect",
            "use crate::{\n    units::SlotIndex,\n    trace,\n};",
        ),
        ("luma", "use crate::key::Secret;"),
        ("cli", "use crate::media::Limits;"),
        ("job", "fn f() { println!(\"x\"); }"),
        ("job", "fn f() { std::process::exit(1); }"),
        ("registry", "fn f() { dbg!(1); }"),
        ("luma", "fn f() { unsafe { g() } }"),
        ("detect", "use ffmpeg_next::codec;"),
        ("unheard_of", ""),
    ] {
        assert!(!violations(module, source).is_empty(), "{module}: {source}");
    }
    for (module, source) in [
        (
            "trace",
            "use crate::key::Secret; // crate::detect prints println!()",
        ),
        (
            "trace",
            "/* use crate::detect; */ const S: &str = \"crate::detect \\\" println!\"; const C: char = '\"';",
        ),
        (
            "trace",
            "const S: &str = r#\"crate::detect \" unsafe\"#; fn f<'a>(x: &'a str) {}",
        ),
        ("luma", "#![deny(unsafe_code)] fn reprint() {}"),
        ("cli", "fn f() { eprintln!(\"x\"); }"),
        (
            "media",
            "use ffmpeg_next as ffmpeg; fn f() { unsafe { g() } }",
        ),
        (
            "report",
            "use crate::{error::Result, detect::{Reading, trace}};",
        ),
    ] {
        assert!(violations(module, source).is_empty(), "{module}: {source}");
    }
}
