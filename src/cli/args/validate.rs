//! What can be typed after `validate`.

use std::path::PathBuf;

use clap::Args;

use super::encoder::Encoder;
use super::scan::Effort;
use super::values;
use crate::cli::exit;
use crate::job::{Threshold, ValidateRequest};

const EXAMPLES: &str = "\
Examples:
  leakmark validate film.mov --out dossier/
  leakmark validate film.mov trailer.mov --attacks quick,crop,collusion --excerpts 5 --out dossier/
  leakmark validate --list
  leakmark scan leak.mp4 --out reports/ --dossier dossier/dossier.json";

/// `validate`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::VALIDATE))]
pub struct Validate {
    /// The unmarked films: any files that FFmpeg can read
    ///
    /// They are only read. Excerpts of them are marked in test registries of their own, which
    /// have nothing to do with the registry in the home folder. Example: film.mov
    #[arg(value_name = "FILM", required_unless_present = "list")]
    pub films: Vec<PathBuf>,

    /// Folder for the dossier: dossier.json, dossier.html and dossier.pdf
    ///
    /// Made if missing. Results are kept in work/ inside it: a run that was interrupted goes on
    /// there, and one that is repeated does nothing anew. Without it, and with --json, the work
    /// folder is a temporary one. Example: --out dossier/
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Print the dossier as one line of JSON on standard output
    ///
    /// Schema leakmark/dossier/1; default: a table for people. Example: leakmark validate film.mov --json
    #[arg(long)]
    pub json: bool,

    /// Sign the dossier with this key, as `leakmark report keygen` made it
    ///
    /// dossier.dsse.json is written beside the others: a DSSE envelope around an in-toto
    /// statement. With --json, it is printed instead. Default: not signed.
    /// Check it with `leakmark report verify`. Example: --sign report.key
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,

    /// List the attacks instead, with what each stands for
    ///
    /// Those of --attack-dir too. With --json, as JSON. Example: leakmark validate --list
    #[arg(long)]
    pub list: bool,

    /// Attacks: names, classes or sets of them, separated by commas; or `all`
    ///
    /// The copy as it was issued is always scanned as well. See --list for the names.
    /// Example: --attacks quick,crop,hevc40
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        default_value = "quick"
    )]
    pub attacks: Vec<String>,

    /// Folder of attack files of your own, *.toml; may be given several times
    ///
    /// Their format is that of attacks/ in the source. They run FFmpeg with whatever filters and
    /// options they name: take only such as you trust. Example: --attack-dir my-attacks/
    #[arg(long, value_name = "DIR")]
    pub attack_dir: Vec<PathBuf>,

    /// Attacks under which the controls are scanned too: unmarked, wrong secret, source missing
    ///
    /// In those, nobody may be named. They must be among the attacks chosen; `none` is the copy
    /// as it is. Example: --controls none,camcorder
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        default_value = "none"
    )]
    pub controls: Vec<String>,

    /// Excerpts of each film, spread over it, 1 to 100
    ///
    /// Fewer if the film is too short for them; one that is shorter than --seconds is one
    /// excerpt. Example: --excerpts 10
    #[arg(long, value_name = "N", default_value_t = default().excerpts,
          value_parser = clap::value_parser!(u32).range(1..=100))]
    pub excerpts: u32,

    /// Where excerpts begin in every film instead: seconds or H:MM:SS, separated by commas
    ///
    /// Default: spread over the film. Example: --at 0:10:00,0:41:20
    #[arg(long, value_name = "TIME[,TIME…]", value_delimiter = ',', value_parser = values::seconds)]
    pub at: Vec<f64>,

    /// Length of an excerpt: seconds or H:MM:SS, 1 s or more
    ///
    /// A longer leak holds more of the mark: short excerpts test it harder. Example: --seconds 30
    #[arg(long, value_name = "TIME", default_value_t = default().seconds, value_parser = values::duration)]
    pub seconds: f64,

    /// Lengths of the beginnings that are scanned by themselves, in seconds
    ///
    /// They tell how many seconds of a leak are enough. Beginnings as long as the excerpt are
    /// left out. An empty word, as in --beginnings '', scans none. Example: --beginnings 2,4,8
    #[arg(long, value_name = "S[,S…]", default_value = "3,6", value_parser = values::lengths)]
    pub beginnings: values::Lengths,

    /// A whole number that the test registry's secret, who leaks and all noise follow from
    ///
    /// The same number gives the same dossier, but for times. Example: --seed 7
    #[arg(long, value_name = "N", default_value_t = default().seed)]
    pub seed: u64,

    /// Distributors in the test registry, 2 to 100000
    ///
    /// More make it harder to be named: as many as you have is the most truthful number.
    /// Example: --distributors 500
    #[arg(long, value_name = "N", default_value_t = default().distributors,
          value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub distributors: u32,

    /// Strength of the mark, above 0 to 4, as in `mark`
    ///
    /// Example: --strength 1.5
    #[arg(long, value_name = "X", default_value_t = default().strength, value_parser = values::strength)]
    pub strength: f32,

    /// How they are encoded.
    #[command(flatten)]
    pub encoder: Encoder,

    /// How hard the scans look for geometries, as in `scan`
    ///
    /// Example: --effort deep
    #[arg(long, value_name = "EFFORT", value_enum, default_value_t = Effort::Normal)]
    pub effort: Effort,

    /// Evidence it takes to name somebody, log10, -3 or less, as in `scan`
    ///
    /// Example: --threshold -9
    #[arg(long, value_name = "LOG10", allow_hyphen_values = true,
          default_value_t = Threshold::DEFAULT.log10_p_false.0, value_parser = values::threshold)]
    pub threshold: f64,

    /// The `ffmpeg` command that makes the attacks
    ///
    /// VMAF is measured if it has libvmaf; attacks whose encoder it lacks are left out, and that
    /// is said. Example: --ffmpeg /opt/ffmpeg/bin/ffmpeg
    #[arg(long, value_name = "PROGRAM", default_value = "ffmpeg")]
    pub ffmpeg: PathBuf,

    /// Do not measure what the mark costs the picture
    ///
    /// Default: PSNR, VMAF if it can be had, ColorVideoVDP and size; ColorVideoVDP takes about a
    /// minute an excerpt. Example: leakmark validate film.mov --no-picture --out dossier/
    #[arg(long)]
    pub no_picture: bool,

    /// Cells worked on at a time, 1 to 1024; default: one a thread
    ///
    /// Each runs one FFmpeg or scan. Example: --jobs 4
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub jobs: Option<u32>,

    /// Keep the marked and attacked copies in the work folder
    ///
    /// Default: they are deleted once they are scanned, and results are kept. They trace nobody:
    /// the test registry's secret follows from the seed. Example: leakmark validate film.mov --out d/ --keep
    #[arg(long, requires = "out")]
    pub keep: bool,

    /// Take copies that another build of leakmark marked, if they are in the work folder
    ///
    /// For work on the detector: marking is not done again, and the dossier says so.
    /// Example: leakmark validate film.mov --out d/ --keep --reuse-copies
    #[arg(long, requires = "out")]
    pub reuse_copies: bool,
}

/// The request whose defaults are the flags' defaults.
fn default() -> ValidateRequest {
    ValidateRequest::new(Vec::new(), Vec::new(), PathBuf::new())
}
