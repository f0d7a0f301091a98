//! This module marks a master for distributors.
//!
//! ```text
//! check everything ─ survey bars ─ title ─ transcode into temporary files beside the outputs
//!      ─ read back ─ rename ─ issue record
//! ```
//!
//! A copy appears under its name only when it is whole and read back; until
//! then an interruption leaves neither a file nor an issue record.

use std::path::{Path, PathBuf};
use std::time::Instant;

use tempfile::TempPath;

use super::events::{Event, Observer, Stage};
use super::hash::hash_file;
use super::home::Home;
use super::outputs::{Output, plan_outputs};
use super::scan::{ScanContext, ScanSettings};
use super::verify::{VerifyOutcome, read_back};
use super::window::{Survey, survey};
use crate::error::{Error, Result};
use crate::luma::{LumaViewMut, Rect};
use crate::mark::{EmbedSettings, Embedder, Gain, SIGNAL_FORMAT, Symbols};
use crate::media::{FrameEditor, Limits, OutputSpec, TranscodeProgress, TranscodeSummary, VideoCodec, VideoEncoding, transcode};
use crate::registry::{ActiveRect, Issue, Title, validate_id};
use crate::trace::{Codeword, bias};
use crate::units::SlotIndex;

/// The codec of marked copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// H.264 by x264.
    H264,
    /// HEVC by x265.
    Hevc,
}

impl Codec {
    fn video(self) -> VideoCodec {
        match self {
            Self::H264 => VideoCodec::H264,
            Self::Hevc => VideoCodec::Hevc,
        }
    }

    /// The rate factor at which this codec is visually transparent for most films.
    fn default_crf(self) -> f32 {
        match self {
            Self::H264 => 21.0,
            Self::Hevc => 23.0,
        }
    }
}

/// What to mark, for whom and how.
#[derive(Debug, Clone)]
pub struct MarkRequest {
    /// The master.
    pub master: PathBuf,
    /// Ids of the distributors, each once.
    pub to: Vec<String>,
    /// A file for one distributor, or a folder; `None` for beside the master.
    pub output: Option<PathBuf>,
    /// The title's id; `None` to make one of the master's name.
    pub title: Option<String>,
    /// Title time at which the master begins, seconds.
    pub at_s: f64,
    /// Strength of the mark, 1 is the default; 0 encodes without a mark and
    /// issues nothing.
    pub strength: f32,
    /// The codec.
    pub codec: Codec,
    /// Constant rate factor; `None` for the codec's default.
    pub crf: Option<f32>,
    /// The encoder's preset.
    pub preset: String,
    /// Read each copy back before it is issued.
    pub verify: bool,
    /// Replace outputs that exist.
    pub force: bool,
    /// What the master may demand.
    pub limits: Limits,
    /// Threads; 0 for one a core.
    pub threads: usize,
}

impl MarkRequest {
    /// With the defaults.
    pub fn new(master: PathBuf, to: Vec<String>) -> Self {
        Self {
            master,
            to,
            output: None,
            title: None,
            at_s: 0.0,
            strength: 1.0,
            codec: Codec::H264,
            crf: None,
            preset: "medium".into(),
            verify: true,
            force: false,
            limits: Limits::default(),
            threads: 0,
        }
    }
}

/// One copy that was made.
#[derive(Debug)]
pub struct MarkedCopy {
    /// For whom.
    pub distributor: String,
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// The number of its issue record; `None` if nothing was marked (strength 0).
    pub issue: Option<i64>,
    /// How it read back; `None` if that was not asked for.
    pub verified: Option<VerifyOutcome>,
}

/// What a run of marking made.
#[derive(Debug)]
pub struct Marked {
    /// The title's id.
    pub title: String,
    /// The copies, in the order asked for.
    pub copies: Vec<MarkedCopy>,
    /// Frames in each.
    pub frames: u64,
    /// Length of each, seconds.
    pub duration_s: f64,
    /// What was changed or left out that a viewer could care about.
    pub notes: Vec<String>,
}

/// Marks a master for distributors: one decode, one copy each.
///
/// # Errors
/// [`Error::Usage`] for an impossible request, [`Error::Unreadable`] for the
/// master, [`Error::Unwritable`] for an output, [`Error::Interrupted`].
pub fn mark(home: &Home, request: &MarkRequest, observer: &dyn Observer) -> Result<Marked> {
    check(home, request)?;
    let outputs = plan_outputs(request)?;
    let name = request.master.file_name().map_or_else(|| request.master.display().to_string(), |n| n.to_string_lossy().into_owned());
    observer.on(Event::Began { task: 0, name });
    let marked = mark_outputs(home, request, &outputs, observer);
    observer.on(Event::Ended { task: 0 });
    marked
}

fn mark_outputs(home: &Home, request: &MarkRequest, outputs: &[Output], observer: &dyn Observer) -> Result<Marked> {
    let begun = Instant::now();
    let hash = hash_file(&request.master, &mut |share| tell(observer, Stage::Hashing, Some(share), 0))?;
    let survey = survey(&request.master, &request.limits)?;
    let title = title_for(home, request, &survey, &hash.sha256)?;
    let mut temporary = Vec::with_capacity(outputs.len());
    for output in outputs {
        temporary.push(beside(&output.path)?);
    }
    let summary = encode(home, request, outputs, &temporary, &title, observer)?;
    if home.registry.title(&title.id)?.is_none() && request.strength > 0.0 {
        home.registry.add_title(&title)?;
    }
    let mut copies = Vec::with_capacity(outputs.len());
    for (output, temporary) in outputs.iter().zip(temporary) {
        copies.push(finish(home, request, output, temporary, &title, &hash.sha256, &summary, observer)?);
    }
    let mut notes = summary.notes;
    notes.extend(summary.outputs.iter().flat_map(|o| o.left_out.iter().map(|l| format!("{}: {l}", o.path.display()))));
    let _ = begun;
    Ok(Marked { title: title.id, copies, frames: summary.frames, duration_s: summary.duration_s, notes })
}

fn check(home: &Home, request: &MarkRequest) -> Result<()> {
    if request.to.is_empty() {
        return Err(Error::usage("no distributor was named; name one with --to ID, or all of them with --to all"));
    }
    for (index, id) in request.to.iter().enumerate() {
        if request.to[..index].contains(id) {
            return Err(Error::usage(format!("distributor {id} is named twice; name each once")));
        }
        if home.registry.distributor(id)?.is_none() {
            return Err(Error::usage(format!("there is no distributor {id} in the registry; add it with `leakmark distributor add {id} --name …`")));
        }
    }
    let latest = crate::mark::TITLE_LIMIT_S;
    if !(0.0..latest).contains(&request.at_s) {
        return Err(Error::usage(format!("got --at {} s; expected 0 to {latest} s", request.at_s)));
    }
    if !(0.0..=4.0).contains(&request.strength) {
        return Err(Error::usage(format!("got a strength of {}; expected 0 (no mark) to 4, 1 is the default", request.strength)));
    }
    if request.crf.is_some_and(|c| !(0.0..=51.0).contains(&c)) {
        return Err(Error::usage("the rate factor (--crf) must be from 0 to 51"));
    }
    Ok(())
}

fn tell(observer: &dyn Observer, stage: Stage, share: Option<f64>, frames: u64) -> Result<()> {
    observer.on(Event::Progress { task: 0, stage, share, frames });
    if observer.is_cancelled() { Err(Error::Interrupted) } else { Ok(()) }
}

/// The title of the registry, or a new one laid out on this master.
fn title_for(home: &Home, request: &MarkRequest, survey: &Survey, master_sha256: &str) -> Result<Title> {
    let id = match &request.title {
        Some(id) => id.clone(),
        None => id_of(&request.master),
    };
    validate_id(&id)?;
    let new = describe(&id, &id, survey, Some(master_sha256), request.at_s);
    let Some(known) = home.registry.title(&id)? else { return Ok(new) };
    let same = (known.width, known.height, known.sar) == (new.width, new.height, new.sar);
    let shape = |t: &Title| t.display_width / t.display_height;
    if !same && (shape(&known) / shape(&new)).ln().abs() > 0.01 {
        return Err(Error::usage(format!(
            "title {id} was registered with a picture of {:.0} × {:.0}; {} has {:.0} × {:.0}; use the same master, or another title with --title",
            known.display_width, known.display_height, request.master.display(), new.display_width, new.display_height
        )));
    }
    // The active picture of the first master holds for all reels of its size:
    // every copy of a title must be laid out alike.
    Ok(if same { known } else { Title { active: new.active, width: new.width, height: new.height, sar: new.sar, ..known } })
}

/// A title id made of a file's name.
fn id_of(master: &Path) -> String {
    let stem = master.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let mut id: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).take(64).collect();
    if !id.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        id.insert_str(0, "title");
        id.truncate(64);
    }
    id
}

fn describe(id: &str, name: &str, survey: &Survey, master_sha256: Option<&str>, at_s: f64) -> Title {
    let info = &survey.info;
    let sar = (info.sample_aspect_ratio.0.max(1), info.sample_aspect_ratio.1.max(1));
    let Rect { x, y, width, height } = survey.active;
    Title {
        id: id.into(),
        name: name.into(),
        width: info.width,
        height: info.height,
        sar,
        active: ActiveRect { x: x as u32, y: y as u32, width: width as u32, height: height as u32 },
        display_width: width as f64 * f64::from(sar.0) / f64::from(sar.1),
        display_height: height as f64,
        duration_s: at_s + info.duration_s.unwrap_or(0.0),
        fps: info.fps.unwrap_or(0.0),
        master_sha256: master_sha256.map(Into::into),
        added_at: String::new(),
    }
}

/// Adds a title laid out on a master, without marking anything.
///
/// # Errors
/// As [`mark`].
pub fn add_title(home: &Home, master: &Path, id: &str, name: Option<&str>, limits: &Limits, observer: &dyn Observer) -> Result<Title> {
    validate_id(id)?;
    let hash = hash_file(master, &mut |share| tell(observer, Stage::Hashing, Some(share), 0))?;
    let title = describe(id, name.unwrap_or(id), &survey(master, limits)?, Some(&hash.sha256), 0.0);
    home.registry.add_title(&title)?;
    Ok(home.registry.title(id)?.unwrap_or(title))
}

/// A new file beside an output, deleted unless it is renamed.
fn beside(output: &Path) -> Result<TempPath> {
    let folder = output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".leakmark-")
        .suffix(".part")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666))
        .tempfile_in(folder)
        .map(tempfile::NamedTempFile::into_temp_path)
        .map_err(|e| Error::unwritable(output, format!("cannot write in {}: {e}; make the folder, or free some space", folder.display())))
}

/// Marks the frames of one copy.
struct CopyEditor<S> {
    embedder: Embedder<S>,
    at_s: f64,
}

impl<S: FnMut(SlotIndex) -> Symbols + Send> FrameEditor for CopyEditor<S> {
    fn edit(&mut self, _frame: u64, time_s: f64, luma: LumaViewMut<'_>) -> Result<()> {
        self.embedder.mark(self.at_s + time_s, luma);
        Ok(())
    }
}

fn encode(home: &Home, request: &MarkRequest, outputs: &[Output], temporary: &[TempPath], title: &Title, observer: &dyn Observer) -> Result<TranscodeSummary> {
    let encoding = VideoEncoding {
        codec: request.codec.video(),
        crf: request.crf.unwrap_or(request.codec.default_crf()),
        preset: request.preset.clone(),
        threads: request.threads,
    };
    let jobs = outputs.iter().zip(temporary).map(|(output, temporary)| {
        let spec = OutputSpec { path: temporary.to_path_buf(), container: output.container };
        (spec, editor(home, request, title, &output.distributor))
    });
    let progress = |p: TranscodeProgress| {
        let share = p.duration_s.filter(|d| *d > 0.0).map(|d| (p.time_s / d).clamp(0.0, 1.0));
        observer.on(Event::Progress { task: 0, stage: Stage::Marking, share, frames: p.frames });
    };
    transcode(&request.master, &request.limits, &encoding, jobs.collect(), &progress, observer.cancelled())
}

fn editor(home: &Home, request: &MarkRequest, title: &Title, distributor: &str) -> Box<dyn FrameEditor> {
    let active = Rect { x: title.active.x as usize, y: title.active.y as usize, width: title.active.width as usize, height: title.active.height as usize };
    let settings = EmbedSettings {
        title: title.id.clone(),
        active,
        pixel_aspect: f64::from(title.sar.0) / f64::from(title.sar.1),
        gain: Gain::DEFAULT.scaled(request.strength),
    };
    let mut codeword = Codeword::new(&home.secret, &title.id, distributor);
    let (secret, id) = (home.secret.clone(), title.id.clone());
    let symbols = move |slot| codeword.symbols(slot, &bias(&secret, &id, slot));
    Box::new(CopyEditor { embedder: Embedder::new(&home.secret, settings, symbols), at_s: request.at_s })
}

/// Reads a copy back, gives it its name and records its issue.
#[allow(clippy::too_many_arguments, reason = "the last step gathers what all others made")]
fn finish(
    home: &Home,
    request: &MarkRequest,
    output: &Output,
    temporary: TempPath,
    title: &Title,
    master_sha256: &str,
    summary: &TranscodeSummary,
    observer: &dyn Observer,
) -> Result<MarkedCopy> {
    let hash = hash_file(&temporary, &mut |share| tell(observer, Stage::Hashing, Some(share), 0))?;
    let marked = request.strength > 0.0;
    let verified = if request.verify && marked {
        tell(observer, Stage::Verifying, None, summary.frames)?;
        let settings = ScanSettings { limits: request.limits, threads: request.threads, ..ScanSettings::default() };
        let context = ScanContext::new(home, settings)?;
        Some(read_back(&context, &temporary, &output.distributor, &title.id, observer)?)
    } else {
        None
    };
    temporary.persist(&output.path).map_err(|e| Error::unwritable(&output.path, format!("cannot be renamed to: {}; nothing was left behind", e.error)))?;
    let issue = Issue {
        title: title.id.clone(),
        distributor: output.distributor.clone(),
        master_sha256: master_sha256.into(),
        copy_sha256: hash.sha256.clone(),
        copy_path: output.path.to_string_lossy().into_owned(),
        copy_bytes: hash.bytes,
        title_start_s: request.at_s,
        duration_s: summary.duration_s,
        parameters: parameters(request),
        tool_version: env!("CARGO_PKG_VERSION").into(),
        ..Issue::default()
    };
    let issue = if marked { Some(home.registry.record_issue(&issue).inspect_err(|_| drop(std::fs::remove_file(&output.path)))?) } else { None };
    Ok(MarkedCopy { distributor: output.distributor.clone(), path: output.path.clone(), sha256: hash.sha256, bytes: hash.bytes, issue, verified })
}

fn parameters(request: &MarkRequest) -> serde_json::Value {
    let codec = match request.codec {
        Codec::H264 => "h264",
        Codec::Hevc => "hevc",
    };
    serde_json::json!({
        "signal_format": SIGNAL_FORMAT,
        "strength": request.strength,
        "codec": codec,
        "crf": request.crf.unwrap_or(request.codec.default_crf()),
        "preset": request.preset,
    })
}
