//! This module makes long films by repeating short ones, without encoding again.
//!
//! A long marked film made so repeats its stretch of the title: a scan sees
//! jumps back to it, which is harder than one run through the title.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::child;
use super::clip::Clip;

/// A marked and an unmarked film.
pub struct Long {
    pub marked: Clip,
    pub unmarked: Clip,
}

/// Repeats `copy` and `clip` to films of `minutes` in `work`.
pub fn make(minutes: u32, copy: &Clip, clip: &Clip, work: &Path) -> Result<Long, String> {
    println!("making films of {minutes} minutes");
    Ok(Long {
        marked: repeated(minutes, copy, work, "marked")?,
        unmarked: repeated(minutes, clip, work, "unmarked")?,
    })
}

fn repeated(minutes: u32, clip: &Clip, work: &Path, name: &str) -> Result<Clip, String> {
    let times = (f64::from(minutes) * 60.0 / clip.seconds).ceil().max(1.0) as usize;
    let source = fs::canonicalize(&clip.path).map_err(|e| e.to_string())?;
    let mut list = String::new();
    for _ in 0..times {
        let _ = writeln!(list, "file '{}'", source.display());
    }
    let (listed, film) = (
        work.join(format!("{name}.txt")),
        work.join(format!("{name}.mp4")),
    );
    fs::write(&listed, list).map_err(|e| e.to_string())?;
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args([
            "-v", "error", "-nostdin", "-y", "-f", "concat", "-safe", "0",
        ])
        .arg("-i")
        .arg(&listed)
        .args(["-map", "0:v:0", "-c", "copy"])
        .arg(&film);
    child::run_well(&mut ffmpeg)?;
    Ok(Clip::repeated(film, clip, times as u64))
}
