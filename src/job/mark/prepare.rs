//! Finds out what a master is before anything is made of it.

use crate::error::Result;
use crate::evidence::hash::FileHash;
use crate::job::events::Stage;
use crate::job::home::Home;
use crate::job::mark::parts::check_unmarked;
use crate::job::mark::request::MarkRequest;
use crate::job::mark::titles::{LaidOut, title_for};
use crate::job::scan::film::window::{Survey, survey};
use crate::job::scan::hash_source;
use crate::job::task::Task;
use crate::media::Source;

/// What is known of a master.
pub(crate) struct Prepared {
    pub hash: FileHash,
    pub survey: Survey,
    pub laid_out: LaidOut,
}

/// Hashes, surveys and lays out an open master.
///
/// # Errors
/// [`Error::Usage`](crate::error::Error::Usage) if it is a copy that was issued, or is no part
/// of its title; [`Error::Unreadable`](crate::error::Error::Unreadable),
/// [`Error::Interrupted`](crate::error::Error::Interrupted).
pub(crate) fn prepare(
    home: &Home,
    request: &MarkRequest,
    master: &Source,
    task: Task<'_>,
) -> Result<Prepared> {
    let hash = hash_source(master, &mut |share| task.tell(Stage::Hashing, Some(share)))?;
    check_unmarked(home, &request.master, &hash.sha256)?;
    let survey = survey(master, &request.limits, task.observer())?;
    let laid_out = title_for(home, request, &survey, &hash.sha256)?;
    Ok(Prepared {
        hash,
        survey,
        laid_out,
    })
}
