//! Finds out how long a film is and whether its time stamps can be gone by,
//! without decoding it and whatever its header declares.
//!
//! ```text
//! index of the container ─ goes on in file and time alike, as far as file and header? ─ that is it
//!              └─ no, or there is none ─ every packet is read ─ its clock tells
//! ```

use std::collections::VecDeque;

use super::clock::{Clock, FAR_S, StampFaults, VOTERS};
use super::ff::facts::StreamFacts;
use super::ff::index::{self, Entry};
use super::ff::input::{self, Keep};
use super::ff::{self, FfError, Input, Packet};
use super::limits::Limits;
use super::probe::{self, Opened};
use super::reader::clock;
use super::source::Source;
use leakmark_core::error::{Error, Result};

/// How far the index may fall short of the declared length, seconds: keyframes
/// are rare in places, and sound may go on after the picture.
const SHORT_S: f64 = 30.0;
/// Share by which a header may say more than the index.
const FAR_OFF: f64 = 0.01;
/// A picture is shown at most this long after it is decoded, seconds.
const LATER_S: f64 = 2.0;
/// Errors in a row after which the rest of a file is given up.
const GIVE_UP_AFTER: u32 = 1000;
/// Every so many packets it is asked whether to go on.
const ASK_EVERY: u64 = 4096;

/// How the pictures of a film lie in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timeline {
    /// Running time, seconds, no more than the limits let be read; `None` if no
    /// packet could be read.
    pub length_s: Option<f64>,
    /// False if time stamps go back or far forward somewhere: then places cannot
    /// be found by their times, and the film must be read from its beginning.
    pub seekable: bool,
}

/// The timeline of the film in a file. `go_on` is asked now and then.
///
/// # Errors
/// [`Error::Unreadable`] as for [`VideoReader::open`](super::VideoReader::open),
/// [`Error::Interrupted`] if it is not to go on.
pub fn timeline(source: &Source, limits: &Limits, go_on: &dyn Fn() -> bool) -> Result<Timeline> {
    let mut opened = probe::open(source, limits)?;
    if let Some(length_s) = indexed(&mut opened, source.size(), limits) {
        return Ok(Timeline {
            length_s: Some(length_s),
            seekable: true,
        });
    }
    // Where all stamps are the same, looking for the first picture led elsewhere.
    walked(probe::open(source, limits)?, limits, go_on)
}

/// The length that index and header agree on.
fn indexed(opened: &mut Opened, bytes: u64, limits: &Limits) -> Option<f64> {
    let declared_s = opened
        .info
        .duration_s
        .filter(|&s| s <= limits.max_duration_s)?;
    if input::has_loose_timestamps(&opened.input) {
        return None;
    }
    let (video, start) = (&opened.video, opened.video.start.unwrap_or(0));
    input::seek(&mut opened.input, video.index, start).ok()?;
    let entries = index::entries(&opened.input, video.index);
    let tick_s = ff::seconds_per_tick(video.time_base);
    let last_s = reach(&entries, start, tick_s)?;
    if goes_on(&entries, last_s, bytes) {
        return None;
    }
    let step_s = ff::hertz(video.rate).map_or(0.0, |hz| 1.0 / hz);
    let agrees = last_s <= declared_s + step_s + 1.0 && declared_s <= last_s + SHORT_S;
    // An index of every picture says more than a header that is far off.
    let far_off = declared_s > last_s + FAR_OFF * last_s + step_s;
    if video.frames == Some(entries.len() as u64) && (far_off || !agrees) {
        let span = entries[entries.len() - 1]
            .tick
            .saturating_sub(entries[0].tick) as f64;
        return Some(span * tick_s * entries.len() as f64 / (entries.len() - 1) as f64);
    }
    agrees.then_some(declared_s)
}

/// How far an index goes, seconds after tick `start`, if it goes on in file and
/// time alike and nowhere far at once.
fn reach(entries: &[Entry], start: i64, tick_s: f64) -> Option<f64> {
    let seconds = |from: i64, to: i64| to.saturating_sub(from) as f64 * tick_s;
    let (first, last) = (entries.first()?, entries.last()?);
    let near = |from: i64, to: i64| seconds(from, to).abs() <= FAR_S;
    let onwards = |w: &[Entry]| w[1].at > w[0].at && near(w[0].tick, w[1].tick);
    let sound = near(start, first.tick) && entries.windows(2).all(onwards);
    (sound && entries.len() > 1).then(|| seconds(start, last.tick))
}

/// True if a file goes on far beyond where its index ends: another one was put after it.
fn goes_on(entries: &[Entry], last_s: f64, bytes: u64) -> bool {
    let (first, last) = (entries.first(), entries.last());
    let place = |entry: Option<&Entry>| entry.map_or(0.0, |e| e.at.max(0) as f64);
    let (bytes, end) = (bytes as f64, place(last));
    let a_second = (end - place(first)) / last_s;
    bytes - end > bytes / 2.0 || bytes - end > SHORT_S * a_second + bytes / 8.0
}

/// What all packets together say.
fn walked(opened: Opened, limits: &Limits, go_on: &dyn Fn() -> bool) -> Result<Timeline> {
    let Opened {
        mut input, video, ..
    } = opened;
    for index in 0..input.nb_streams() as usize {
        let keep = match index == video.index {
            true => Keep::Everything,
            false => Keep::Nothing,
        };
        input::keep(&mut input, index, keep);
    }
    let mut dated = Dated {
        clock: clock(&video, 1.0),
        waiting: VecDeque::new(),
        last_s: None,
        tick_s: ff::seconds_per_tick(video.time_base),
    };
    read_stamps(&mut input, &video, go_on, &mut |packet| dated.take(packet))?;
    let (last_s, faults) = dated.finish();
    let step_s = ff::hertz(video.rate).map_or(0.0, |hz| 1.0 / hz);
    Ok(Timeline {
        length_s: last_s.map(|s| (s.max(0.0) + step_s).min(limits.max_duration_s)),
        seekable: faults.jumps == 0,
    })
}

/// Stamps being dated, a few behind.
struct Dated {
    clock: Clock,
    /// When to decode, and how much later to show.
    waiting: VecDeque<(Option<i64>, i64)>,
    last_s: Option<f64>,
    tick_s: f64,
}

impl Dated {
    fn take(&mut self, packet: &Packet) {
        let stamp = packet.dts().or(packet.pts());
        let later = packet
            .pts()
            .zip(stamp)
            .map(|(pts, dts)| pts.saturating_sub(dts));
        let later = later.filter(|ticks| (0.0..=LATER_S).contains(&(*ticks as f64 * self.tick_s)));
        self.waiting.push_back((stamp, later.unwrap_or(0)));
        if self.waiting.len() > VOTERS {
            self.date_one();
        }
    }

    fn date_one(&mut self) {
        if let Some((stamp, later)) = self.waiting.pop_front() {
            let next: Vec<_> = self.waiting.iter().map(|(stamp, _)| *stamp).collect();
            let shown_s = self.clock.time_s(stamp, &next) + later as f64 * self.tick_s;
            self.last_s = Some(self.last_s.map_or(shown_s, |last| last.max(shown_s)));
        }
    }

    fn finish(mut self) -> (Option<f64>, StampFaults) {
        while !self.waiting.is_empty() {
            self.date_one();
        }
        (self.last_s, self.clock.faults)
    }
}

/// Hands on all packets of the film, in the order of the file.
fn read_stamps(
    input: &mut Input,
    video: &StreamFacts,
    go_on: &dyn Fn() -> bool,
    take: &mut dyn FnMut(&Packet),
) -> Result<()> {
    let (mut failures, mut packets) = (0, 0_u64);
    loop {
        packets += 1;
        if packets.is_multiple_of(ASK_EVERY) && !go_on() {
            return Err(Error::Interrupted);
        }
        match input::read(input) {
            Ok(packet) => {
                failures = 0;
                if packet.stream() == video.index {
                    take(&packet);
                }
            }
            Err(FfError::Eof) => return Ok(()),
            // A disk that fails will be told of by whoever decodes.
            Err(_) if input::has_io_error(input) => return Ok(()),
            Err(_) => {
                failures += 1;
                if failures >= GIVE_UP_AFTER {
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(places: &[(i64, i64)]) -> Option<f64> {
        let entry = |&(at, tick): &(i64, i64)| Entry { at, tick };
        let entries: Vec<Entry> = places.iter().map(entry).collect();
        reach(&entries, 0, 0.001)
    }

    #[test]
    fn a_file_that_goes_on_behind_its_index_is_read() {
        let entry = |at, tick| Entry { at, tick };
        let index = [entry(100, 0), entry(50_000, 10_000), entry(95_000, 20_000)];
        assert!(!goes_on(&index, 20.0, 130_000));
        assert!(!goes_on(&index, 20.0, 180_000));
        assert!(goes_on(&index, 20.0, 200_000));
        let long: Vec<Entry> = (0..100).map(|n| entry(1000 * n, 10_000 * n)).collect();
        assert!(!goes_on(&long, 990.0, 110_000));
        assert!(goes_on(&long, 990.0, 120_000));
    }

    #[test]
    fn an_index_is_believed_if_it_goes_on_in_file_and_time() {
        assert_eq!(reached(&[(100, 0), (900, 40), (950, 80)]), Some(0.08));
        assert_eq!(reached(&[(100, 0), (950, 40), (900, 80)]), None);
        assert_eq!(reached(&[(100, 0), (900, 40), (950, 999_000)]), None);
        assert_eq!(reached(&[(100, 500_000), (900, 500_040)]), None);
        assert_eq!(reached(&[(100, 0)]), None);
        assert_eq!(reached(&[]), None);
    }
}
