//! Gathers what a scan is to examine, and tells what it leaves out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::order::ScanOrder;
use crate::cli::session::Session;
use crate::cli::words::several;
use crate::error::{Error, Result};
use crate::job::{ARCHIVES, Found, STDIN, find_exhibits};

/// A file to be examined, or a folder that could not be looked into.
pub struct Exhibit {
    /// Its path as given or found.
    pub path: PathBuf,
    /// Why it could not be looked into.
    pub error: Option<Error>,
    /// More files that are examined together with it.
    more: Vec<PathBuf>,
}

impl Exhibit {
    /// All its files.
    pub fn files(&self) -> Vec<PathBuf> {
        let more = self.more.iter().cloned();
        std::iter::once(self.path.clone()).chain(more).collect()
    }
}

/// The exhibits among the paths; says what was left out.
///
/// # Errors
/// [`Error::Usage`] if there is none.
pub fn exhibits(session: &Session, order: &ScanOrder) -> Result<Vec<Exhibit>> {
    let mut exhibits = Vec::new();
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    let console = &session.console;
    for found in find_exhibits(&order.paths) {
        let (path, error) = match found {
            Found::Exhibit(path) => (path, None),
            Found::Unreadable { path, error } => (path, Some(error)),
            Found::LeftOut { path, kind } => {
                *left_out.entry(kind).or_default() += 1;
                if order.verbose {
                    console.warn(&format!("left out {} ({kind})", path.display()));
                }
                continue;
            }
        };
        exhibits.push(Exhibit {
            path,
            error,
            more: Vec::new(),
        });
    }
    let spooled = |e: &&Exhibit| e.path == Path::new(STDIN);
    if exhibits.iter().filter(spooled).count() > 1 {
        return Err(Error::usage("standard input (-) is given twice")
            .advise("it can be read once: give it once"));
    }
    let left_out = left_out_words(&left_out);
    if exhibits.is_empty() {
        return Err(Error::usage(format!(
            "nothing to scan: no film or image was found{}",
            left_out.map_or_else(String::new, |words| format!(" ({words})"))
        ))
        .advise("name a file, or a folder that holds some"));
    }
    left_out.iter().for_each(|words| console.words(words));
    match order.together {
        true => Ok(vec![together(exhibits)?]),
        false => Ok(exhibits),
    }
}

/// All files as one exhibit.
///
/// # Errors
/// [`Error::Unreadable`] if a folder could not be looked into: then some are missing.
fn together(exhibits: Vec<Exhibit>) -> Result<Exhibit> {
    let mut paths = Vec::with_capacity(exhibits.len());
    for Exhibit { path, error, .. } in exhibits {
        error.map_or(Ok(()), Err)?;
        paths.push(path);
    }
    let mut paths = paths.into_iter();
    Ok(Exhibit {
        path: paths.next().unwrap_or_default(),
        error: None,
        more: paths.collect(),
    })
}

/// What was left out of folders, by kind, the most frequent first.
fn left_out_words(kinds: &BTreeMap<&str, usize>) -> Option<String> {
    let mut counts: Vec<(&str, usize)> = kinds.iter().map(|(&kind, &n)| (kind, n)).collect();
    counts.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
    let total: usize = counts.iter().map(|(_, n)| n).sum();
    let listed: Vec<String> = counts
        .iter()
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect();
    let packed = kinds.keys().any(|kind| ARCHIVES.contains(kind));
    let hint = match packed {
        true => "; archives may hold films: unpack them",
        false => "",
    };
    (total > 0).then(|| {
        format!(
            "left out {}: {}{hint}",
            several(total as u64, "file", "files"),
            listed.join(", ")
        )
    })
}
