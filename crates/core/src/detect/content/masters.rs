//! Where masters' pictures are had from.

use super::MasterPictures;

/// What is kept of the titles' masters.
pub trait Masters: Sync {
    /// The pictures of `title` around each of `times_s`, seconds of title time; `None` if
    /// none are kept or they cannot be read.
    fn pictures(&self, title: &str, times_s: &[f64]) -> Option<MasterPictures>;
}

/// Nothing is kept.
#[derive(Debug, Clone, Copy)]
pub struct NoMasters;

impl Masters for NoMasters {
    fn pictures(&self, _: &str, _: &[f64]) -> Option<MasterPictures> {
        None
    }
}
