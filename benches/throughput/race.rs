//! Lets everybody take turns, and prints who needed how much.

use std::path::Path;
use std::process::Command;

use super::clip::Clip;
use super::house::{self, FEW, House, LEAKER};
use super::long::Long;
use super::options::Options;
use super::rivals::{decode, keyframes, transcode};
use super::taken::{self, Taken};

/// One thing that is measured.
pub struct Racer<'a> {
    name: String,
    command: Box<dyn Fn() -> Command + 'a>,
    /// What its output must hold.
    proof: &'static str,
    /// The place of the racer that it is compared with, and how often that one
    /// would have to run to do as much.
    against: Option<(usize, f64)>,
    /// The ratio that it must not exceed.
    bar: Option<f64>,
    /// Exit code 1, "nobody was named", is right.
    may_name_nobody: bool,
}

impl<'a> Racer<'a> {
    fn new(name: impl Into<String>, command: impl Fn() -> Command + 'a) -> Self {
        Self {
            name: name.into(),
            command: Box::new(command),
            proof: "",
            against: None,
            bar: None,
            may_name_nobody: false,
        }
    }

    /// Names the leaker.
    fn naming(mut self) -> Self {
        self.proof = LEAKER;
        self
    }

    fn against(mut self, place: usize, times: f64) -> Self {
        self.against = Some((place, times));
        self
    }

    fn bar(mut self, bar: f64) -> Self {
        self.bar = Some(bar);
        self
    }
}

/// Copies marked at once.
const AT_ONCE: [&str; 4] = [
    "outlet-00042",
    "outlet-00043",
    "outlet-00044",
    "outlet-00045",
];

/// Scan, mark and their rivals on the clip itself.
pub fn racers<'a>(options: &'a Options, clip: &'a Clip, house: &'a House) -> Vec<Racer<'a>> {
    let (marked, plain) = (house.work.join("again.mp4"), house.work.join("plain.mp4"));
    let (folder, few) = (house.work.join("copies"), &house.few);
    vec![
        Racer::new("scan of the clip", || scan(options, few, [&house.copy]))
            .naming()
            .against(1, 1.0),
        Racer::new("ffmpeg, every frame", || decode(options, &house.copy)),
        Racer::new("mark --no-verify", move || {
            house::mark(few, options, clip, LEAKER, &marked)
        })
        .against(3, 1.0)
        .bar(1.12),
        Racer::new("ffmpeg, same encoding", move || {
            transcode(options, clip, &plain)
        }),
        Racer::new("mark --no-verify for four", move || {
            house::mark(few, options, clip, &AT_ONCE.join(","), &folder)
        })
        .against(3, 1.0)
        .bar(4.1),
    ]
}

/// What is measured on long films; `first` racers come before.
pub fn long_racers<'a>(
    options: &'a Options,
    house: &'a House,
    long: &'a Long,
    first: usize,
) -> Vec<Racer<'a>> {
    let (few, minutes) = (&house.few, long.marked.seconds / 60.0);
    let film = |name: &str, film: &'a Clip, bar: f64, place: usize| {
        let scanned = Racer::new(format!("scan, {name} {minutes:.0} min"), move || {
            scan(options, few, [film])
        });
        let decoded = Racer::new("ffmpeg, its keyframes", move || keyframes(film));
        [scanned.against(place + 1, 1.0).bar(bar), decoded]
    };
    let mut racers: Vec<Racer<'a>> = Vec::new();
    for (name, clip, bar) in [
        ("marked", &long.marked, 1.3),
        ("720p CRF 35", &long.worn, 2.0),
    ] {
        let [scanned, decoded] = film(name, clip, bar, first + racers.len());
        racers.extend([scanned.naming(), decoded]);
    }
    let [mut scanned, decoded] = film("unmarked", &long.unmarked, 3.0, first + racers.len());
    scanned.may_name_nobody = true;
    racers.extend([scanned, decoded]);
    let place = first + racers.len();
    racers.push(
        Racer::new("scan --full, 2 min", || {
            let mut full = scan(options, few, [&long.piece]);
            full.arg("--full");
            full
        })
        .naming()
        .against(place + 1, 1.0)
        .bar(1.25),
    );
    racers.push(Racer::new("ffmpeg, every frame", || {
        decode(options, &long.piece)
    }));
    racers.push(
        Racer::new("reading a copy back, 2 min", || {
            let mut verify = house::leakmark(few, options);
            verify.args(["copy", "verify"]).arg(&long.piece.path);
            verify
        })
        .against(place + 3, 1.0),
    );
    racers.push(Racer::new("ffmpeg, its keyframes", || {
        keyframes(&long.piece)
    }));
    racers.extend(crowds(options, house, long, place + 4));
    racers
}

/// Many files, and many distributors.
fn crowds<'a>(
    options: &'a Options,
    house: &'a House,
    long: &'a Long,
    first: usize,
) -> Vec<Racer<'a>> {
    let files = long.small.len();
    vec![
        Racer::new(format!("scan of {files} files of 8 s"), || {
            scan(options, &house.few, &long.small)
        })
        .naming()
        .against(first + 1, files as f64),
        Racer::new("ffmpeg, every frame of one", || {
            decode(options, &long.small[0])
        }),
        Racer::new(
            format!("scan of 1 min, {} distributors", options.distributors),
            || scan(options, &house.many, [&long.minute]),
        )
        .naming()
        .against(first + 3, 1.0),
        Racer::new(format!("scan of 1 min, {FEW} distributors"), || {
            scan(options, &house.few, [&long.minute])
        })
        .naming(),
    ]
}

fn scan<'a>(options: &Options, home: &Path, films: impl IntoIterator<Item = &'a Clip>) -> Command {
    let mut command = house::leakmark(home, options);
    command.arg("scan").arg("--json");
    command.args(films.into_iter().map(|film| &film.path));
    command
}

/// What every run of every racer took, in turns.
pub fn run(racers: &[Racer<'_>], runs: u32) -> Result<Vec<Vec<Taken>>, String> {
    let mut all: Vec<Vec<Taken>> = racers.iter().map(|_| Vec::new()).collect();
    for turn in 1..=runs {
        println!("turn {turn} of {runs}");
        for (racer, taken) in racers.iter().zip(&mut all) {
            let run = taken::run(&mut (racer.command)())?;
            let ended = &run.ended;
            let well = ended.code == Some(0) || racer.may_name_nobody && ended.code == Some(1);
            if !well || !ended.stdout.contains(racer.proof) {
                return Err(format!(
                    "{}: exit {:?}: {}",
                    racer.name, ended.code, ended.stderr
                ));
            }
            taken.push(run);
        }
    }
    Ok(all)
}

/// The table: medians and ratios.
pub fn print(racers: &[Racer<'_>], all: &[Vec<Taken>]) {
    println!();
    println!(
        "{:<36} {:>8} {:>10} {:>7}  times {:>9} {:>7}  of",
        "what", "seconds", "processor", "MB", "processor", "seconds"
    );
    for (racer, taken) in racers.iter().zip(all) {
        let own = [seconds, processor].map(|of| median(taken, of));
        let line = format!(
            "{:<36} {:>8.2} {:>10.2} {:>7.0}",
            racer.name,
            own[0],
            own[1],
            median(taken, |t| t.peak_mb),
        );
        let Some((rival, times)) = racer.against else {
            println!("{line}");
            continue;
        };
        let theirs = [seconds, processor].map(|of| times * median(&all[rival], of));
        let bar = racer
            .bar
            .map_or(String::new(), |bar| format!(", bar {bar}"));
        println!(
            "{line}        {:>9.2} {:>7.2}  {}{bar}",
            own[1] / theirs[1],
            own[0] / theirs[0],
            racers[rival].name
        );
    }
}

fn seconds(taken: &Taken) -> f64 {
    taken.ended.seconds
}

fn processor(taken: &Taken) -> f64 {
    taken.processor_s
}

fn median(taken: &[Taken], of: impl Fn(&Taken) -> f64) -> f64 {
    let mut all: Vec<f64> = taken.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    (all[(all.len() - 1) / 2] + all[all.len() / 2]) / 2.0
}
