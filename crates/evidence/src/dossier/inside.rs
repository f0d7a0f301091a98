//! Says whether an exhibit lies inside what a dossier tested.

use super::{Cell, CellResult, Dossier};
use crate::report::{Exhibit, Interval, Place, Tool, Validation, rounded};

/// What of a file decides how much of a mark it can hold.
#[derive(Debug, Clone, Copy)]
struct Measure {
    size_px: f64,
    bitrate_bps: Option<f64>,
    length_s: Option<f64>,
}

impl Measure {
    fn of((width, height): (u32, u32), bytes: u64, duration_s: Option<f64>) -> Self {
        let length_s = duration_s.filter(|d| *d > 0.0);
        Self {
            size_px: f64::from(width.max(height)),
            bitrate_bps: length_s.map(|d| bytes as f64 * 8.0 / d),
            length_s,
        }
    }

    /// True if `other` has no more of anything.
    fn is_no_worse_than(&self, other: &Self) -> bool {
        let no_more =
            |a: Option<f64>, b: Option<f64>| matches!((a, b), (Some(a), Some(b)) if a <= b);
        other.size_px <= self.size_px
            && no_more(other.bitrate_bps, self.bitrate_bps)
            && no_more(other.length_s, self.length_s)
    }
}

impl Interval {
    fn of(exhibit: Option<f64>, tested: impl Iterator<Item = f64> + Clone) -> Self {
        let least = tested.clone().fold(f64::INFINITY, f64::min);
        let most = tested.fold(f64::NEG_INFINITY, f64::max);
        let place = match exhibit {
            Some(value) if least <= most => match (value < least, value > most) {
                (true, _) => Place::Below,
                (_, true) => Place::Above,
                _ => Place::Inside,
            },
            _ => Place::Unknown,
        };
        Self {
            exhibit: exhibit.map(rounded),
            least: rounded(least),
            most: rounded(most),
            place,
        }
    }
}

impl Validation {
    /// Where `exhibit`, examined with `tool`, lies in what `dossier` tested.
    pub fn of(
        dossier: &Dossier,
        dossier_sha256: String,
        signed_by: Option<String>,
        exhibit: &Exhibit,
        tool: &Tool,
    ) -> Self {
        let video = &exhibit.video;
        let this = Measure::of(
            (video.width, video.height),
            exhibit.size_bytes,
            video.duration_s,
        );
        let scanned: Vec<(Measure, &Cell)> = dossier
            .cells
            .iter()
            .filter(|c| c.outcome.is_some())
            .filter_map(|c| Some((measure(c)?, c)))
            .collect();
        let tested = scanned.iter().map(|(m, _)| m);
        let beginnings = dossier.parameters.beginnings_s.iter().copied();
        let longest = tested
            .clone()
            .filter_map(|m| m.length_s)
            .fold(0.0, f64::max);
        let lengths = tested
            .clone()
            .filter_map(|m| m.length_s)
            .chain(beginnings.filter(|b| *b < longest));
        let no_better = scanned.iter().filter(|(m, _)| this.is_no_worse_than(m));
        let same = |a: &Tool| (a.version.clone(), a.commit.clone(), a.signal_format);
        Self {
            dossier_sha256,
            made_at: dossier.timing.ended_at.clone(),
            signed_by,
            same_program: same(&dossier.tool) == same(tool),
            tested: scanned.len() as u32,
            size_px: Interval::of(Some(this.size_px), tested.clone().map(|m| m.size_px)),
            bitrate_bps: Interval::of(
                this.bitrate_bps,
                tested.clone().filter_map(|m| m.bitrate_bps),
            ),
            length_s: Interval::of(this.length_s, lengths),
            no_better: no_better.clone().count() as u32,
            no_better_attributed: no_better
                .filter(|(_, cell)| dossier.result(cell) == CellResult::Attributed)
                .count() as u32,
        }
    }
}

fn measure(cell: &Cell) -> Option<Measure> {
    let exhibit = cell.exhibit.as_ref()?;
    Some(Measure::of(
        (exhibit.width, exhibit.height),
        exhibit.size_bytes,
        exhibit.duration_s,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_inside_below_above_or_unknown() {
        let place = |value| Interval::of(value, [360.0, 1920.0].into_iter()).place;
        assert_eq!(place(Some(360.0)), Place::Inside);
        assert_eq!(place(Some(1920.0)), Place::Inside);
        assert_eq!(place(Some(359.0)), Place::Below);
        assert_eq!(place(Some(3840.0)), Place::Above);
        assert_eq!(place(None), Place::Unknown);
        let nothing = Interval::of(Some(1.0), std::iter::empty());
        assert_eq!((nothing.place, nothing.least), (Place::Unknown, 0.0));
    }

    #[test]
    fn no_better_means_no_more_of_anything() {
        let of = |side, bytes, seconds| Measure::of((side, side / 2), bytes, Some(seconds));
        let this = of(640, 100_000, 10.0);
        assert!(this.is_no_worse_than(&of(640, 100_000, 10.0)));
        assert!(this.is_no_worse_than(&of(480, 40_000, 8.0)));
        assert!(!this.is_no_worse_than(&of(720, 40_000, 8.0)), "more pixels");
        assert!(
            !this.is_no_worse_than(&of(480, 90_000, 8.0)),
            "more bits a second"
        );
        assert!(!this.is_no_worse_than(&of(480, 40_000, 12.0)), "longer");
        assert!(
            !Measure::of((640, 360), 100, None).is_no_worse_than(&this),
            "unknown"
        );
    }
}
