//! Encodes marked copies into part files beside their outputs.

use std::fs::File;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::job::events::Stage;
use crate::job::home::Home;
use crate::job::mark::gain_cache::GainCache;
use crate::job::mark::outputs::Output;
use crate::job::mark::part::Part;
use crate::job::mark::request::MarkRequest;
use crate::job::mark::titles::LaidOut;
use crate::job::reference::gather::SharedGatherer;
use crate::job::task::Task;
use crate::luma::LumaViewMut;
use crate::mark::{EmbedSettings, Embedder, Gain, Symbols};
use crate::media::{
    FrameEditor, OutputSpec, Overview, Source, TranscodeProgress, TranscodeSummary, transcode,
};
use crate::trace::{Codeword, bias};
use crate::units::SlotIndex;

/// Encodes all copies from one decode. The files, in the order of `outputs`, are
/// whole and on the disk; each is deleted unless it is renamed. The unmarked pictures
/// are offered to `reference`.
pub(crate) fn encode(
    home: &Home,
    request: &MarkRequest,
    master: &Source,
    outputs: &[Output],
    (laid_out, overview): (&LaidOut, Overview),
    reference: Option<&Arc<SharedGatherer>>,
    task: Task<'_>,
) -> Result<(Vec<Part>, TranscodeSummary)> {
    let parts = outputs
        .iter()
        .map(|o| Part::beside(&o.path))
        .collect::<Result<Vec<_>>>()?;
    let gain = Gain::DEFAULT.scaled(request.strength);
    let gains = Arc::new(GainCache::new(gain, outputs.len()));
    let jobs = outputs.iter().zip(&parts).map(|(output, part)| {
        let spec = OutputSpec {
            path: part.path.to_path_buf(),
            container: output.container,
        };
        let (secret, id) = (home.secret.clone(), laid_out.title.id.clone());
        let mut codeword = Codeword::new(&secret, &id, &output.distributor, output.copy);
        let symbols = move |slot| codeword.symbols(slot, &bias(&secret, &id, slot));
        let embedder = |settings| Embedder::new(&home.secret, settings, symbols);
        (spec, copy_editor(laid_out, &gains, reference, embedder))
    });
    let summary = transcode(
        master,
        &request.limits,
        &request.encoding(overview),
        &request.allowed,
        jobs.collect(),
        &|progress| tell(task, &progress),
        task.observer().cancelled(),
    )?;
    for (output, part) in outputs.iter().zip(&parts) {
        let on_disk = File::open(&part.path).and_then(|file| file.sync_all());
        on_disk.map_err(|e| {
            Error::unwritable(&output.path, format!("cannot be brought to the disk: {e}"))
                .advise("free some space")
        })?;
    }
    Ok((parts, summary))
}

/// Tells how far marking has come.
pub(crate) fn tell(task: Task<'_>, progress: &TranscodeProgress) {
    let whole_s = progress.duration_s.filter(|d| *d > 0.0);
    let share = whole_s.map(|d| (progress.time_s / d).clamp(0.0, 1.0));
    task.progress(Stage::Marking, share, progress.frames);
}

/// Marks the frames of one copy.
struct CopyEditor<S> {
    embedder: Embedder<S>,
    gains: Arc<GainCache>,
    /// Where the unmarked pictures are gathered, unless the title's are kept already.
    reference: Option<Arc<SharedGatherer>>,
    /// Title time of the first picture, seconds.
    at_s: f64,
}

/// What marks the frames of a copy of a title with what `embedder` makes of the settings for
/// it; the unmarked ones are offered to `reference`.
pub(crate) fn copy_editor<S: FnMut(SlotIndex) -> Symbols + Send + 'static>(
    LaidOut { title, at_s }: &LaidOut,
    gains: &Arc<GainCache>,
    reference: Option<&Arc<SharedGatherer>>,
    embedder: impl FnOnce(EmbedSettings) -> Embedder<S>,
) -> Box<dyn FrameEditor> {
    let settings = EmbedSettings {
        title: title.id.clone(),
        active: title.active,
        pixel_aspect: f64::from(title.sar.0) / f64::from(title.sar.1),
        gain: gains.gain(),
    };
    Box::new(CopyEditor {
        embedder: embedder(settings),
        gains: Arc::clone(gains),
        reference: reference.cloned(),
        at_s: *at_s,
    })
}

impl<S: FnMut(SlotIndex) -> Symbols + Send> FrameEditor for CopyEditor<S> {
    fn edit(&mut self, frame: u64, time_s: f64, luma: LumaViewMut<'_>) -> Result<()> {
        if let Some(reference) = &self.reference {
            reference.offer(frame, time_s, &luma.as_view())?;
        }
        let gain = self.gains.of(frame, &luma.as_view());
        if let Some(Some(gain)) = gain.get() {
            self.embedder.mark_with(gain, self.at_s + time_s, luma);
        }
        Ok(())
    }
}
