//! Writes all examinations of a run as one CASE/UCO graph.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::report_folder::{probe_beside, write_whole};
use crate::error::{Error, Result};
use crate::evidence::Report;
use crate::render::CaseGraph;

/// The file, and the graph so far.
pub struct CaseFile {
    path: PathBuf,
    graph: CaseGraph,
    /// The exhibit whose turn it is.
    due: usize,
    /// Reports that came before their turn: the graph is in the order of the exhibits.
    waiting: BTreeMap<usize, Option<Report>>,
}

impl CaseFile {
    /// The file at `path`, checked to be writable.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is a folder, [`Error::Unwritable`].
    pub fn open(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Err(Error::usage(format!("{} is a folder", path.display()))
                .advise("expected a file for --case, such as case.jsonld"));
        }
        probe_beside(path)?;
        Ok(Self {
            path: path.to_owned(),
            graph: CaseGraph::default(),
            due: 0,
            waiting: BTreeMap::new(),
        })
    }

    /// Adds the report on an exhibit; `None` if it could not be read.
    pub fn add(&mut self, number: usize, report: Option<&Report>) {
        self.waiting.insert(number, report.cloned());
        while let Some(report) = self.waiting.remove(&self.due) {
            report.iter().for_each(|report| self.graph.add(report));
            self.due += 1;
        }
    }

    /// Writes the graph.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if it cannot be written.
    pub fn write(&mut self) -> Result<PathBuf> {
        // Those before them were never examined: the run was stopped.
        let rest = std::mem::take(&mut self.waiting);
        let graph = &mut self.graph;
        rest.into_values()
            .flatten()
            .for_each(|report| graph.add(&report));
        write_whole(&self.path, self.graph.to_json()?.as_bytes())?;
        Ok(self.path.clone())
    }
}
