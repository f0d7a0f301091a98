//! Tests that FFmpeg takes every attack of the repository.
#![allow(clippy::print_stderr, reason = "a test says why it is skipped")]

use std::path::Path;

use super::super::ffmpeg::Ffmpeg;
use super::{Attack, Input, Library, arguments};
use crate::job::Silent;

/// A tiny film that FFmpeg makes by itself.
const FILM: &str = "testsrc2=s=320x180:r=12:d=1.5,format=yuv420p";
const INPUT: Input = Input {
    width: 320,
    height: 180,
    fps: 12.0,
    duration_s: 1.5,
    seed: 7,
};

/// FFmpeg's command, or why the test is skipped: never where everything must be there.
fn ffmpeg() -> Option<Ffmpeg> {
    let found = Ffmpeg::find(Path::new("ffmpeg"), &Silent::default());
    if let Err(why) = &found {
        let skips_nothing = std::env::var_os("LEAKMARK_SKIP_NOTHING").is_some();
        assert!(!skips_nothing, "LEAKMARK_SKIP_NOTHING is set: {why}");
        eprintln!("skipped: {why}");
    }
    found.ok()
}

/// The filter of an attack's first step, as it is handed over.
fn filter(attack: &Attack) -> String {
    let words = arguments(&attack.recipe.steps[0], attack.recipe.copies, &INPUT);
    let place = words
        .iter()
        .position(|w| w == "-vf" || w == "-filter_complex");
    let filter = words[place.expect("a filter") + 1].clone();
    match attack.recipe.copies {
        1 => format!("[0:v]{filter}"),
        _ => filter,
    }
}

#[test]
fn every_filter_is_accepted() {
    let Some(ffmpeg) = ffmpeg() else { return };
    let library = Library::open(&[]).expect("read");
    for attack in library.attacks() {
        let lacking = attack.filters().find(|f| !ffmpeg.filters(f));
        assert_eq!(lacking, None, "{}", attack.name);
        let mut words: Vec<String> = vec!["-v".into(), "error".into()];
        for _ in 0..attack.recipe.copies {
            words.extend(["-f", "lavfi", "-i", FILM].map(String::from));
        }
        words.extend(["-filter_complex".into(), filter(attack)]);
        words.extend(["-t", "0.3", "-f", "null", "-"].map(String::from));
        let ran = ffmpeg.run(&words, &Silent::default());
        assert!(
            ran.is_ok(),
            "{}: {}",
            attack.name,
            ran.err().map_or(String::new(), |e| e.to_string())
        );
    }
}

#[test]
fn every_encoder_is_accepted_with_its_options() {
    let Some(ffmpeg) = ffmpeg() else { return };
    let folder = tempfile::tempdir().expect("folder");
    let library = Library::open(&[]).expect("read");
    let mut seen: Vec<&super::Encoder> = Vec::new();
    for attack in library.attacks() {
        for step in &attack.recipe.steps {
            if seen.contains(&&step.encoder) {
                continue;
            }
            seen.push(&step.encoder);
            if !ffmpeg.encodes(&step.encoder.name) {
                eprintln!("skipped: this ffmpeg has no {}", step.encoder.name);
                continue;
            }
            let plain = super::Step {
                filter: None,
                ..step.clone()
            };
            let to = folder
                .path()
                .join(format!("{}.{}", seen.len(), attack.recipe.container));
            let film = ["-v", "error", "-f", "lavfi", "-i", FILM].map(String::from);
            let words = film
                .into_iter()
                .chain(arguments(&plain, 1, &INPUT))
                .chain([to.to_string_lossy().into_owned()]);
            let ran = ffmpeg.run(words, &Silent::default());
            assert!(
                ran.is_ok(),
                "{}: {}",
                attack.name,
                ran.err().map_or(String::new(), |e| e.to_string())
            );
        }
    }
    assert!(seen.len() > 20);
}
