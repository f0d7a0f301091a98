//! Where masters' pictures are had from.

use super::{Known, MasterPictures};
use crate::detect::bins::Bin;

/// What is kept of the titles' masters.
pub trait Masters: Sync {
    /// The pictures of `title` around each of `times_s`, seconds of title time; `None` if
    /// none are kept or they cannot be read.
    fn pictures(&self, title: &str, times_s: &[f64]) -> Option<MasterPictures>;

    /// What of the titles the bins show by their pictures alone, in order of exhibit time;
    /// empty if that cannot be said.
    fn known(&self, _bins: &[Bin]) -> Vec<Known> {
        Vec::new()
    }
}

/// Nothing is kept.
#[derive(Debug, Clone, Copy)]
pub struct NoMasters;

impl Masters for NoMasters {
    fn pictures(&self, _: &str, _: &[f64]) -> Option<MasterPictures> {
        None
    }
}
