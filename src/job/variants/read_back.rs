//! Reads every slot of every variant back, once for all copies.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::evidence::rounded;
use crate::job::events::Stage;
use crate::job::home::Home;
use crate::job::scan::context::{ScanContext, ScanSettings};
use crate::job::scan::copies::KnownCopies;
use crate::job::scan::evidence::Scored;
use crate::job::scan::examine::Examination;
use crate::job::scan::film::window::{Decoding, survey};
use crate::job::task::Task;
use crate::job::variants::request::VariantsRequest;
use crate::media::Source;
use crate::registry::{Roster, Title};
use crate::trace::{letters, word_scores};

/// A slot that reads as another word by this much, log10, contradicts its variant.
const CONTRADICTS: f64 = 3.0;
/// A slot that reads as its own word by this much, log10, can be told from the others.
const TOLD: f64 = 1.0;

/// How a variant read back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadBack {
    /// Slots that could be read at all.
    pub slots: u32,
    /// Those in which the variant's own word is ten times likelier than the others together.
    pub told: u32,
    /// Those in which another word is a thousand times likelier.
    pub contradicting: Vec<u32>,
    /// log10 of the likelihood ratio of the variant's words to all words alike, over all slots.
    pub log10_likelihood_ratio: f64,
}

impl ReadBack {
    /// True if copies can be put together from it: no slot reads as another variant, and half
    /// of them or more can be told.
    pub fn agrees(&self) -> bool {
        self.contradicting.is_empty() && self.slots > 0 && 2 * self.told >= self.slots
    }
}

/// Reads the variants at `paths`, A first, of a film that ends at `end_s` seconds of its title.
///
/// # Errors
/// Those of [`scan`](crate::job::scan).
pub(crate) fn read_back(
    home: &Home,
    request: &VariantsRequest,
    (title, end_s): (&Title, f64),
    paths: &[PathBuf],
    task: Task<'_>,
) -> Result<Vec<ReadBack>> {
    let encode = &request.encode;
    let settings = ScanSettings {
        limits: encode.limits,
        threads: encode.threads,
        full: true,
        ..ScanSettings::default()
    };
    let mut context = ScanContext::with_copies(home, settings, (title, end_s), [])?;
    // What each slot shows is looked at, and no distributor.
    context.titles.retain(|own| own.id == title.id);
    (context.distributors, context.copies) = (Roster::default(), KnownCopies::default());
    let one = |(letter, path): (usize, &PathBuf)| {
        task.tell(Stage::Verifying, Some(letter as f64 / paths.len() as f64))?;
        let source = Source::open(path)?;
        let decoding = Decoding {
            source: &source,
            limits: &encode.limits,
            threads: context.threads,
            task,
        };
        let survey = survey(&source, &encode.limits, task.observer())?;
        let mut examination = Examination::new(&context, decoding);
        examination.film(&survey)?;
        let seen = examination.finish()?;
        let scored = seen.scored.into_iter().flatten();
        let own = scored.into_iter().find(|s| s.evidence.title == title.id);
        Ok(compare(home, request, own.as_ref(), letter))
    };
    paths.iter().enumerate().map(one).collect()
}

fn compare(
    home: &Home,
    request: &VariantsRequest,
    scored: Option<&Scored>,
    letter: usize,
) -> ReadBack {
    let mut read = ReadBack {
        slots: 0,
        told: 0,
        contradicting: Vec::new(),
        log10_likelihood_ratio: 0.0,
    };
    let Some(Scored { evidence, .. }) = scored else {
        return read;
    };
    for slot in &evidence.slots {
        let shown = letters(&home.secret, &evidence.title, slot.slot, request.variants);
        let scores = word_scores(slot, request.variants);
        let own = usize::from(shown[letter]);
        let others = scores.iter().enumerate().filter(|(word, _)| *word != own);
        let best = others
            .map(|(_, score)| *score)
            .fold(f64::NEG_INFINITY, f64::max);
        read.slots += 1;
        read.told += u32::from(scores[own] - best >= TOLD);
        if best - scores[own] >= CONTRADICTS {
            read.contradicting.push(slot.slot.0);
        }
        read.log10_likelihood_ratio += scores[own];
    }
    read.log10_likelihood_ratio = rounded(read.log10_likelihood_ratio);
    read
}
