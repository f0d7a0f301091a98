//! What marking is asked to do, and checks that it makes sense.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::job::home::Home;
use crate::mark::SIGNAL_FORMAT;
use crate::media::{Allowances, Ledger, Limits, Overview, VideoCodec, VideoEncoding};

/// Where in its title a master begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Beginning {
    /// It was not said: at 0 in a new title, and a master that was marked before
    /// where it was then.
    Unsaid,
    /// At this title time, seconds: it may be a further part.
    At(f64),
    /// Right after the parts that the title has: it is the next reel.
    NextReel,
}

impl Beginning {
    /// What was said: that it is the next reel, or a title time.
    pub fn of(reel: bool, at_s: Option<f64>) -> Self {
        match at_s {
            _ if reel => Self::NextReel,
            Some(at_s) => Self::At(at_s),
            None => Self::Unsaid,
        }
    }
}

/// What to mark, for whom and how.
#[derive(Debug, Clone)]
pub struct MarkRequest {
    /// The master.
    pub master: PathBuf,
    /// Ids of the distributors, each once.
    pub to: Vec<String>,
    /// A file for one distributor, or a folder; `None` for beside the master.
    pub output: Option<PathBuf>,
    /// The title's id; `None` to make one of the master's name.
    pub title: Option<String>,
    /// Where in the title the master begins.
    pub beginning: Beginning,
    /// Strength of the mark, 1 is the default; 0 encodes without a mark and
    /// issues nothing.
    pub strength: f32,
    /// The codec.
    pub codec: VideoCodec,
    /// Constant rate factor; `None` for the codec's default.
    pub crf: Option<f32>,
    /// The encoder's preset.
    pub preset: String,
    /// Read each copy back before it is issued.
    pub verify: bool,
    /// Record each copy's issue. A trial in a registry of its own goes without: then all
    /// copies are their distributors' first, wherever in a title they begin.
    pub record: bool,
    /// Replace outputs that exist.
    pub force: bool,
    /// Leave out those who got their copy in an earlier run.
    pub resume: bool,
    /// What copies may lose of the master, and whether that may be damaged.
    pub allowed: Allowances,
    /// What the master may demand.
    pub limits: Limits,
    /// Threads; 0 for one a core.
    pub threads: usize,
}

impl MarkRequest {
    /// With the defaults.
    pub fn new(master: PathBuf, to: Vec<String>) -> Self {
        Self {
            master,
            to,
            output: None,
            title: None,
            beginning: Beginning::Unsaid,
            strength: 1.0,
            codec: VideoCodec::H264,
            crf: None,
            preset: "medium".into(),
            verify: true,
            record: true,
            force: false,
            resume: false,
            allowed: Allowances::default(),
            limits: Limits::default(),
            threads: 0,
        }
    }

    /// True if copies are issued.
    pub(crate) fn issues(&self) -> bool {
        self.marks() && self.record
    }

    /// True if copies carry a mark.
    pub(crate) fn marks(&self) -> bool {
        self.strength > 0.0
    }

    fn rate_factor(&self) -> f32 {
        self.crf.unwrap_or(self.codec.default_crf())
    }

    /// How the copies are encoded.
    pub(crate) fn encoding(&self, overview: Overview) -> VideoEncoding {
        VideoEncoding {
            codec: self.codec,
            crf: self.rate_factor(),
            preset: self.preset.clone(),
            threads: self.threads,
            overview: Some(overview),
            cut_from_s: None,
        }
    }

    /// What the issue record says about how a copy was made, and what it lacks.
    pub(crate) fn parameters(&self, ledger: &Ledger) -> serde_json::Value {
        let grave = ledger.lost.iter().filter(|loss| loss.kind.is_grave());
        let mut lost: Vec<&str> = grave.map(|loss| loss.kind.name()).collect();
        lost.sort_unstable();
        lost.dedup();
        serde_json::json!({
            "signal_format": SIGNAL_FORMAT,
            "strength": self.strength,
            "codec": self.codec.name(),
            "crf": self.rate_factor(),
            "preset": self.preset,
            "frames": ledger.copy.frames,
            "lost": lost,
            "damaged": ledger.damage,
        })
    }
}

/// Refuses what cannot be done, before any work.
pub(crate) fn check(home: &Home, request: &MarkRequest) -> Result<()> {
    if request.to.is_empty() {
        return Err(Error::usage("no distributor was named")
            .advise("name one with --to ID, or all of them with --to all"));
    }
    for (index, id) in request.to.iter().enumerate() {
        if request.to[..index].contains(id) {
            return Err(
                Error::usage(format!("distributor {id} is named twice")).advise("name each once")
            );
        }
        if home.registry.distributor(id)?.is_none() {
            return Err(
                Error::usage(format!("there is no distributor {id} in the registry")).advise(
                    format!("add it with `leakmark distributor add {id} --name …`"),
                ),
            );
        }
        if let Some(revocation) = home.registry.revocation(id)? {
            return Err(revocation.refusal(id));
        }
    }
    check_settings(request)
}

/// Refuses what nobody's copy can be made with.
pub(crate) fn check_settings(request: &MarkRequest) -> Result<()> {
    let latest = crate::mark::TITLE_LIMIT_S;
    if let Beginning::At(at_s) = request.beginning
        && !(0.0..latest).contains(&at_s)
    {
        return Err(Error::usage(format!(
            "got --at {at_s} s; expected 0 to {latest} s"
        )));
    }
    if !(0.0..=4.0).contains(&request.strength) {
        return Err(Error::usage(format!(
            "got a strength of {}; expected 0 (no mark) to 4, 1 is the default",
            request.strength
        )));
    }
    if request.crf.is_some_and(|c| !(0.0..=51.0).contains(&c)) {
        return Err(Error::usage("the rate factor (--crf) must be from 0 to 51"));
    }
    Ok(())
}
