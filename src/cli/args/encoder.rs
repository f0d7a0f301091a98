//! How copies are encoded, as it can be typed for every command that encodes some.

use std::path::PathBuf;

use clap::Args;

use super::values;
use crate::job::{MarkRequest, PRESETS, VideoCodec};

/// Flags of the encoder.
#[derive(Debug, Args)]
pub struct Encoder {
    /// Video codec of the copies
    ///
    /// HEVC (H.265) files are smaller, take several times as long to make, and play on
    /// fewer devices. Example: --codec hevc
    #[arg(long, default_value = default().codec.name(), value_parser = values::codec())]
    pub codec: VideoCodec,

    /// Quality of the encode: constant rate factor, 0 (best) to 51 (smallest)
    ///
    /// Default: 21 for h264, 23 for hevc. High values cost picture and evidence alike.
    /// Example: --crf 18
    #[arg(long, value_name = "N", value_parser = values::crf)]
    pub crf: Option<f32>,

    /// Speed of the encoder, from ultrafast (largest files) to placebo (smallest)
    ///
    /// Slower ones make smaller files of the same quality. Example: --preset slow
    #[arg(long, value_name = "NAME", default_value_t = default().preset, hide_possible_values = true,
          value_parser = clap::builder::PossibleValuesParser::new(PRESETS))]
    pub preset: String,
}

/// The request whose defaults are the flags' defaults.
fn default() -> MarkRequest {
    MarkRequest::new(PathBuf::new(), Vec::new())
}
