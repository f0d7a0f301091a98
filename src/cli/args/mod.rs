//! Says what can be typed, and nothing of what it means: it
//! touches no file. The texts here are the help that `--help` prints.

mod case;
mod common;
mod distributor;
mod encoder;
mod form;
mod issue;
mod mark;
mod mint;
mod pack;
mod reference;
mod registry;
mod report;
mod scan;
mod timestamp;
mod validate;
mod values;
mod variants;

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{CommandFactory, Parser, Subcommand};

pub use common::Common;
pub use distributor::{Distributor, DistributorCommand, Revoke};
pub use form::Form;
pub use issue::{ExportIssues, Issue, IssueCommand, Which};
pub use mark::Mark;
pub use mint::Mint;
pub use pack::{MakePack, Pack, PackCommand, VerifyPack};
pub use reference::ReferenceCommand;
pub use registry::{List, Registry, RegistryCommand, Restore, Title, TitleCommand};
pub use report::{KeygenReport, Report, ReportCommand, Schema, SchemaOf, Verify};
pub use scan::{Copy, CopyCommand, Scan, VerifyCopy};
pub use timestamp::{Timestamp, TimestampCommand};
pub use validate::Validate;
pub use variants::Variants;

use super::exit;
use crate::job::library_version;

const EXAMPLES: &str = "\
First steps:
  leakmark init
  leakmark distributor add aurora --name \"Aurora Cinémas\"
  leakmark mark film.mov --to aurora -o film-aurora.mp4
  leakmark scan leak.mp4";

/// Finds who leaked a film, with evidence that can be checked
///
/// Mark one copy per distributor before handing it out. When a copy turns up where it should
/// not, scan it: leakmark reads the mark back, names the distributor whose copy it is, and
/// bounds the chance that it names anyone innocent.
///
/// Results go to standard output, words for people to standard error.
#[derive(Debug, Parser)]
#[command(name = "leakmark", version, long_version = long_version(), max_term_width = 100,
          after_help = format!("{EXAMPLES}\n\n{}\n\n`scan`, `mark`, `copy verify` and whatever \
                                checks answer a question as well: their --help says how.", exit::COMMON))]
pub struct Typed {
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do, as typed.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a registry and its secret in the home folder
    ///
    /// Makes leakmark.db and leakmark.key (readable by its owner only). What is there already is
    /// never overwritten. Without the secret no copy can ever be traced: back it up.
    #[command(after_help = "Example:\n  leakmark init --home /srv/leakmark")]
    Init {
        /// Make a new registry for an old secret whose registry is lost
        ///
        /// Default: refuse where a key file is there without its registry, for a backup of
        /// leakmark.db would be better: the new registry knows nothing of the copies that
        /// were issued, and gives their codewords again. Example: leakmark init --old-key
        #[arg(long)]
        old_key: bool,

        /// Print one line of JSON on standard output
        ///
        /// Keys: registry and secret (their files), id, public_key.
        /// Example: leakmark init --json | jq -r .public_key
        #[arg(long)]
        json: bool,
    },
    /// Keep the list of those who receive copies
    Distributor(Distributor),
    /// Keep the list of films
    Title(Title),
    /// Make one marked copy of a film for each distributor
    Mark(Mark),
    /// Encode a film in two, four or eight variants, to put copies together from
    ///
    /// For outlets where every buyer can download a file: a film is encoded a few times, and each
    /// buyer's copy is put together from the segments by `mint`, at the speed of the disk.
    Variants(Box<Variants>),
    /// Put a copy together for each recipient from the segments of variants
    ///
    /// Every copy has its own choice of variants, from which `scan` names its owner. Nothing
    /// is encoded.
    Mint(Mint),
    /// Show what was sent to whom
    Issue(Issue),
    /// Look for the mark in leaked files, and say whose copies they are
    Scan(Box<Scan>),
    /// Find out what the mark withstands, on films of your own
    ///
    /// Takes excerpts, marks them in test registries, does to them what pirates do, scans, and
    /// writes a dossier: what was attributed after how many seconds, that nobody innocent was
    /// named, what the mark costs the picture. No registry is needed.
    Validate(Box<Validate>),
    /// Check marked copies before they leave the house
    Copy(Copy),
    /// Sign, check, stamp and describe reports
    Report(Report),
    /// Open a codeword to those who doubt a report, and check what was opened
    Pack(Pack),
    /// Check the registry itself, back it up, and show what was done on it
    Registry(Registry),
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  leakmark completions bash > ~/.local/share/bash-completion/completions/leakmark"
    )]
    Completions {
        /// The shell
        ///
        /// Example: zsh
        shell: clap_complete::Shell,
    },
    /// Write manual pages
    #[command(hide = true)]
    Man {
        /// Folder to write them to; it must be there
        dir: PathBuf,
    },
    /// `copy verify`
    #[command(hide = true)]
    VerifyCopy(VerifyCopy),
    /// `registry audit`
    #[command(hide = true)]
    Audit(List),
    /// `report keygen`
    #[command(hide = true)]
    KeygenReport(KeygenReport),
    /// `report verify`
    #[command(hide = true)]
    Verify(Verify),
    /// `report timestamp`
    #[command(hide = true)]
    Timestamp(Timestamp),
    /// `report schema`
    #[command(hide = true)]
    Schema(Schema),
    /// `pack make`
    #[command(hide = true)]
    EvidencePack(MakePack),
    /// `pack verify`
    #[command(hide = true)]
    VerifyPack(VerifyPack),
}

/// Version, commit and FFmpeg libraries, made once.
fn long_version() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let commit = option_env!("LEAKMARK_COMMIT").unwrap_or("unknown");
        format!(
            "{}\ncommit {commit}\nFFmpeg {}",
            env!("CARGO_PKG_VERSION"),
            library_version()
        )
    })
}

/// The command line as clap knows it: every command, flag and help text.
pub fn definition() -> clap::Command {
    Typed::command()
}
