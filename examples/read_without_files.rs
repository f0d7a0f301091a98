//! Reads the mark out of pictures that come from anywhere: here raw 8-bit luma on
//! standard input, as any decoder gives it.
//!
//! ```text
//! ffmpeg -v error -i leak.mp4 -f rawvideo -pix_fmt gray - |
//!     cargo run --release --example read_without_files -- house 1280 720 25
//! ```

use std::io::Read;
use std::path::Path;

use leakmark::detect::SlotSoft;
use leakmark::error::{Error, Result};
use leakmark::job::Home;
use leakmark::luma::LumaFormat;
use leakmark::trace::{Evidence, Label, SlotEvidence, bias, score_all};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let usage = || Error::usage("expected HOME WIDTH HEIGHT FPS");
    let [home, width, height, fps] = words.as_slice() else {
        return Err(usage());
    };
    let pixels = |word: &str| word.parse::<usize>().map_err(|_| usage());
    let (width, height) = (pixels(width)?, pixels(height)?);
    let fps: f64 = fps.parse().map_err(|_| usage())?;
    let home = Home::open(Path::new(home))?;

    let format = LumaFormat {
        width,
        height,
        stride: width,
        bit_depth: 8,
        full_range: true,
    };
    let mut input = std::io::stdin().lock();
    let frames = (0..).map_while(|frame| {
        let mut luma = vec![0; width * height];
        let whole = input.read_exact(&mut luma).is_ok();
        whole.then(|| (f64::from(frame) / fps, luma))
    });
    let titles = home.registry.titles()?;
    let ids: Vec<&str> = titles.iter().map(|title| title.id.as_str()).collect();
    let readings = leakmark::read(&home.secret, &ids, format, frames)?;

    let distributors = home.registry.distributors()?;
    let first_copies = distributors
        .iter()
        .map(|distributor| Label::marked(&distributor.id, 1));
    let first_copies: Vec<Label<'_>> = first_copies.collect();
    for reading in readings {
        println!(
            "pilot {:.1}, found: {}",
            reading.sync.pilot_z, reading.sync.found
        );
        let Some(read) = reading.titles.into_iter().next() else {
            continue;
        };
        let slot = |soft: &SlotSoft| SlotEvidence {
            slot: soft.slot,
            z: soft.z,
            reliability: soft.reliability,
            bias: bias(&home.secret, &read.title, soft.slot),
        };
        let evidence = Evidence {
            title: read.title.clone(),
            slots: read.slots.iter().map(slot).collect(),
        };
        // Who is named decides `leakmark scan`: it knows which copies there are, and the bound.
        let scores = score_all(&home.secret, &evidence, &first_copies);
        for (label, score) in first_copies.iter().zip(scores) {
            println!("  {}: log10 LR {:.1}", label.distributor, score.log10_lr.0);
        }
    }
    Ok(())
}
