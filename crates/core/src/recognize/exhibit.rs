//! Recognizes an exhibit, stretch by stretch.

use rayon::prelude::*;

use super::describe::{Feature, Variant, features};
use super::similarity::Spot;
use super::stretch::{Stretch, stretch};
use super::table::{Index, OFF, Title};
use super::vote::{Hypothesis, Match, Window, windows};
use crate::detect::{BIN_S, Bin, Geometry, Known, Masters, Orientation};

/// Bins of which features are taken at most: of more, some are left out.
const MOST_BINS: usize = 48;
/// Features of a bin that are looked for.
const FEATURES: usize = 300;
/// Places of the title's picture that must agree, weighted, to be looked at.
const LEAST_SCORE: f32 = 2.0;
/// Hypotheses in a row that may come to nothing before the rest is given up.
const PATIENCE: usize = 10;
/// Share of a hypothesis's score from which another is as good.
const AS_GOOD: f32 = 0.6;
/// Alike features of one title that a feature counts with at most.
const ALIKE: usize = 40;

impl Index {
    /// What of its titles an exhibit shows, in order of exhibit time.
    ///
    /// `bins` are half-second means in order of time; those of another size than the first
    /// are left out. `masters` gives the titles' pictures; a title of which it has none is
    /// not recognized.
    pub fn recognize(&self, bins: &[Bin], masters: &dyn Masters) -> Vec<Known> {
        let Some(dim) = bins.first().map(|b| b.picture.dim()) else {
            return Vec::new();
        };
        let bins: Vec<&Bin> = bins.iter().filter(|b| b.picture.dim() == dim).collect();
        let extents: Vec<(f64, f64)> = self.titles.iter().map(|t| t.extent).collect();
        let mut proposals = Proposals::new(windows(&self.matches(&bins)), &extents);
        let mut found: Vec<Known> = Vec::new();
        let mut free = vec![true; bins.len()];
        let mut patience = PATIENCE;
        while let Some(hypothesis) = proposals.next(&free) {
            let offsets_s = proposals.as_good(&hypothesis);
            let Title {
                name: title,
                extent,
            } = &self.titles[hypothesis.title as usize];
            match stretch(&bins, &free, &hypothesis, &offsets_s, title, masters) {
                Some(stretch) => {
                    stretch.bins.iter().for_each(|bin| free[*bin] = false);
                    let stretch = known((title, *extent), &stretch, &bins);
                    // What is left in the midst of another are pictures it could not place.
                    if !found.iter().any(|other| holds(other, &stretch)) {
                        found.push(stretch);
                    }
                    patience = PATIENCE;
                }
                None if patience == 0 => break,
                None => patience -= 1,
            }
        }
        found.sort_by(|a, b| a.exhibit_start_s.total_cmp(&b.exhibit_start_s));
        found
    }

    fn matches(&self, bins: &[&Bin]) -> Vec<Match> {
        let step = bins.len().div_ceil(MOST_BINS).max(1);
        let looked_at: Vec<usize> = (0..bins.len()).step_by(step).collect();
        let found: Vec<Vec<Match>> = looked_at
            .par_iter()
            .map(|&bin| {
                let features = features(&bins[bin].picture, FEATURES);
                let time_s = bins[bin].time_s;
                let each = features.iter();
                each.flat_map(|feature| self.of_feature(feature, bin, time_s))
                    .collect()
            })
            .collect();
        found.into_iter().flatten().collect()
    }

    /// The matches of one feature, the best ones.
    fn of_feature(&self, feature: &Feature, bin: usize, time_s: f64) -> Vec<Match> {
        let mut found = Vec::new();
        for variant in Variant::ALL {
            let turned = if variant.negative {
                std::f64::consts::PI
            } else {
                0.0
            };
            let to = Spot {
                x: f64::from(feature.x),
                y: f64::from(feature.y),
                size: f64::from(feature.sigma),
                angle: f64::from(feature.angle) + turned,
            };
            self.alike(feature, variant, &mut |indexed, off| {
                let picture = self.pictures[indexed.picture as usize];
                let extent = self.titles[picture.title as usize].extent;
                found.push(Match {
                    title: picture.title,
                    variant,
                    bin,
                    offset_s: picture.time_s - time_s,
                    from: indexed.posting.spot(extent),
                    to,
                    weight: 1.0 - 0.8 * off / OFF,
                });
            });
        }
        found.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        found.truncate(ALIKE * self.titles.len().clamp(4, 25));
        found
    }
}

/// Hypotheses, the best one first.
struct Proposals<'a> {
    extents: &'a [(f64, f64)],
    /// Those of the lowest score first; each with what it follows from.
    waiting: Vec<(Hypothesis, Window)>,
}

impl<'a> Proposals<'a> {
    fn new(windows: Vec<Window>, extents: &'a [(f64, f64)]) -> Self {
        let made = windows.into_par_iter().map(|w| (w.hypothesis(extents), w));
        let made: Vec<_> = made.collect();
        let mut waiting: Vec<(Hypothesis, Window)> = made
            .into_iter()
            .filter_map(|(h, w)| Some((h?, w)))
            .collect();
        waiting.retain(|(h, _)| h.score >= LEAST_SCORE);
        waiting.sort_by(|a, b| a.0.score.total_cmp(&b.0.score));
        Self { extents, waiting }
    }

    /// The best hypothesis of bins that are free, which is taken away.
    fn next(&mut self, free: &[bool]) -> Option<Hypothesis> {
        loop {
            let (hypothesis, mut window) = self.waiting.pop()?;
            if !window.without_taken(free) {
                return Some(hypothesis);
            }
            let again = window.hypothesis(self.extents);
            if let Some(hypothesis) = again.filter(|h| h.score >= LEAST_SCORE) {
                let place = self
                    .waiting
                    .partition_point(|w| w.0.score <= hypothesis.score);
                self.waiting.insert(place, (hypothesis, window));
            }
        }
    }

    /// Offsets at which the same title is about as good: a picture that stands still is the
    /// same at many times.
    fn as_good(&self, hypothesis: &Hypothesis) -> Vec<f64> {
        let same = self.waiting.iter().map(|w| &w.0).filter(|h| {
            h.title == hypothesis.title
                && h.variant == hypothesis.variant
                && h.score >= AS_GOOD * hypothesis.score
        });
        let mut offsets_s: Vec<f64> = same.map(|h| h.offset_s).collect();
        offsets_s.push(hypothesis.offset_s);
        offsets_s.sort_by(f64::total_cmp);
        offsets_s.dedup_by(|a, b| (*a - *b).abs() < BIN_S);
        offsets_s
    }
}

/// True if the first stretch is of the same title as the other, and it lies in it.
fn holds(one: &Known, other: &Known) -> bool {
    one.title == other.title
        && one.exhibit_start_s <= other.exhibit_start_s
        && other.exhibit_end_s <= one.exhibit_end_s
}

fn known((title, extent): (&str, (f64, f64)), stretch: &Stretch, bins: &[&Bin]) -> Known {
    let time_s = |bin: Option<&usize>| bin.map_or(0.0, |b| bins[*b].time_s);
    Known {
        title: title.to_owned(),
        exhibit_start_s: (time_s(stretch.bins.first()) - BIN_S / 2.0).max(0.0),
        exhibit_end_s: time_s(stretch.bins.last()) + BIN_S / 2.0,
        offset_s: stretch.when.offset_s,
        rate: stretch.when.rate,
        geometry: stretch.geometry,
        extent,
        orientation: orientation(&stretch.geometry, stretch.middle),
        negative: stretch.negative,
        likeness: stretch.likeness,
    }
}

/// The nearest of the eight orientations at a chip.
fn orientation(geometry: &Geometry, chip: (f64, f64)) -> Orientation {
    let [[a, b], [c, d]] = geometry.jacobian(chip.0, chip.1);
    let mirrored = a * d - b * c < 0.0;
    // Downwards is what a mirror leaves: after a turn clockwise it points to the left.
    let turn = (-b).atan2(d) / std::f64::consts::FRAC_PI_2;
    Orientation {
        quarter_turns: (turn.round() as i64).rem_euclid(4) as u8,
        mirrored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{MasterPictures, Region};
    use crate::luma::Plane;
    use crate::recognize::Sketcher;
    use crate::recognize::scene::scene;

    const EXTENT: (f64, f64) = (160.0, 90.0);
    const WHOLE: Region = Region {
        x: 0.0,
        y: 0.0,
        width: 320.0,
        height: 180.0,
    };

    /// A title's picture on a small grid, two samples a chip, at a title time.
    fn picture(seed: u32, time_s: f64) -> Plane {
        Plane::from_shape_fn((180, 320), |(row, column)| {
            scene(seed, time_s, column as f64 * 1.5, row as f64 * 1.5)
        })
    }

    struct Films(Vec<(String, MasterPictures)>);

    impl Films {
        fn new() -> Self {
            let film = |seed: u32| {
                let times = (0..24).map(|i| 0.25 + f64::from(i) / 2.0);
                let pictures = MasterPictures {
                    region: WHOLE,
                    extent: EXTENT,
                    pictures: times.map(|t| (t, picture(seed, t))).collect(),
                };
                (format!("film {seed}"), pictures)
            };
            Self(vec![film(1), film(2)])
        }

        fn index(&self) -> Index {
            let sketched = |(name, film): &(String, MasterPictures)| {
                let mut sketcher = Sketcher::new(film.extent);
                film.pictures.iter().for_each(|(t, p)| sketcher.push(*t, p));
                (name.clone(), sketcher.finish())
            };
            Index::of(self.0.iter().map(sketched).collect())
        }
    }

    impl Masters for Films {
        fn pictures(&self, title: &str, _: &[f64]) -> Option<MasterPictures> {
            let mut films = self.0.iter();
            films.find(|f| f.0 == title).map(|f| f.1.clone())
        }
    }

    /// A bin of scene `seed` at a title time, its picture under a map from samples to those
    /// of the whole one.
    fn bin(seed: u32, exhibit_s: f64, title_s: f64, map: impl Fn(f64, f64) -> (f64, f64)) -> Bin {
        let picture = Plane::from_shape_fn((180, 320), |(row, column)| {
            let (x, y) = map(column as f64, row as f64);
            30.0 + 0.7 * scene(seed, title_s, x * 1.5, y * 1.5)
        });
        Bin::showing(picture, exhibit_s)
    }

    #[test]
    fn shots_of_two_films_are_named_with_their_times_and_geometry() {
        let films = Films::new();
        // Mirrored, the middle 70 % of the picture, black for white.
        let map = |x: f64, y: f64| (271.0 - x * 0.7, 27.0 + y * 0.7);
        let shots = [(1, 0.0, 6.1), (2, 2.0, 1.0), (1, 4.0, 2.4)];
        let mut bins = Vec::new();
        for (film, start_s, offset_s) in shots {
            for i in 0..4 {
                let time_s = start_s + 0.25 + f64::from(i) / 2.0;
                let mut bin = bin(film, time_s, time_s - start_s + offset_s, map);
                bin.picture.mapv_inplace(|v| 255.0 - v);
                bins.push(bin);
            }
        }
        let index = films.index();
        assert_eq!(index.recognize(&bins, &Films(Vec::new())), []);
        assert_eq!(Index::default().recognize(&bins, &films), []);
        let found = index.recognize(&bins, &films);
        assert_eq!(found.len(), 3, "{found:?}");
        for (found, (film, start_s, offset_s)) in found.iter().zip(shots) {
            assert_eq!(found.title, format!("film {film}"));
            assert!((found.exhibit_start_s - start_s).abs() < 0.3, "{found:?}");
            assert!(
                (found.exhibit_end_s - start_s - 2.0).abs() < 0.3,
                "{found:?}"
            );
            let off_s = found.offset_s + found.rate * (start_s + 1.0) - 1.0 - offset_s;
            assert!(off_s.abs() < 0.1, "{found:?}");
            assert!(found.negative && found.orientation.mirrored);
            let (u, v) = found.geometry.chip_at(100.0, 60.0);
            let (x, y) = map(100.0, 60.0);
            let off = ((u * 2.0 + 0.5) - x).hypot((v * 2.0 + 0.5) - y) / 2.0;
            assert!(off < 0.3, "{off} chips: {found:?}");
        }
    }

    #[test]
    fn other_films_and_grey_ones_are_not_recognized() {
        let films = Films::new();
        let index = films.index();
        for seed in 3..6 {
            let times = (0..6).map(|i| 0.25 + f64::from(i) / 2.0);
            let bins: Vec<Bin> = times.map(|t| bin(seed, t, t, |x, y| (x, y))).collect();
            assert_eq!(index.recognize(&bins, &films), []);
        }
        let mut grey = bin(1, 0.25, 0.25, |x, y| (x, y));
        grey.picture.fill(90.0);
        assert_eq!(index.recognize(&[grey], &films), []);
        assert_eq!(index.recognize(&[], &films), []);
    }

    #[test]
    fn all_orientations_are_told() {
        let region = Region {
            x: 0.0,
            y: 0.0,
            width: 300.0,
            height: 300.0,
        };
        for own in Orientation::ALL {
            let geometry = Geometry::whole(region, (100.0, 100.0), own);
            assert_eq!(orientation(&geometry, (50.0, 50.0)), own);
        }
    }
}
