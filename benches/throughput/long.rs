//! Makes long films by repeating short ones, without encoding again.
//!
//! ```text
//! clip, repeated to 2 minutes ─ leakmark mark ─ piece ─┬─ repeated: the marked film
//!                                                      ├─ 720p CRF 35, repeated
//!                                                      ├─ its first minute
//!                                                      └─ files of 8 s
//! clip, repeated: the unmarked film
//! ```
//!
//! A long marked film made so repeats its stretch of the title: a scan sees
//! jumps back to it, which is harder than one run through the title.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child;
use super::clip::Clip;
use super::house;
use super::options::Options;

/// Length of the piece that is marked, seconds.
const PIECE_S: f64 = 120.0;
/// The preset that it is encoded with.
const PRESET: &str = "veryfast";
/// Length of a small file, seconds.
const SMALL_S: f64 = 8.0;

/// Long films, and what is cut from them.
pub struct Long {
    /// Two minutes, marked as one.
    pub piece: Clip,
    /// The piece over and over.
    pub marked: Clip,
    /// The same at 720p and CRF 35.
    pub worn: Clip,
    /// The clip over and over, never marked.
    pub unmarked: Clip,
    /// The first minute of the piece.
    pub minute: Clip,
    /// Small files, cut from the piece.
    pub small: Vec<Clip>,
}

/// Makes films of `minutes` in `work`.
pub fn make(
    minutes: u32,
    options: &Options,
    clip: &Clip,
    home: &Path,
    work: &Path,
) -> Result<Long, String> {
    println!("making films of {minutes} minutes");
    let seconds = f64::from(minutes) * 60.0;
    let master = repeated(PIECE_S, clip, work, "master")?;
    let piece = work.join("piece.mp4");
    let mut marking = house::marking(home, options, &master, "piece", PRESET);
    child::run_well(marking.args(["--to", house::LEAKER, "-o"]).arg(&piece))?;
    let piece = Clip::open(&piece)?;
    let worn = work.join("worn-piece.mp4");
    let smaller = ["-vf", "scale=1280:720", "-c:v", "libx264", "-crf", "35"];
    ffmpeg(
        &[],
        &piece.path,
        &[&smaller[..], &["-preset", PRESET]].concat(),
        &worn,
    )?;
    let minute = work.join("minute.mp4");
    ffmpeg(&[], &piece.path, &["-t", "60", "-c", "copy"], &minute)?;
    Ok(Long {
        marked: repeated(seconds, &piece, work, "marked")?,
        worn: repeated(seconds, &Clip::open(&worn)?, work, "worn")?,
        unmarked: repeated(seconds, clip, work, "unmarked")?,
        minute: Clip::open(&minute)?,
        small: small(&piece, options.files as usize, work)?,
        piece,
    })
}

/// Cuts of the piece, one after another and from its beginning again.
fn small(piece: &Clip, files: usize, work: &Path) -> Result<Vec<Clip>, String> {
    let cuts = (piece.seconds / SMALL_S).floor().max(1.0) as usize;
    let mut made: Vec<Clip> = Vec::new();
    for number in 0..files {
        let path = work.join(format!("small-{number:04}.mp4"));
        if number < cuts {
            let from = (number as f64 * SMALL_S).to_string();
            let length = SMALL_S.to_string();
            let cut = ["-t", &length, "-c", "copy"];
            ffmpeg(&["-ss", &from], &piece.path, &cut, &path)?;
            made.push(Clip::open(&path)?);
        } else {
            let again = &made[number % cuts];
            fs::copy(&again.path, &path).map_err(|e| e.to_string())?;
            made.push(Clip::repeated(path, again, 1));
        }
    }
    Ok(made)
}

/// `clip` over and over, at least `seconds` long.
fn repeated(seconds: f64, clip: &Clip, work: &Path, name: &str) -> Result<Clip, String> {
    let times = (seconds / clip.seconds).ceil().max(1.0) as usize;
    let source = fs::canonicalize(&clip.path).map_err(|e| e.to_string())?;
    let mut list = String::new();
    for _ in 0..times {
        let _ = writeln!(list, "file '{}'", source.display());
    }
    let (listed, film): (PathBuf, PathBuf) = (
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

/// The picture of a film, treated.
fn ffmpeg(seek: &[&str], from: &Path, how: &[&str], to: &Path) -> Result<(), String> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-v", "error", "-nostdin", "-y"])
        .args(seek)
        .arg("-i")
        .arg(from);
    ffmpeg.args(["-map", "0:v:0"]).args(how).arg(to);
    child::run_well(&mut ffmpeg).map(drop)
}
