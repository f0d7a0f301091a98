//! A registry's titles are recognized by what lies beside it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kit::program::{ended, folder, leakmark, registry_of};
use leakmark::detect::{Bin, BinGatherer, Masters, grid_size};
use leakmark::job::{Home, Recognizer};
use leakmark::luma::Plane;
use testkit::{Kind, Scene, write_video};

/// The upper left 70 % of a scene, mirrored, as bins of an exhibit that begins at `start_s`.
fn bins(scene: &Scene, start_s: f64) -> Vec<Bin> {
    let grid = grid_size(448, 252, 448);
    let mut gatherer = BinGatherer::default();
    for frame in 0..50 {
        let time_s = f64::from(frame) / 25.0;
        let picture = scene.render(start_s + time_s).y;
        let cut = Plane::from_shape_fn(grid, |(row, column)| {
            let (x, y) = (
                (column as f64 + 0.5) / grid.1 as f64,
                (row as f64 + 0.5) / grid.0 as f64,
            );
            let at = |part: f64, length: usize| ((part * length as f64) as usize).min(length - 1);
            f32::from(picture[at(y * 0.7, 360) * 640 + at((1.0 - x) * 0.7, 640)])
        });
        gatherer.push(time_s, &cut);
    }
    gatherer.finish()
}
#[test]
fn a_title_is_recognized_and_what_is_lost_is_made_again() {
    let dir = folder("recognize");
    registry_of(&dir, 1, "recognize");
    let home = dir.join("home");
    let film = Scene::new(41, Kind::HandHeld, 640, 360);
    let x264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "16"];
    write_video(&dir.join("film.mp4"), &film, 25.0, 6.0, &x264).unwrap();
    let run = |args: &[&str]| ended(leakmark(&home).current_dir(&dir).args(args), 0);
    run(&["title", "add", "film.mp4", "--id", "film"]);

    let exhibit = bins(&film, 2.6);
    let found = || {
        let home = Home::open(&home).unwrap();
        Recognizer::of(&home).unwrap().known(&exhibit)
    };
    let is_film = || {
        let found = found();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].title, "film");
        assert!(found[0].orientation.mirrored && !found[0].negative);
        let title_s = found[0].offset_s + found[0].rate;
        assert!((title_s - 3.6).abs() < 0.15, "{found:?}");
    };
    is_film();

    let sketch = only_file(&home.join("sketches"));
    fs::remove_file(&sketch).unwrap();
    is_film();
    fs::write(&sketch, "leakmark sketch 1\nsomething else").unwrap();
    is_film();
    assert!(
        fs::metadata(&sketch).unwrap().len() > 1000,
        "it was made again"
    );

    let other = bins(&Scene::new(42, Kind::HandHeld, 640, 360), 2.6);
    let recognizer = Recognizer::of(&Home::open(&home).unwrap()).unwrap();
    assert_eq!(recognizer.known(&other), [], "another film");

    run(&["title", "reference", "drop", "film"]);
    assert_eq!(found(), [], "its reference was given up");
    assert!(!sketch.exists());
}

/// The one file in a folder.
fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    files[0].path()
}
