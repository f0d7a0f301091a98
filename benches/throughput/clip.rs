//! Finds the clip, or makes one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child;
use super::options::Options;

use testkit::{Kind, Scene, write_video};

const FPS: f64 = 25.0;
const SECONDS: f64 = 20.0;

/// A film and how many frames it has.
pub struct Clip {
    pub path: PathBuf,
    pub frames: u64,
    pub seconds: f64,
    shape: String,
}

impl fmt::Display for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        write!(f, "{name}, {}, {} frames", self.shape, self.frames)
    }
}

impl Clip {
    /// The film at `path`, its frames counted by decoding them.
    pub fn open(path: &Path) -> Result<Self, String> {
        let entries = "stream=codec_name,width,height,duration,nb_read_frames";
        let mut ffprobe = Command::new("ffprobe");
        ffprobe
            .args(["-v", "error", "-select_streams", "v:0", "-count_frames"])
            .args(["-show_entries", entries, "-of", "csv=p=0"])
            .arg(path);
        let printed = child::run_well(&mut ffprobe)?;
        let fields: Vec<&str> = printed.trim().split(',').collect();
        let [codec, width, height, seconds, frames] = fields[..] else {
            return Err(format!(
                "ffprobe said {printed:?} of {}: expected a film",
                path.display()
            ));
        };
        Ok(Self {
            path: path.to_owned(),
            frames: frames
                .parse()
                .map_err(|_| format!("ffprobe counted {frames:?} frames"))?,
            // Some containers do not say: 25 frames a second is near enough.
            seconds: seconds
                .parse()
                .or_else(|_| frames.parse().map(|n: f64| n / FPS))
                .map_err(|_| format!("ffprobe gave {seconds:?} as a duration"))?,
            shape: format!("{codec} {width}x{height}"),
        })
    }

    /// The film at `path`, which is this clip `times` over.
    pub fn repeated(path: PathBuf, clip: &Self, times: u64) -> Self {
        Self {
            path,
            frames: clip.frames * times,
            seconds: clip.seconds * times as f64,
            shape: clip.shape.clone(),
        }
    }
}

/// Says why nothing can be measured, if so.
pub fn ffmpeg_is_there() -> Result<(), String> {
    for program in ["ffmpeg", "ffprobe"] {
        child::run_well(Command::new(program).arg("-version"))
            .map_err(|why| format!("no {program} to compare with: {why}"))?;
    }
    Ok(())
}

/// The clip asked for, or a synthetic one made in `work`.
pub fn find(options: &Options, work: &Path) -> Result<Clip, String> {
    if let Some(path) = &options.clip {
        return Clip::open(path);
    }
    println!("making a clip");
    let path = work.join("scene.mp4");
    let scene = Scene::new(2014, Kind::HandHeld, 1920, 1080);
    let codec = ["-c:v", "libx264", "-crf", "16", "-preset", "fast"];
    write_video(&path, &scene, FPS, SECONDS, &codec).map_err(|e| format!("no clip: {e}"))?;
    Clip::open(&path)
}
