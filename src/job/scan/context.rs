//! What all scans of a batch share.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use crate::detect::{Effort, PilotKey};
use crate::error::{Error, Result};
use crate::evidence::{CaseFacts, CitedDossier, Control, EarlierScans};
use crate::job::home::Home;
use crate::job::reference::recognizer::Recognizer;
use crate::job::reference::shelf::Shelf;
use crate::job::scan::copies::{KnownCopies, KnownCopy};
use crate::key::{Secret, Signer};
use crate::media::Limits;
use crate::registry::{Head, Listed, Roster, Signed, Standing, Title};
use crate::trace::{Label, Rule, Threshold};

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
    /// The scans are not entered in the audit log: for the reports to say.
    pub no_audit: bool,
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
            no_audit: false,
            dossier: None,
            command_line: Vec::new(),
        }
    }
}

/// Names in the registry's tables that are not those of its chain; empty for
/// a row that is missing.
#[derive(Debug, Default)]
pub(crate) struct TableNames {
    pub titles: BTreeMap<String, String>,
    pub distributors: BTreeMap<String, String>,
}

impl TableNames {
    fn new(home: &Home, titles: &[Title], distributors: &Roster) -> Result<Self> {
        let (table, roster) = (home.registry.titles()?, home.registry.roster()?);
        let title = |signed: &Title| {
            let kept = table.iter().find(|kept| kept.id == signed.id);
            other(
                &signed.id,
                &signed.name,
                kept.map(|kept| kept.name.as_str()),
            )
        };
        let distributor = |signed: Listed<'_>| {
            let kept = roster.find(signed.id);
            other(signed.id, signed.name, kept.map(|kept| kept.name))
        };
        let distributors = match *distributors == roster {
            true => BTreeMap::new(),
            false => distributors.iter().filter_map(distributor).collect(),
        };
        Ok(Self {
            titles: titles.iter().filter_map(title).collect(),
            distributors,
        })
    }
}

fn other(id: &str, signed: &str, kept: Option<&str>) -> Option<(String, String)> {
    let kept = kept.unwrap_or_default();
    (kept != signed).then(|| (id.to_owned(), kept.to_owned()))
}

/// What all scans of a batch share.
pub struct ScanContext {
    pub(crate) settings: ScanSettings,
    pub(crate) pool: rayon::ThreadPool,
    pub(crate) threads: usize,
    pub(crate) registry_id: String,
    /// Where the registry's chain ended when it was read.
    pub(crate) head: Head,
    pub(crate) titles: Vec<Title>,
    pub(crate) distributors: Roster,
    /// How those stand that were changed since they were added, by id.
    pub(crate) standings: BTreeMap<String, Standing>,
    pub(crate) copies: KnownCopies,
    pub(crate) tables: TableNames,
    hypotheses: u64,
    pub(crate) signer: Signer,
    pub(crate) secret: Secret,
    pub(crate) key: PilotKey,
    /// What the masters of the titles show.
    pub(crate) masters: Recognizer,
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
        let Signed {
            head,
            roster,
            standings,
            titles,
            issued,
            references,
        } = home.registry.signed()?;
        let shelf = Shelf::new(home.dir().to_owned(), home.secret.clone(), references);
        let copies = KnownCopies::new(issued);
        let key = PilotKey::covering(&home.secret, longest_s(&titles, &copies));
        Ok(Self {
            pool,
            threads,
            registry_id: home.registry.id().to_owned(),
            head,
            tables: TableNames::new(home, &titles, &roster)?,
            hypotheses: copies.hypotheses(&roster, &titles),
            distributors: roster,
            standings,
            copies,
            signer: Signer::of_registry(&home.secret),
            secret: home.secret.clone(),
            masters: Recognizer::new(shelf),
            key,
            controls: Vec::new(),
            earlier: Earlier::of(home, case_id(&settings))?,
            titles,
            settings,
        })
    }

    /// Loads what all scans need, with copies, up to `end_s` seconds of a title, none of
    /// which may be registered yet.
    pub(crate) fn with_copies(
        home: &Home,
        settings: ScanSettings,
        (title, end_s): (&Title, f64),
        copies: impl IntoIterator<Item = KnownCopy>,
    ) -> Result<Self> {
        let mut context = Self::new(home, settings)?;
        if end_s > longest_s(&context.titles, &context.copies) {
            context.key = PilotKey::covering(&home.secret, end_s);
        }
        if let Err(place) = context.titles.binary_search_by(|t| t.id.cmp(&title.id)) {
            context.titles.insert(place, title.clone());
        }
        for copy in copies {
            context.copies.add(title.id.clone(), copy);
        }
        context.hypotheses = context
            .copies
            .hypotheses(&context.distributors, &context.titles);
        Ok(context)
    }

    /// The copies of a title that a scan compares with, in the order of scores.
    pub(crate) fn labels(&self, title: &str) -> Vec<Label<'_>> {
        self.copies.labels(&self.distributors, title)
    }

    /// Copies that a scan compares with, of all titles.
    pub(crate) fn hypotheses(&self) -> u64 {
        self.hypotheses
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

/// Where the longest of the titles ends, or the copy that goes on furthest, seconds.
fn longest_s(titles: &[Title], copies: &KnownCopies) -> f64 {
    let titles = titles.iter().map(|title| title.duration_s);
    let copies = copies.issued().map(|issued| &issued.said);
    let copies = copies.map(|said| said.title_start_s + said.duration_s);
    titles.chain(copies).fold(0.0, f64::max)
}

fn case_id(settings: &ScanSettings) -> Option<&str> {
    settings.case.as_ref()?.case_id.as_deref()
}
