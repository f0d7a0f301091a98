//! Films of one house put together in one file: each has a result of its own, and nobody
//! else is named.

use std::path::{Path, PathBuf};

use leakmark::evidence::{FindingCode, Report, from_json};
use testkit::{Kind, Scene, write_video};

use crate::kit::program::{done, ffmpeg, folder, out, registry_of, run, text};

/// Length of a film, seconds.
const FILM_S: f64 = 12.0;
const X264: [&str; 6] = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "22"];

/// A house of ten distributors and two films, of each of which two copies are made.
struct House {
    dir: PathBuf,
    home: PathBuf,
}

impl House {
    fn new() -> Self {
        let dir = folder("joined_films");
        let house = Self {
            home: registry_of(&dir, 10, "joined films"),
            dir,
        };
        for (name, seed, to) in [("day", 31, "d03,d05"), ("night", 77, "d03,d08")] {
            let master = house.path(&format!("{name}.mp4"));
            let scene = Scene::new(seed, Kind::TalkingHead, 640, 360);
            write_video(&master, &scene, 25.0, FILM_S, &X264).unwrap();
            let copies = house.path("copies");
            let mark = ["mark", text(&master), "--to", to, "--no-verify"];
            done(&house.home, &[&mark[..], &["-o", text(&copies)]].concat());
        }
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn copy(&self, film: &str, distributor: &str) -> PathBuf {
        self.path("copies")
            .join(format!("{film}.{distributor}.mp4"))
    }

    /// Pieces (film, from, to) in seconds, one after another in one file, scanned.
    fn joined(&self, name: &str, pieces: &[(&Path, f64, f64)]) -> Report {
        let to = self.path(&format!("{name}.mp4"));
        let mut args = Vec::new();
        for (film, ..) in pieces {
            args.extend(["-i", text(film)]);
        }
        let part = |(i, (_, from, to)): (usize, &(&Path, f64, f64))| {
            format!("[{i}:v]trim={from}:{to},setpts=PTS-STARTPTS[p{i}];")
        };
        let parts: String = pieces.iter().enumerate().map(part).collect();
        let names: String = (0..pieces.len()).map(|i| format!("[p{i}]")).collect();
        let graph = format!("{parts}{names}concat=n={}:v=1:a=0[out]", pieces.len());
        args.extend(["-filter_complex", &graph, "-map", "[out]"]);
        args.extend(X264);
        args.push(text(&to));
        ffmpeg(&args);
        let reports = self.path("reports");
        let scan = ["scan", "--json", "--out", text(&reports), text(&to)];
        let told = out(&run(&self.home, &scan));
        from_json(told.lines().next().unwrap()).unwrap()
    }
}

/// (title, distributor) of all that are named, in the order of titles.
fn named(report: &Report) -> Vec<(String, String)> {
    let of = report.of_titles().flat_map(|of| {
        let named = of.attributions.iter();
        named.map(move |a| (of.title.unwrap().id.clone(), a.distributor.clone()))
    });
    let mut all: Vec<(String, String)> = of.collect();
    all.sort();
    all
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = expected
        .iter()
        .map(|(t, d)| ((*t).to_owned(), (*d).to_owned()));
    owned.collect()
}

/// Asserts that the exhibit shows `title` from one exhibit second to another, that second
/// being `title_s` of the title.
fn shows(report: &Report, title: &str, from_s: f64, to_s: f64, title_s: f64) {
    let own = report.title.as_ref().is_some_and(|t| t.id == title);
    let pieces = match own {
        true => &report.sync.as_ref().unwrap().pieces,
        false => {
            let mut others = report.other_titles.iter();
            &others.find(|other| other.title.id == title).unwrap().pieces
        }
    };
    let near = |a: f64, b: f64, by: f64| (a - b).abs() <= by;
    // The pilot tells slots apart, and half a slot is hard to see.
    assert!(
        pieces.iter().any(|p| near(p.exhibit_start_s, from_s, 0.6)
            && near(p.exhibit_end_s, to_s, 0.6)
            && near(p.title_start_s - p.exhibit_start_s, title_s - from_s, 1.0)),
        "{title} from {from_s} to {to_s}: {pieces:?}"
    );
}

#[test]
fn every_film_of_an_exhibit_is_attributed_with_its_times() {
    let house = House::new();
    let (day, night3, night8) = (
        house.copy("day", "d03"),
        house.copy("night", "d03"),
        house.copy("night", "d08"),
    );

    let report = house.joined("two", &[(&day, 0.0, 8.0), (&night8, 0.0, 8.0)]);
    assert_eq!(named(&report), pairs(&[("day", "d03"), ("night", "d08")]));
    shows(&report, "day", 0.0, 8.0, 0.0);
    shows(&report, "night", 8.0, 16.0, 0.0);
    let told = |report: &Report, code| report.findings.iter().any(|f| f.code == code);
    assert!(told(&report, FindingCode::SeveralTitles));
    assert!(!told(&report, FindingCode::SeveralSources));
    packs_hold(&house, "two");

    let report = house.joined("same", &[(&day, 0.0, 8.0), (&night3, 4.0, 12.0)]);
    assert_eq!(named(&report), pairs(&[("day", "d03"), ("night", "d03")]));
    shows(&report, "day", 0.0, 8.0, 0.0);
    shows(&report, "night", 8.0, 16.0, 4.0);

    let master = house.path("night.mp4");
    let report = house.joined("unmarked", &[(&day, 0.0, 8.0), (&master, 0.0, 8.0)]);
    assert_eq!(named(&report), pairs(&[("day", "d03")]));
    shows(&report, "day", 0.0, 8.0, 0.0);
    assert!(!told(&report, FindingCode::SeveralTitles));
}

/// Packs of both titles are made and hold against report and exhibit.
fn packs_hold(house: &House, name: &str) {
    let report = house.path(&format!("reports/{name}.mp4.report.json"));
    let exhibit = house.path(&format!("{name}.mp4"));
    let key = out(&done(&house.home, &["-q", "registry", "key"]));
    for title in ["day", "night"] {
        let pack = house.path(&format!("{title}.pack.json"));
        let make = ["pack", "make", text(&report), "--title", title];
        done(&house.home, &[&make[..], &["-o", text(&pack)]].concat());
        let verify = ["pack", "verify", text(&pack), "--report", text(&report)];
        let more = ["--exhibit", text(&exhibit), "--registry-key", key.trim()];
        done(&house.home, &[&verify[..], &more].concat());
    }
}
