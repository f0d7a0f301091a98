//! Checks an evidence pack against its exhibit: the soft symbols are read again
//! from the file, with what the pack opens and nothing of the registry.
//!
//! ```text
//! exhibit ─ hash
//!    └──── frames of each reading ─ bins ─ read again with the opened cells ─ compared
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use crate::detect::{
    Bin, Fit, Frames, HostFit, MasterPictures, Masters, Reread, WhitenedBins, hosts_of, reread,
};
use crate::error::{Error, Result};
use crate::evidence::check::{ReadAgain, check_reading, checked_pack};
use crate::evidence::{Check, EvidencePack};
use crate::job::events::{Stage, file_name};
use crate::job::prove::references::PackedMasters;
use crate::job::scan::animation::Animation;
use crate::job::scan::film::keyframes::{Keyframes, MOST_PLACES};
use crate::job::scan::film::plan::LONGEST_WINDOW_S;
use crate::job::scan::film::segment::Stretch;
use crate::job::scan::film::window::{Decoding, Gatherer, Survey, Window, survey};
use crate::job::scan::hash_source;
use crate::job::scan::still::{Image, Still, read_image};
use crate::job::task::Task;
use crate::luma::Plane;
use crate::mark::SlotCells;
use crate::media::{Limits, Source};

/// A frame's time may have lost so much in a text, seconds.
const EPSILON_S: f64 = 1e-6;

/// Speeds of clocks, against that of the time stamps, that a scan may try.
const CLOCK_RATES: std::ops::RangeInclusive<f64> = 0.01..=100.0;

/// How to read an exhibit again.
pub struct RereadSettings<'a> {
    /// What the file may demand.
    pub limits: &'a Limits,
    /// Threads for everything; 0 for one a core.
    pub threads: usize,
    /// What it is told as.
    pub task: Task<'a>,
}

/// Checks the pack at `path` as [`verify_pack`](crate::job::verify_pack) does, and reads its
/// soft symbols again from the file `exhibit`.
///
/// # Errors
/// [`Error::Unreadable`] if a file cannot be read, [`Error::Usage`] if it is no pack or
/// report, [`Error::Interrupted`] if the observer asked to stop.
pub fn verify_pack_on_exhibit(
    path: &Path,
    key: Option<&str>,
    report: Option<&Path>,
    exhibit: &Path,
    settings: &RereadSettings<'_>,
) -> Result<Vec<Check>> {
    let (pack, mut checks) = checked_pack(path, key, report)?;
    let again = settings.task.run(file_name(exhibit), || {
        let source = Source::open(exhibit)?;
        source.unchanged(read_again(&pack, &source, settings))
    })?;
    checks.extend(check_reading(&pack, &again));
    Ok(checks)
}

fn read_again(
    pack: &EvidencePack,
    source: &Source,
    settings: &RereadSettings<'_>,
) -> Result<ReadAgain> {
    if !CLOCK_RATES.contains(&pack.clock_rate) {
        return Err(Error::usage(format!(
            "the pack's clock runs at {} times the speed of the exhibit's time stamps; a scan tries {} to {}",
            pack.clock_rate,
            CLOCK_RATES.start(),
            CLOCK_RATES.end()
        )));
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()
        .map_err(|e| Error::Internal(format!("no threads: {e}")))?;
    let decoding = Decoding {
        source,
        limits: settings.limits,
        threads: pool.current_num_threads(),
        task: settings.task,
    };
    let hash = hash_source(source, &mut |share| {
        settings.task.tell(Stage::Hashing, Some(share))
    })?;
    let rereader = Rereader {
        film: Film::open(&decoding, pack.clock_rate)?,
        decoding,
        pool,
        cells: cells(pack),
        // What is wrong with them is one of the pack's checks.
        masters: PackedMasters(pack.opened_references().unwrap_or_default()),
    };
    let count = pack.readings.len() as f64;
    let mut readings = Vec::with_capacity(pack.readings.len());
    for (number, reading) in pack.readings.iter().enumerate() {
        settings
            .task
            .tell(Stage::Reading, Some(number as f64 / count))?;
        readings.push(rereader.read(&reading.fit)?);
    }
    Ok(ReadAgain {
        exhibit_sha256: hash.sha256,
        readings,
    })
}

/// The opened cells by slot; a malformed slot has none.
fn cells(pack: &EvidencePack) -> BTreeMap<u32, SlotCells> {
    let opened = |slot: &crate::evidence::OpenedSlot| Some((slot.slot, slot.opening()?.cells));
    pack.slots.iter().filter_map(opened).collect()
}

/// What kind of exhibit it is.
enum Film {
    Still(Still),
    Animation(Animation),
    Moving(Box<Survey>),
}

impl Film {
    fn open(decoding: &Decoding<'_>, clock_rate: f64) -> Result<Self> {
        let Decoding { source, limits, .. } = *decoding;
        Ok(match read_image(source, limits)? {
            Some(Image::Still(still)) => Self::Still(still),
            Some(Image::Animation(animation)) => Self::Animation(animation),
            None => {
                let survey = survey(source, limits, decoding.task.observer())?;
                Self::Moving(Box::new(survey.at_clock_rate(clock_rate)))
            }
        })
    }
}

/// An exhibit that is being read again.
struct Rereader<'a> {
    film: Film,
    decoding: Decoding<'a>,
    pool: rayon::ThreadPool,
    cells: BTreeMap<u32, SlotCells>,
    masters: PackedMasters,
}

/// What was read again, or why it cannot be.
type Outcome<T> = Result<std::result::Result<T, String>>;

impl Rereader<'_> {
    /// The slots that the exhibit shows where `fit` says.
    fn read(&self, fit: &Fit) -> Outcome<Vec<Reread>> {
        match &fit.frames {
            Frames::Between { first_s, last_s } => {
                let length_s = last_s - first_s;
                if !(0.0..=LONGEST_WINDOW_S).contains(&length_s) {
                    return Ok(Err(format!(
                        "the pack's reading is of {length_s} s at once; a scan reads at most {LONGEST_WINDOW_S} s"
                    )));
                }
                let bins = self.bins(*first_s, *last_s)?;
                let dim = bins.first().map(|bin| bin.picture.dim());
                Ok(self.read_bins(WhitenedBins::Bins(&bins), dim, fit))
            }
            Frames::Keyframes { places_s } => {
                if places_s.len() > MOST_PLACES {
                    return Ok(Err(format!(
                        "the pack's reading looks for keyframes in {} places; a scan does in at most {MOST_PLACES}",
                        places_s.len()
                    )));
                }
                let whitened = self.keyframes(places_s)?;
                let dim = whitened.first().map(|w| w.1.dim());
                Ok(self.read_bins(WhitenedBins::Keyframes(&whitened), dim, fit))
            }
        }
    }

    fn read_bins(
        &self,
        bins: WhitenedBins<'_>,
        dim: Option<(usize, usize)>,
        fit: &Fit,
    ) -> std::result::Result<Vec<Reread>, String> {
        let Some((rows, columns)) = dim else {
            return Err("the exhibit has no pictures where the pack says".into());
        };
        if (rows, columns) != fit.grid {
            return Err(format!(
                "the exhibit's pictures are read on a grid of {columns} × {rows}, the pack's on {} × {}: it is another picture",
                fit.grid.1, fit.grid.0
            ));
        }
        let opened = |slot: crate::units::SlotIndex| self.cells.get(&slot.0);
        let again = self
            .pool
            .install(|| reread(bins, fit, self.hosts(bins, fit), opened));
        again.ok_or_else(|| "the pack's geometry or alignment is none that a scan makes".into())
    }

    /// The hosts that were taken away from the bins, from the masters' pictures.
    fn hosts(&self, bins: WhitenedBins<'_>, fit: &Fit) -> Vec<Option<Plane>> {
        let WhitenedBins::Bins(bins) = bins else {
            return Vec::new();
        };
        let pictures = |host: &HostFit| {
            let times: Vec<f64> = bins.iter().filter_map(|b| host.title_s(b.time_s)).collect();
            self.masters.pictures(&host.title, &times)
        };
        let masters: Vec<Option<MasterPictures>> = fit.hosts.iter().map(pictures).collect();
        let known = fit.hosts.iter().zip(&masters);
        hosts_of(
            bins,
            known.filter_map(|(fit, master)| Some((fit, master.as_ref()?))),
        )
    }

    /// The bins of the frames from one time to another, both with it.
    fn bins(&self, first_s: f64, last_s: f64) -> Result<Vec<Bin>> {
        let survey = match &self.film {
            Film::Still(still) => {
                let size = (still.width, still.height);
                let mut gatherer = Gatherer::with(size, still.active());
                gatherer.push(0.0, &still.luma())?;
                return Ok(gatherer.finish().bins);
            }
            Film::Animation(animation) => return self.animated_bins(animation, first_s, last_s),
            Film::Moving(survey) => survey,
        };
        let window = Window {
            start_s: first_s - EPSILON_S,
            end_s: last_s + EPSILON_S,
        };
        // Where no place can be found by its time, all that comes before is decoded.
        let from_s = if survey.timeline.seekable {
            window.start_s
        } else {
            0.0
        };
        let mut stretch = Stretch::open(&self.decoding, survey, from_s)?;
        let wanted = std::sync::atomic::AtomicBool::new(false);
        Ok(stretch
            .gather(&self.decoding, survey, window, &wanted)?
            .bins)
    }

    fn animated_bins(&self, animation: &Animation, first_s: f64, last_s: f64) -> Result<Vec<Bin>> {
        let size = (animation.width, animation.height);
        let mut gatherer = Gatherer::with(size, animation.active);
        let Decoding { source, limits, .. } = self.decoding;
        animation.each(source, limits.max_duration_s, &mut |time_s, luma| {
            if time_s >= first_s - EPSILON_S && time_s <= last_s + EPSILON_S {
                gatherer.push(time_s, luma)?;
            }
            Ok(time_s <= last_s)
        })?;
        Ok(gatherer.finish().bins)
    }

    /// The keyframes of clusters at these places, whitened, in order of time.
    fn keyframes(&self, places_s: &[f64]) -> Result<Vec<(f64, Plane)>> {
        let Film::Moving(survey) = &self.film else {
            return Ok(Vec::new());
        };
        let mut keyframes = Keyframes::new(survey, 0.0);
        keyframes.read(&self.decoding, survey, places_s, &self.pool)?;
        Ok(keyframes.whitened)
    }
}
