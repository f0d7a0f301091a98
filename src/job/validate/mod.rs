//! Finds out what a mark withstands, on films of the user's own.
//!
//! ```text
//! films ─ excerpts ─ cut ─ master ─┬─ mark ───────── marked ───┬─ attack ─ scan ─ cells
//!                                  └─ strength 0 ─── unmarked ─┴─ attack ─ scan ─ controls
//!                                       └─ picture: PSNR, VMAF, ColorVideoVDP, size
//! cells, controls ─ dossier
//! ```
//!
//! Everything is done to excerpts, in test registries of its own. Every result is kept
//! in the work folder under a key of all it depends on, so that a run that was
//! interrupted goes on where it stopped, and one that is repeated does nothing anew.

mod attack;
mod attacked;
mod beginnings;
mod cell;
mod compose;
mod copies;
mod excerpt;
mod ffmpeg;
mod house;
mod jod;
mod outcome;
mod picture;
mod pool;
mod request;
mod trial;
mod work;

pub use attack::{Attack, Library, UNTOUCHED};
pub use request::ValidateRequest;
pub use trial::Trial;
