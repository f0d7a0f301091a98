//! This module cuts masters out of clips: the first seconds, video only,
//! copied packet by packet where the result decodes to exactly the clip's
//! frames, else encoded again as good as lossless.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::clips::Clip;
use super::setting::Setting;
use super::{cache, child, pool};

/// How far a timestamp may move: Matroska keeps milliseconds.
const TIME_TOLERANCE_S: f64 = 0.0021;

/// A master to mark.
pub struct Master {
    /// The file.
    pub path: PathBuf,
    /// Hash of its bytes.
    pub hash: String,
    /// Its length.
    pub duration_s: f64,
}

/// Cuts every clip's master.
pub fn cut_all(setting: &Setting) -> Vec<Result<Master, String>> {
    pool::map("masters", setting.jobs, &setting.clips, |clip| {
        cut(setting, clip)
    })
}

fn cut(setting: &Setting, clip: &Clip) -> Result<Master, String> {
    let name = format!(
        "{}-{}-{}.mkv",
        clip.id,
        setting.length_name(),
        cache::hash_file(&clip.path)?
    );
    let path = setting.work.join("masters").join(name);
    let length_s = (!setting.options.whole).then_some(setting.options.seconds);
    cache::keep_file(&path, |part| {
        let mut expected = frame_times_s(&clip.path)?;
        expected.retain(|time_s| length_s.is_none_or(|length_s| *time_s < length_s - 1e-6));
        if copy_packets(&clip.path, part, length_s).is_ok() && same_frames(part, &expected)? {
            return Ok(());
        }
        encode_again(&clip.path, part, length_s)?;
        if same_frames(part, &expected)? {
            Ok(())
        } else {
            Err(format!(
                "{}: the cut has not the clip's {} frames",
                clip.id,
                expected.len()
            ))
        }
    })?;
    Ok(Master {
        hash: cache::hash_file(&path)?,
        duration_s: duration_s(&path)?,
        path,
    })
}

fn ffmpeg(input: &Path, length_s: Option<f64>) -> Command {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-nostdin", "-v", "error", "-y", "-i"])
        .arg(input);
    if let Some(length_s) = length_s {
        command.args(["-t", &length_s.to_string()]);
    }
    command
}

/// Copies the first video stream of a file, or its beginning, as it is.
pub fn copy_packets(input: &Path, output: &Path, length_s: Option<f64>) -> Result<(), String> {
    let mut command = ffmpeg(input, length_s);
    child::run_well(command.args(["-map", "0:v:0", "-c", "copy"]).arg(output)).map(|_| ())
}

fn encode_again(input: &Path, output: &Path, length_s: Option<f64>) -> Result<(), String> {
    let mut command = ffmpeg(input, length_s);
    command.args(["-map", "0:v:0", "-fps_mode", "passthrough"]);
    command.args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "1"]);
    child::run_well(command.arg(output)).map(|_| ())
}

fn same_frames(file: &Path, expected_s: &[f64]) -> Result<bool, String> {
    let times_s = frame_times_s(file)?;
    let close = |(a, b): (&f64, &f64)| (a - b).abs() < TIME_TOLERANCE_S;
    Ok(times_s.len() == expected_s.len() && times_s.iter().zip(expected_s).all(close))
}

fn ffprobe(file: &Path, entries: &str) -> Result<String, String> {
    let mut command = Command::new("ffprobe");
    command.args([
        "-v",
        "error",
        "-select_streams",
        "v:0",
        "-show_entries",
        entries,
    ]);
    child::run_well(command.args(["-of", "default=nw=1:nk=1"]).arg(file))
}

/// When each decoded frame is shown, counted from the first.
fn frame_times_s(file: &Path) -> Result<Vec<f64>, String> {
    let text = ffprobe(file, "frame=best_effort_timestamp_time")?;
    let mut times_s: Vec<f64> = text
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .collect();
    times_s.sort_by(f64::total_cmp);
    let first_s = *times_s
        .first()
        .ok_or_else(|| format!("no frames in {}", file.display()))?;
    times_s.iter_mut().for_each(|time_s| *time_s -= first_s);
    Ok(times_s)
}

/// A file's length as its container states it.
pub fn duration_s(file: &Path) -> Result<f64, String> {
    let text = ffprobe(file, "format=duration")?;
    text.trim()
        .parse()
        .map_err(|_| format!("{} states no duration", file.display()))
}
