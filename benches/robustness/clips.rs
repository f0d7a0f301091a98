//! This module finds the clips and gives each its leaker.

use std::path::{Path, PathBuf};

use super::cache;
use super::options::Options;

/// One clip of the folder.
pub struct Clip {
    /// File stem: the title's id.
    pub id: String,
    /// The file.
    pub path: PathBuf,
    /// Who gets the marked copy.
    pub leaker: String,
}

/// The id of one distributor.
pub fn distributor_id(index: usize) -> String {
    format!("outlet-{index:05}")
}

/// The clips asked for. A clip's leaker depends on its name alone.
pub fn find(folder: &Path, options: &Options) -> Result<Vec<Clip>, String> {
    let wanted = |id: &str| {
        options.only.is_empty()
            || options
                .only
                .iter()
                .any(|start| id.starts_with(start.as_str()))
    };
    let mut clips = Vec::new();
    for name in cache::names_in(folder) {
        let path = folder.join(&name);
        let (Some(stem), Some(extension)) = (path.file_stem(), path.extension()) else {
            continue;
        };
        let id = stem.to_string_lossy().into_owned();
        let is_video = ["mp4", "mkv", "mov", "webm"]
            .iter()
            .any(|known| extension == *known);
        if is_video && wanted(&id) {
            let digits = &cache::hash_words(&[&id])[..8];
            let number = usize::from_str_radix(digits, 16).map_err(|e| e.to_string())?;
            let leaker = distributor_id(number % options.distributors.max(1));
            clips.push(Clip { id, path, leaker });
        }
    }
    Ok(clips)
}
