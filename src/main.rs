//! The `leakmark` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    leakmark::cli::run(std::env::args_os())
}
