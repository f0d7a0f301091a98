//! What can be typed after `mark`.

use std::path::PathBuf;

use clap::Args;

use super::encoder::Encoder;
use super::values;
use crate::cli::exit;
use crate::job::MarkRequest;
use crate::media::LossKind;

const EXAMPLES: &str = "\
Examples:
  leakmark mark film.mov --to aurora -o film-aurora.mp4
  leakmark mark film.mov --to aurora,kernel,lux -o copies/
  leakmark mark reel2.mov --to all --title film --reel -o copies/";

/// `mark`, as typed.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::MARK))]
pub struct Mark {
    /// The unmarked film: any file that FFmpeg can read
    ///
    /// It is only read. Audio, subtitles and attachments are copied into every copy as they
    /// are. Example: film.mov
    pub master: PathBuf,

    /// Who receives a copy: ids of distributors, separated by commas, or `all`
    ///
    /// Each gets a file of their own. As many are encoded side by side as the cores and 2.5 GB
    /// of memory are for; the master is decoded once for each such group. A copy is at its place
    /// and in the registry when it is done, whatever becomes of the others. Example: --to aurora,kernel
    #[arg(
        long,
        value_name = "ID[,ID…]|all",
        required = true,
        value_delimiter = ','
    )]
    pub to: Vec<String>,

    /// File (one distributor) or folder (any number) to write to
    ///
    /// Default: beside the master, as film.aurora.mp4. The ending of a file chooses the
    /// container: .mp4, .mkv or .mov; in a folder it is the master's, or .mkv. Written beside
    /// and renamed when done: an interrupted run leaves no unfinished copy. Example: -o copies/
    #[arg(short, long, value_name = "FILE|DIR")]
    pub output: Option<PathBuf>,

    /// Id of the title that the master belongs to
    ///
    /// Default: taken from the master's file name. A new id makes a new title. Under an old one
    /// another master is refused unless --reel or --at says that it is a further part: two films
    /// of one name are two titles.
    /// Example: --title film-2026
    #[arg(long, value_name = "ID")]
    pub title: Option<String>,

    /// Time in the title at which the master begins: seconds or H:MM:SS
    ///
    /// For an excerpt or a further part, which must not overlap with another master's. The mark
    /// depends on the title's time: a wrong value makes reels of one copy contradict each other.
    /// Default: 0 in a new title, and a master marked before where it was. Example: --at 0:41:20.5
    #[arg(long, value_name = "TIME", value_parser = values::seconds)]
    pub at: Option<f64>,

    /// The master is the title's next reel: it begins where the parts so far end
    ///
    /// Default: another master under a title that is there is refused. A reel that was marked
    /// before stays where it was. Example: mark reel2.mov --to all --title film --reel
    #[arg(long, conflicts_with = "at")]
    pub reel: bool,

    /// How strong the mark is, 0 to 4
    ///
    /// More survives more (filming a screen, tiny copies) but shows more and makes the file
    /// larger; 0 encodes without a mark and records no issue, for comparison.
    /// Example: --strength 1.5
    #[arg(long, value_name = "X", default_value_t = default().strength, value_parser = values::strength)]
    pub strength: f32,

    /// How they are encoded.
    #[command(flatten)]
    pub encoder: Encoder,

    /// Leave out the distributors who got their copy of this master in an earlier run
    ///
    /// For a batch that was interrupted: those with an issue record of this master are not made
    /// again, wherever their files are now. Default: refuse if a file is there already.
    /// Example: mark film.mov --to all -o copies/ --resume
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,

    /// What copies may lose of the master, separated by commas
    ///
    /// Default: nothing that people would miss: a copy that would lose something is not issued
    /// (exit code 5), and the message names it, what would keep it, and the kind to allow here.
    /// Kinds: frames, time, sound, subtitles, captions, hdr10, hdr10-plus, dolby-vision,
    /// interlacing, aspect, size, rotation, projection, color, video. What was lost is in the issue record
    /// and the receipt. Covers, attachments, data, chapters and conversions of the picture format
    /// are only told of. Example: --allow-loss captions,hdr10-plus
    #[arg(long, value_name = "KIND[,KIND…]", value_delimiter = ',')]
    pub allow_loss: Vec<LossKind>,

    /// Mark what is there of a truncated, damaged or unfinished master
    ///
    /// Default: refuse it (exit code 5). What is missing is then in the issue record and the
    /// receipt. Example: mark film.mov --to aurora --allow-damaged
    #[arg(long)]
    pub allow_damaged: bool,

    /// Do not read the copies back at the end
    ///
    /// Default: each copy is scanned, and is kept only if it reads back to its distributor. Without
    /// that, nobody knows yet whether the copies can be traced. Example: mark film.mov --to all --no-verify
    #[arg(long)]
    pub no_verify: bool,

    /// Overwrite files that are there already
    ///
    /// Default: refuse before any work is done. The record of a copy that is overwritten
    /// stays in the registry. Example: mark film.mov --to aurora -o a.mp4 --force
    #[arg(long)]
    pub force: bool,

    /// Print one line of JSON on standard output instead of words
    ///
    /// Keys: title, frames, duration_s, notes, already_issued (of --resume: distributor, copy,
    /// issue, path, sha256), failure (null, or what ended the run after copies were issued), and copies with distributor, copy, path (null if
    /// not kept), sha256, bytes, issue (null without a record), verified {agrees, words} (null if not
    /// verified) and ledger {master, copy, lost, damage}: streams, frames and seconds that came in
    /// and went out, and what is missing. Example: leakmark mark film.mov --to all --json
    #[arg(long)]
    pub json: bool,
}

/// The request whose defaults are the flags' defaults.
fn default() -> MarkRequest {
    MarkRequest::new(PathBuf::new(), Vec::new())
}
