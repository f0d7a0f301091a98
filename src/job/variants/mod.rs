//! Makes variants of a film, from whose segments copies are put together.
//!
//! ```text
//! check ─ survey ─ title ─ one decode, q encodes ─ same structure? ─ segments ─ every variant read back
//!                                                                                └─ index, signed ─ folder
//! ```
//!
//! The folder appears under its name when it is whole.

pub(crate) mod encode;
pub(crate) mod folder;
pub(crate) mod index;
pub(crate) mod read_back;
pub(crate) mod request;

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::job::events::{Stage, file_name};
use crate::job::home::Home;
use crate::job::mark::prepare::{Prepared, prepare};
use crate::job::mark::titles::LaidOut;
use crate::job::reference::care::gatherer;
use crate::job::reference::gather::SharedGatherer;
use crate::job::task::Task;
use crate::job::variants::encode::encode;
use crate::job::variants::folder::Folder;
use crate::job::variants::index::{FORMAT, Index};
use crate::job::variants::read_back::{ReadBack, read_back};
use crate::job::variants::request::{VariantsRequest, check};
use crate::mark::segment_of;
use crate::media::{Source, TranscodeSummary, write_segments};

/// What was made.
#[derive(Debug)]
pub struct MadeVariants {
    /// The folder; `None` if a variant did not read back and none was kept.
    pub path: Option<PathBuf>,
    /// What is in it.
    pub index: Index,
    /// Bytes of all its files.
    pub bytes: u64,
    /// What was changed without loss that a viewer could care about.
    pub notes: Vec<String>,
}

/// Makes variants of a master: one decode, one encode for each. If one of them does not read
/// back, nothing is kept.
///
/// # Errors
/// [`Error::Usage`] for an impossible request, [`Error::Unreadable`] for the master,
/// [`Error::Lossy`] if copies would lose what is not allowed, [`Error::Unwritable`],
/// [`Error::Registry`], [`Error::Interrupted`]: then there is no folder.
pub fn make_variants(
    home: &Home,
    request: &VariantsRequest,
    task: Task<'_>,
) -> Result<MadeVariants> {
    check(request)?;
    let folder = Folder::beside(&request.output, request.encode.force)?;
    task.run(file_name(&request.encode.master), || {
        let master = Source::open(&request.encode.master)?;
        let run = master.unchanged(Run::prepare(home, request, &master, task))?;
        run.make(folder, task)
    })
}

/// What the steps have in common.
struct Run<'a> {
    home: &'a Home,
    request: &'a VariantsRequest,
    master: &'a Source,
    prepared: Prepared,
}

impl<'a> Run<'a> {
    /// Hashes, surveys and lays out an open master.
    fn prepare(
        home: &'a Home,
        request: &'a VariantsRequest,
        master: &'a Source,
        task: Task<'_>,
    ) -> Result<Self> {
        Ok(Self {
            home,
            request,
            master,
            prepared: prepare(home, &request.encode, master, task)?,
        })
    }

    fn make(&self, folder: Folder, task: Task<'_>) -> Result<MadeVariants> {
        let LaidOut { title, at_s } = &self.prepared.laid_out;
        let gatherer = gatherer(self.home, title, &self.prepared.hash.sha256, *at_s)?;
        let paths = folder.encodings(self.request.variants);
        let encoded = encode(
            (self.home, self.request, self.master),
            (&self.prepared.laid_out, self.prepared.survey.overview),
            &paths,
            gatherer.as_ref(),
            task,
        );
        let summary = self.master.unchanged(encoded)?;
        let gathered = gatherer.map(SharedGatherer::finish).transpose()?;
        task.tell(Stage::Writing, None)?;
        let layout = write_segments(&paths, folder.dir(), self.request.equal_sizes)?;
        let read_back = match self.request.encode.verify {
            true => {
                let title = (
                    &self.prepared.laid_out.title,
                    self.prepared.laid_out.at_s + summary.duration_s,
                );
                read_back(self.home, self.request, title, &paths, task)?
            }
            false => Vec::new(),
        };
        let agrees = read_back.iter().all(ReadBack::agrees);
        let index = self.index(&summary, layout, read_back)?;
        let notes = summary.outputs.iter().flat_map(|made| &made.notes);
        let mut notes: Vec<String> = summary.notes.iter().chain(notes).cloned().collect();
        notes.dedup();
        let bytes = folder.finish(&index)?;
        let path = match agrees {
            true => {
                let length_s = self.prepared.survey.timeline.length_s.unwrap_or(0.0);
                let master = (self.prepared.hash.sha256.as_str(), length_s);
                let laid_out = &self.prepared.laid_out;
                notes.extend(laid_out.register(self.home, master, gathered.as_ref())?);
                Some(folder.name()?)
            }
            false => None,
        };
        Ok(MadeVariants {
            path,
            index,
            bytes,
            notes,
        })
    }

    fn index(
        &self,
        summary: &TranscodeSummary,
        layout: crate::media::Layout,
        read_back: Vec<ReadBack>,
    ) -> Result<Index> {
        let first = summary.outputs.first();
        let made = first.ok_or_else(|| Error::Internal("no variant was made".into()))?;
        let index = Index {
            format: FORMAT.into(),
            registry: self.home.registry.id().to_owned(),
            title: self.prepared.laid_out.title.id.clone(),
            master_sha256: self.prepared.hash.sha256.clone(),
            title_start_s: self.prepared.laid_out.at_s,
            duration_s: summary.duration_s,
            frames: summary.frames,
            first_slot: segment_of(self.prepared.laid_out.at_s).0,
            equal_sizes: self.request.equal_sizes,
            parameters: self.request.encode.parameters(&made.ledger),
            layout,
            read_back,
            tool_version: env!("CARGO_PKG_VERSION").into(),
            signature: String::new(),
        };
        index.signed(&self.home.secret)
    }
}
