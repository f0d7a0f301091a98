//! leakmark's signal and its detection as pure computation: it knows no file,
//! no clock and no terminal.
//!
//! ```text
//! secret ─ key ─ mark: pilot and data chips ─ detect: where, when, soft symbols ─ trace: likelihood ratios
//!                     luma: planes as numbers, under both
//! ```
//!
//! Imports point to the left and down: `trace` knows `mark` and `key`; `detect` knows
//! `mark`, `luma` and, of `key`, the secret alone; `recognize` knows `detect` and `luma`;
//! `mark` knows `luma` and `key`.
//! `scripts/imports.py` keeps it so.
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | host | the unmarked master's picture |
//! | exhibit | a leaked file under examination |
//! | chip, tile | a cell of the pattern; 64 × 64 of them, repeated over the picture |
//! | extent | chips across and down a title's whole picture |
//! | pilot | the third of the chips that says where and when; keyed by the registry alone |
//! | slot | two seconds of title time, with a roll and a sign of the pilot and 64 symbols |
//! | bin | the mean of half a second of exhibit on a small grid |
//! | fold | to add all tiles of a picture onto one |
//! | track | a bin, folded and correlated with the pilot at every shift |
//! | geometry | a map from chips to samples of the grid |
//! | lattice, basis | a geometry but for where its chips begin; its pitch, turn and orientation |
//! | scale | the bins whole, at half their size, or black for white |
//! | alignment | speed, and for each bin the offset, of title time |
//! | candidate | a geometry and an alignment under it |
//! | decoy | an unrelated secret, or somebody who got no copy: what chance gives |
//! | soft symbol | signed evidence for one symbol; 0 is erased |
//! | fit | where exactly soft symbols were read: frames, geometry and alignment |

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
pub mod problem;
pub mod recognize;
pub mod trace;
pub mod units;
