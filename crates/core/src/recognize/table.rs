//! Finds features that are alike among those of all titles.
//!
//! Postings lie sorted by the first bits of their codes. Who looks for a code looks there,
//! and where it would be if those of these bits that are least certain were others
//! (Lv and others, "Multi-probe LSH", VLDB 2007).

use super::describe::{BITS, Feature, Variant};
use super::posting::{Posting, Sketches};

/// Bytes that all postings together take at most.
const MOST_BYTES: usize = 600_000_000;
/// Postings in the place of one beginning, on average.
const TOGETHER: usize = 48;
/// Bits by which codes are sorted, at most.
const MOST_KEY_BITS: u32 = 20;
/// Of these, the least certain ones that are tried both ways.
const UNCERTAIN: usize = 6;
/// Bits in which alike features differ at most.
const DIFFERENT: u32 = 15;
/// Share of all margins that lies on bits which differ, of alike features at most.
pub(super) const OFF: f32 = 0.06;

/// A posting, and the number of the picture that it is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Indexed {
    pub posting: Posting,
    pub picture: u32,
}

/// A picture that was sketched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picture {
    /// The number of its title.
    pub title: u32,
    /// Seconds of title time.
    pub time_s: f64,
}

/// A title that pictures are of.
#[derive(Debug, Clone)]
pub(super) struct Title {
    pub name: String,
    /// Chips across and down.
    pub extent: (f64, f64),
}

/// Features of the pictures of many titles.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(super) titles: Vec<Title>,
    pub(super) pictures: Vec<Picture>,
    postings: Vec<Indexed>,
    /// Where the postings of each beginning start, and where the last ones end.
    starts: Vec<u32>,
    key_bits: u32,
}

impl Index {
    /// Of the sketches of titles, named; a title may have several parts. Of so many
    /// pictures that they would take more than 600 MB, fewer features each are kept.
    pub fn of(parts: Vec<(String, Sketches)>) -> Self {
        let all: usize = parts.iter().map(|(_, s)| s.pictures.len()).sum();
        let each = MOST_BYTES / size_of::<Indexed>() / all.max(1);
        let mut index = Self::default();
        for (name, sketches) in parts {
            let extent = sketches.extent;
            let title = index.titles.len() as u32;
            index.titles.push(Title { name, extent });
            for sketch in sketches.pictures {
                let picture = index.pictures.len() as u32;
                let time_s = sketch.time_s;
                index.pictures.push(Picture { title, time_s });
                let kept = sketch.postings.into_iter().take(each);
                index
                    .postings
                    .extend(kept.map(|posting| Indexed { posting, picture }));
            }
        }
        index.sort();
        index
    }

    fn sort(&mut self) {
        let places = (self.postings.len() / TOGETHER).max(1);
        self.key_bits = places.ilog2().min(MOST_KEY_BITS);
        let mask = (1_u64 << self.key_bits) - 1;
        self.postings.sort_by_key(|i| i.posting.code & mask);
        let mut starts = vec![0; mask as usize + 2];
        for indexed in &self.postings {
            starts[(indexed.posting.code & mask) as usize + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        self.starts = starts;
    }

    /// True if nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.postings.is_empty()
    }

    /// Calls `found` with every posting that is like a feature seen in a variant, and how
    /// unlike it is, 0 to [`OFF`].
    pub(super) fn alike(
        &self,
        feature: &Feature,
        variant: Variant,
        found: &mut dyn FnMut(&Indexed, f32),
    ) {
        if self.is_empty() {
            return;
        }
        let code = feature.code ^ variant.mask();
        let most = OFF * feature.margins.iter().sum::<f32>();
        let mut order: Vec<u32> = (0..self.key_bits).collect();
        order.sort_by(|a, b| feature.margins[*a as usize].total_cmp(&feature.margins[*b as usize]));
        order.truncate(UNCERTAIN);
        let mask = (1_u64 << self.key_bits) - 1;
        for choice in 0..1_u64 << order.len() {
            let flips = (0..order.len()).map(|i| (choice >> i & 1) << order[i]);
            let key = ((code ^ flips.sum::<u64>()) & mask) as usize;
            let (from, to) = (self.starts[key] as usize, self.starts[key + 1] as usize);
            for indexed in &self.postings[from..to] {
                let differ = indexed.posting.code ^ code;
                if differ.count_ones() <= DIFFERENT {
                    let off = margin(differ, &feature.margins);
                    if off <= most {
                        found(indexed, off / most * OFF);
                    }
                }
            }
        }
    }
}

/// The margins of the bits that differ, added up.
fn margin(mut differ: u64, margins: &[f32; BITS]) -> f32 {
    let mut sum = 0.0;
    while differ != 0 {
        sum += margins[differ.trailing_zeros() as usize];
        differ &= differ - 1;
    }
    sum
}
