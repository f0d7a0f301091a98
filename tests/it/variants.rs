//! Variants are encoded once, copies are put together from their segments, and a scan
//! names their owners.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::kit::program::{self, code, done, err, ffmpeg_in, registry_of, run, text, tool};
use leakmark::evidence::{Report, from_json};
use serde_json::Value;
use testkit::video::AUDIO;
use testkit::{Kind, Scene, write_video_with};

const SLOTS: usize = 24;
/// Whose copies are looked at.
const OWNER: &str = "d07";
const OTHER: &str = "d11";

/// A registry of twelve, a film of 48 s with sound, and eight variants of it.
struct Set {
    dir: PathBuf,
}

impl Set {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn home(&self) -> PathBuf {
        self.path("home")
    }

    fn json(&self, expected: i32, args: &[&str]) -> Value {
        let output = run(&self.home(), args);
        assert_eq!(code(&output), expected, "{args:?}: {}", err(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn mint(&self, more: &[&str]) -> Value {
        let folder = self.path("film.variants");
        self.json(
            0,
            &[&["-q", "mint", text(&folder), "--json"], more].concat(),
        )
    }

    fn scan(&self, file: &Path) -> Report {
        let out = self.path("reports");
        let output = run(
            &self.home(),
            &["-q", "scan", text(file), "--out", text(&out)],
        );
        assert!(code(&output) < 2, "{}", err(&output));
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let report = out.join(format!("{name}.report.json"));
        from_json(&fs::read_to_string(report).unwrap()).unwrap()
    }

    /// The variant of each segment of a file, and whose it is.
    fn checked(&self, expected: i32, file: &Path) -> Value {
        let folder = self.path("film.variants");
        let args = ["-q", "mint", text(&folder), "--check", text(file), "--json"];
        self.json(expected, &args)
    }
}

fn set() -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(|| {
        let dir = program::folder("variants/set");
        let home = registry_of(&dir, 12, "variants");
        let film = dir.join("film.mp4");
        let scene = Scene::new(31, Kind::HandHeld, 480, 270);
        let codec = [
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-crf",
            "16",
            "-c:a",
            "aac",
        ];
        write_video_with(&film, &scene, 12.0, 2.0 * SLOTS as f64, &AUDIO, &codec).unwrap();
        let args = "--title film --variants 8 --preset ultrafast --json";
        let folder = dir.join("film.variants");
        let mut words = vec!["-q", "variants", text(&film), "-o", text(&folder)];
        words.extend(args.split(' '));
        let made: Value = serde_json::from_slice(&done(&home, &words).stdout).unwrap();
        assert_eq!(made["segments"], SLOTS);
        let variants = made["variants"].as_array().unwrap();
        assert_eq!(variants.len(), 8);
        for read in variants {
            assert_eq!(read["slots"], SLOTS, "{read}");
            assert!(
                read["told"].as_u64().unwrap() as usize >= SLOTS - 1,
                "{read}"
            );
            assert_eq!(read["contradicting"].as_array().unwrap().len(), 0);
        }
        Set { dir }
    })
}

/// MD5 of every picture of a file.
fn pictures(set: &Set, file: &Path) -> Vec<String> {
    let args = format!("-i {} -map 0:v -f framemd5 -", text(file));
    let lines = ffmpeg_in(&set.dir, &args);
    let lines = lines.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit(',').next().unwrap().to_owned())
        .collect()
}

/// What is in the sound packets of a file.
fn sound(set: &Set, file: &Path) -> String {
    ffmpeg_in(
        &set.dir,
        &format!("-i {} -map 0:a -c copy -f md5 -", text(file)),
    )
}

fn probed(set: &Set, file: &Path, entries: &str) -> String {
    let args = format!(
        "-v error -select_streams v -show_entries {entries} -of csv=p=0 {}",
        text(file)
    );
    tool(&set.dir, "ffprobe", &args)
}

/// Each segment of a copy, whichever form it has, decodes to the pictures of the variant
/// chosen, and players have nothing to complain of.
#[test]
fn copies_are_the_pictures_of_the_variants_chosen() {
    let set = set();
    let variants: Vec<Vec<String>> = ('A'..='H')
        .map(|letter| pictures(set, &set.path(&format!("film.variants/video-{letter}.mp4"))))
        .collect();
    assert_ne!(variants[0], variants[1]);
    for (form, name) in [("mp4", "one.mp4"), ("fmp4", "joined.mp4")] {
        let file = set.path(name);
        let minted = set.mint(&["--to", "d01", "-o", text(&file), "--as", form]);
        assert_eq!(
            minted["copies"][0]["bytes"],
            fs::metadata(&file).unwrap().len()
        );
        let letters = set.checked(0, &file)["letters"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(letters.len(), SLOTS);
        let own = pictures(set, &file);
        assert_eq!(own.len(), variants[0].len());
        for (frame, md5) in own.iter().enumerate() {
            let letter = letters.as_bytes()[frame / 24] - b'A';
            assert_eq!(
                *md5,
                variants[usize::from(letter)][frame],
                "{form}, frame {frame}"
            );
        }
        assert_eq!(sound(set, &file), sound(set, &set.path("film.mp4")));
        // Pictures are shown when the master's are; joined segments have no list of edits
        // that players apply alike, so that they are counted alone.
        let times = |file: &Path| {
            let probed = probed(set, file, "packet=pts_time");
            let mut lines: Vec<String> = probed.lines().map(Into::into).collect();
            lines.sort();
            lines
        };
        let (own, master) = (times(&file), times(&set.path("film.mp4")));
        assert_eq!(own.len(), master.len(), "{form}");
        assert!(form == "fmp4" || own == master, "{form}");
    }
}

/// Without re-encoding, and after a pirate's encode, a scan names the owner.
#[test]
fn a_scan_names_the_owner_of_a_copy_and_of_each_of_two_that_were_joined() {
    let set = set();
    let marked = set.path("marked.mp4");
    let film = set.path("film.mp4");
    let args = "--title film --to d03 --preset ultrafast --no-verify";
    let mut words = vec!["-q", "mark", text(&film), "-o", text(&marked)];
    words.extend(args.split(' '));
    done(&set.home(), &words);
    let to = format!("{OWNER},{OTHER}");
    let folder = set.path("copies");
    set.mint(&["--to", &to, "-o", text(&folder)]);
    let copy = |id: &str| folder.join(format!("film.{id}.mp4"));
    let whole = set.scan(&copy(OWNER));
    let named = |report: &Report| {
        let ids = report.named().map(|named| named.distributor.clone());
        ids.collect::<Vec<String>>()
    };
    assert_eq!(named(&whole), [OWNER]);
    let attribution = &whole.attributions[0];
    assert_eq!((attribution.copy, attribution.variants), (1, Some(8)));
    let issue = attribution.issue.as_ref().expect("recorded");
    assert!(issue.receipt.text.contains("\nvariants 8\n"));
    let leak = set.path("leak.mp4");
    let encode = "-an -vf scale=-2:200 -c:v libx264 -preset veryfast -crf 28";
    ffmpeg_in(
        &set.dir,
        &format!("-i {} {encode} {}", text(&copy(OWNER)), text(&leak)),
    );
    assert_eq!(named(&set.scan(&leak)), [OWNER]);
    // Copies of both kinds are in one registry.
    assert_eq!(named(&set.scan(&marked)), ["d03"]);
    assert_eq!(set.scan(&marked).attributions[0].variants, None);
}

/// What was changed is refused, and what is not a copy is told.
#[test]
fn a_changed_folder_mints_nothing_and_a_changed_copy_is_told() {
    let set = set();
    let folder = set.path("other.variants");
    let copied = || {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        for entry in fs::read_dir(set.path("film.variants")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
    };
    let out = set.path("none.mp4");
    let refused = || {
        let args = ["-q", "mint", text(&folder), "--to", "d02", "-o", text(&out)];
        let output = run(&set.home(), &args);
        assert!(!out.exists());
        (code(&output), err(&output))
    };
    let change = |name: &str, at: &dyn Fn(usize) -> usize| {
        let path = folder.join(name);
        let mut bytes = fs::read(&path).unwrap();
        let place = at(bytes.len());
        bytes[place] ^= 1;
        fs::write(&path, bytes).unwrap();
    };
    for name in ["index.json", "movie.mp4", "init.mp4", "track-2.mp4"] {
        copied();
        change(name, &|length| length / 2);
        let (exit, said) = refused();
        assert_eq!(exit, 3, "{name}: {said}");
        assert!(
            said.contains("changed") || said.contains("no index"),
            "{name}: {said}"
        );
    }
    // One of the eight variants of every segment is in the copy.
    copied();
    let index: Value =
        serde_json::from_slice(&fs::read(folder.join("index.json")).unwrap()).unwrap();
    for (letter, file) in ('A'..).zip(index["layout"]["tracks"][0]["files"].as_array().unwrap()) {
        let segment = &file["segments"][5];
        let offset = segment["offset"].as_u64().unwrap() + segment["head"].as_u64().unwrap() + 99;
        change(&format!("video-{letter}.mp4"), &|_| offset as usize);
    }
    let (exit, said) = refused();
    assert!(
        exit == 3 && said.contains("not the one that was read back"),
        "{said}"
    );
    // A copy with one byte changed is nobody's as a whole, and whose it was is told.
    let copy = set.path("changed.mp4");
    set.mint(&["--to", "d04", "-o", text(&copy)]);
    assert_eq!(set.checked(0, &copy)["whole"], true);
    let mut bytes = fs::read(&copy).unwrap();
    let last = bytes.len() - 20_000;
    bytes[last] ^= 1;
    fs::write(&copy, bytes).unwrap();
    let checked = set.checked(1, &copy);
    let nearest = &checked["matches"][0];
    assert_eq!(nearest["distributor"], "d04");
    assert_eq!(
        nearest["differing_s"].as_array().unwrap().len(),
        1,
        "{checked}"
    );
    assert!(checked["letters"].as_str().unwrap().contains('?'));
}

/// The ranges listed are the copy, and each line's digest is in its record.
#[test]
fn listed_ranges_are_a_copy_that_is_stored_nowhere() {
    let set = set();
    let list = set.path("copies.jsonl");
    fs::write(set.path("buyers.csv"), "name,id\nB,d05\nA,d06\nB,d05\n").unwrap();
    let to = format!("@{}", text(&set.path("buyers.csv")));
    let minted = set.mint(&["--to", &to, "--ranges", "-o", text(&list)]);
    assert_eq!(minted["copies"].as_array().unwrap().len(), 2);
    let lines = fs::read_to_string(&list).unwrap();
    let mut copies = BTreeMap::new();
    for line in lines.lines() {
        let said: Value = serde_json::from_str(line).unwrap();
        let mut bytes = Vec::new();
        for range in said["ranges"].as_array().unwrap() {
            let number = |at: usize| range[at].as_u64().unwrap() as usize;
            let name = said["files"][number(0)].as_str().unwrap();
            let file = fs::read(set.path("film.variants").join(name)).unwrap();
            bytes.extend(&file[number(1)..number(1) + number(2)]);
        }
        assert_eq!(said["bytes"], bytes.len());
        let path = set.path(&format!(
            "served-{}.mp4",
            said["distributor"].as_str().unwrap()
        ));
        fs::write(&path, &bytes).unwrap();
        copies.insert(said["distributor"].as_str().unwrap().to_owned(), path);
    }
    let checked = set.checked(0, &copies["d05"]);
    assert_eq!(checked["matches"][0]["distributor"], "d05");
    assert_eq!(pictures(set, &copies["d06"]).len(), 12 * 2 * SLOTS);
    // Listed again, nobody gets another copy, and the lines are the same.
    let again = set.mint(&["--to", &to, "--ranges", "-o", text(&list), "--resume"]);
    assert_eq!(again["copies"], minted["copies"]);
    assert_eq!(fs::read_to_string(&list).unwrap(), lines);
}

/// A player of HLS sees the pictures of the copy, and hears all of its sound.
#[test]
fn playlists_play_the_copy() {
    let set = set();
    let minted = set.mint(&["--to", "d12", "--as", "hls", "-o", text(&set.dir)]);
    let list = set.path("film.d12.m3u8");
    assert_eq!(minted["copies"][0]["path"], text(&list));
    let seen = pictures(set, &list);
    assert_eq!(seen.len(), 12 * 2 * SLOTS);
    let first = |letter: char| {
        let file = set.path(&format!("film.variants/video-{letter}.mp4"));
        pictures(set, &file)[0].clone()
    };
    let of_film = fs::read_to_string(set.path("film.d12.1.m3u8")).unwrap();
    let chosen: Vec<&str> = of_film.lines().filter(|l| l.starts_with("film.")).collect();
    assert_eq!(chosen.len(), SLOTS);
    let letter = chosen[0].trim_end_matches(".mp4").chars().last().unwrap();
    assert_eq!(seen[0], first(letter));
    let unsound = set.path("film.variants");
    let args = [
        "-q",
        "mint",
        text(&unsound),
        "--to",
        "d12",
        "--as",
        "hls",
        "-o",
        ".",
    ];
    let refused = run(
        &set.home(),
        &[&args[..], &["--base", "https://a/\n#EXT"]].concat(),
    );
    assert_eq!(code(&refused), 2);
}

#[test]
fn a_batch_goes_on_and_lost_files_come_back_byte_for_byte() {
    let set = set();
    let folder = set.path("batch");
    let args = ["--to", "d08,d09,d10", "-o", text(&folder)];
    let minted = set.mint(&args);
    let first = folder.join("film.d08.mp4");
    let bytes = fs::read(&first).unwrap();
    fs::remove_file(&first).unwrap();
    let folder_of = set.path("film.variants");
    let again = [&["-q", "mint", text(&folder_of)], &args[..]].concat();
    assert_eq!(code(&run(&set.home(), &again)), 2, "files are in the way");
    let resumed = set.mint(&[&args[..], &["--resume"]].concat());
    assert_eq!(resumed["already_issued"], 2);
    assert_eq!(resumed["copies"], serde_json::json!([minted["copies"][0]]));
    assert_eq!(fs::read(&first).unwrap(), bytes);
    // Receipts, tables and codewords agree.
    done(&set.home(), &["-q", "registry", "verify"]);
}

/// Padded variants give copies of one size, whatever they are put together from.
#[test]
fn copies_of_padded_variants_have_one_size_and_one_index() {
    let set = set();
    let short = set.path("short.mp4");
    ffmpeg_in(
        &set.dir,
        &format!(
            "-i {} -t 8 -c copy {}",
            text(&set.path("film.mp4")),
            text(&short)
        ),
    );
    for codec in ["h264", "hevc"] {
        let folder = set.path(&format!("{codec}.variants"));
        let mut words = vec![
            "-q",
            "variants",
            text(&short),
            "-o",
            text(&folder),
            "--codec",
            codec,
        ];
        let more =
            format!("--title short-{codec} --equal-sizes --preset ultrafast --no-verify --json");
        words.extend(more.split(' '));
        done(&set.home(), &words);
        let copies = set.path(&format!("{codec}-copies"));
        let mint = [
            "-q",
            "mint",
            text(&folder),
            "--to",
            "d01,d02,d03,d04,d05,d06,d07,d08",
            "-o",
            text(&copies),
        ];
        done(&set.home(), &mint);
        let of = |id: &str| fs::read(copies.join(format!("{codec}.{id}.mp4"))).unwrap();
        let moov = |bytes: &[u8]| {
            let end = bytes.windows(4).position(|name| name == b"mdat").unwrap();
            bytes[..end].to_vec()
        };
        // Of so few segments some copies are alike, but not all.
        let all: Vec<Vec<u8>> = (1..=8).map(|i| of(&format!("d{i:02}"))).collect();
        let first = &all[0];
        assert!(
            all.iter()
                .all(|own| own.len() == first.len() && moov(own) == moov(first))
        );
        assert!(all.iter().any(|own| own != first));
        let file = copies.join(format!("{codec}.d01.mp4"));
        assert_eq!(
            ffmpeg_in(&set.dir, &format!("-i {} -f null -", text(&file))),
            ""
        );
        assert_eq!(pictures(set, &file).len(), 96);
    }
}

/// A film that stands still for longer than a segment cannot be cut.
#[test]
fn a_master_without_a_picture_in_some_segment_is_refused_with_the_reason() {
    let set = set();
    let still = set.path("still.mkv");
    let film = text(&set.path("film.mp4")).to_owned();
    let filter = "-an -vf setpts=if(gte(N\\,30)\\,PTS+5/TB\\,PTS) -fps_mode passthrough";
    let codec = "-c:v libx264 -preset ultrafast -t 12";
    ffmpeg_in(
        &set.dir,
        &format!("-i {film} {filter} {codec} {}", text(&still)),
    );
    let folder = set.path("still.variants");
    let output = run(
        &set.home(),
        &["-q", "variants", text(&still), "-o", text(&folder)],
    );
    assert_eq!(code(&output), 3, "{}", err(&output));
    assert!(
        err(&output).contains("no picture begins from 4.000 to 6.000 s"),
        "{}",
        err(&output)
    );
    assert!(!folder.exists());
    let left = fs::read_dir(&set.dir).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".leakmark"));
    assert_eq!(left.count(), 0, "nothing is left behind");
}
