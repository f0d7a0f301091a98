//! What everything is compared with: the ffmpeg command.

use std::path::Path;
use std::process::Command;

use super::clip::Clip;
use super::options::Options;

/// Decodes every frame.
pub fn decode(options: &Options, from: &Clip) -> Command {
    let mut command = ffmpeg(options, from);
    command.args(["-map", "0:v:0", "-f", "null", "-"]);
    command
}

/// Decodes the keyframes alone. One thread: frame threads only slow them down.
pub fn keyframes(from: &Clip) -> Command {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-v", "error", "-nostdin", "-threads", "1"])
        .args(["-skip_frame", "nokey", "-i"])
        .arg(&from.path)
        .args(["-map", "0:v:0", "-f", "null", "-"]);
    command
}

/// Encodes as `leakmark mark` does.
pub fn transcode(options: &Options, from: &Clip, to: &Path) -> Command {
    let mut command = ffmpeg(options, from);
    command
        .args(["-map", "0:v:0", "-map", "0:a?", "-c:a", "copy"])
        .args(["-c:v", options.encoder(), "-crf", &options.crf.to_string()])
        .args(["-preset", &options.preset])
        .arg(to);
    command
}

fn ffmpeg(options: &Options, from: &Clip) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]);
    threads(&mut command, options);
    command.arg("-i").arg(&from.path);
    threads(&mut command, options);
    command
}

fn threads(command: &mut Command, options: &Options) {
    if let Some(threads) = options.threads {
        command.args(["-threads", &threads.to_string()]);
    }
}
