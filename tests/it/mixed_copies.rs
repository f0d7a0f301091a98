//! Copies of several distributors made into one file: all of them are named, and nobody else.

use std::path::{Path, PathBuf};

use crate::kit::program::{code, done, err, ffmpeg, folder, out, registry_of, run, text};
use leakmark::evidence::{Attribution, Report, from_json};
use testkit::{Kind, Scene, write_video};

const SOURCES: [&str; 3] = ["d07", "d19", "d31"];
/// Length of the film, seconds.
const FILM_S: u32 = 30;

/// A home with 50 distributors, and the sources' copies of one film.
fn copies(dir: &Path) -> (PathBuf, Vec<PathBuf>) {
    let (home, master) = (registry_of(dir, 50, "mixed copies"), dir.join("film.mp4"));
    let scene = Scene::new(21, Kind::TalkingHead, 640, 360);
    let x264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "16"];
    write_video(&master, &scene, 25.0, f64::from(FILM_S), &x264).unwrap();
    let (to, out) = (SOURCES.join(","), dir.join("copies"));
    let mark = ["mark", text(&master), "--to", &to, "-o", text(&out)];
    done(&home, &mark);
    let of = |source: &&str| out.join(format!("film.{source}.mp4"));
    (home, SOURCES.iter().map(of).collect())
}

/// The copies made into one by this filter graph, whose output is `[out]`.
fn put_together(dir: &Path, copies: &[PathBuf], name: &str, graph: &str) -> PathBuf {
    let to = dir.join(name);
    let mut args = Vec::new();
    for copy in copies {
        args.extend(["-i", text(copy)]);
    }
    args.extend(["-filter_complex", graph, "-map", "[out]"]);
    args.extend([
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "24",
        text(&to),
    ]);
    ffmpeg(&args);
    to
}

/// Two seconds of each copy in turn; the first turn is `first` seconds long.
fn in_turns(first: u32) -> String {
    let mut cuts: Vec<u32> = (first..FILM_S).step_by(2).collect();
    cuts.insert(0, 0);
    cuts.push(FILM_S);
    let turns = cuts.windows(2).enumerate();
    let parts: String = turns
        .map(|(i, cut)| {
            let (copy, from, to) = (i % SOURCES.len(), cut[0], cut[1]);
            format!("[{copy}:v]trim={from}:{to},setpts=PTS-STARTPTS[p{i}];")
        })
        .collect();
    let names: String = (0..cuts.len() - 1).map(|i| format!("[p{i}]")).collect();
    format!("{parts}{names}concat=n={}:v=1:a=0[out]", cuts.len() - 1)
}

fn scanned(home: &Path, file: &Path) -> Report {
    let scan = run(home, &["scan", "--json", text(file)]);
    assert!([0, 1].contains(&code(&scan)), "{}", err(&scan));
    from_json(out(&scan).lines().next().unwrap()).unwrap()
}

/// What the report says of the sources, if it names them all and nobody else.
fn all_named(report: &Report, sources: &[&str]) -> Vec<Attribution> {
    let of = |source: &&str| {
        let mut named = report.attributions.iter();
        named.find(|a| a.distributor == *source).cloned()
    };
    let found: Vec<Attribution> = sources.iter().filter_map(of).collect();
    let all = (found.len(), report.attributions.len());
    assert_eq!(
        all,
        (sources.len(), sources.len()),
        "{}: {:?}",
        report.exhibit.path,
        report.attributions
    );
    found
}

/// Seconds of a source's stretches that lie in its own turns, and that do not, where a
/// turn of two seconds begins at each even second.
fn own_and_others(named: &Attribution, source: usize) -> (f64, f64) {
    let mut seconds = (0.0, 0.0);
    for half in 0..2 * FILM_S {
        let at = f64::from(half) / 2.0 + 0.25;
        let shown = |s: &leakmark::evidence::Stretch| s.title_start_s <= at && at < s.title_end_s;
        if named.stretches.iter().any(shown) {
            match half as usize / 4 % SOURCES.len() == source {
                true => seconds.0 += 0.5,
                false => seconds.1 += 0.5,
            }
        }
    }
    seconds
}

#[test]
fn every_source_of_a_spliced_or_mixed_copy_is_named_with_its_stretches() {
    let dir = folder("mixed_copies");
    let (home, copies) = copies(&dir);

    let spliced = put_together(&dir, &copies, "turns.mp4", &in_turns(2));
    let named = all_named(&scanned(&home, &spliced), &SOURCES);
    for (source, named) in named.iter().enumerate() {
        // With models of whole films alone it was 15 to 18.
        assert!(named.log10_likelihood_ratio > 25.0, "{named:?}");
        let (own, others) = own_and_others(named, source);
        assert!(
            own >= 8.0 && others <= 2.0,
            "{own} s, {others} s: {named:?}"
        );
    }

    let between = put_together(&dir, &copies, "between.mp4", &in_turns(1));
    all_named(&scanned(&home, &between), &SOURCES);

    let mean = "[0:v][1:v][2:v]mix=inputs=3[out]";
    let mean = put_together(&dir, &copies, "mean.mp4", mean);
    for named in all_named(&scanned(&home, &mean), &SOURCES) {
        let [stretch] = named.stretches.as_slice() else {
            panic!("{:?}", named.stretches);
        };
        assert!(
            stretch.exhibit_end_s - stretch.exhibit_start_s >= 20.0,
            "{stretch:?}"
        );
    }

    let halves = "[0:v]crop=iw/2:ih:0:0[l];[1:v]crop=iw/2:ih:iw/2:0[r];[l][r]hstack[out]";
    let halves = put_together(&dir, &copies, "halves.mp4", halves);
    all_named(&scanned(&home, &halves), &SOURCES[..2]);
}
