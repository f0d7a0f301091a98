//! leakmark answers one question with evidence that holds up: this file
//! leaked — which distributor's copy is it?
//!
//! A rights holder *marks* one copy of a film for each distributor: noise-like
//! patterns, fainter than the grain of most films, that change every two
//! seconds with the copy. What turns up later is *scanned*: the patterns are read back, and a
//! report says whose copy it is and bounds the chance of naming anyone innocent. The master
//! is not needed; small pictures of it that marking kept, the title's *reference*, say where
//! to look and what to take away. This page is the map of the crate; the README shows the
//! command at work.
//!
//! # The flow of data
//!
//! ```text
//! marking     master ─ media: decode ─┬─ picture ──────────── + ─ media: encode ─ copy ─ scan ─ issue record
//!                                     │                       │
//!                                     └─ luma: activity ─ mark: gain × tile ─┐
//!             secret ─ key: streams ─┬─ pilot, data chips ───────────────────┤
//!             distributor's id ──────┴─ trace: codeword, 64 symbols a slot ──┘
//!
//! scanning    exhibit ─ media: decode ─ luma: small grid ─ detect: bins of ½ s ─ cancel the host
//!                 ─ search, register (where) ─ align (when) ─ soft symbols ─┐      pilot and data chips alone
//!                                                                   │      decide up to this line
//!             ──────────────────────────────────────────────────────┼─────────────────────────────
//!             every distributor's codeword ─ trace: likelihood ratios ─ bound ─ report
//! ```
//!
//! # The modules, in the order of the flow
//!
//! | module | what it does |
//! |---|---|
//! | [`error`], [`units`] | the few kinds of error; quantities that must not be mixed up |
//! | [`key`] | the registry's secret and every number drawn from it |
//! | [`luma`] | a plane as numbers: resample, blur, transforms, correlate, black bars |
//! | [`mod@mark`] | slots, tiles of chips, how strongly, adding it all to a picture |
//! | [`detect`] | from pictures to soft symbols: bins, host cancelling, where and when |
//! | [`recognize`] | which title, when and where, by pictures alone |
//! | [`trace`] | codewords and commitments to them, likelihood ratios, the bound on accusing anyone innocent |
//! | [`media`] | FFmpeg in and out: the only place that knows it |
//! | [`registry`] | one SQLite file: titles, distributors, issue records, receipts, audit log |
//! | [`evidence`] | what was found, as plain data, as JSON, and as HTML and PDF for people; signed envelopes, evidence packs, timestamps |
//! | [`job`] | the use cases: mark, scan, batch, validate, prove, check; they tell of events and print nothing |
//! | [`cli`] | words on a terminal: arguments, progress bars, exit codes |
//!
//! Imports point towards the top of this table. `luma`, `mark`, `detect` and
//! `trace` know neither files nor FFmpeg nor a terminal.
//!
//! # What makes the result evidence
//!
//! Symbol *j* of slot *i* of a distributor's codeword is +1 with chance
//! *p<sub>ij</sub>* (Tardos' density), drawn from a stream of the secret that
//! is the distributor's own. If soft value z was read there, then for any
//! model f of how z looks under +1 and −1
//!
//! ```text
//! LR = f(z | the distributor's symbol) / ( p · f(z | +1) + (1 − p) · f(z | −1) )
//! ```
//!
//! An innocent distributor's symbols have nothing to do with the exhibit, so
//! E\[LR\] = 1 for every z, every film, every attack and every f, and products
//! over symbols and averages over models keep that. By Markov's inequality
//! P(LR ≥ n/ε) ≤ ε/n for each innocent: at most ε for anyone innocent among n.
//! A long film is read in parts until the evidence is ample. That is allowed
//! because the next part is chosen without looking at any distributor: the LR
//! is a martingale, and Ville's inequality extends the bound to its maximum
//! over time. No Gaussian assumption and no calibration stands behind it, only
//! two musts: the secret is secret, and nothing that looks at a distributor's
//! symbols chooses geometry, alignment, reliabilities or models ([`trace`],
//! [`detect`]).
//!
//! # What makes it proof to others
//!
//! ```text
//! mark   copy ─ receipt: hashes, commitment to the codeword, time ─ signed, chained ─ registry
//!                  │
//! scan   exhibit ─ report: receipt, soft symbols (sealed), LR, bound ─ signed envelope ─ timestamp
//!                  │                    │
//! court  evidence pack: the codeword opened where the report used it ─ anybody computes the LR again
//! ```
//!
//! A receipt says that the codeword was fixed when the copy was issued, a pack
//! that the likelihood ratio follows from it and from the soft symbols. The
//! formats are defined beside their types: [`evidence::Receipt`],
//! [`evidence::EvidencePack`], [`evidence::Envelope`], [`trace::Commitment`];
//! `leakmark report schema` prints those of reports and packs. Who has the secret can
//! still forge a chain from its beginning: note a head of it elsewhere, or have
//! it stamped ([`evidence::timestamp::timestamp_request`]), before it matters.
//!
//! # Threads
//!
//! ```text
//! batch ─ exhibits side by side ─┬─ decoder threads ─ bounded channel ─ resample, bins (in order of time)
//!                                └─ rayon: bins, candidates, distributors ─ indexed collect ─ serial fold
//! marking: one decoder ─ bounded channel a copy ─ one thread a copy: mark, encode, write
//! ```
//!
//! Sums of floats are folded in the order of their index, never in the order
//! of completion: the same exhibit gives the same report byte for byte at any
//! number of threads, `timing` excepted.
//!
//! # Where to start reading
//!
//! [`mod@mark`] and [`mark::tile`] for what is in the picture; [`detect::read`] for
//! how it is found; [`trace`] for what it is worth; [`job::scan`] for how it
//! comes together. The report is defined field by field in [`evidence::Report`].
//!
//! [`mark()`], [`scan()`] and [`read()`] do the whole work in one call each.
//!
//! # An example
//!
//! Eight seconds of grainy grey film are marked for `kernel`, read back, and scored
//! against three distributors. No files, no FFmpeg:
//!
//! ```
//! use leakmark::key::Secret;
//! use leakmark::luma::{LumaFormat, LumaViewMut, Rect, SamplesMut};
//! use leakmark::mark::{EmbedSettings, Embedder, Gain};
//! use leakmark::trace::{Codeword, Evidence, Label, SlotEvidence, bias, log10_p_false, score_all};
//!
//! let format = LumaFormat { width: 480, height: 270, stride: 480, bit_depth: 8, full_range: false };
//! let secret = Secret::from_bytes([7; 32]);
//!
//! // Mark: the symbols of each slot are drawn when they are needed.
//! let mut codeword = Codeword::new(&secret, "film", "kernel", 1);
//! let settings = EmbedSettings {
//!     title: "film".into(),
//!     active: Rect::whole(format.width, format.height),
//!     pixel_aspect: 1.0,
//!     gain: Gain::DEFAULT,
//! };
//! let symbols = |slot| codeword.symbols(slot, &bias(&secret, "film", slot));
//! let mut embedder = Embedder::new(&secret, settings, symbols);
//! let frames = (0..32).map(|frame| {
//!     let time_s = f64::from(frame) / 4.0;
//!     let mut picture: Vec<u8> = (0..480 * 270).map(|i| 126 + (i * 7919 % 5) as u8).collect();
//!     embedder.mark(time_s, LumaViewMut { format, samples: SamplesMut::U8(&mut picture) });
//!     (time_s, picture)
//! });
//!
//! // Read: nobody's symbols are looked at here.
//! let mut reading = leakmark::read(&secret, &["film"], format, frames)?.remove(0);
//! assert!(reading.sync.found);
//! let slots = reading.titles.pop().expect("the film is known").slots;
//!
//! // Score: the likelihood ratio of each distributor, and what it bounds.
//! let slot = |s: &leakmark::detect::SlotSoft| SlotEvidence {
//!     slot: s.slot,
//!     z: s.z,
//!     reliability: s.reliability,
//!     bias: bias(&secret, "film", s.slot),
//! };
//! let evidence = Evidence { title: "film".into(), slots: slots.iter().map(slot).collect() };
//! let first_copies = ["aurora", "kernel", "lux"].map(|distributor| Label::marked(distributor, 1));
//! let scores = score_all(&secret, &evidence, &first_copies);
//! assert!(log10_p_false(scores[1].log10_lr, 3).0 < -6.0, "kernel is named");
//! assert!(log10_p_false(scores[0].log10_lr, 3).0 > -3.0, "aurora is not");
//! assert!(log10_p_false(scores[2].log10_lr, 3).0 > -3.0, "lux is not");
//! # Ok::<(), leakmark::error::Error>(())
//! ```
//!
//! `examples/` has programs that mark, scan, and read pictures from anywhere.
//!
//! # Words
//!
//! Host, exhibit, chip, slot, bin, candidate and the others are explained on the page
//! of [`leakmark_core`]; those of reports in the documentation's glossary.

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

pub use leakmark_core::{detect, error, film, key, luma, mark, problem, recognize, trace, units};
pub use leakmark_evidence as evidence;
pub use leakmark_media as media;
pub use leakmark_registry as registry;
pub use leakmark_render as render;

#[allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the one room that speaks"
)]
pub mod cli;
mod front_door;
pub mod job;

pub use front_door::{mark, read, scan};
