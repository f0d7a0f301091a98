//! The schedule of reading a film: which parts, in which order, by
//! which decoder.
//!
//! ```text
//! spread   ├──▪▪▪────▪▪▪────▪▪▪────▪▪▪──┤   windows far apart, each from a keyframe on
//! all      ├───────┼───────┼───────┼────┤   stretches that begin at keyframes, each
//!           1 5      2 6     3 7     4 8    read by one decoder, window after window
//! ```
//!
//! A window begins where its decoder has to begin anyway: nothing is decoded
//! only to be thrown away.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::job::scan::film::plan::{Plan, WINDOW_S, in_turns};
use crate::job::scan::film::segment::Stretch;
use crate::job::scan::film::window::{Decoding, Gathered, Survey, Window};

/// Bytes that the pictures inside all decoders may need.
const PICTURES: usize = 256 << 20;
/// Pictures inside a decoder: references and those that wait for their turn.
const HELD: usize = 8;

/// Stretches of a film that is read as a whole. Each has a decoder that waits
/// for its turn; more would need more memory.
const STRETCHES: usize = 4;
/// Stretches shorter than this are not worth a decoder, seconds.
const LEAST_S: f64 = 8.0;
/// A stretch is read in windows of at most this length, seconds: rather in a few
/// long ones, in which more can be told of the host.
const LONGEST_S: f64 = 1.25 * WINDOW_S;
/// A spread window begins at most this long before its place, seconds, however
/// far the keyframe is.
const LEAD_S: f64 = 16.0;

/// The parts of a film in the order in which they are read.
pub(crate) struct Schedule {
    parts: Vec<Part>,
    /// Empty if parts are far apart: then each opens the film for itself.
    stretches: Vec<Mutex<Option<Stretch>>>,
    side_by_side: usize,
}

struct Part {
    window: Window,
    stretch: usize,
}

impl Schedule {
    /// What the plan comes to in the film at hand.
    pub fn new(decoding: &Decoding<'_>, survey: &Survey, plan: &Plan) -> Result<Self> {
        let room = room(survey);
        let one_after_another = |windows: Vec<Window>| {
            let part = |window| Part { window, stretch: 0 };
            Ok(Self {
                parts: windows.into_iter().map(part).collect(),
                stretches: vec![Mutex::new(Some(Stretch::open(decoding, survey, 0.0)?))],
                side_by_side: 1,
            })
        };
        match plan {
            Plan::Whole(window) => one_after_another(vec![*window]),
            Plan::Onwards { windows } => {
                let window = |i: usize| Window {
                    start_s: i as f64 * WINDOW_S,
                    end_s: (i + 1) as f64 * WINDOW_S,
                };
                one_after_another((0..*windows).map(window).collect())
            }
            Plan::All { duration_s } => {
                Self::all((decoding, survey), *duration_s, room.min(STRETCHES))
            }
            Plan::Spread(windows) => {
                let part = |&window| Part { window, stretch: 0 };
                Ok(Self {
                    parts: windows.iter().map(part).collect(),
                    stretches: Vec::new(),
                    side_by_side: room,
                })
            }
        }
    }

    fn all(
        (decoding, survey): (&Decoding<'_>, &Survey),
        duration_s: f64,
        stretches: usize,
    ) -> Result<Self> {
        let mut open: Vec<(f64, Stretch)> = Vec::new();
        for i in 0..stretches {
            let from_s = duration_s * i as f64 / stretches as f64;
            let stretch = match Stretch::open(decoding, survey, from_s) {
                // What cannot be sought in is read from its beginning.
                Err(Error::Unreadable { .. }) if i > 0 => continue,
                stretch => stretch?,
            };
            let first_s = if i == 0 { Some(0.0) } else { stretch.next_s() };
            let after = |s: &f64| open.last().is_none_or(|(before, _)| s - before > LEAST_S);
            if let Some(first_s) = first_s.filter(after) {
                open.push((first_s, stretch));
            }
        }
        let starts: Vec<f64> = open.iter().map(|(first_s, _)| *first_s).collect();
        let ends = starts.iter().skip(1).copied().chain([duration_s + LEAST_S]);
        let whole = starts.iter().copied().zip(ends);
        let longest_s = whole.clone().map(|(s, e)| e - s).fold(0.0, f64::max);
        // As many windows each, so that no two parts of one stretch are decoded at once.
        let count = (longest_s / LONGEST_S).ceil().max(1.0) as usize;
        let windows = whole.map(|(s, e)| split(s, e, count)).collect();
        Ok(Self {
            parts: in_turns(windows)
                .into_iter()
                .map(|(stretch, window)| Part { window, stretch })
                .collect(),
            side_by_side: open.len(),
            stretches: open.into_iter().map(|(_, s)| Mutex::new(Some(s))).collect(),
        })
    }

    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// How many consecutive parts may be decoded side by side.
    pub fn side_by_side(&self) -> usize {
        self.side_by_side.min(self.parts.len())
    }

    /// Decodes one part. Gives up, with [`Error::Interrupted`], if it becomes
    /// `unwanted`.
    pub fn gather(
        &self,
        decoding: &Decoding<'_>,
        survey: &Survey,
        part: usize,
        unwanted: &AtomicBool,
    ) -> Result<Gathered> {
        let Part { window, stretch } = &self.parts[part];
        if let Some(stretch) = self.stretches.get(*stretch) {
            let mut held = stretch.lock().unwrap_or_else(PoisonError::into_inner);
            let closed = || Error::Internal("a film was closed too early".into());
            let stretch = held.as_mut().ok_or_else(closed)?;
            stretch.tells = self.parts.len() == 1;
            let gathered = stretch.gather(decoding, survey, *window, unwanted);
            if part + self.stretches.len() >= self.parts.len() {
                // Its last window: a decoder holds much memory.
                *held = None;
            }
            return gathered;
        }
        let mut stretch = Stretch::open(decoding, survey, window.start_s)?;
        let first_s = stretch.next_s().unwrap_or(window.start_s);
        let start_s = first_s.clamp(window.start_s - LEAD_S, window.start_s);
        let window = Window {
            start_s,
            end_s: start_s + (window.end_s - window.start_s),
        };
        stretch.gather(decoding, survey, window, unwanted)
    }
}

/// The windows of a stretch, of equal length.
fn split(start_s: f64, end_s: f64, count: usize) -> Vec<Window> {
    let edge = |i: usize| start_s + (end_s - start_s) * i as f64 / count as f64;
    (0..count)
        .map(|i| Window {
            start_s: edge(i),
            end_s: edge(i + 1),
        })
        .collect()
}

/// How many decoders' pictures there is room for.
fn room(survey: &Survey) -> usize {
    let info = &survey.info;
    let bytes = if info.bit_depth > 8 { 3 } else { 2 };
    let picture = info.width as usize * info.height as usize * bytes;
    (PICTURES / (HELD * picture).max(1)).max(1)
}
