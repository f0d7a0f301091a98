//! This module measures what the mark costs the picture.

use std::path::Path;

use serde_json::Value;

use super::copies::Copy;
use super::masters::Master;
use super::{cache, child};

/// What a mark costs.
#[derive(Clone, Copy)]
pub struct Quality {
    /// Against the unmarked twin, luma, whole clip.
    pub psnr_y_db: f64,
    /// VMAF of the unmarked twin less that of the marked copy.
    pub vmaf_loss: f64,
    /// Size of the marked copy over that of its twin.
    pub bits_ratio: f64,
}

/// Compares a marked copy with its master and its unmarked twin.
pub fn measure(
    script: &Path,
    master: &Master,
    marked: &Copy,
    unmarked: &Copy,
) -> Result<Quality, String> {
    let name = cache::hash_words(&[&master.hash, &marked.hash, &unmarked.hash]);
    let path = marked.path.with_file_name(format!("quality-{name}.json"));
    cache::keep_file(&path, |part| {
        let files = [&master.path, &marked.path, &unmarked.path];
        let text = child::run_well(std::process::Command::new(script).args(files))?;
        cache::write_file(part, text.as_bytes())
    })?;
    let text = std::fs::read_to_string(&path).map_err(|e| e.to_string())?;
    let json: Value = serde_json::from_str(&text).map_err(|e| format!("quality: {e}"))?;
    let number = |key: &str| {
        json[key]
            .as_f64()
            .ok_or_else(|| format!("quality gives no {key}"))
    };
    Ok(Quality {
        psnr_y_db: number("psnr_y_to_unmarked")?,
        vmaf_loss: number("vmaf_loss")?,
        bits_ratio: number("bits_ratio")?,
    })
}
