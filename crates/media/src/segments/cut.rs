//! Cuts the tracks of a movie where the film's segments begin.

use std::ops::Range;

use leakmark_core::error::{Error, Result};

use super::movie::Movie;

/// Which samples of each track belong to each segment.
pub(super) struct Cut {
    /// By track, then by segment; a segment of sound or text may be empty.
    pub tracks: Vec<Vec<Range<usize>>>,
}

impl Cut {
    /// At the film's keyframes.
    ///
    /// # Errors
    /// [`Error::Internal`] if it does not begin with one.
    pub fn of(movie: &Movie) -> Result<Self> {
        let film = &movie.tracks[movie.film];
        let numbered = film.samples.iter().enumerate();
        let starts: Vec<usize> = numbered
            .filter(|(_, sample)| sample.is_key)
            .map(|(number, _)| number)
            .collect();
        if starts.first() != Some(&0) {
            return Err(Error::Internal(format!(
                "{} does not begin with a keyframe",
                movie.path.display()
            )));
        }
        let edges_s = starts
            .iter()
            .map(|start| film.decoded_s(&film.samples[*start]));
        let edges_s: Vec<f64> = edges_s.collect();
        let tracks = movie.tracks.iter().enumerate().map(|(index, track)| {
            let firsts = match index == movie.film {
                true => starts.clone(),
                false => firsts(&edges_s, track.samples.iter().map(|s| track.decoded_s(s))),
            };
            ranges(&firsts, track.samples.len())
        });
        Ok(Self {
            tracks: tracks.collect(),
        })
    }
}

/// The number of the first sample of each segment; samples before all edges go to the first.
fn firsts(edges_s: &[f64], times_s: impl Iterator<Item = f64>) -> Vec<usize> {
    let mut firsts = vec![0; edges_s.len()];
    let mut count = 0;
    let mut segment = 0;
    for time_s in times_s {
        while segment + 1 < edges_s.len() && time_s >= edges_s[segment + 1] {
            segment += 1;
            firsts[segment] = count;
        }
        count += 1;
    }
    firsts[segment + 1..].fill(count);
    firsts
}

fn ranges(firsts: &[usize], count: usize) -> Vec<Range<usize>> {
    let ends = firsts.iter().skip(1).copied().chain([count]);
    firsts
        .iter()
        .zip(ends)
        .map(|(first, end)| *first..end)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_go_to_the_segment_that_has_begun() {
        let edges = [0.0, 2.0, 4.0, 6.0];
        let of = |times: &[f64]| ranges(&firsts(&edges, times.iter().copied()), times.len());
        assert_eq!(of(&[-0.1, 0.5, 2.0, 3.9, 6.5]), [0..2, 2..4, 4..4, 4..5]);
        assert_eq!(of(&[5.0]), [0..0, 0..0, 0..1, 1..1]);
        assert_eq!(of(&[]), [0..0, 0..0, 0..0, 0..0]);
    }
}
