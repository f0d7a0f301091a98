//! The synthetic scenes are what they claim: repeatable, moving, camera-like,
//! and fast enough to be made in every test.

use realfft::RealFftPlanner;
use testkit::video::AUDIO;
use testkit::{Kind, Scene, Yuv420, write_video, write_video_with};

const KINDS: [Kind; 3] = [Kind::HandHeld, Kind::TalkingHead, Kind::Dark];

fn mean_difference(a: &Yuv420, b: &Yuv420) -> f64 {
    let sum: u64 =
        a.y.iter()
            .zip(&b.y)
            .map(|(a, b)| u64::from(a.abs_diff(*b)))
            .sum();
    sum as f64 / a.y.len() as f64
}

#[test]
fn the_same_seed_and_time_give_the_same_picture_in_any_order() {
    for kind in KINDS {
        let scene = Scene::new(7, kind, 320, 180);
        let (early, late) = (scene.render(0.5), scene.render(9.0));
        let again = Scene::new(7, kind, 320, 180);
        assert_eq!(again.render(9.0), late);
        assert_eq!(again.render(0.5), early);
        assert_ne!(Scene::new(8, kind, 320, 180).render(0.5), early);
    }
}

#[test]
fn only_the_hand_held_camera_moves_the_background() {
    let moved = |kind| {
        let scene = Scene::new(1, kind, 640, 360);
        mean_difference(&scene.render(1.0), &scene.render(1.2))
    };
    assert!(moved(Kind::HandHeld) > 8.0, "{}", moved(Kind::HandHeld));
    assert!(
        moved(Kind::TalkingHead) < 3.0,
        "{}",
        moved(Kind::TalkingHead)
    );
    assert!(
        moved(Kind::TalkingHead) > 0.5,
        "{}",
        moved(Kind::TalkingHead)
    );
}

#[test]
fn the_dark_scene_is_dark_and_not_black() {
    let y = Scene::new(3, Kind::Dark, 640, 360).render(2.0).y;
    let mean = y.iter().map(|&y| f64::from(y)).sum::<f64>() / y.len() as f64;
    assert!((22.0..60.0).contains(&mean), "{mean}");
}

#[test]
fn planes_have_their_sizes_and_range() {
    for (width, height) in [(64, 36), (360, 640), (1920, 1080)] {
        let picture = Scene::new(5, Kind::HandHeld, width, height).render(0.0);
        assert_eq!(picture.y.len(), width * height);
        assert_eq!(
            (picture.u.len(), picture.v.len()),
            (width * height / 4, width * height / 4)
        );
        assert!(picture.y.iter().all(|y| (16..=235).contains(y)));
    }
}

/// Slope of log power against log frequency along rows, from 4 cycles a row to a
/// quarter of the sampling rate. Rows of natural pictures have about -2.
fn spectral_slope(picture: &Yuv420) -> f64 {
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(picture.width);
    let mut power = vec![0.0; picture.width / 2 + 1];
    for row in picture.y.chunks_exact(picture.width) {
        let mean = row.iter().map(|&y| f64::from(y)).sum::<f64>() / row.len() as f64;
        let window = |x: usize| (std::f64::consts::PI * x as f64 / row.len() as f64).sin();
        let mut line: Vec<f64> = row
            .iter()
            .enumerate()
            .map(|(x, &y)| (f64::from(y) - mean) * window(x))
            .collect();
        let mut spectrum = fft.make_output_vec();
        fft.process(&mut line, &mut spectrum).unwrap();
        power
            .iter_mut()
            .zip(&spectrum)
            .for_each(|(sum, c)| *sum += c.norm_sqr());
    }
    let points: Vec<_> = (4..picture.width / 4)
        .map(|f| ((f as f64).ln(), power[f].ln(), 1.0 / f as f64))
        .collect();
    let mean = |value: fn(&(f64, f64, f64)) -> f64| {
        let weight: f64 = points.iter().map(|p| p.2).sum();
        points.iter().map(|p| value(p) * p.2).sum::<f64>() / weight
    };
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (xy, xx) = (mean(|p| p.0 * p.1) - x * y, mean(|p| p.0 * p.0) - x * x);
    xy / xx
}

#[test]
fn the_spectrum_falls_as_a_cameras_does() {
    let slope = spectral_slope(&Scene::new(2, Kind::HandHeld, 640, 360).render(1.0));
    assert!((-2.6..-1.4).contains(&slope), "hand-held {slope}");
    for kind in [Kind::TalkingHead, Kind::Dark] {
        let slope = spectral_slope(&Scene::new(2, kind, 640, 360).render(1.0));
        assert!((-4.0..-1.0).contains(&slope), "{kind:?} {slope}");
    }
}

#[test]
fn a_scene_becomes_a_video_with_sound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.mkv");
    let scene = Scene::new(4, Kind::TalkingHead, 320, 180);
    write_video(&path, &scene, 25.0, 1.0, &["-c:v", "libx264"]).unwrap();
    let codec = ["-c:v", "libx264", "-c:a", "aac"];
    write_video_with(&path, &scene, 30000.0 / 1001.0, 1.0, &AUDIO, &codec).unwrap();
    let probe = std::process::Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-count_frames",
            "-show_entries",
            "stream=codec_name,nb_read_frames",
        ])
        .args(["-of", "csv=p=0"])
        .arg(&path)
        .output()
        .unwrap();
    let streams = String::from_utf8(probe.stdout).unwrap();
    assert!(
        streams.starts_with("h264,30") && streams.contains("aac"),
        "{streams}"
    );
    assert!(write_video(&path, &scene, 25.0, 1.0, &["-c:v", "no-such-codec"]).is_err());
}

/// `cargo test --release --test scene -- --ignored --nocapture`
#[test]
#[ignore = "prints how fast scenes are made"]
fn speed() {
    for kind in KINDS {
        let began = std::time::Instant::now();
        let scene = Scene::new(1, kind, 640, 360);
        let built = began.elapsed();
        let began = std::time::Instant::now();
        let frames = 100;
        (0..frames).for_each(|frame| drop(scene.render(f64::from(frame) / 25.0)));
        let fps = f64::from(frames) / began.elapsed().as_secs_f64();
        println!("{kind:?}: {fps:.0} frames a second on one thread, built in {built:?}");
    }
}
