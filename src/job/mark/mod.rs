//! Marks a master for distributors.
//!
//! ```text
//! check everything ─ survey ─ title ─┬─ group: transcode into parts beside the outputs
//!                                    │     └─ copy by copy: read back, rename, issue record
//!                                    └─ the next group …
//! ```
//!
//! The master is opened once: what was hashed is what was surveyed and encoded, or
//! there is no copy. A copy is opened once to be hashed and read back, and is
//! that very file when it gets its name.
//!
//! A copy appears under its name when it is whole and read back, and is recorded then:
//! an interruption leaves whole copies with their records, and no others.

pub(crate) mod encode;
pub(crate) mod gain_cache;
pub(crate) mod groups;
pub(crate) mod issue;
pub(crate) mod outputs;
pub(crate) mod part;
pub(crate) mod parts;
pub(crate) mod prepare;
pub(crate) mod read_back;
pub(crate) mod request;
pub(crate) mod resume;
pub(crate) mod titles;

use crate::error::{Error, Result};
use crate::job::events::file_name;
use crate::job::home::Home;
use crate::job::mark::encode::encode;
use crate::job::mark::groups::side_by_side;
use crate::job::mark::issue::{Issuing, MarkedCopy};
use crate::job::mark::outputs::{Output, plan_outputs};
use crate::job::mark::part::clear_stale;
use crate::job::mark::prepare::{Prepared, prepare};
use crate::job::mark::request::{MarkRequest, check};
use crate::job::mark::resume::{Already, take_issued};
use crate::job::mark::titles::LaidOut;
use crate::job::reference::care::gatherer;
use crate::job::reference::gather::SharedGatherer;
use crate::job::scan::film::window::Survey;
use crate::job::task::Task;
use crate::media::{Source, TranscodeSummary};

/// What a run of marking made.
#[derive(Debug, Default)]
pub struct Marked {
    /// The title's id.
    pub title: String,
    /// The copies made, in the order asked for.
    pub copies: Vec<MarkedCopy>,
    /// Those that were issued in an earlier run and not made again.
    pub already: Vec<Already>,
    /// What ended the run, after those copies were issued.
    pub failure: Option<Error>,
    /// Frames in each.
    pub frames: u64,
    /// Length of each, seconds.
    pub duration_s: f64,
    /// What was changed without loss that a viewer could care about; what was lost is
    /// in each copy's ledger.
    pub notes: Vec<String>,
}

/// Marks a master for distributors: group by group, one decode for each, one copy for
/// each distributor. A copy that does not read back to its distributor alone is neither
/// kept nor issued. If something fails after copies were issued, it is told of in
/// [`Marked::failure`].
///
/// # Errors
/// [`Error::Usage`] for an impossible request, [`Error::Unreadable`] for the master,
/// [`Error::Lossy`] if copies would lose what is not allowed, [`Error::Unwritable`] for
/// an output, [`Error::Registry`], [`Error::Interrupted`]: then nothing was issued.
pub fn mark(home: &Home, request: &MarkRequest, task: Task<'_>) -> Result<Marked> {
    check(home, request)?;
    let outputs = plan_outputs(request)?;
    clear_stale(&outputs);
    task.run(file_name(&request.master), || {
        mark_outputs(home, request, outputs, task)
    })
}

fn mark_outputs(
    home: &Home,
    request: &MarkRequest,
    mut outputs: Vec<Output>,
    task: Task<'_>,
) -> Result<Marked> {
    let master = Source::open(&request.master)?;
    let run = master.unchanged(Run::prepare(home, request, &master, task))?;
    let mut marked = Marked {
        title: run.laid_out.title.id.clone(),
        ..Marked::default()
    };
    if request.resume {
        let known = (&run.laid_out, run.master_sha256.as_str());
        marked.already = take_issued(home, request, known, &mut outputs, task)?;
    }
    for group in outputs.chunks_mut(run.side_by_side()) {
        if let Err(error) = run.mark_group(group, &mut marked, task) {
            if marked.copies.is_empty() {
                return Err(error);
            }
            marked.failure = Some(error);
            break;
        }
    }
    Ok(marked)
}

/// What all groups have in common.
struct Run<'a> {
    home: &'a Home,
    request: &'a MarkRequest,
    master: &'a Source,
    master_sha256: String,
    survey: Survey,
    laid_out: LaidOut,
}

impl<'a> Run<'a> {
    /// Hashes, surveys and lays out an open master.
    fn prepare(
        home: &'a Home,
        request: &'a MarkRequest,
        master: &'a Source,
        task: Task<'_>,
    ) -> Result<Self> {
        let Prepared {
            hash,
            survey,
            laid_out,
        } = prepare(home, request, master, task)?;
        Ok(Self {
            home,
            request,
            master,
            master_sha256: hash.sha256,
            survey,
            laid_out,
        })
    }

    fn side_by_side(&self) -> usize {
        side_by_side(
            self.request,
            self.survey.overview,
            self.survey.info.bit_depth,
        )
    }

    /// Encodes a group of copies from one decode; then reads back, names and records one
    /// after the other, and adds it to `marked`.
    fn mark_group(&self, group: &mut [Output], marked: &mut Marked, task: Task<'_>) -> Result<()> {
        for output in group.iter_mut() {
            let title = &self.laid_out.title.id;
            output.copy = self.home.registry.next_copy(title, &output.distributor)?;
        }
        let (home, request, laid_out) = (self.home, self.request, &self.laid_out);
        let plan = (laid_out, self.survey.overview);
        let LaidOut { title, at_s } = laid_out;
        let gatherer = match request.issues() {
            true => gatherer(home, title, &self.master_sha256, *at_s)?,
            false => None,
        };
        let gathering = gatherer.as_ref();
        let encoded = encode(home, request, self.master, group, plan, gathering, task);
        let (parts, summary) = self.master.unchanged(encoded)?;
        let mut gathered = gatherer.map(SharedGatherer::finish).transpose()?;
        marked.add(&summary);
        let issuing = Issuing {
            home,
            request,
            laid_out,
            master_sha256: &self.master_sha256,
            duration_s: summary.duration_s,
        };
        let reader = issuing.reader(group)?;
        let master = (self.master_sha256.as_str(), summary.duration_s);
        let ledgers = summary.outputs.into_iter().map(|made| made.ledger);
        for (output, whole) in group.iter().zip(parts.into_iter().zip(ledgers)) {
            let ready = issuing.read_back(reader.as_ref(), output, whole, task)?;
            if request.issues() && ready.is_kept() {
                let gathered = gathered.take();
                let note = laid_out.register(home, master, gathered.as_ref())?;
                marked.notes.extend(note);
            }
            marked.copies.push(issuing.issue(ready)?);
        }
        Ok(())
    }
}

impl Marked {
    /// Adds what encoding a group told.
    fn add(&mut self, summary: &TranscodeSummary) {
        (self.frames, self.duration_s) = (summary.frames, summary.duration_s);
        let of_copies = summary.outputs.iter().flat_map(|made| &made.notes);
        for note in summary.notes.iter().chain(of_copies) {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }
}
