//! Finds the best path through (bin, offset) with costly jumps.
//!
//! ```text
//! offset = (8 k + phase) · ¼ s − lead        total[phase][k], k contiguous
//!
//! a bin adds to total[phase][k]   now · pulled[first + k] + next · pulled[first + k + 1]
//! ```
//!
//! With the offsets that differ by whole slots side by side, a bin is two
//! shifted copies of its correlations for each phase: no index is computed and
//! a processor does many at once. Which states jumped is not written down: along
//! a path that stays, it follows from the bins' floors alone.

/// Where a bin stands for one phase: the first slot that it shows at k = 0,
/// which may be before the title, and the shares of that slot and the next.
pub(super) type Stand = (i64, f32, f32);

/// A search over offsets.
pub(super) struct Lanes<'a> {
    /// Phases, slots between the first and the last offset.
    phases: usize,
    length: usize,
    /// What a bin scores in each slot, `margin` zeros on either side.
    padded: Vec<Vec<f32>>,
    margin: usize,
    /// (bin, phase) → where it stands.
    stands: &'a [Vec<Stand>],
}

/// The state with phase and k.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub phase: usize,
    pub k: usize,
}

impl<'a> Lanes<'a> {
    /// For `length` offsets a phase, the bins' scores by slot and their stands.
    pub fn new(length: usize, pulled: &[Vec<f32>], stands: &'a [Vec<Stand>]) -> Self {
        let firsts = || stands.iter().flatten().map(|stand| stand.0);
        let slots = pulled.first().map_or(0, Vec::len) as i64;
        let early = firsts().min().map_or(0, |first| -first);
        let late = firsts()
            .max()
            .map_or(0, |first| first + length as i64 - slots);
        let margin = early.max(late).max(0) as usize + 2;
        let pad = |scores: &Vec<f32>| {
            let mut padded = vec![0.0; scores.len() + 2 * margin];
            padded[margin..margin + scores.len()].copy_from_slice(scores);
            padded
        };
        Self {
            phases: stands.first().map_or(0, Vec::len),
            length,
            padded: pulled.iter().map(pad).collect(),
            margin,
            stands,
        }
    }

    /// The scores of bin `bin` at k = 0, 1, … of a phase, and at k + 1, with their shares.
    fn parts(&self, bin: usize, phase: usize) -> ([&[f32]; 2], f32, f32) {
        let (first, now, next) = self.stands[bin][phase];
        let padded = &self.padded[bin];
        let last = padded.len() - self.length - 1;
        let from = usize::try_from(first + self.margin as i64).map_or(0, |f| f.min(last));
        let part = |at: usize| &padded[at..at + self.length];
        ([part(from), part(from + 1)], now, next)
    }

    /// The best path: the state of every bin. A jump costs `jump`.
    pub fn best(&self, jump: f32) -> Vec<State> {
        let mut totals = vec![vec![0.0_f32; self.length]; self.phases];
        let mut floors = Vec::with_capacity(self.stands.len());
        let mut before = Vec::with_capacity(self.stands.len());
        for bin in 0..self.stands.len() {
            let (best, state) = most(&totals);
            let floor = if bin == 0 {
                f32::NEG_INFINITY
            } else {
                best - jump
            };
            for (phase, total) in totals.iter_mut().enumerate() {
                let ([here, there], now, next) = self.parts(bin, phase);
                for ((total, here), there) in total.iter_mut().zip(here).zip(there) {
                    let kept = if *total < floor { floor } else { *total };
                    *total = kept + (now * here + next * there);
                }
            }
            floors.push(floor);
            before.push(state);
        }
        let mut path = vec![most(&totals).1; self.stands.len()];
        let mut end = path.len();
        while end > 0 {
            let state = path[end - 1];
            let begin = self.last_jump(state, &floors[..end]);
            path[begin..end].fill(state);
            if begin > 0 {
                path[begin - 1] = before[begin];
            }
            end = begin;
        }
        path
    }

    /// The last of the bins with these floors at which `state` was jumped to; 0 if never.
    fn last_jump(&self, state: State, floors: &[f32]) -> usize {
        let (mut total, mut jumped) = (0.0_f32, 0);
        for (bin, &floor) in floors.iter().enumerate() {
            if total < floor {
                (total, jumped) = (floor, bin);
            }
            let ([here, there], now, next) = self.parts(bin, state.phase);
            total += now * here[state.k] + next * there[state.k];
        }
        jumped
    }
}

/// The greatest total and its state, the first of equal ones.
fn most(totals: &[Vec<f32>]) -> (f32, State) {
    const TOGETHER: usize = 64;
    let greatest = |values: &[f32]| {
        let (parts, rest) = values.as_chunks::<8>();
        let mut lanes = [f32::NEG_INFINITY; 8];
        for part in parts {
            for (lane, &value) in lanes.iter_mut().zip(part) {
                *lane = if value > *lane { value } else { *lane };
            }
        }
        lanes
            .iter()
            .chain(rest)
            .fold(f32::NEG_INFINITY, |m, &v| if v > m { v } else { m })
    };
    let mut best = (f32::NEG_INFINITY, State { phase: 0, k: 0 });
    for (phase, total) in totals.iter().enumerate() {
        for (number, group) in total.chunks(TOGETHER).enumerate() {
            let value = greatest(group);
            if value > best.0 {
                let k = group.iter().position(|&v| v == value).unwrap_or(0);
                best = (
                    value,
                    State {
                        phase,
                        k: number * TOGETHER + k,
                    },
                );
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook: every state against every other.
    fn slow(pulled: &[Vec<f32>], stands: &[Vec<Stand>], length: usize, jump: f32) -> f32 {
        let phases = stands[0].len();
        let score = |bin: usize, phase: usize, k: usize| {
            let (first, now, next) = stands[bin][phase];
            let get = |s: i64| {
                usize::try_from(s)
                    .ok()
                    .and_then(|s| pulled[bin].get(s))
                    .copied()
                    .unwrap_or(0.0)
            };
            now * get(first + k as i64) + next * get(first + k as i64 + 1)
        };
        let states: Vec<(usize, usize)> = (0..phases)
            .flat_map(|p| (0..length).map(move |k| (p, k)))
            .collect();
        let mut total = vec![0.0_f32; states.len()];
        for bin in 0..pulled.len() {
            let best = total.iter().fold(f32::NEG_INFINITY, |m, &v| m.max(v));
            let floor = if bin == 0 {
                f32::NEG_INFINITY
            } else {
                best - jump
            };
            for (t, &(p, k)) in total.iter_mut().zip(&states) {
                *t = t.max(floor) + score(bin, p, k);
            }
        }
        total.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }

    #[test]
    fn the_path_scores_what_the_textbook_finds() {
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0
        };
        for (bins, slots, length) in [(12, 9, 14), (40, 30, 33), (1, 5, 4)] {
            let pulled: Vec<Vec<f32>> = (0..bins)
                .map(|_| (0..slots).map(|_| 6.0 * random() - 3.0).collect())
                .collect();
            let stands: Vec<Vec<Stand>> = (0..bins)
                .map(|bin| {
                    (0..3)
                        .map(|phase| {
                            let share = random();
                            (bin as i64 / 4 + phase - 4, 1.0 - share, share)
                        })
                        .collect()
                })
                .collect();
            let lanes = Lanes::new(length, &pulled, &stands);
            let path = lanes.best(4.0);
            let mut got = 0.0;
            for (bin, state) in path.iter().enumerate() {
                let ([here, there], now, next) = lanes.parts(bin, state.phase);
                got += now * here[state.k] + next * there[state.k];
                if bin > 0 && path[bin - 1] != *state {
                    got -= 4.0;
                }
            }
            let want = slow(&pulled, &stands, length, 4.0);
            assert!((got - want).abs() < 1e-3, "{bins} bins: {got}, not {want}");
        }
    }
}
