//! Where the title's pictures come from.

use crate::detect::MasterPictures;

/// Gives the pictures of titles' masters.
pub trait Masters: Sync {
    /// The pictures of `title` around each of `times_s`, seconds of title time; none if
    /// there are none.
    fn pictures(&self, title: &str, times_s: &[f64]) -> Option<MasterPictures>;
}
