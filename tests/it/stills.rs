//! Still and animated images of all formats that are met: each is read as the same
//! picture in PNG is.

use std::fs;

use crate::kit::case::Case;
use crate::kit::exhibits::{ffmpeg, finds, leaked, log10_lr, report, scanned, unreadable};
use crate::kit::heif::heic;
use leakmark::evidence::{FindingCode, Report};
use leakmark::media::{Limits, Source, still_picture};

/// A case with a grey frame of the leak as `f.png`: in grey no two programs differ in what
/// the luma is.
fn framed(name: &str) -> Case {
    let case = leaked(name);
    ffmpeg(
        &case,
        "-ss 3 -i leak.mp4 -vf format=gray,format=rgb24 -frames:v 1 f.png",
    );
    case
}

/// Mean distance of a decoded still's luma from that of `f.png`, code values.
fn distance(case: &Case, file: &str) -> f64 {
    let png = image::open(case.path("f.png")).unwrap().into_luma8();
    let source = Source::open(&case.path(file)).unwrap();
    let still = still_picture(&source, &Limits::default()).unwrap();
    let still = still.unwrap_or_else(|| panic!("{file} is no still"));
    assert_eq!((still.width, still.height), png.dimensions(), "{file}");
    let luma = match still.is_rgb() {
        true => still
            .rgb(u32::MAX)
            .unwrap()
            .samples
            .into_iter()
            .step_by(3)
            .collect(),
        false => still.luma(),
    };
    assert_eq!(luma.len(), png.as_raw().len(), "{file}");
    let apart = luma.iter().zip(png.as_raw()).map(|(a, b)| a.abs_diff(*b));
    apart.map(f64::from).sum::<f64>() / luma.len() as f64
}

#[test]
fn a_still_is_read_in_every_format_as_in_png() {
    let case = framed("still_formats");
    for (file, how) in [
        ("f.bmp", ""),
        ("f.tiff", ""),
        ("f.ppm", ""),
        ("f.pgm", "-pix_fmt gray"),
        ("f.jp2", "-c:v jpeg2000 -pred 1"),
        ("f.dpx", ""),
    ] {
        ffmpeg(&case, &format!("-i f.png {how} {file}"));
        let apart = distance(&case, file);
        assert!(apart < 0.6, "{file}: {apart}");
    }
    ffmpeg(&case, "-i f.png -vf hflip mirrored.bmp");
    assert!(distance(&case, "mirrored.bmp") > 10.0, "another picture");
    // The program reads them so, and WebP.
    ffmpeg(&case, "-i f.png -lossless 1 f.webp");
    let z = |file: &str| {
        let report = report(&case, file);
        assert!(finds(&report, FindingCode::StillImage), "{file}");
        report.sync.unwrap().pilot_z
    };
    let sound = z("f.png");
    for file in ["f.webp", "f.bmp", "f.tiff"] {
        assert!(
            (z(file) - sound).abs() < 0.02,
            "{file}: {}, PNG {sound}",
            z(file)
        );
    }
}

#[test]
fn a_report_shows_the_still() {
    let case = framed("shown_still");
    ffmpeg(&case, "-i f.png f.tiff");
    case.ended(1, &["scan", "f.tiff", "--html", "reports"]);
    let page = fs::read_to_string(case.path("reports/f.tiff.report.html")).unwrap();
    assert!(page.contains("data:image/jpeg;base64,"), "no picture in it");
}

#[test]
fn a_lossy_still_is_read_nearly_as_well() {
    let case = framed("lossy_stills");
    ffmpeg(
        &case,
        "-i f.png -c:v libaom-av1 -cpu-used 8 -crf 10 -still-picture 1 f.avif",
    );
    let apart = distance(&case, "f.avif");
    assert!(apart < 2.5, "{apart}");
    ffmpeg(&case, "-i f.png -quality 95 f.webp");
    assert!(finds(&report(&case, "f.webp"), FindingCode::StillImage));
}

#[test]
fn a_heic_picture_is_read_also_in_tiles() {
    let case = framed("heic");
    let encoded = |crop: &str, name: &str| {
        let x265 = "-pix_fmt yuv420p -c:v libx265 -x265-params log-level=none:crf=8:info=0";
        ffmpeg(
            &case,
            &format!("-i f.png -vf {crop} -frames:v 1 {x265} -f hevc {name}"),
        );
        fs::read(case.path(name)).unwrap()
    };
    let whole = encoded("null", "whole.hevc");
    fs::write(case.path("f.heic"), heic(&[whole], 1, (640, 360))).unwrap();
    // Tiles of 256 × 256, the last ones beyond the picture, as phones have them.
    let tiles: Vec<Vec<u8>> = (0..6)
        .map(|n| {
            let (x, y) = (n % 3 * 256, n / 3 * 256);
            let crop = format!("pad=768:512,crop=256:256:{x}:{y}");
            encoded(&crop, "tile.hevc")
        })
        .collect();
    fs::write(case.path("tiled.heic"), heic(&tiles, 3, (640, 360))).unwrap();
    for file in ["f.heic", "tiled.heic"] {
        let apart = distance(&case, file);
        assert!(apart < 2.5, "{file}: {apart}");
    }
    assert!(finds(&report(&case, "tiled.heic"), FindingCode::StillImage));
    // Cut off, it is said to be what it is.
    let bytes = fs::read(case.path("f.heic")).unwrap();
    fs::write(case.path("cut.heic"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(case.path("head.heic"), &bytes[..60]).unwrap();
    for name in ["cut.heic", "head.heic"] {
        let (lines, code, words) = scanned(&case, &[name]);
        assert_eq!(code, 3, "{words}");
        let kind = unreadable(&lines).remove(0).1;
        assert!(
            ["damaged", "unsupported"].contains(&kind.as_str()),
            "{name}: {words}"
        );
    }
}

/// Five frames a second of the leak.
fn moving(case: &Case, name: &str, how: &str) -> Report {
    ffmpeg(case, &format!("-i leak.mp4 -an -vf fps=5 {how} {name}"));
    report(case, name)
}

#[test]
fn all_frames_of_an_animated_image_count() {
    let case = leaked("animations");
    let sound = moving(&case, "sound.mkv", "-c:v libx264 -crf 10");
    for (name, how) in [
        ("a.webp", "-c:v libwebp_anim -quality 95"),
        ("a.png", "-c:v apng -pix_fmt rgb24 -f apng"),
    ] {
        let animated = moving(&case, name, how);
        assert_eq!(animated.exhibit.frames.decoded, 88, "{name}");
        let length_s = animated.exhibit.video.duration_s.unwrap();
        assert!((length_s - 17.6).abs() < 0.05, "{name}: {length_s}");
        assert!(!finds(&animated, FindingCode::StillImage));
        let (lr, sound) = (log10_lr(&animated), log10_lr(&sound));
        assert!(
            (lr - sound).abs() < 0.15 * sound,
            "{name}: {lr}, film {sound}"
        );
    }
    // A GIF is a film to FFmpeg.
    let gif = moving(&case, "a.gif", "-f gif");
    assert_eq!(gif.exhibit.frames.decoded, 88);
}

#[test]
fn what_an_animated_image_shows_can_be_read_again() {
    let case = leaked("animation_pack");
    moving(&case, "a.webp", "-c:v libwebp_anim -quality 95");
    case.ended(0, &["scan", "a.webp", "--out", "reports"]);
    case.ended(
        0,
        &[
            "pack",
            "make",
            "reports/a.webp.report.json",
            "-o",
            "a.pack.json",
        ],
    );
    let key = case.registry_key();
    let again = [
        "pack",
        "verify",
        "a.pack.json",
        "--registry-key",
        &key,
        "--exhibit",
    ];
    case.ended(0, &[&again[..], &["a.webp"]].concat());
    case.ended(1, &[&again[..], &["leak.mp4"]].concat());
}

#[test]
fn a_cut_off_animation_is_used_as_far_as_it_goes() {
    let case = leaked("cut_animation");
    moving(&case, "a.webp", "-c:v libwebp_anim -quality 60");
    let bytes = fs::read(case.path("a.webp")).unwrap();
    fs::write(case.path("cut.webp"), &bytes[..bytes.len() * 3 / 4]).unwrap();
    let (lines, code, words) = scanned(&case, &["cut.webp"]);
    // Its decoder wants the size that its head declares: it is used, or said to be damaged.
    match code {
        3 => assert_eq!(unreadable(&lines)[0].1, "damaged", "{words}"),
        _ => assert!(lines[0]["exhibit"]["frames"]["decoded"].as_u64().unwrap() > 20),
    }
}
