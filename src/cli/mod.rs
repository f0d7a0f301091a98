//! Words on a terminal: arguments, progress bars, exit codes.
//! Nothing else in this crate prints or exits.
//!
//! ```text
//! words typed ─ args ─ Typed ─ order ─ Order ─ command ─ job, registry
//!                                                │
//!                    standard output: results ───┤
//!                    standard error: words, bars ┴─ Exit (see `exit`)
//! ```
//!
//! Exit codes: 0 done (and the answer is yes), 1 the answer is no, 2 usage or
//! registry error, 3 a file could not be read or written, 70 internal fault,
//! 130 interrupted. With `--json`, a failure is told on standard output too. The module `exit` says what that means for each command.

mod args;
mod command;
mod console;
mod exit;
mod gauges;
mod interrupt;
mod mark_order;
mod order;
mod pace;
mod progress;
mod session;
mod setting;
mod table;
mod validate_order;
mod variants_order;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::Typed;
pub use args::definition;
use exit::Exit;
use order::Order;
use session::Session;

use crate::error::Error;
use crate::evidence::Failure;
use crate::evidence::failure::{asks_for_json, of_arguments};
use crate::job::share_memory;

/// Runs the program with these arguments, the first of which is its own name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    share_memory();
    let args: Vec<OsString> = args.into_iter().collect();
    let json = asks_for_json(&args);
    let exit = match Typed::try_parse_from(&args) {
        Ok(typed) => obey(typed, &args, json),
        Err(answer) => tell(&answer, json),
    };
    exit.into()
}

fn obey(typed: Typed, words: &[OsString], json: bool) -> Exit {
    let Order { setting, task } = match Order::of(typed, words) {
        Ok(order) => order,
        Err(error) => {
            console::complain(&format!("leakmark: {error}"));
            return fail(&error, json);
        }
    };
    let session = Session::new(setting);
    command::run(&session, &task).unwrap_or_else(|error| {
        session.fail(&error);
        fail(&error, json)
    })
}

/// The exit for `error`, which is printed as JSON if that was asked for.
fn fail(error: &Error, json: bool) -> Exit {
    let exit = Exit::of(error);
    if json {
        console::state(&Failure::new(error, exit.code()).to_json());
    }
    exit
}

/// Prints the help that was asked for, or what is wrong with the arguments.
fn tell(answer: &clap::Error, json: bool) -> Exit {
    if !answer.use_stderr() {
        // Nobody is left to tell if this fails.
        let _ = answer.print();
        return Exit::Done;
    }
    let text = answer.to_string();
    let said = match text.strip_prefix("error: ") {
        Some(problem) => format!("leakmark: {problem}"),
        None => text.clone(),
    };
    // Line by line: a file name taken for a flag is quoted in the answer.
    said.trim_end().lines().for_each(console::complain);
    fail(&of_arguments(&text), json)
}
