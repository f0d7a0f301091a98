//! The robustness bench: `leakmark validate` on a folder of clips, held against the
//! bars that the project holds itself to.
//!
//! ```text
//! clips ─ leakmark validate (see `job::validate`) ─ dossier ─┬─ speeds and places against the truth
//!                                                           ├─ summary against bars
//!                                                           └─ tsv
//! ```
//!
//! `LEAKMARK_BIN` names another build to measure. Everything is kept in a work folder,
//! so that an interrupted run goes on where it stopped. `cargo bench --bench robustness
//! -- --help` lists the options. Where the clips are absent, it says so and succeeds.

/// The parts of the bench, in flow order.
mod robustness {
    pub mod options;
    pub mod run;

    pub mod bars;
    pub mod summary;
    pub mod truth;
    pub mod tsv;
}

use std::process::ExitCode;

use clap::Parser;
use robustness::options::Options;
use robustness::{run, summary, truth, tsv};

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        println!("robustness: skipped, it runs only under `cargo bench`");
        return ExitCode::SUCCESS;
    }
    match bench(&options) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("robustness: {message}");
            ExitCode::from(2)
        }
    }
}

fn bench(options: &Options) -> Result<ExitCode, String> {
    let clips = match run::clips(options) {
        Ok(clips) => clips,
        Err(why) => {
            println!("robustness: skipped, {why}");
            return Ok(ExitCode::SUCCESS);
        }
    };
    let dossier = run::validate(options, &clips)?;
    truth::print(&dossier);
    let clean = summary::print(&dossier);
    if let Some(path) = &options.tsv {
        tsv::write(&dossier, path)?;
    }
    Ok(match clean {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
