//! Encodes the variants of a film from one decode.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Result;
use crate::job::events::Stage;
use crate::job::home::Home;
use crate::job::mark::encode::CopyEditor;
use crate::job::mark::gain_cache::GainCache;
use crate::job::mark::titles::LaidOut;
use crate::job::reference::gather::SharedGatherer;
use crate::job::task::Task;
use crate::job::variants::request::VariantsRequest;
use crate::mark::{EmbedSettings, Embedder, Gain};
use crate::media::{
    Container, FrameEditor, OutputSpec, Overview, Source, TranscodeProgress, TranscodeSummary,
    VideoEncoding, transcode,
};
use crate::trace::letters;

/// Encodes every variant to its path, A first. The unmarked pictures are offered to
/// `reference`.
pub(crate) fn encode(
    (home, request, master): (&Home, &VariantsRequest, &Source),
    (laid_out, overview): (&LaidOut, Overview),
    paths: &[PathBuf],
    reference: Option<&Arc<SharedGatherer>>,
    task: Task<'_>,
) -> Result<TranscodeSummary> {
    let gain = Gain::DEFAULT.scaled(request.encode.strength);
    let gains = Arc::new(GainCache::new(gain, paths.len()));
    let jobs = paths.iter().enumerate().map(|(letter, path)| {
        let spec = OutputSpec {
            path: path.clone(),
            container: Container::Mp4,
        };
        let editor = editor(home, request, laid_out, letter, &gains, reference);
        (spec, editor)
    });
    let progress = |p: TranscodeProgress| {
        let share = p
            .duration_s
            .filter(|d| *d > 0.0)
            .map(|d| (p.time_s / d).clamp(0.0, 1.0));
        task.progress(Stage::Marking, share, p.frames);
    };
    let encoding = VideoEncoding {
        cut_from_s: Some(laid_out.at_s),
        ..request.encode.encoding(overview)
    };
    transcode(
        master,
        &request.encode.limits,
        &encoding,
        &request.encode.allowed,
        jobs.collect(),
        &progress,
        task.observer().cancelled(),
    )
}

/// What marks one variant: in every slot with the word that its letter shows there.
fn editor(
    home: &Home,
    request: &VariantsRequest,
    LaidOut { title, at_s }: &LaidOut,
    letter: usize,
    gains: &Arc<GainCache>,
    reference: Option<&Arc<SharedGatherer>>,
) -> Box<dyn FrameEditor> {
    let settings = EmbedSettings {
        title: title.id.clone(),
        active: title.active,
        pixel_aspect: f64::from(title.sar.0) / f64::from(title.sar.1),
        gain: gains.gain(),
    };
    let (secret, id, alphabet) = (home.secret.clone(), title.id.clone(), request.variants);
    let symbols = move |slot| alphabet.word(letters(&secret, &id, slot, alphabet)[letter]);
    Box::new(CopyEditor {
        embedder: Embedder::new(&home.secret, settings, symbols).with_cuts(),
        gains: Arc::clone(gains),
        reference: reference.cloned(),
        at_s: *at_s,
    })
}
