//! Joins the stretches of a file whose time stamps begin again or leap, so that all
//! streams go on together and nothing is lost.
//!
//! ```text
//! stamps   picture 0 1 2 3 0 1 2     one offset for a stretch, found by the stream     0 1 2 3 4 5 6
//!          sound   0 1 2 3 4 0 1     that gets there first; the others follow into it  0 1 2 3 4 4 5
//! ```
//!
//! A single stamp that lies is told from a stretch by the next of its stream, which
//! fits on to the one before. Times here are microseconds.

use super::clock::FAR_S;
use super::ff::facts::{Kind, StreamFacts};
use super::ff::output::rescale;
use super::ff::{Packet, Rational};

/// The unit of time.
pub(super) const MICROSECONDS: Rational = Rational(1, 1_000_000);
/// A packet this much before or after the expected time follows on.
const BACK_US: i64 = 500_000;
const NEAR_US: i64 = 1_000_000;
/// A stream follows another into a stretch if it is placed this near.
const JOIN_US: i64 = 1_000_000;
/// Longer gaps are none: a new stretch begins. Broadcast files leap by less.
const FAR_US: i64 = FAR_S as i64 * 1_000_000;
const FAR_IN_BROADCAST_US: i64 = 10_000_000;

/// What one stream is expected to do next.
#[derive(Debug, Clone, Copy)]
struct Place {
    stretch: usize,
    /// When the next packet should be stamped, in the stretch's own time.
    next_us: i64,
}

/// How the place of a packet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It follows on.
    Sure,
    /// It does not, and the next packet will tell.
    Doubtful,
    /// It follows on to the packet before the last, which lied.
    Refutes,
}

struct Track {
    kind: Kind,
    base: Rational,
    here: Option<Place>,
    /// Where the stream was before its last packet, while that packet is in doubt.
    before: Option<Place>,
    /// A packet of sound in doubt, when it is placed and when it was expected.
    held: Option<(Packet, i64, i64)>,
}

/// Joins the stretches of one file. Stretch 0 is as stamped.
pub(super) struct Splice {
    far_us: i64,
    /// By stretch: added to its stamps.
    offsets: Vec<i64>,
    tracks: Vec<Track>,
    /// How far picture and sound have come, stamps joined.
    now_us: Option<i64>,
    /// First and last time stamped, as stamped.
    stamped_us: Option<(i64, i64)>,
    /// Stretches begun.
    pub jumps: u64,
    /// Single stamps that turned out to lie.
    pub lies: u64,
    /// Packets that the container marks as damaged.
    pub damaged: u64,
}

impl Splice {
    /// For a file of these streams; `loose` if its format lets stamps leap.
    pub(super) fn new(all: &[StreamFacts], loose: bool) -> Self {
        let track = |s: &StreamFacts| Track {
            kind: s.kind,
            base: s.time_base,
            here: None,
            before: None,
            held: None,
        };
        Self {
            far_us: if loose { FAR_IN_BROADCAST_US } else { FAR_US },
            offsets: vec![0],
            tracks: all.iter().map(track).collect(),
            now_us: None,
            stamped_us: None,
            jumps: 0,
            lies: 0,
            damaged: 0,
        }
    }

    /// From the first time stamped to the last, as stamped, seconds.
    pub(super) fn stamped_s(&self) -> f64 {
        self.stamped_us
            .map_or(0.0, |(first, last)| (last - first) as f64 / 1e6)
    }

    /// Takes the file's next packet; gives those that are ready, stamps joined.
    pub(super) fn take(&mut self, mut packet: Packet) -> [Option<Packet>; 2] {
        let stream = packet.stream();
        self.damaged += u64::from(packet.is_corrupt());
        let Some(base) = self.tracks.get(stream).map(|track| track.base) else {
            return [Some(packet), None];
        };
        let us = |ticks: i64| rescale(ticks, base, MICROSECONDS);
        let Some(at_us) = packet.dts().or(packet.pts()).map(us) else {
            return [Some(packet), None];
        };
        let lasts_us = us(packet.duration().max(0));
        self.stamp(at_us, at_us.saturating_add(lasts_us));
        let expected_us = self.expected_us(stream);
        let (stretch, standing) = self.place(stream, at_us, lasts_us);
        shift(&mut packet, self.offsets[stretch], base);
        let track = &mut self.tracks[stream];
        let held = track.held.take().map(|(mut held, placed_us, expected_us)| {
            if standing == Standing::Refutes {
                shift(&mut held, expected_us.saturating_sub(placed_us), base);
            }
            held
        });
        if standing == Standing::Doubtful && track.kind == Kind::Audio {
            let placed_us = at_us.saturating_add(self.offsets[stretch]);
            track.held = Some((packet, placed_us, expected_us.unwrap_or(placed_us)));
            return [held, None];
        }
        match held {
            Some(held) => [Some(held), Some(packet)],
            None => [Some(packet), None],
        }
    }

    /// The packets still in doubt at the end of the file.
    pub(super) fn finish(&mut self) -> Vec<Packet> {
        let held = |track: &mut Track| track.held.take().map(|(packet, ..)| packet);
        self.tracks.iter_mut().filter_map(held).collect()
    }

    /// When the next packet of a stream is expected, stamps joined.
    fn expected_us(&self, stream: usize) -> Option<i64> {
        let here = self.tracks[stream].here?;
        Some(self.offsets[here.stretch].saturating_add(here.next_us))
    }

    /// The stretch of a packet stamped `at_us`, and how that stands.
    fn place(&mut self, stream: usize, at_us: i64, lasts_us: i64) -> (usize, Standing) {
        let sparse = !matches!(self.tracks[stream].kind, Kind::Video | Kind::Audio);
        let (here, before) = (self.tracks[stream].here, self.tracks[stream].before);
        let Some(here) = here.filter(|_| !sparse) else {
            let stretch = self.nearest(at_us);
            self.settle(stream, stretch, at_us, lasts_us, None);
            if !sparse {
                self.reach(stretch, at_us, lasts_us);
            }
            return (stretch, Standing::Sure);
        };
        let fits = |place: &Place| (-BACK_US..=NEAR_US).contains(&(at_us - place.next_us));
        if fits(&here) {
            self.settle(stream, here.stretch, at_us, lasts_us, None);
            self.reach(here.stretch, at_us, lasts_us);
            return (here.stretch, Standing::Sure);
        }
        if let Some(before) = before.filter(fits) {
            self.lied(here, before);
            self.settle(stream, before.stretch, at_us, lasts_us, None);
            self.reach(before.stretch, at_us, lasts_us);
            return (before.stretch, Standing::Refutes);
        }
        let stretch = self.elsewhere(here, at_us);
        self.settle(stream, stretch, at_us, lasts_us, Some(here));
        (stretch, Standing::Doubtful)
    }

    /// The stretch of a packet that does not follow on.
    fn elsewhere(&mut self, here: Place, at_us: i64) -> usize {
        let step_us = at_us.saturating_sub(here.next_us);
        let expected_us = self.offsets[here.stretch].saturating_add(here.next_us);
        let ahead_us = at_us
            .saturating_add(self.offsets[here.stretch])
            .saturating_sub(self.now_us.unwrap_or(expected_us));
        if step_us > 0 && (step_us <= self.far_us || ahead_us <= self.far_us) {
            return here.stretch;
        }
        let placed = |offset: &i64| {
            let off = at_us.saturating_add(*offset).saturating_sub(expected_us);
            off.saturating_abs() <= JOIN_US
        };
        let mut others = self.offsets.iter().enumerate().rev();
        if let Some((stretch, _)) = others.find(|(n, offset)| *n != here.stretch && placed(offset))
        {
            return stretch;
        }
        let now_us = self.now_us.unwrap_or(expected_us);
        let near = (now_us - expected_us).abs() <= NEAR_US;
        let start_us = if near {
            now_us.max(expected_us)
        } else {
            expected_us
        };
        self.offsets.push(start_us.saturating_sub(at_us));
        self.jumps += 1;
        self.offsets.len() - 1
    }

    /// The stretch in which `at_us` is nearest to where the others are.
    fn nearest(&self, at_us: i64) -> usize {
        let Some(now_us) = self.now_us else {
            return 0;
        };
        let distance = |offset: &i64| {
            at_us
                .saturating_add(*offset)
                .saturating_sub(now_us)
                .saturating_abs()
        };
        let ways = self.offsets.iter().enumerate().rev();
        ways.min_by_key(|(_, offset)| distance(offset))
            .map_or(0, |(n, _)| n)
    }

    fn settle(
        &mut self,
        stream: usize,
        stretch: usize,
        at_us: i64,
        lasts_us: i64,
        before: Option<Place>,
    ) {
        let track = &mut self.tracks[stream];
        track.before = before;
        track.here = Some(Place {
            stretch,
            next_us: at_us.saturating_add(lasts_us),
        });
    }

    fn stamp(&mut self, start_us: i64, end_us: i64) {
        let so_far = self.stamped_us.get_or_insert((start_us, end_us));
        *so_far = (so_far.0.min(start_us), so_far.1.max(end_us));
    }

    fn reach(&mut self, stretch: usize, at_us: i64, lasts_us: i64) {
        let end_us = at_us
            .saturating_add(lasts_us)
            .saturating_add(self.offsets[stretch]);
        self.now_us = Some(self.now_us.map_or(end_us, |now| now.max(end_us)));
    }

    fn lied(&mut self, here: Place, before: Place) {
        self.lies += 1;
        if here.stretch != before.stretch && here.stretch + 1 == self.offsets.len() {
            self.jumps = self.jumps.saturating_sub(1);
        }
    }
}

fn shift(packet: &mut Packet, by_us: i64, base: Rational) {
    if by_us == 0 {
        return;
    }
    let by = rescale(by_us, MICROSECONDS, base);
    packet.set_pts(packet.pts().map(|t| t.saturating_add(by)));
    packet.set_dts(packet.dts().map(|t| t.saturating_add(by)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The joined stamps, in the order given out, of packets (stream, stamp) of
    /// 40 ms; stream 0 is a picture, 1 a sound, 2 a subtitle. Milliseconds.
    fn joined(packets: &[(usize, i64)]) -> (Vec<(usize, i64)>, Splice) {
        let track = |kind| Track {
            kind,
            base: Rational(1, 1000),
            here: None,
            before: None,
            held: None,
        };
        let mut splice = Splice {
            far_us: FAR_US,
            offsets: vec![0],
            tracks: [Kind::Video, Kind::Audio, Kind::Subtitle].map(track).into(),
            now_us: None,
            stamped_us: None,
            jumps: 0,
            lies: 0,
            damaged: 0,
        };
        let mut out = Vec::new();
        for &(stream, at) in packets {
            let mut packet = Packet::empty();
            packet.set_stream(stream);
            packet.set_pts(Some(at));
            packet.set_dts(Some(at));
            packet.set_duration(40);
            out.extend(splice.take(packet).into_iter().flatten());
        }
        out.extend(splice.finish());
        let stamps = out.iter().map(|p| (p.stream(), p.dts().unwrap())).collect();
        (stamps, splice)
    }

    /// Picture and sound by turns, 25 a second, from this stamp on.
    fn run(from: i64, count: i64) -> Vec<(usize, i64)> {
        (0..count)
            .flat_map(|n| [(0, from + 40 * n), (1, from + 40 * n)])
            .collect()
    }

    #[test]
    fn stretches_follow_on_in_picture_and_sound_alike() {
        for start in [0, 5000, 90_000_000, -70_000] {
            let mut packets = run(10_000, 50);
            packets.extend(run(start, 50));
            let (mut stamps, splice) = joined(&packets);
            // Sound in doubt waits for its next packet.
            stamps.sort_by_key(|&(stream, at)| (at, stream));
            assert_eq!(stamps, run(10_000, 100), "{start}");
            assert_eq!((splice.jumps, splice.lies), (1, 0));
        }
    }

    #[test]
    fn sound_that_lags_in_the_file_keeps_to_its_picture() {
        let picture = |from: i64, n: i64| (0, from + 40 * n);
        let sound = |from: i64, n: i64| (1, from + 40 * n);
        let mut packets: Vec<_> = (0..25).map(|n| picture(0, n)).collect();
        packets.extend((0..20).map(|n| sound(0, n)));
        packets.extend((0..10).map(|n| picture(600_000, n)));
        packets.extend((20..25).map(|n| sound(0, n)));
        packets.extend((0..10).map(|n| sound(600_000, n)));
        let (stamps, splice) = joined(&packets);
        let of = |stream| stamps.iter().filter(move |s| s.0 == stream).map(|s| s.1);
        let want: Vec<i64> = (0..35).map(|n| 40 * n).collect();
        assert!(of(0).eq(want.iter().copied()) && of(1).eq(want));
        assert_eq!(splice.jumps, 1);
    }

    #[test]
    fn a_single_lie_changes_nothing_else() {
        for (stream, lie) in [(1, 60_000), (1, 11_900_000), (1, -90_000), (0, 11_900_000)] {
            let mut packets = run(0, 40);
            let at = packets.iter().position(|&p| p == (stream, 400)).unwrap();
            packets[at].1 = lie;
            let (stamps, splice) = joined(&packets);
            let of = |s: &[(usize, i64)], n| {
                s.iter()
                    .filter(|p| p.0 == n)
                    .map(|p| p.1)
                    .collect::<Vec<_>>()
            };
            assert_eq!(of(&stamps, 0), of(&run(0, 40), 0), "{lie}");
            assert_eq!(of(&stamps, 1), of(&run(0, 40), 1), "{lie}");
            assert_eq!((splice.jumps, splice.lies), (0, 1));
        }
    }

    #[test]
    fn pauses_are_kept() {
        let mut packets = run(0, 25);
        packets.extend(run(90_000, 25));
        assert_eq!(joined(&packets).0.last(), Some(&(1, 90_960)));
        // Silence of any length, while the picture goes on.
        let mut packets: Vec<_> = (0..10_000).map(|n| (0, 40 * n)).collect();
        packets.insert(1, (1, 0));
        packets.push((1, 399_960));
        packets.push((1, 400_000));
        let (stamps, splice) = joined(&packets);
        assert_eq!(stamps.last(), Some(&(1, 400_000)));
        assert_eq!(splice.jumps, 0);
    }
}
