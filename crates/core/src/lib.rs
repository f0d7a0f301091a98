//! leakmark's signal and its detection as pure computation: it knows no file,
//! no clock and no terminal.
//!
//! ```text
//! secret ─ key ─ mark: pilot and data chips ─ detect: where, when, soft symbols ─ trace: likelihood ratios
//!                     luma: planes as numbers, under both
//! ```
//!
//! Imports point to the left and down: `trace` knows `key`; `detect` knows
//! `mark`, `luma` and `key`; `mark` knows `luma` and `key`.

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests fail by panicking"
    )
)]

pub mod detect;
pub mod error;
pub mod film;
pub mod key;
pub mod luma;
pub mod mark;
pub mod trace;
pub mod units;
