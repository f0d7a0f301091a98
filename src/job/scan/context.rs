//! What all scans of a batch share.

use std::path::PathBuf;

use crate::detect::{Effort, PilotKey};
use crate::error::{Error, Result};
use crate::evidence::CaseFacts;
use crate::job::home::Home;
use crate::key::{Secret, Signer};
use crate::media::Limits;
use crate::registry::{Issue, KeptReceipt, Roster, Title};
use crate::trace::{Rule, Threshold};

/// How to scan.
#[derive(Debug, Clone)]
pub struct ScanSettings {
    /// What it takes to name somebody.
    pub threshold: Threshold,
    /// What a file may demand.
    pub limits: Limits,
    /// Threads for everything; 0 for one a core.
    pub threads: usize,
    /// Read everything, even if the verdict is settled.
    pub full: bool,
    /// Folder for pictures of what detection saw; `None` for none.
    pub debug_dir: Option<PathBuf>,
    /// How hard to look for the picture's geometry.
    pub effort: Effort,
    /// Take pictures for the report as well.
    pub illustrate: bool,
    /// What the examiner says about the case.
    pub case: Option<CaseFacts>,
    /// The words of the command line, for the report.
    pub command_line: Vec<String>,
}

impl Default for ScanSettings {
    fn default() -> Self {
        Self {
            threshold: Threshold::DEFAULT,
            limits: Limits::default(),
            threads: 0,
            full: false,
            debug_dir: None,
            effort: Effort::Normal,
            illustrate: false,
            case: None,
            command_line: Vec::new(),
        }
    }
}

/// What all scans of a batch share.
pub struct ScanContext {
    pub(crate) settings: ScanSettings,
    pub(crate) pool: rayon::ThreadPool,
    pub(crate) threads: usize,
    pub(crate) registry_id: String,
    pub(crate) titles: Vec<Title>,
    pub(crate) distributors: Roster,
    pub(crate) issues: Vec<Issue>,
    pub(crate) receipts: Vec<KeptReceipt>,
    pub(crate) signer: Signer,
    pub(crate) secret: Secret,
    pub(crate) key: PilotKey,
}

impl ScanContext {
    /// Loads what is needed of the registry.
    ///
    /// # Errors
    /// [`Error::Usage`] if the threshold is looser than allowed,
    /// [`Error::Registry`] if the registry cannot be read.
    pub fn new(home: &Home, settings: ScanSettings) -> Result<Self> {
        let bound = settings.threshold.log10_p_false.0;
        if bound.is_nan() || bound > Threshold::LOOSEST.log10_p_false.0 {
            return Err(Error::usage(format!(
                "got a threshold of {bound} (log10 of the false-accusation bound); expected {} or less",
                Threshold::LOOSEST.log10_p_false.0
            )));
        }
        let threads = if settings.threads > 0 {
            settings.threads
        } else {
            std::thread::available_parallelism().map_or(1, usize::from)
        };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|e| Error::Internal(format!("no threads: {e}")))?;
        Ok(Self {
            pool,
            threads,
            registry_id: home.registry.id().to_owned(),
            titles: home.registry.titles()?,
            distributors: home.registry.roster()?,
            issues: home.registry.issues()?,
            receipts: home.registry.receipts()?,
            signer: Signer::of_registry(&home.secret),
            secret: home.secret.clone(),
            key: PilotKey::new(&home.secret),
            settings,
        })
    }

    /// The same, with a title that may not be registered yet.
    pub(crate) fn with_title(home: &Home, settings: ScanSettings, title: &Title) -> Result<Self> {
        let mut context = Self::new(home, settings)?;
        if let Err(place) = context.titles.binary_search_by(|t| t.id.cmp(&title.id)) {
            context.titles.insert(place, title.clone());
        }
        Ok(context)
    }

    /// Pairs of distributor and title that a scan compares.
    pub(crate) fn hypotheses(&self) -> u64 {
        (self.distributors.len() as u64)
            .saturating_mul(self.titles.len().max(1) as u64)
            .max(1)
    }

    /// The rule by which they are judged.
    pub(crate) fn rule(&self) -> Rule {
        self.settings.threshold.among(self.hypotheses())
    }
}
