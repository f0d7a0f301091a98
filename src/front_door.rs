//! The whole work in one call each, for programs that need no more than that.

use std::path::Path;

use crate::detect::{Effort, NoMasters, PilotKey, Reading, Search};
use crate::error::{Error, Result};
use crate::evidence::Report;
use crate::job::{Gatherer, Home, MarkRequest, Marked, ScanContext, ScanSettings, Silent, Task};
use crate::key::Secret;
use crate::luma::{LumaFormat, LumaView, Rect, Samples};
use crate::mark::chip_extent;

/// Marks `master` for each of the distributors `to`, into the folder `copies`,
/// with the registry in the folder `home`: what `leakmark mark` does by default.
///
/// # Errors
/// Those of [`job::mark`](crate::job::mark).
pub fn mark(home: &Path, master: &Path, to: &[&str], copies: &Path) -> Result<Marked> {
    let to = to.iter().map(|id| (*id).to_owned()).collect();
    let mut request = MarkRequest::new(master.to_owned(), to);
    request.output = Some(copies.to_owned());
    crate::job::mark(&Home::open(home)?, &request, Task::only(&Silent::default()))
}

/// Examines the file `exhibit` with the registry in the folder `home`: what
/// `leakmark scan` does by default. Of many exhibits, share a
/// [`ScanContext`] instead.
///
/// # Errors
/// Those of [`job::scan`](crate::job::scan).
pub fn scan(home: &Path, exhibit: &Path) -> Result<Report> {
    let context = ScanContext::new(&Home::open(home)?, ScanSettings::default())?;
    crate::job::scan(&context, exhibit, Task::only(&Silent::default()))
}

/// Reads the mark out of pictures that the caller decoded: for each its exhibit
/// time in seconds and its 8-bit luma as `format` says, in order of time, all of
/// one size, square pixels. `titles` are the ids of the titles that it may be.
/// One reading for each geometry found.
///
/// Nobody's symbols are looked at: score a reading with
/// [`trace::score_all`](crate::trace::score_all).
///
/// # Errors
/// [`Error::Usage`] without pictures, or if one is smaller than `format` says.
pub fn read(
    secret: &Secret,
    titles: &[&str],
    format: LumaFormat,
    frames: impl IntoIterator<Item = (f64, Vec<u8>)>,
) -> Result<Vec<Reading>> {
    let whole = Rect::whole(format.width, format.height);
    let mut gatherer = Gatherer::with((format.width, format.height), whole);
    for (time_s, samples) in frames {
        let samples = Samples::U8(&samples);
        gatherer.push(time_s, &LumaView { format, samples })?;
    }
    if gatherer.frames() == 0 {
        return Err(Error::usage("got no picture to read").advise("give at least one"));
    }
    let gathered = gatherer.finish();
    let (width, height) = (gathered.active.width as f64, gathered.active.height as f64);
    let search = Search {
        regions: gathered.regions,
        extents: vec![chip_extent(width, height)],
        sample_aspect: 1.0,
        effort: Effort::Normal,
        titles: titles.iter().map(|id| (*id).to_owned()).collect(),
    };
    let key = PilotKey::new(secret);
    Ok(crate::detect::read(
        &key,
        gathered.bins,
        &search,
        &NoMasters,
    ))
}
