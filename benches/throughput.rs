//! The throughput bench: how fast leakmark is beside FFmpeg's own tools.
//!
//! ```text
//! clip ─┬─ leakmark mark (not read back)  against  ffmpeg, same codec, crf and preset
//!       │  the same for four distributors at once
//!       └─ marked copy ─ leakmark scan    against  ffmpeg -f null (decoding alone)
//!
//! with --long, on films of that many minutes:
//!   scan: marked, the same at 720p CRF 35, never marked   against  decoding their keyframes
//! and on two minutes, or cuts of them:
//!   scan --full; many small files in one scan             against  ffmpeg -f null
//!   reading a copy back                                   against  decoding its keyframes
//!   scan with 1,000,000 distributors                      against  scan with 100
//! ```
//!
//! All take turns within one run, so that a busy machine is busy for all of
//! them; medians of time, processor time and peak memory, and their ratios, are
//! printed beside what they should be. `cargo bench --bench throughput
//! -- --help` lists the options. Without the `ffmpeg` command it says so and
//! succeeds.

#[path = "throughput/options.rs"]
mod options;

#[path = "throughput/child.rs"]
mod child;
#[path = "throughput/clip.rs"]
mod clip;
#[path = "throughput/house.rs"]
mod house;
#[path = "throughput/long.rs"]
mod long;
#[path = "throughput/race.rs"]
mod race;
#[path = "throughput/rivals.rs"]
mod rivals;
#[path = "throughput/taken.rs"]
mod taken;

use std::process::ExitCode;

use clap::Parser;
use options::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        println!("throughput: skipped, it runs only under `cargo bench`");
        return ExitCode::SUCCESS;
    }
    if let Err(why) = clip::ffmpeg_is_there() {
        println!("throughput: skipped, {why}");
        return ExitCode::SUCCESS;
    }
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("throughput: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let work = tempfile::tempdir().map_err(|e| format!("no folder to work in: {e}"))?;
    let clip = clip::find(options, work.path())?;
    let house = house::open(options, &clip, work.path())?;
    println!("clip          {clip}");
    println!("marked copy   {}", house.copy);
    println!("settings      {}", options.words());
    let long = options
        .long
        .map(|minutes| long::make(minutes, options, &clip, &house.few, work.path()))
        .transpose()?;
    let mut racers = race::racers(options, &clip, &house);
    if let Some(long) = &long {
        house::crowd(options, &house)?;
        racers.extend(race::long_racers(options, &house, long, racers.len()));
    }
    let taken = race::run(&racers, options.runs)?;
    race::print(&racers, &taken);
    Ok(())
}
