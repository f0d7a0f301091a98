//! Makes films with ffmpeg and brings them into bins.

use std::path::{Path, PathBuf};
use std::process::Command;

use leakmark::detect::{Bin, BinGatherer, MasterPictures, Masters, Region, grid_size};
use leakmark::luma::Rect;
use leakmark::luma::resample::Resampler;
use leakmark::mark::chip_extent;
use leakmark::media::{Limits, ReadOptions, Source, VideoReader};
use leakmark::recognize::{Index, Sketcher, Sketches};

/// Seconds taken of a clip, and pixels of its longer side at most.
const SECONDS: &str = "12";
const FIT: &str = "scale='if(gt(iw,ih),min(iw,854),-2)':'if(gt(iw,ih),-2,min(ih,854))'";

/// A film in bins.
pub struct Film {
    pub name: String,
    /// Where its file is.
    pub path: PathBuf,
    /// Width and height, pixels.
    pub size: (f64, f64),
    pub bins: Vec<Bin>,
}

impl Film {
    pub fn read(path: PathBuf, name: String) -> Result<Self, String> {
        let failed = |e: leakmark::error::Error| format!("{}: {e}", path.display());
        let source = Source::open(&path).map_err(failed)?;
        let options = ReadOptions::default();
        let mut reader =
            VideoReader::open(&source, &Limits::default(), &options).map_err(failed)?;
        let mut bins = BinGatherer::default();
        let mut resampler: Option<Resampler> = None;
        let mut size = (0, 0);
        while let Some(frame) = reader.next_frame().map_err(failed)? {
            let luma = frame.luma();
            size = (luma.format.width, luma.format.height);
            let resampler = resampler.get_or_insert_with(|| {
                let grid = grid_size(size.0, size.1, size.0.max(size.1));
                Resampler::new(Rect::whole(size.0, size.1), grid.0, grid.1)
            });
            let picture = resampler
                .apply(&luma)
                .filter(|_| bins.wants(frame.time_s()));
            if let Some(picture) = picture {
                bins.push(frame.time_s(), &picture);
            }
        }
        let size = (size.0 as f64, size.1 as f64);
        Ok(Self {
            name,
            size,
            bins: bins.finish(),
            path,
        })
    }

    /// Rows and columns of a bin.
    pub fn grid(&self) -> (usize, usize) {
        self.bins.first().map_or((1, 1), |b| b.picture.dim())
    }

    /// Chips across and down.
    pub fn extent(&self) -> (f64, f64) {
        chip_extent(self.size.0, self.size.1)
    }

    fn sketches(&self) -> Sketches {
        let mut sketcher = Sketcher::new(self.extent());
        self.bins
            .iter()
            .for_each(|b| sketcher.push(b.time_s, &b.picture));
        sketcher.finish()
    }
}

/// The clips, cut to [`SECONDS`] and made smaller.
pub fn masters(clips: &Path, work: &Path) -> Result<Vec<Film>, String> {
    let entries = std::fs::read_dir(clips).map_err(|e| format!("{}: {e}", clips.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.retain(|p| {
        p.extension()
            .is_some_and(|e| e == "mp4" || e == "webm" || e == "mkv")
    });
    paths.sort();
    let master = |path: PathBuf| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let to = work.join(format!("{name}.master.mp4"));
        ffmpeg(&path, &to, &["-t", SECONDS, "-vf", FIT, "-crf", "16"])?;
        Film::read(to, name)
    };
    paths.into_iter().map(master).collect()
}

/// Runs ffmpeg unless what it makes is there.
pub fn ffmpeg(from: &Path, to: &Path, options: &[&str]) -> Result<(), String> {
    if to.exists() {
        return Ok(());
    }
    let part = to.with_extension("part.mp4");
    let status = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-i"])
        .arg(from)
        .args(options)
        .args([
            "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-an",
        ])
        .arg(&part)
        .status()
        .map_err(|e| format!("ffmpeg: {e}"))?;
    if !status.success() {
        return Err(format!("ffmpeg could not make {}", to.display()));
    }
    std::fs::rename(&part, to).map_err(|e| format!("{}: {e}", to.display()))
}

/// The clips, and what they are recognized by.
pub struct Library {
    pub films: Vec<Film>,
    pub index: Index,
}

impl Library {
    pub fn new(films: Vec<Film>) -> Self {
        let index = Index::of(
            films
                .iter()
                .map(|f| (f.name.clone(), f.sketches()))
                .collect(),
        );
        Self { films, index }
    }

    /// An index of all films but one.
    pub fn without(&self, name: &str) -> Index {
        let others = self.films.iter().filter(|f| f.name != name);
        Index::of(others.map(|f| (f.name.clone(), f.sketches())).collect())
    }
}

impl Masters for Library {
    fn pictures(&self, title: &str, times_s: &[f64]) -> Option<MasterPictures> {
        let film = self.films.iter().find(|f| f.name == title)?;
        let near = |b: &&Bin| times_s.iter().any(|t| (t - b.time_s).abs() <= 1.3);
        let (rows, columns) = film.grid();
        Some(MasterPictures {
            region: Region {
                x: 0.0,
                y: 0.0,
                width: columns as f64,
                height: rows as f64,
            },
            extent: film.extent(),
            pictures: film
                .bins
                .iter()
                .filter(near)
                .map(|b| (b.time_s, b.picture.clone()))
                .collect(),
        })
    }
}
