//! Lays titles out on their masters.

use std::path::Path;

use crate::error::{Error, Result};
use crate::evidence::naming::validate_id;
use crate::job::events::{Stage, file_name};
use crate::job::home::Home;
use crate::job::mark::parts::{beginning, check_unmarked, parts};
use crate::job::mark::request::{Beginning, MarkRequest};
use crate::job::reference::care::{keep, keep_or_note};
use crate::job::reference::gather::Gathered;
use crate::job::reference::read::read_whole;
use crate::job::scan::film::window::{Survey, survey};
use crate::job::scan::hash_source;
use crate::job::task::Task;
use crate::mark::TITLE_LIMIT_S;
use crate::media::{Limits, Source};
use crate::registry::Title;
use crate::render::format::clock;

/// A title that was added.
#[derive(Debug)]
pub struct AddedTitle {
    /// The title, as the registry has it.
    pub title: Title,
    /// Why no reference of its master was kept; `None` if one was.
    pub problem: Option<Error>,
}

/// Adds a title laid out on a master, without marking anything, and keeps a reference of
/// what the master shows.
///
/// # Errors
/// [`Error::Unreadable`] for the master, [`Error::Registry`] if the id is there
/// already; [`Error::Interrupted`], after which the title may be there.
pub fn add_title(
    home: &Home,
    master: &Path,
    id: &str,
    name: Option<&str>,
    (limits, threads): (&Limits, usize),
    task: Task<'_>,
) -> Result<AddedTitle> {
    validate_id(id)?;
    task.run(file_name(master), || {
        let source = Source::open(master)?;
        let laid_out = lay_out(home, &source, (id, name.unwrap_or(id)), limits, task);
        let (title, master_sha256) = source.unchanged(laid_out)?;
        home.registry.add_title(&title)?;
        let read = source.unchanged(read_whole(&title, &source, limits, threads, task));
        let master = (master_sha256.as_str(), title.duration_s);
        let kept = read.and_then(|gathered| keep(home, &title, master, 0.0, &gathered));
        let problem = match kept {
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            kept => kept.err(),
        };
        let title = home.registry.title(id)?.unwrap_or(title);
        Ok(AddedTitle { title, problem })
    })
}

/// The title, and the SHA-256 of its master.
fn lay_out(
    home: &Home,
    master: &Source,
    (id, name): (&str, &str),
    limits: &Limits,
    task: Task<'_>,
) -> Result<(Title, String)> {
    let hash = hash_source(master, &mut |share| task.tell(Stage::Hashing, Some(share)))?;
    check_unmarked(home, master.path(), &hash.sha256)?;
    let survey = survey(master, limits, task.observer())?;
    task.tell(Stage::Reading, None)?;
    let title = describe(id, name, &survey, Some(&hash.sha256), 0.0);
    Ok((title, hash.sha256))
}

/// A title, and where in it a master begins.
#[derive(Debug)]
pub(crate) struct LaidOut {
    /// The title, laid out as for this master.
    pub title: Title,
    /// Title time at which the master begins, seconds.
    pub at_s: f64,
}

impl LaidOut {
    /// Adds the title if it is new, and keeps what was gathered of a master, of which the
    /// SHA-256 and the length in seconds are given: before copies are recorded, for their receipts name it.
    /// Why nothing was kept, in words, if so.
    ///
    /// # Errors
    /// [`Error::Registry`] if the title cannot be added.
    pub fn register(
        &self,
        home: &Home,
        master: (&str, f64),
        gathered: Option<&Gathered>,
    ) -> Result<Option<String>> {
        if home.registry.title(&self.title.id)?.is_none() {
            home.registry.add_title(&self.title)?;
        }
        Ok(keep_or_note(home, &self.title, master, self.at_s, gathered))
    }
}

/// The title of the registry, or a new one laid out on this master.
pub(crate) fn title_for(
    home: &Home,
    request: &MarkRequest,
    survey: &Survey,
    master_sha256: &str,
) -> Result<LaidOut> {
    let id = match &request.title {
        Some(id) => id.clone(),
        None => id_of(&request.master),
    };
    validate_id(&id)?;
    let known = home.registry.title(&id)?;
    let parts = match &known {
        Some(known) if request.record => parts(home, known)?,
        None if request.beginning == Beginning::NextReel => {
            return Err(Error::usage(format!(
                "there is no title {id} that {} could be the next reel of",
                request.master.display()
            ))
            .advise("mark the first without --reel"));
        }
        _ => Vec::new(),
    };
    let length_s = survey.timeline.length_s.unwrap_or(0.0);
    let at_s = beginning(&id, &parts, request, (master_sha256, length_s))?;
    check_end(&request.master, &id, at_s + length_s)?;
    let new = describe(&id, &id, survey, Some(master_sha256), at_s);
    let Some(known) = known else {
        return Ok(LaidOut { title: new, at_s });
    };
    let same = (known.width, known.height, known.sar) == (new.width, new.height, new.sar);
    let shape = |t: &Title| t.display_width / t.display_height;
    if !same && (shape(&known) / shape(&new)).ln().abs() > 0.01 {
        return Err(Error::usage(format!(
            "title {id} was registered with a picture of {:.0} × {:.0}; {} has {:.0} × {:.0}",
            known.display_width,
            known.display_height,
            request.master.display(),
            new.display_width,
            new.display_height
        ))
        .advise("use the same master, or another title with --title"));
    }
    // The active picture of the first master holds for all reels of its size:
    // every copy of a title must be laid out alike.
    let title = if same {
        known
    } else {
        Title {
            active: new.active,
            width: new.width,
            height: new.height,
            sar: new.sar,
            ..known
        }
    };
    Ok(LaidOut { title, at_s })
}

/// Refuses a master that goes on where the detector does not look.
fn check_end(master: &Path, title: &str, end_s: f64) -> Result<()> {
    if end_s <= TITLE_LIMIT_S {
        return Ok(());
    }
    let problem = format!(
        "{} would end at {end_s:.0} s of title {title}, and nothing after {} of a title can be traced",
        master.display(),
        clock(TITLE_LIMIT_S)
    );
    let hint =
        "cut it in parts and mark each under a title of its own: --title NAME-part1, NAME-part2";
    Err(Error::usage(problem).advise(hint))
}

/// A title id made of a file's name.
fn id_of(master: &Path) -> String {
    let stem = master
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut id: String = stem
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    if !id.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        id.insert_str(0, "title");
        id.truncate(64);
    }
    id
}

pub(crate) fn describe(
    id: &str,
    name: &str,
    survey: &Survey,
    master_sha256: Option<&str>,
    at_s: f64,
) -> Title {
    let info = &survey.info;
    let sar = (
        info.sample_aspect_ratio.0.max(1),
        info.sample_aspect_ratio.1.max(1),
    );
    let active = survey.active;
    Title {
        id: id.into(),
        name: name.into(),
        width: info.width,
        height: info.height,
        sar,
        active,
        display_width: active.width as f64 * f64::from(sar.0) / f64::from(sar.1),
        display_height: active.height as f64,
        duration_s: at_s + survey.timeline.length_s.unwrap_or(0.0),
        fps: info.fps.unwrap_or(0.0),
        master_sha256: master_sha256.map(Into::into),
        added_at: String::new(),
    }
}
