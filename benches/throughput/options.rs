//! Holds what was typed, and nothing else.

use std::path::PathBuf;

use clap::Parser;

/// Times scan, mark, decode and transcode side by side.
#[derive(Debug, Parser)]
#[command(name = "throughput")]
pub struct Options {
    /// Film to work on [default: a synthetic 1080p scene of 20 s, made anew]
    #[arg(long, value_name = "FILE")]
    pub clip: Option<PathBuf>,

    /// Runs of each; the median counts
    #[arg(long, value_name = "N", default_value_t = 3,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,

    /// Threads for everybody [default: what each chooses]
    #[arg(long, value_name = "N")]
    pub threads: Option<u32>,

    /// Codec to encode with: h264 or hevc
    #[arg(long, value_name = "NAME", default_value = "h264",
          value_parser = ["h264", "hevc"])]
    pub codec: String,

    /// Constant rate factor to encode at
    #[arg(long, value_name = "N", default_value_t = 21)]
    pub crf: u8,

    /// Preset to encode with
    #[arg(long, value_name = "NAME", default_value = "medium")]
    pub preset: String,

    /// Minutes of long films, made by repeating the clip: with them everything
    /// else is measured as well [default: none are made]
    #[arg(long, value_name = "MINUTES",
          value_parser = clap::value_parser!(u32).range(2..=180))]
    pub long: Option<u32>,

    /// Small files in one scan, with --long
    #[arg(long, value_name = "N", default_value_t = 24,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub files: u32,

    /// Distributors in the large registry, with --long
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub distributors: usize,

    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl Options {
    /// FFmpeg's name of the encoder.
    pub fn encoder(&self) -> &'static str {
        if self.codec == "hevc" {
            "libx265"
        } else {
            "libx264"
        }
    }

    /// The settings that everybody shares, on one line.
    pub fn words(&self) -> String {
        let threads = self
            .threads
            .map_or("threads as each chooses".to_owned(), |n| {
                format!("{n} threads")
            });
        let Self {
            codec,
            crf,
            preset,
            runs,
            ..
        } = self;
        format!("{codec}, crf {crf}, preset {preset}; {threads}; median of {runs} runs")
    }
}
