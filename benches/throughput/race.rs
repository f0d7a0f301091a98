//! This module lets everybody take turns, and prints who needed how long.

use std::path::Path;
use std::process::Command;

use super::child;
use super::clip::Clip;
use super::house::{self, FEW, House, LEAKER, MANY};
use super::long::Long;
use super::options::Options;

/// One thing that is timed.
pub struct Racer<'a> {
    name: String,
    command: Box<dyn Fn() -> Command + 'a>,
    /// What its output must hold.
    proof: &'static str,
    /// The place of the racer that it is compared with.
    against: Option<usize>,
    /// Exit code 1, "nobody was named", is right.
    may_name_nobody: bool,
    /// Frames of its film, if not the clip.
    frames: Option<u64>,
}

/// The places of the racers.
const DECODE: usize = 1;
const TRANSCODE: usize = 3;
const SCAN_FEW: usize = 0;
const SCAN_MANY: usize = 4;

/// Everybody, each beside its rival.
pub fn racers<'a>(options: &'a Options, clip: &'a Clip, house: &'a House) -> Vec<Racer<'a>> {
    let marked = house.work.join("again.mp4");
    let plain = house.work.join("plain.mp4");
    vec![
        racer(
            format!("leakmark scan, {FEW} distributors"),
            Box::new(|| scan(options, &house.few, &house.copy)),
            LEAKER,
            Some(DECODE),
        ),
        racer(
            "ffmpeg -f null, same file".into(),
            Box::new(|| decode(options, &house.copy)),
            "",
            None,
        ),
        racer(
            "leakmark mark --no-verify".into(),
            Box::new(move || house::mark(&house.few, options, clip, &marked)),
            "",
            Some(TRANSCODE),
        ),
        racer(
            "ffmpeg transcode, same settings".into(),
            Box::new(move || transcode(options, clip, &plain)),
            "",
            None,
        ),
        racer(
            format!("leakmark scan, {MANY} distributors"),
            Box::new(|| scan(options, &house.many, &house.copy)),
            LEAKER,
            Some(SCAN_FEW),
        ),
    ]
}

/// Scans of long films, each beside the decoding of its keyframes.
pub fn long_racers<'a>(
    options: &'a Options,
    house: &'a House,
    long: &'a Long,
    first: usize,
) -> Vec<Racer<'a>> {
    let pair = |name: &str, film: &'a Clip, proof: &'static str, place: usize| {
        let length = format!("{:.0} min", film.seconds / 60.0);
        let mut scanning = racer(
            format!("leakmark scan, {name} {length}"),
            Box::new(|| scan(options, &house.few, film)),
            proof,
            Some(place + 1),
        );
        scanning.may_name_nobody = proof.is_empty();
        scanning.frames = Some(film.frames);
        let mut decoding = racer(
            format!("ffmpeg keyframes, {name} {length}"),
            Box::new(|| keyframes(film)),
            "",
            None,
        );
        decoding.frames = Some(film.frames);
        [scanning, decoding]
    };
    let mut racers: Vec<Racer<'a>> = pair("marked", &long.marked, LEAKER, first).into();
    racers.extend(pair("unmarked", &long.unmarked, "", first + 2));
    racers
}

/// One thread: frame threads only slow keyframes down.
fn keyframes(from: &Clip) -> Command {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-v", "error", "-nostdin", "-threads", "1"])
        .args(["-skip_frame", "nokey", "-i"])
        .arg(&from.path)
        .args(["-map", "0:v:0", "-f", "null", "-"]);
    command
}

fn racer<'a>(
    name: String,
    command: Box<dyn Fn() -> Command + 'a>,
    proof: &'static str,
    against: Option<usize>,
) -> Racer<'a> {
    Racer {
        name,
        command,
        proof,
        against,
        may_name_nobody: false,
        frames: None,
    }
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

fn scan(options: &Options, home: &Path, copy: &Clip) -> Command {
    let mut command = house::leakmark(home, options);
    command.arg("scan").arg(&copy.path).arg("--json");
    command
}

fn decode(options: &Options, from: &Clip) -> Command {
    let mut command = ffmpeg(options, from);
    command.args(["-map", "0:v:0", "-f", "null", "-"]);
    command
}

fn transcode(options: &Options, from: &Clip, to: &Path) -> Command {
    let mut command = ffmpeg(options, from);
    command
        .args(["-map", "0:v:0", "-map", "0:a?", "-c:a", "copy"])
        .args(["-c:v", options.encoder(), "-crf", &options.crf.to_string()])
        .args(["-preset", &options.preset])
        .arg(to);
    command
}

/// Seconds of every run of every racer, in turns.
pub fn run(racers: &[Racer<'_>], runs: u32) -> Result<Vec<Vec<f64>>, String> {
    let mut seconds = vec![Vec::new(); racers.len()];
    for turn in 1..=runs {
        println!("turn {turn} of {runs}");
        for (racer, seconds) in racers.iter().zip(&mut seconds) {
            let ended = child::run(&mut (racer.command)(), None)?;
            let well = ended.code == Some(0) || racer.may_name_nobody && ended.code == Some(1);
            if !well || !ended.stdout.contains(racer.proof) {
                return Err(format!("{}: {}", racer.name, ended.complaint()));
            }
            seconds.push(ended.seconds);
        }
    }
    seconds.iter_mut().for_each(|s| s.sort_by(f64::total_cmp));
    Ok(seconds)
}

/// The table: medians, ranges and ratios.
pub fn print(racers: &[Racer<'_>], seconds: &[Vec<f64>], clip: &Clip) {
    let median = |s: &[f64]| (s[(s.len() - 1) / 2] + s[s.len() / 2]) / 2.0;
    println!();
    println!(
        "{:<36} {:>9} {:>8} {:>15}  beside",
        "what", "frames/s", "seconds", "range"
    );
    for (racer, all) in racers.iter().zip(seconds) {
        let own = median(all);
        let beside = racer.against.map_or(String::new(), |rival| {
            let ratio = own / median(&seconds[rival]);
            format!("{ratio:.2} times as long as {}", racers[rival].name)
        });
        let line = format!(
            "{:<36} {:>9.1} {own:>8.2} {:>7.2}-{:<7.2}  {beside}",
            racer.name,
            racer.frames.unwrap_or(clip.frames) as f64 / own,
            all[0],
            all[all.len() - 1],
        );
        println!("{}", line.trim_end());
    }
    let added = median(&seconds[SCAN_MANY]) - median(&seconds[SCAN_FEW]);
    println!();
    println!("{MANY} distributors instead of {FEW} add {added:.2} s to a scan");
}
