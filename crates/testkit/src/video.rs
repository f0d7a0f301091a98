//! Writes a scene to a video file with the `ffmpeg` command.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use rayon::prelude::*;

use super::{Scene, Yuv420};

/// Frames rendered at once: enough for all cores, little memory.
const BATCH: u64 = 32;

/// Writes `seconds` of `scene` from its beginning to `path`. `codec` is what
/// stands between ffmpeg's input and its output: `["-c:v", "libx264", "-crf", "20"]`.
pub fn write_video(
    path: &Path,
    scene: &Scene,
    fps: f64,
    seconds: f64,
    codec: &[&str],
) -> io::Result<()> {
    write_video_with(path, scene, fps, seconds, &[], codec)
}

/// Writes a scene as [`write_video`] does, with further inputs, such as [`AUDIO`] or `["-i", "words.srt"]`. With
/// more than one stream of a kind, `codec` needs `-map`; the picture is `0:v`.
pub fn write_video_with(
    path: &Path,
    scene: &Scene,
    fps: f64,
    seconds: f64,
    inputs: &[&str],
    codec: &[&str],
) -> io::Result<()> {
    let (width, height) = scene.size();
    let mut ffmpeg = Command::new("ffmpeg")
        .args([
            "-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p",
        ])
        .args(["-color_range", "tv", "-s", &format!("{width}x{height}")])
        .args(["-r", &fps.to_string(), "-i", "pipe:0"])
        .args(inputs)
        .args(codec)
        .args(["-t", &seconds.to_string()])
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let fed = match ffmpeg.stdin.take() {
        Some(pipe) => feed(pipe, scene, fps, seconds),
        None => Err(io::Error::other("ffmpeg has no input")),
    };
    // Its own failure is the cause, a broken pipe only the consequence.
    let status = ffmpeg.wait()?;
    if !status.success() {
        return Err(io::Error::other(format!(
            "ffmpeg failed ({status}) on {}",
            path.display()
        )));
    }
    fed
}

/// A further input: a tone, to be given to [`write_video_with`].
pub const AUDIO: [&str; 4] = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000"];

fn feed(mut pipe: impl Write, scene: &Scene, fps: f64, seconds: f64) -> io::Result<()> {
    let frames = (fps * seconds).round() as u64;
    for first in (0..frames).step_by(BATCH as usize) {
        let batch: Vec<Yuv420> = (first..frames.min(first + BATCH))
            .into_par_iter()
            .map(|frame| scene.render(frame as f64 / fps))
            .collect();
        for picture in &batch {
            for plane in [&picture.y, &picture.u, &picture.v] {
                pipe.write_all(plane)?;
            }
        }
    }
    pipe.flush()
}
