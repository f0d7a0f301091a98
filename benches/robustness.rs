//! The robustness bench: what is left of the mark after what pirates do.
//!
//! ```text
//! clip ─ cut ─ master ─┬─ mark ──────── marked ─┬─ quality (against unmarked)
//!                      └─ strength 0 ── unmarked┤
//!                                               └─ attack ─ scan ─ outcome ─ tables
//! ```
//!
//! It drives the built `leakmark` as a user would (`LEAKMARK_BIN` names
//! another build to measure), and keeps everything it makes in a work
//! directory, so that an interrupted run goes on where it stopped. One run at
//! a time may use a work directory.
//!
//! `cargo bench --bench robustness -- --help` lists the options. Where the
//! clips or the attack script are absent, it says so and succeeds.

/// The parts of the bench, in flow order.
mod robustness {
    pub mod cache;
    pub mod child;
    pub mod pool;

    pub mod clips;
    pub mod options;
    pub mod setting;

    pub mod copies;
    pub mod masters;
    pub mod quality;
    pub mod sets;

    pub mod cells;
    pub mod exhibits;
    pub mod negatives;
    pub mod outcome;
    pub mod prefixes;

    pub mod bars;
    pub mod summary;
    pub mod table;
    pub mod tsv;
}

use std::process::ExitCode;

use clap::Parser;
use robustness::options::Options;
use robustness::setting::{Setting, Start};
use robustness::{cells, copies, masters, negatives, prefixes, sets, summary, table, tsv};

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        println!("robustness: skipped, it runs only under `cargo bench`");
        return ExitCode::SUCCESS;
    }
    match run(options) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("robustness: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: Options) -> Result<ExitCode, String> {
    let setting = match Setting::open(options)? {
        Start::Ready(setting) => *setting,
        Start::Skipped(why) => {
            println!("robustness: skipped, {why}");
            return Ok(ExitCode::SUCCESS);
        }
    };
    let masters = masters::cut_all(&setting);
    let set = sets::open(&setting)?;
    let copies = copies::make_all(&setting, &set, masters);
    let outcomes = cells::scan_all(&setting, &set, &copies);
    let mut unwanted = negatives::scan_all(&setting, &set, &copies);
    let shortest = prefixes::find_all(&setting, &set, &copies, &outcomes);
    unwanted.extend(prefixes::wrong(&setting, &shortest));

    table::print(&setting, &copies, &outcomes);
    prefixes::print(&setting, &copies, &shortest);
    let clean = summary::print(&setting, &copies, &outcomes, &unwanted);
    tsv::write(&setting, &copies, &outcomes, &unwanted, &shortest)?;
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
