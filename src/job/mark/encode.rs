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
        let gains = Arc::clone(&gains);
        (
            spec,
            editor(home, laid_out, output, gains, reference.cloned()),
        )
    });
    let progress = |p: TranscodeProgress| {
        let share = p
            .duration_s
            .filter(|d| *d > 0.0)
            .map(|d| (p.time_s / d).clamp(0.0, 1.0));
        task.progress(Stage::Marking, share, p.frames);
    };
    let summary = transcode(
        master,
        &request.limits,
        &request.encoding(overview),
        &request.allowed,
        jobs.collect(),
        &progress,
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

/// Marks the frames of one copy.
pub(crate) struct CopyEditor<S> {
    pub embedder: Embedder<S>,
    pub gains: Arc<GainCache>,
    /// Where the unmarked pictures are gathered, unless the title's are kept already.
    pub reference: Option<Arc<SharedGatherer>>,
    /// Title time of the first picture, seconds.
    pub at_s: f64,
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

fn editor(
    home: &Home,
    LaidOut { title, at_s }: &LaidOut,
    output: &Output,
    gains: Arc<GainCache>,
    reference: Option<Arc<SharedGatherer>>,
) -> Box<dyn FrameEditor> {
    let settings = EmbedSettings {
        title: title.id.clone(),
        active: title.active,
        pixel_aspect: f64::from(title.sar.0) / f64::from(title.sar.1),
        gain: gains.gain(),
    };
    let mut codeword = Codeword::new(&home.secret, &title.id, &output.distributor, output.copy);
    let (secret, id) = (home.secret.clone(), title.id.clone());
    let symbols = move |slot| codeword.symbols(slot, &bias(&secret, &id, slot));
    Box::new(CopyEditor {
        embedder: Embedder::new(&home.secret, settings, symbols),
        gains,
        reference,
        at_s: *at_s,
    })
}
