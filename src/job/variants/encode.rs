//! Encodes the variants of a film from one decode.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Result;
use crate::job::home::Home;
use crate::job::mark::encode::{copy_editor, tell};
use crate::job::mark::gain_cache::GainCache;
use crate::job::mark::titles::LaidOut;
use crate::job::reference::gather::SharedGatherer;
use crate::job::task::Task;
use crate::job::variants::request::VariantsRequest;
use crate::mark::{Embedder, Gain};
use crate::media::{
    Container, OutputSpec, Overview, Source, TranscodeSummary, VideoEncoding, transcode,
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
        let (secret, id) = (home.secret.clone(), laid_out.title.id.clone());
        let alphabet = request.variants;
        // In every slot the word that the letter shows there.
        let symbols = move |slot| alphabet.word(letters(&secret, &id, slot, alphabet)[letter]);
        let embedder = |settings| Embedder::new(&home.secret, settings, symbols).with_cuts();
        (spec, copy_editor(laid_out, &gains, reference, embedder))
    });
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
        &|progress| tell(task, &progress),
        task.observer().cancelled(),
    )
}
