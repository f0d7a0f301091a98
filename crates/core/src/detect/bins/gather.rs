//! Averages frames into bins of half a second on a small grid.

use ndarray::Array2;

use crate::luma::Plane;

/// The length of a bin in seconds of exhibit time.
pub const BIN_S: f64 = 0.5;
/// Frames of a bin that are worth adding up: more of the same half second say no
/// more, and a file may have a thousand.
const MOST_FRAMES: f64 = 64.0;
/// Frames of a bin that may come at once, at its beginning.
const AT_ONCE: f64 = 4.0;
/// Samples along the longer side of the active picture on the analysis grid: three a chip.
pub const GRID_LONG: usize = 480;
/// No side of the grid is longer than this, however thin the active picture is in its frame.
const GRID_MOST: usize = 960;

/// (rows, columns) of the analysis grid of a frame of `width` × `height` whose
/// active picture is `active_long` pixels along its longer side.
pub fn grid_size(width: usize, height: usize, active_long: usize) -> (usize, usize) {
    let scale = GRID_LONG as f64 / active_long.max(1) as f64;
    let most = GRID_MOST as f64 / width.max(height).max(1) as f64;
    let side = |n: usize| ((n as f64 * scale.min(most)).round() as usize).max(1);
    (side(height), side(width))
}

/// The mean picture of half a second.
#[derive(Debug, Clone)]
pub struct Bin {
    /// The middle of the frames in it, seconds of exhibit time.
    pub time_s: f64,
    /// When its first frame is shown, seconds of exhibit time.
    pub first_s: f64,
    /// When its last one is.
    pub last_s: f64,
    /// Frames averaged.
    pub frames: usize,
    /// Mean luma on the analysis grid, 8-bit code values.
    pub picture: Plane,
}

#[cfg(test)]
impl Bin {
    /// Half a second that shows `picture`.
    pub(crate) fn showing(picture: Plane, time_s: f64) -> Self {
        Self {
            time_s,
            first_s: time_s - 0.2,
            last_s: time_s + 0.2,
            frames: 10,
            picture,
        }
    }
}

impl Bin {
    /// Moves it by so many seconds of exhibit time, as where several files follow each
    /// other.
    pub fn shift(&mut self, seconds: f64) {
        self.time_s += seconds;
        self.first_s += seconds;
        self.last_s += seconds;
    }
}

/// A bin that frames are being added to.
#[derive(Debug, Clone)]
struct Open {
    number: i64,
    first_s: f64,
    last_s: f64,
    times_s: f64,
    frames: usize,
    sum: Plane,
}

/// Adds frames up into bins. Frames come in order of time, so that the sums are
/// the same from run to run.
#[derive(Debug, Clone, Default)]
pub struct BinGatherer {
    open: Option<Open>,
    done: Vec<Bin>,
}

impl BinGatherer {
    /// True if the frame shown at `time_s` is worth adding: its bin has not had its
    /// fill of frames up to then. Those added are spread over all of the bin.
    pub fn wants(&self, time_s: f64) -> bool {
        let bins = time_s / BIN_S;
        match &self.open {
            Some(open) if open.number == bins.floor() as i64 => {
                (open.frames as f64) < AT_ONCE + (bins - bins.floor()) * (MOST_FRAMES - AT_ONCE)
            }
            _ => true,
        }
    }

    /// Adds the frame shown at `time_s`; a frame of another size starts a new bin.
    pub fn push(&mut self, time_s: f64, picture: &Plane) {
        let number = (time_s / BIN_S).floor() as i64;
        let same = self
            .open
            .as_ref()
            .is_some_and(|open| open.number == number && open.sum.dim() == picture.dim());
        if !same {
            self.close();
            self.open = Some(Open {
                number,
                first_s: time_s,
                last_s: time_s,
                times_s: 0.0,
                frames: 0,
                sum: Array2::zeros(picture.dim()),
            });
        }
        if let Some(open) = &mut self.open {
            open.last_s = time_s;
            open.times_s += time_s;
            open.frames += 1;
            open.sum += picture;
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.done.push(Bin {
                time_s: open.times_s / open.frames as f64,
                first_s: open.first_s,
                last_s: open.last_s,
                frames: open.frames,
                picture: open.sum / open.frames as f32,
            });
        }
    }

    /// The bins that are full, in order of time, which are taken away.
    pub fn take_done(&mut self) -> Vec<Bin> {
        std::mem::take(&mut self.done)
    }

    /// All bins, in order of time.
    pub fn finish(mut self) -> Vec<Bin> {
        self.close();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_is_the_mean_of_its_frames() {
        let mut gatherer = BinGatherer::default();
        for i in 0..5 {
            gatherer.push(f64::from(i) * 0.2, &Array2::from_elem((2, 3), i as f32));
        }
        let bins = gatherer.finish();
        assert_eq!(
            bins.iter()
                .map(|b| (b.frames, b.picture[[1, 2]]))
                .collect::<Vec<_>>(),
            [(3, 1.0), (2, 3.5)]
        );
        assert!((bins[0].time_s - 0.2).abs() < 1e-12);
        assert_eq!((bins[1].first_s, bins[1].last_s), (3.0 * 0.2, 4.0 * 0.2));
    }

    #[test]
    fn a_bin_has_its_fill_of_frames_spread_over_all_of_it() {
        let taken = |rate: usize| {
            let mut gatherer = BinGatherer::default();
            for i in 0..rate {
                let time_s = i as f64 / rate as f64;
                if gatherer.wants(time_s) {
                    gatherer.push(time_s, &Array2::zeros((1, 1)));
                }
            }
            gatherer.finish()
        };
        let frames = |rate| taken(rate).iter().map(|b| b.frames).collect::<Vec<_>>();
        assert_eq!(frames(24), [12, 12]);
        assert_eq!(frames(120), [60, 60]);
        assert_eq!(frames(10_000), [64, 64]);
        let thousand = taken(1000);
        assert!(thousand.iter().all(|b| (60..=64).contains(&b.frames)));
        assert!(
            (thousand[0].time_s - 0.25).abs() < 0.03,
            "{}",
            thousand[0].time_s
        );
    }

    #[test]
    fn the_grid_has_three_samples_a_chip_of_the_active_picture() {
        assert_eq!(grid_size(1920, 1080, 1920), (270, 480));
        assert_eq!(grid_size(1080, 1916, 1916), (480, 271));
        assert_eq!(grid_size(1920, 1080, 1080), (480, 853));
        assert_eq!(grid_size(1920, 1080, 500), (540, 960));
    }
}
