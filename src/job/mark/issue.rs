//! Reads copies back, gives them their names and records their issue.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::evidence::hash::FileHash;
use crate::job::events::Stage;
use crate::job::home::Home;
use crate::job::mark::outputs::Output;
use crate::job::mark::part::Part;
use crate::job::mark::read_back::{VerifyOutcome, read_back};
use crate::job::mark::request::MarkRequest;
use crate::job::mark::titles::LaidOut;
use crate::job::scan::context::{ScanContext, ScanSettings};
use crate::job::scan::copies::KnownCopy;
use crate::job::scan::hash_source;
use crate::job::task::Task;
use crate::key::{Secret, random};
use crate::media::{Ledger, Source};
use crate::registry::{CodewordCommitment, Issue};
use crate::trace::{Commitment, committed_slots};
use base16ct::lower;

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
    /// What came in, what went out, what is missing.
    pub ledger: Ledger,
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
    part: Part,
    ledger: Ledger,
    /// What was hashed and read back.
    source: Source,
    hash: FileHash,
    verified: Option<VerifyOutcome>,
}

impl<'a> Issuing<'a> {
    /// What reads the copies of `outputs` back; `None` if that was not asked for.
    ///
    /// # Errors
    /// [`Error::Registry`] if the registry cannot be read.
    pub fn reader(&self, outputs: &[Output]) -> Result<Option<ScanContext>> {
        let request = self.request;
        if !request.verify || !request.marks() {
            return Ok(None);
        }
        let settings = ScanSettings {
            limits: request.limits,
            threads: request.threads,
            ..ScanSettings::default()
        };
        let copies = outputs.iter().map(|output| KnownCopy {
            distributor: output.distributor.clone(),
            copy: output.copy,
            variants: None,
            issued: None,
        });
        let LaidOut { title, at_s } = self.laid_out;
        let whole = (title, at_s + self.duration_s);
        ScanContext::with_copies(self.home, settings, whole, copies).map(Some)
    }

    /// Hashes a copy and reads it back if there is a `reader`.
    ///
    /// # Errors
    /// Those of [`scan`](crate::job::scan).
    pub fn read_back(
        &self,
        reader: Option<&ScanContext>,
        output: &'a Output,
        (part, ledger): (Part, Ledger),
        task: Task<'_>,
    ) -> Result<Ready<'a>> {
        let source = Source::open(&part.path)?;
        let Some(reader) = reader else {
            let hash = source.unchanged(hash_source(&source, &mut |share| {
                task.tell(Stage::Hashing, Some(share))
            }))?;
            return Ok(Ready {
                output,
                part,
                ledger,
                source,
                hash,
                verified: None,
            });
        };
        task.tell(Stage::Verifying, None)?;
        let copy = (output.distributor.as_str(), output.copy);
        let title = &self.laid_out.title.id;
        let mut outcome = read_back(reader, &source, copy, title, task)?;
        outcome.report.exhibit.path = output.path.to_string_lossy().into_owned();
        let exhibit = &outcome.report.exhibit;
        let hash = FileHash {
            bytes: exhibit.size_bytes,
            sha256: exhibit.sha256.clone(),
            sha512: exhibit.sha512.clone(),
        };
        Ok(Ready {
            output,
            part,
            ledger,
            source,
            hash,
            verified: Some(outcome),
        })
    }

    /// Names and records a copy that reads back; another is deleted.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if it cannot be named, [`Error::Registry`] if it cannot be
    /// recorded: then it is deleted.
    pub fn issue(&self, ready: Ready<'_>) -> Result<MarkedCopy> {
        let (path, issue) = if ready.is_kept() {
            let path = self.name(ready.part, &ready.source, ready.output)?;
            let record = || {
                let record = self.record(ready.output, &ready.hash, &ready.ledger);
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
            ledger: ready.ledger,
        })
    }

    /// Gives a copy its name, replacing another file only if asked to.
    fn name(&self, part: Part, source: &Source, output: &Output) -> Result<PathBuf> {
        let path = &output.path;
        part.name(path, self.request.force)?;
        if !source.is_at(path) {
            return Err(Error::unwritable(
                path,
                "another file is in the place of the copy that was made; nothing was issued for it: mark again, into a folder that nobody else writes to",
            ));
        }
        Ok(path.clone())
    }

    fn record(&self, output: &Output, hash: &FileHash, ledger: &Ledger) -> Issue {
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
            parameters: self.request.parameters(ledger),
            tool_version: env!("CARGO_PKG_VERSION").into(),
            ..Issue::default()
        }
    }
}

/// Commits to a codeword, with a salt drawn anew.
fn commit(secret: &Secret, issue: &Issue) -> Result<CodewordCommitment> {
    let salt = random()?;
    let slots = committed_slots(issue.title_start_s + issue.duration_s);
    let (title, distributor) = (&issue.title, &issue.distributor);
    let commitment = Commitment::new(secret, title, distributor, issue.copy, salt, slots);
    Ok(CodewordCommitment {
        slots,
        root: lower::encode_string(&commitment.root()),
        salt: lower::encode_string(&salt),
    })
}

impl Ready<'_> {
    /// True if it reads back, so far as that was asked for.
    pub fn is_kept(&self) -> bool {
        self.verified.as_ref().is_none_or(|v| v.agrees)
    }
}
