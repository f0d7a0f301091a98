//! Makes a film to try leakmark on: twenty synthetic seconds at 720p with a tone.
//!
//! ```text
//! cargo run --release --example make_scene -- film.mp4
//! ```
//!
//! It needs the `ffmpeg` command. The film is the same in every run.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::path::PathBuf;

use testkit::video::AUDIO;
use testkit::{Kind, Scene, write_video_with};

fn main() -> std::io::Result<()> {
    let path = std::env::args_os()
        .nth(1)
        .map_or("film.mp4".into(), PathBuf::from);
    let scene = Scene::new(2014, Kind::HandHeld, 1280, 720);
    let codec = [
        "-c:v", "libx264", "-crf", "16", "-preset", "fast", "-c:a", "aac", "-b:a", "64k",
    ];
    write_video_with(&path, &scene, 25.0, 20.0, &AUDIO, &codec)
}
