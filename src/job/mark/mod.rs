//! Marks a master for distributors.
//!
//! ```text
//! check everything ─ survey bars ─ title ─ transcode into temporary files beside the outputs
//!      ─ read all of them back ─ title, then copy by copy: rename, issue record
//! ```
//!
//! The master is opened once: what was hashed is what was surveyed and encoded, or
//! there is no copy. A copy is opened once to be hashed and read back, and is
//! that very file when it gets its name.
//!
//! No copy appears under its name before all are whole and read back: an
//! interruption until then leaves neither a file nor a record. What follows
//! takes no time and is not interrupted.

pub(crate) mod encode;
pub(crate) mod gain_cache;
pub(crate) mod issue;
pub(crate) mod outputs;
pub(crate) mod parts;
pub(crate) mod read_back;
pub(crate) mod request;
pub(crate) mod titles;

use std::sync::Arc;

use tempfile::TempPath;

use crate::error::Result;
use crate::job::events::{Stage, file_name};
use crate::job::home::Home;
use crate::job::mark::encode::encode;
use crate::job::mark::issue::{Issuing, MarkedCopy, read_all_back};
use crate::job::mark::outputs::{Output, plan_outputs};
use crate::job::mark::parts::check_unmarked;
use crate::job::mark::request::{MarkRequest, check};
use crate::job::mark::titles::{LaidOut, title_for};
use crate::job::reference::care::known;
use crate::job::reference::gather::{Gathered, ReferenceGatherer, SharedGatherer, finished};
use crate::job::scan::film::window::survey;
use crate::job::scan::hash_source;
use crate::job::task::Task;
use crate::media::{Source, TranscodeSummary};

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

/// Marks a master for distributors: one decode, one copy each. A copy that does
/// not read back to its distributor alone is neither kept nor issued.
///
/// # Errors
/// [`Error::Usage`](crate::error::Error::Usage) for an impossible request,
/// [`Error::Unreadable`](crate::error::Error::Unreadable) for the master,
/// [`Error::Unwritable`](crate::error::Error::Unwritable) for an output,
/// [`Error::Interrupted`](crate::error::Error::Interrupted). Only the second last
/// and one about the registry may come after copies were issued; they name them.
pub fn mark(home: &Home, request: &MarkRequest, task: Task<'_>) -> Result<Marked> {
    check(home, request)?;
    let mut outputs = plan_outputs(request)?;
    task.run(file_name(&request.master), || {
        mark_outputs(home, request, &mut outputs, task)
    })
}

fn mark_outputs(
    home: &Home,
    request: &MarkRequest,
    outputs: &mut [Output],
    task: Task<'_>,
) -> Result<Marked> {
    let master = Source::open(&request.master)?;
    let encoded = master.unchanged(encode_all(home, request, &master, outputs, task))?;
    let Encoded {
        master_sha256,
        laid_out,
        temporary,
        summary,
        gathered,
    } = encoded;
    let issuing = Issuing {
        home,
        request,
        laid_out: &laid_out,
        master_sha256: &master_sha256,
        duration_s: summary.duration_s,
    };
    let ready = read_all_back(&issuing, outputs, temporary, task)?;
    let copies = issuing.issue_all(ready)?;
    let mut notes = summary.notes;
    if copies.iter().any(|copy| copy.issue.is_some()) {
        notes.extend(issuing.keep_reference(gathered).err().map(|e| {
            format!("no reference was kept, so that leaks of this title are found by the mark alone: {e}")
        }));
    }
    let left_out = |(output, made): (&Output, &crate::media::OutputSummary)| {
        made.left_out
            .iter()
            .map(|l| format!("{}: {l}", output.path.display()))
            .collect::<Vec<_>>()
    };
    notes.extend(outputs.iter().zip(&summary.outputs).flat_map(left_out));
    Ok(Marked {
        title: laid_out.title.id.clone(),
        copies,
        frames: summary.frames,
        duration_s: summary.duration_s,
        notes,
    })
}

/// Copies that have no names yet, and what they were made of.
struct Encoded {
    master_sha256: String,
    laid_out: LaidOut,
    temporary: Vec<TempPath>,
    summary: TranscodeSummary,
    /// What the master shows; `None` if that is kept already.
    gathered: Option<Gathered>,
}

/// Hashes, surveys and encodes an open master.
fn encode_all(
    home: &Home,
    request: &MarkRequest,
    master: &Source,
    outputs: &mut [Output],
    task: Task<'_>,
) -> Result<Encoded> {
    let hash = hash_source(master, &mut |share| task.tell(Stage::Hashing, Some(share)))?;
    check_unmarked(home, &request.master, &hash.sha256)?;
    let survey = survey(master, &request.limits, task.observer())?;
    let laid_out = title_for(home, request, &survey, &hash.sha256)?;
    for output in outputs.iter_mut() {
        let title = &laid_out.title.id;
        output.copy = home.registry.next_copy(title, &output.distributor)?;
    }
    let gatherer = gatherer(home, request, &laid_out, &hash.sha256)?;
    let (temporary, summary) = encode(
        home,
        request,
        master,
        outputs,
        &laid_out,
        gatherer.as_ref(),
        task,
    )?;
    Ok(Encoded {
        master_sha256: hash.sha256,
        laid_out,
        temporary,
        summary,
        gathered: gatherer.map(finished).transpose()?,
    })
}

/// What gathers the master's pictures; `None` if nothing is issued, or they are kept.
fn gatherer(
    home: &Home,
    request: &MarkRequest,
    laid_out: &LaidOut,
    master_sha256: &str,
) -> Result<Option<Arc<SharedGatherer>>> {
    let title = &laid_out.title;
    if !request.issues() || known(home, &title.id, master_sha256, laid_out.at_s)?.is_some() {
        return Ok(None);
    }
    let gatherer = ReferenceGatherer::of_title(title);
    Ok(Some(Arc::new(SharedGatherer::new(gatherer))))
}
