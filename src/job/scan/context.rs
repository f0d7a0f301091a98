//! What all scans of a batch share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::detect::{Effort, PilotKey};
use crate::error::{Error, Result};
use crate::evidence::{CaseFacts, CitedDossier, Control, EarlierScans};
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
    /// What was validated before, to be cited; `None` to cite nothing.
    pub dossier: Option<Arc<CitedDossier>>,
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
            dossier: None,
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
    /// What the controls of the run came to.
    pub controls: Vec<Control>,
    earlier: Earlier,
}

/// Scans that the audit log holds from before this run.
struct Earlier {
    of_files: HashMap<String, u64>,
    of_case: Option<u64>,
}

impl Earlier {
    fn of(home: &Home, case: Option<&str>) -> Result<Self> {
        let subject = case.map(case_subject);
        let (mut of_files, mut of_case) = (HashMap::new(), subject.as_ref().map(|_| 0));
        for line in home.registry.audit()? {
            if line.command != SCAN {
                continue;
            }
            if let (Some(count), Some(subject)) = (&mut of_case, &subject) {
                *count += u64::from(line.subject == *subject);
            }
            if let Some(sha256) = line.exhibit_sha256 {
                *of_files.entry(sha256).or_default() += 1;
            }
        }
        Ok(Self { of_files, of_case })
    }
}

/// The command under which the audit log holds scans of exhibits.
pub const SCAN: &str = "scan";

/// The subject under which the audit log holds the scans of a case.
pub fn case_subject(case: &str) -> String {
    format!("case {case}")
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
            controls: Vec::new(),
            earlier: Earlier::of(home, case_id(&settings))?,
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

    /// How often a file with this SHA-256, and this case, were scanned before this run.
    pub(crate) fn earlier_scans(&self, sha256: &str) -> EarlierScans {
        EarlierScans {
            of_file: self.earlier.of_files.get(sha256).copied().unwrap_or(0),
            of_case: self.earlier.of_case,
        }
    }
}

fn case_id(settings: &ScanSettings) -> Option<&str> {
    settings.case.as_ref()?.case_id.as_deref()
}
