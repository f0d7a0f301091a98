//! `leakmark-verify`: checks what a registry of leakmark hands out, without leakmark,
//! its registry or its secret. For the other side's expert.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the program: it prints"
)]

mod args;

use std::process::ExitCode;

use clap::Parser;
use leakmark_core::error::{Error, Result};
use leakmark_evidence::check::{
    Answer, NOTHING_MORE, ReportGiven, verify_pack, verify_receipts, verify_report,
};
use leakmark_evidence::escape::{plain, plain_json};
use leakmark_evidence::failure::{asks_for_json, of_arguments};
use leakmark_evidence::timestamp::verify_timestamp;
use leakmark_evidence::{Check, Failure};

use args::{Command, Typed};

fn main() -> ExitCode {
    let json = asks_for_json(std::env::args_os());
    let typed = match Typed::try_parse() {
        Ok(typed) => typed,
        Err(answer) => {
            let refused = answer.use_stderr();
            if json && refused {
                fail(&of_arguments(&answer.to_string()));
            }
            // Nobody is left to tell if this fails.
            let _ = answer.print();
            return if refused { 2 } else { 0 }.into();
        }
    };
    match checks(&typed.command).and_then(|checks| show(&checks, json)) {
        Ok(code) => code.into(),
        Err(error) => {
            eprintln!("{}", plain(&format!("leakmark-verify: {error}")));
            if json {
                fail(&error);
            }
            code(&error).into()
        }
    }
}

/// Prints the error as JSON.
fn fail(error: &Error) {
    println!(
        "{}",
        plain_json(&Failure::new(error, code(error)).to_json())
    );
}

fn checks(command: &Command) -> Result<Vec<Check>> {
    match command {
        Command::Report(typed) => verify_report(
            &typed.report,
            &ReportGiven {
                key: typed.key.as_deref(),
                registry_key: typed.registry_key.as_deref(),
                exhibit: typed.exhibit.as_deref(),
            },
        ),
        Command::Pack(typed) => verify_pack(
            &typed.pack,
            typed.registry_key.as_deref(),
            typed.report.as_deref(),
        ),
        Command::Receipt(typed) => verify_receipts(
            &typed.receipt,
            typed.registry_key.as_deref(),
            typed.copy.as_deref(),
        ),
        Command::Timestamp(typed) => verify_timestamp(&typed.stamped),
    }
}

/// Prints what was checked; the exit code that it comes to.
fn show(checks: &[Check], json: bool) -> Result<u8> {
    let answer = Answer::new(checks, NOTHING_MORE);
    if json {
        let text =
            serde_json::to_string(&answer).map_err(|e| Error::Internal(format!("no JSON: {e}")))?;
        println!("{}", plain_json(&text));
    } else {
        answer.lines().for_each(|line| println!("{}", plain(&line)));
    }
    Ok(answer.conclusion().exit_code())
}

/// The exit code for an error.
fn code(error: &Error) -> u8 {
    match error {
        Error::Unreadable { .. } | Error::Unwritable { .. } => 3,
        Error::Internal(_) => 70,
        _ => 2,
    }
}
