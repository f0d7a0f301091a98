//! Tells which copies of a batch were issued before.

use crate::error::{Error, Result};
use crate::evidence::hash::FileHash;
use crate::job::events::Stage;
use crate::job::home::Home;
use crate::job::mark::outputs::Output;
use crate::job::mark::request::MarkRequest;
use crate::job::mark::titles::LaidOut;
use crate::job::scan::hash_source;
use crate::job::task::Task;
use crate::media::Source;
use crate::registry::Issue;

/// A copy that was issued in an earlier run.
#[derive(Debug, Clone, PartialEq)]
pub struct Already {
    /// Its record.
    pub issue: Issue,
    /// True if the file is where this run would write it.
    pub is_there: bool,
}

/// Takes the outputs that were issued before out of `outputs`: of this master, at this
/// time of the title. The latest issue counts.
///
/// # Errors
/// [`Error::Usage`] if another file has the name of a copy, [`Error::Registry`],
/// [`Error::Interrupted`].
pub(crate) fn take_issued(
    home: &Home,
    request: &MarkRequest,
    (laid_out, master_sha256): (&LaidOut, &str),
    outputs: &mut Vec<Output>,
    task: Task<'_>,
) -> Result<Vec<Already>> {
    let mut already = Vec::new();
    let mut rest = Vec::new();
    for output in std::mem::take(outputs) {
        let issues = home
            .registry
            .issues_of(&laid_out.title.id, &output.distributor)?;
        let same = |issue: &Issue| {
            issue.master_sha256 == master_sha256
                && issue.title_start_s == laid_out.at_s
                && issue.variants().is_none()
        };
        let issue = issues.into_iter().rev().find(same);
        let is_there = output.path.exists();
        match issue {
            Some(issue) if !is_there || hash(&output, task)?.sha256 == issue.copy_sha256 => {
                already.push(Already { issue, is_there });
            }
            _ if is_there && !request.force => {
                let problem = format!(
                    "{} exists, and is not the copy of this master that was issued to {}",
                    output.path.display(),
                    output.distributor
                );
                return Err(
                    Error::usage(problem).advise("move it away, or name another folder with -o")
                );
            }
            _ => rest.push(output),
        }
    }
    *outputs = rest;
    Ok(already)
}

fn hash(output: &Output, task: Task<'_>) -> Result<FileHash> {
    let source = Source::open(&output.path)?;
    source.unchanged(hash_source(&source, &mut |share| {
        task.tell(Stage::Hashing, Some(share))
    }))
}
