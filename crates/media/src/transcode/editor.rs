//! Edits the pictures of one copy, in a thread of its own: the
//! encoder need not wait for the next picture.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender};

use super::encoding::FrameEditor;
use super::parcel::{Parcel, Picture};
use super::plan::Plan;
use crate::ff::frame::make_writable;
use crate::plane::view_mut;
use leakmark_core::error::{Error, Result};

/// What edits the pictures of one copy.
pub(super) struct Editor {
    editor: Box<dyn FrameEditor>,
    path: PathBuf,
    bit_depth: u8,
    full_range: bool,
}

impl Editor {
    /// For the copy at `path`.
    pub fn new(editor: Box<dyn FrameEditor>, path: PathBuf, plan: &Plan) -> Self {
        Self {
            editor,
            path,
            bit_depth: plan.bit_depth,
            full_range: plan.full_range,
        }
    }

    /// Passes parcels on until the end, pictures edited.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if the parcels just stop or nobody takes them: then
    /// the cause is elsewhere. What the editor returned.
    pub fn run(mut self, parcels: &Receiver<Parcel>, edited: &Sender<Parcel>) -> Result<()> {
        loop {
            let mut parcel = parcels.recv().map_err(|_| Error::Interrupted)?;
            if let Parcel::Picture(picture) = &mut parcel {
                self.edit(picture)?;
            }
            let last = matches!(parcel, Parcel::End);
            edited.send(parcel).map_err(|_| Error::Interrupted)?;
            if last {
                return Ok(());
            }
        }
    }

    fn edit(&mut self, picture: &mut Picture) -> Result<()> {
        make_writable(&mut picture.frame).map_err(|e| {
            Error::unwritable(&self.path, format!("a picture could not be copied ({e})"))
        })?;
        let luma = view_mut(&mut picture.frame, self.bit_depth, self.full_range)
            .ok_or_else(|| Error::Internal("a picture without luma".to_owned()))?;
        self.editor.edit(picture.index, picture.time_s, luma)
    }
}
