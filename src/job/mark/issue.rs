//! Reads copies back, gives them their names and records their issue.

use std::path::PathBuf;

use base16ct::lower;
use tempfile::TempPath;

use crate::error::{Error, Result};
use crate::evidence::hash::FileHash;
use crate::evidence::whole::give_name;
use crate::job::events::Stage;
use crate::job::home::Home;
use crate::job::mark::outputs::Output;
use crate::job::mark::read_back::{VerifyOutcome, read_back};
use crate::job::mark::request::MarkRequest;
use crate::job::mark::titles::LaidOut;
use crate::job::reference::care::keep;
use crate::job::reference::gather::Gathered;
use crate::job::scan::context::{ScanContext, ScanSettings};
use crate::job::scan::copies::KnownCopy;
use crate::job::scan::hash_source;
use crate::job::task::Task;
use crate::key::{Secret, random};
use crate::media::Source;
use crate::registry::{CodewordCommitment, Issue};
use crate::trace::{COMMITTED_SLOTS, Commitment};

/// What became of the copy for one distributor.
#[derive(Debug)]
pub struct MarkedCopy {
    /// For whom.
    pub distributor: String,
    /// Where it is; `None` if it did not read back and was not kept.
    pub path: Option<PathBuf>,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// The number among the distributor's copies of the title, from 1.
    pub copy: u32,
    /// The number of its issue record; `None` if nothing was marked (strength 0)
    /// or the copy was not kept.
    pub issue: Option<i64>,
    /// How it read back; `None` if that was not asked for.
    pub verified: Option<VerifyOutcome>,
}

/// What all copies of a run have in common.
pub(crate) struct Issuing<'a> {
    pub home: &'a Home,
    pub request: &'a MarkRequest,
    pub laid_out: &'a LaidOut,
    pub master_sha256: &'a str,
    pub duration_s: f64,
}

/// A whole copy that has no name yet.
pub(crate) struct Ready<'a> {
    output: &'a Output,
    temporary: TempPath,
    /// What was hashed and read back.
    source: Source,
    hash: FileHash,
    verified: Option<VerifyOutcome>,
}

/// Hashes every copy and, unless the request says otherwise, reads it back.
pub(crate) fn read_all_back<'a>(
    issuing: &Issuing<'_>,
    outputs: &'a [Output],
    temporary: Vec<TempPath>,
    task: Task<'_>,
) -> Result<Vec<Ready<'a>>> {
    let request = issuing.request;
    let settings = ScanSettings {
        limits: request.limits,
        threads: request.threads,
        ..ScanSettings::default()
    };
    let context = if request.verify && request.marks() {
        let copies = outputs.iter().map(|output| KnownCopy {
            distributor: output.distributor.clone(),
            copy: output.copy,
            issued: None,
        });
        Some(ScanContext::with_copies(
            issuing.home,
            settings,
            &issuing.laid_out.title,
            copies,
        )?)
    } else {
        None
    };
    let one = |(output, temporary): (&'a Output, TempPath)| {
        let source = Source::open(&temporary)?;
        let Some(context) = &context else {
            let hash = source.unchanged(hash_source(&source, &mut |share| {
                task.tell(Stage::Hashing, Some(share))
            }))?;
            return Ok(Ready {
                output,
                temporary,
                source,
                hash,
                verified: None,
            });
        };
        task.tell(Stage::Verifying, None)?;
        let mut outcome = read_back(
            context,
            &source,
            (&output.distributor, output.copy),
            &issuing.laid_out.title.id,
            task,
        )?;
        outcome.report.exhibit.path = output.path.to_string_lossy().into_owned();
        let hash = FileHash {
            bytes: outcome.report.exhibit.size_bytes,
            sha256: outcome.report.exhibit.sha256.clone(),
            sha512: outcome.report.exhibit.sha512.clone(),
        };
        Ok(Ready {
            output,
            temporary,
            source,
            hash,
            verified: Some(outcome),
        })
    };
    outputs.iter().zip(temporary).map(one).collect()
}

impl Issuing<'_> {
    /// Keeps what was gathered of the master, if anything was.
    pub fn keep_reference(&self, gathered: Option<Gathered>) -> Result<()> {
        let Some(gathered) = gathered else {
            return Ok(());
        };
        let master = (self.master_sha256, self.duration_s);
        let LaidOut { title, at_s } = self.laid_out;
        keep(self.home, title, master, *at_s, &gathered).map(drop)
    }

    /// Names and records all copies that read back; the others are deleted.
    pub fn issue_all(&self, ready: Vec<Ready<'_>>) -> Result<Vec<MarkedCopy>> {
        let title = &self.laid_out.title;
        if self.request.issues()
            && ready.iter().any(Ready::is_kept)
            && self.home.registry.title(&title.id)?.is_none()
        {
            self.home.registry.add_title(title)?;
        }
        let mut copies = Vec::with_capacity(ready.len());
        for copy in ready {
            let copy = self
                .issue(copy)
                .map_err(|error| with_issued(error, &copies))?;
            copies.push(copy);
        }
        Ok(copies)
    }

    fn issue(&self, ready: Ready<'_>) -> Result<MarkedCopy> {
        let (path, issue) = if ready.is_kept() {
            let path = self.name(ready.temporary, &ready.source, ready.output)?;
            let record = || {
                let record = self.record(ready.output, &ready.hash);
                let codeword = commit(&self.home.secret, &record)?;
                self.home.registry.record_issue(&record, &codeword)
            };
            let issue = if self.request.issues() {
                Some(record().inspect_err(|_| drop(std::fs::remove_file(&path)))?)
            } else {
                None
            };
            (Some(path), issue)
        } else {
            (None, None)
        };
        Ok(MarkedCopy {
            distributor: ready.output.distributor.clone(),
            copy: ready.output.copy,
            path,
            sha256: ready.hash.sha256,
            bytes: ready.hash.bytes,
            issue,
            verified: ready.verified,
        })
    }

    /// Gives a copy its name, replacing another file only if asked to.
    fn name(&self, temporary: TempPath, source: &Source, output: &Output) -> Result<PathBuf> {
        let path = &output.path;
        give_name(temporary, path, self.request.force).map_err(|e| {
            Error::unwritable(
                path,
                format!("the finished copy cannot be given this name: {e}; it was deleted"),
            )
        })?;
        if !source.is_at(path) {
            return Err(Error::unwritable(
                path,
                "another file is in the place of the copy that was made; nothing was issued for it: mark again, into a folder that nobody else writes to",
            ));
        }
        Ok(path.clone())
    }

    fn record(&self, output: &Output, hash: &FileHash) -> Issue {
        Issue {
            title: self.laid_out.title.id.clone(),
            distributor: output.distributor.clone(),
            copy: output.copy,
            master_sha256: self.master_sha256.into(),
            copy_sha256: hash.sha256.clone(),
            copy_path: output.path.to_string_lossy().into_owned(),
            copy_bytes: hash.bytes,
            title_start_s: self.laid_out.at_s,
            duration_s: self.duration_s,
            parameters: self.request.parameters(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
            ..Issue::default()
        }
    }
}

/// Commits to a codeword, with a salt drawn anew.
fn commit(secret: &Secret, issue: &Issue) -> Result<CodewordCommitment> {
    let salt = random()?;
    let commitment = Commitment::new(secret, &issue.title, &issue.distributor, issue.copy, salt);
    Ok(CodewordCommitment {
        slots: COMMITTED_SLOTS,
        root: lower::encode_string(&commitment.root()),
        salt: lower::encode_string(&salt),
    })
}

impl Ready<'_> {
    fn is_kept(&self) -> bool {
        self.verified.as_ref().is_none_or(|v| v.agrees)
    }
}

/// The error, with the copies that were issued before it.
fn with_issued(error: Error, copies: &[MarkedCopy]) -> Error {
    let issued: Vec<String> = copies
        .iter()
        .filter_map(|c| c.path.as_ref())
        .map(|p| p.display().to_string())
        .collect();
    if issued.is_empty() {
        return error;
    }
    let more = format!("; issued before that: {}", issued.join(", "));
    error.reworded(|words| format!("{words}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_failure_names_the_copies_that_were_issued() {
        let copy = MarkedCopy {
            distributor: "a".into(),
            copy: 1,
            path: Some("a.mp4".into()),
            sha256: String::new(),
            bytes: 1,
            issue: Some(1),
            verified: None,
        };
        let told = with_issued(Error::unwritable("b.mp4", "no space"), &[copy]).to_string();
        assert!(
            told.contains("b.mp4") && told.contains("issued before that: a.mp4"),
            "{told}"
        );
        assert_eq!(
            with_issued(Error::registry("locked"), &[]).to_string(),
            "registry: locked"
        );
    }
}
