//! What can be typed after `variants`.

use std::path::PathBuf;

use clap::Args;

use super::encoder::Encoder;
use super::values;
use crate::cli::exit;
use crate::job::MarkRequest;
use crate::mark::Alphabet;
use crate::media::LossKind;

const EXAMPLES: &str = "\
Examples:
  leakmark variants film.mov --title film -o film.variants
  leakmark variants film.mov --title film -o film.variants --variants 4 --equal-sizes
  leakmark mint film.variants --to all -o copies/";

/// `variants`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::VARIANTS))]
pub struct Variants {
    /// The unmarked film: any file that FFmpeg can read
    ///
    /// It is only read, and decoded once. Example: film.mov
    pub master: PathBuf,

    /// Folder to make: a fragmented MP4 for each variant, sound and subtitles once, index.json
    ///
    /// Written beside and renamed when done. Copies are put together from it by `mint`, or by a
    /// server; keep it private, for who has all variants can make an unmarked copy.
    /// Example: -o film.variants
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,

    /// Id of the title that the master belongs to
    ///
    /// Default: taken from the master's file name. As for `mark`. Example: --title film-2026
    #[arg(long, value_name = "ID")]
    pub title: Option<String>,

    /// Time in the title at which the master begins: seconds or H:MM:SS
    ///
    /// Default: 0 in a new title, and a master marked before where it was. As for `mark`.
    /// Example: --at 0:41:20.5
    #[arg(long, value_name = "TIME", value_parser = values::seconds)]
    pub at: Option<f64>,

    /// The master is the title's next reel: it begins where the parts so far end
    ///
    /// Default: another master under a title that is there is refused.
    /// Example: variants reel2.mov --title film --reel -o reel2.variants
    #[arg(long, conflicts_with = "at")]
    pub reel: bool,

    /// How many variants there are of each two seconds: 2, 4 or 8
    ///
    /// Each is a whole encode. The more there are, the less of a copy it takes to name its
    /// owner among 100,000: three minutes of 2, one minute of 4, 36 seconds of 8. More than
    /// three who mix their copies need 4 or 8. Example: --variants 4
    #[arg(long, value_name = "N", default_value = "2", value_parser = values::alphabet())]
    pub variants: Alphabet,

    /// Pad pictures, so that all copies have the same size and the same index
    ///
    /// Default: sizes differ by a few bytes a picture, and tell whoever has two copies where
    /// they differ. A percent or two larger. Example: variants film.mov -o film.variants --equal-sizes
    #[arg(long)]
    pub equal_sizes: bool,

    /// How strong the mark is, above 0 to 4
    ///
    /// Default: 1. As for `mark`. Example: --strength 1.5
    #[arg(long, value_name = "X", default_value_t = default().strength, value_parser = values::strength)]
    pub strength: f32,

    /// How they are encoded.
    #[command(flatten)]
    pub encoder: Encoder,

    /// What copies may lose of the master, separated by commas
    ///
    /// Default: nothing that people would miss. The kinds are those of `mark`.
    /// Example: --allow-loss captions,hdr10-plus
    #[arg(long, value_name = "KIND[,KIND…]", value_delimiter = ',')]
    pub allow_loss: Vec<LossKind>,

    /// Take what is there of a truncated, damaged or unfinished master
    ///
    /// Default: refuse it (exit code 5). Example: variants film.mov -o film.variants --allow-damaged
    #[arg(long)]
    pub allow_damaged: bool,

    /// Do not read the variants back at the end
    ///
    /// Default: every variant of every slot is read, and the folder is kept only if each shows
    /// what it should. Copies are not read back: that is why. Example: variants film.mov -o film.variants --no-verify
    #[arg(long)]
    pub no_verify: bool,

    /// Replace a folder of variants that is there already
    ///
    /// Default: refuse before any work is done. Copies that were issued are traced all the
    /// same. Example: variants film.mov -o film.variants --force
    #[arg(long)]
    pub force: bool,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: title, path (null if a variant did not read back), bytes, frames, duration_s, segments, variants with slots, told,
    /// contradicting and log10_likelihood_ratio each (empty if not verified), notes.
    /// Example: leakmark variants film.mov -o film.variants --json
    #[arg(long)]
    pub json: bool,
}

/// The request whose defaults are the flags' defaults.
fn default() -> MarkRequest {
    MarkRequest::new(PathBuf::new(), Vec::new())
}
