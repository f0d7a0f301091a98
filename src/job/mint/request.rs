//! What putting copies together is asked to do, and checks that it makes sense.

use std::path::PathBuf;

use crate::error::{Error, Result};

/// What recipients get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A progressive MP4 each.
    Mp4,
    /// A fragmented MP4 each.
    Fmp4,
    /// Playlists for HLS each, of ranges of the variants' files.
    Hls,
    /// A line each, with the ranges of files that a server sends as a fragmented MP4.
    Ranges,
}

impl What {
    /// Its name, as records and command lines have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Fmp4 => "fmp4",
            Self::Hls => "hls",
            Self::Ranges => "ranges",
        }
    }
}

/// For whom to put copies together, from what, and where they go.
#[derive(Debug, Clone)]
pub struct MintRequest {
    /// The folder of variants.
    pub variants: PathBuf,
    /// Ids of the distributors, each once.
    pub to: Vec<String>,
    /// A folder; a file for one distributor, or for all lists of ranges.
    pub output: PathBuf,
    /// What they get.
    pub what: What,
    /// What playlists have before the names of files: an address, or the path of the folder.
    pub base: String,
    /// Replace outputs that exist.
    pub force: bool,
    /// Issue nothing to those who got their copy from these variants in an earlier run, and make
    /// its file again if it is not there.
    pub resume: bool,
}

impl MintRequest {
    /// A progressive MP4 each.
    pub fn new(variants: PathBuf, to: Vec<String>, output: PathBuf) -> Self {
        let name = variants.file_name().unwrap_or_default().to_string_lossy();
        Self {
            base: format!("{name}/"),
            variants,
            to,
            output,
            what: What::Mp4,
            force: false,
            resume: false,
        }
    }
}

/// Refuses what cannot be done, before any work.
pub(crate) fn check(request: &MintRequest) -> Result<()> {
    if request.to.is_empty() {
        return Err(Error::usage("no distributor was named")
            .advise("name one with --to ID, or all of them with --to all"));
    }
    let mut sorted: Vec<&String> = request.to.iter().collect();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(
            Error::usage(format!("distributor {} is named twice", pair[0]))
                .advise("name each once"),
        );
    }
    let odd = |c: char| c.is_control() || c.is_whitespace() || "\"<>&'".contains(c);
    if request.base.contains(odd) {
        return Err(Error::usage(format!(
            "got the base {:?}; it cannot stand in a playlist",
            request.base
        ))
        .advise("give an address, percent-encoded, such as --base https://cdn.example/film/"));
    }
    if request.what == What::Ranges && request.output.is_dir() {
        return Err(Error::usage(format!(
            "{} is a folder; lists of ranges go to one file, a line each",
            request.output.display()
        ))
        .advise("name a file with -o, such as copies.jsonl"));
    }
    Ok(())
}
