//! Turns what was typed into what it means, once. It touches no
//! file: whether a file or a distributor is there is for the commands to see.

use std::ffi::OsString;
use std::path::PathBuf;

use super::args::{self, Command, CopyCommand, PackCommand, ReportCommand, TitleCommand, Typed};
use super::mark_order::MarkOrder;
use super::setting::Setting;
use super::validate_order::ValidateOrder;
use super::variants_order::{MintOrder, VariantsOrder};
use crate::error::{Error, Result};
use crate::evidence::CaseFacts;
use crate::job::{ScanSettings, Threshold};
use crate::units::Log10;

/// What is to be done, and how.
pub struct Order {
    /// What holds for every command.
    pub setting: Setting,
    /// What is to be done.
    pub task: Task,
}

/// What is to be done.
#[allow(missing_docs)]
pub enum Task {
    Init {
        old_key: bool,
        json: bool,
    },
    Distributor(args::DistributorCommand),
    AddTitle {
        master: PathBuf,
        id: String,
        name: Option<String>,
        json: bool,
    },
    ListTitles {
        json: bool,
    },
    Reference(args::ReferenceCommand),
    Mark(Box<MarkOrder>),
    Variants(Box<VariantsOrder>),
    Mint(Box<MintOrder>),
    Scan(Box<ScanOrder>),
    Validate(Box<ValidateOrder>),
    VerifyCopy {
        file: PathBuf,
        json: bool,
    },
    KeygenReport(args::KeygenReport),
    Verify(args::Verify),
    Timestamp(args::TimestampCommand),
    MakePack(args::MakePack),
    VerifyPack(args::VerifyPack),
    Schema(args::SchemaOf),
    Issue(args::IssueCommand),
    Registry(args::RegistryCommand),
    Completions(clap_complete::Shell),
    Man {
        dir: PathBuf,
    },
}

/// What to scan and where the reports go.
pub struct ScanOrder {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// How to scan.
    pub settings: ScanSettings,
    /// Files of which it is known what must come out.
    pub controls: Vec<PathBuf>,
    /// Exhibits at once; 0 to choose.
    pub jobs: usize,
    /// JSON on standard output.
    pub json: bool,
    /// The files to write.
    pub reports: ReportOrder,
    /// The key to sign reports with.
    pub sign: Option<PathBuf>,
    /// The dossier to cite.
    pub dossier: Option<PathBuf>,
    /// Keep reports of an earlier run that hold.
    pub resume: bool,
    /// All files are one exhibit.
    pub together: bool,
    /// Name every file that is left out.
    pub verbose: bool,
}

/// Which report files to write, and where.
pub struct ReportOrder {
    /// The folder for reports as JSON.
    pub json: Option<PathBuf>,
    /// The folder for reports as HTML.
    pub html: Option<PathBuf>,
    /// The folder for reports as PDF.
    pub pdf: Option<PathBuf>,
    /// The file for a CASE/UCO graph.
    pub case: Option<PathBuf>,
    /// The file with the verbal scale; the built-in one if none.
    pub scale: Option<PathBuf>,
}

impl Order {
    /// What `typed` means; `words` is the same as it was typed.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::error::Error::Usage) if it contradicts itself.
    pub fn of(typed: Typed, words: &[OsString]) -> Result<Self> {
        let setting = Setting::of(typed.common);
        let task = match typed.command {
            Command::Init { old_key, json } => Task::Init { old_key, json },
            Command::Distributor(typed) => Task::Distributor(typed.command),
            Command::Title(typed) => match typed.command {
                TitleCommand::List(list) => Task::ListTitles { json: list.json },
                TitleCommand::Reference(typed) => Task::Reference(typed.command),
                TitleCommand::Add {
                    master,
                    id,
                    name,
                    json,
                } => Task::AddTitle {
                    master,
                    id,
                    name,
                    json,
                },
            },
            Command::Mark(typed) => Task::Mark(Box::new(MarkOrder::of(typed, &setting)?)),
            Command::Variants(typed) => {
                Task::Variants(Box::new(VariantsOrder::of(*typed, &setting)?))
            }
            Command::Mint(typed) => Task::Mint(Box::new(MintOrder::of(typed)?)),
            Command::Scan(typed) => Task::Scan(Box::new(scan(*typed, &setting, words)?)),
            Command::Validate(typed) => {
                Task::Validate(Box::new(ValidateOrder::of(*typed, &setting, words)?))
            }
            Command::Copy(typed) => match typed.command {
                CopyCommand::Verify(typed) => verify_copy(typed),
            },
            Command::Report(typed) => match typed.command {
                ReportCommand::Keygen(typed) => Task::KeygenReport(typed),
                ReportCommand::Verify(typed) => Task::Verify(typed),
                ReportCommand::Timestamp(typed) => Task::Timestamp(typed.command),
                ReportCommand::Schema(typed) => Task::Schema(typed.of),
            },
            Command::Pack(typed) => match typed.command {
                PackCommand::Make(typed) => Task::MakePack(typed),
                PackCommand::Verify(typed) => Task::VerifyPack(typed),
            },
            Command::Issue(typed) => Task::Issue(typed.command),
            Command::Registry(typed) => Task::Registry(typed.command),
            Command::VerifyCopy(typed) => verify_copy(typed),
            Command::Audit(list) => Task::Registry(args::RegistryCommand::Audit(list)),
            Command::KeygenReport(typed) => Task::KeygenReport(typed),
            Command::Verify(typed) => Task::Verify(typed),
            Command::Timestamp(typed) => Task::Timestamp(typed.command),
            Command::Schema(typed) => Task::Schema(typed.of),
            Command::EvidencePack(typed) => Task::MakePack(typed),
            Command::VerifyPack(typed) => Task::VerifyPack(typed),
            Command::Completions { shell } => Task::Completions(shell),
            Command::Man { dir } => Task::Man { dir },
        };
        Ok(Self { setting, task })
    }
}

fn verify_copy(typed: args::VerifyCopy) -> Task {
    Task::VerifyCopy {
        file: typed.file,
        json: typed.json,
    }
}

fn scan(typed: args::Scan, setting: &Setting, words: &[OsString]) -> Result<ScanOrder> {
    if typed.sign.is_some() && typed.out.is_none() && !typed.json {
        return Err(Error::usage("--sign signs reports, and a table is none")
            .advise("add --out DIR or --json"));
    }
    if typed.resume && typed.out.is_none() {
        return Err(Error::usage(
            "--resume goes by the reports of an earlier run: name their folder with --out DIR",
        ));
    }
    let case = CaseFacts {
        case_id: typed.case.case_id,
        exhibit_id: typed.case.exhibit_id,
        examiner: typed.case.examiner,
        note: typed.case.note,
        source_url: typed.case.source_url,
    };
    let settings = ScanSettings {
        threshold: Threshold {
            log10_p_false: Log10(typed.threshold),
        },
        limits: setting.limits,
        threads: setting.threads,
        full: typed.full,
        debug_dir: typed.debug_dir,
        effort: typed.effort.into(),
        illustrate: typed.html.is_some() || typed.pdf.is_some(),
        case: case.stated(),
        no_audit: typed.no_audit,
        // A file, which is for the command to read.
        dossier: None,
        command_line: words
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect(),
    };
    let jobs = typed.jobs.map_or(0, |jobs| jobs as usize);
    Ok(ScanOrder {
        paths: typed.paths,
        settings,
        controls: typed.controls,
        jobs,
        json: typed.json,
        sign: typed.sign,
        dossier: typed.dossier,
        resume: typed.resume,
        together: typed.together,
        verbose: typed.verbose,
        reports: ReportOrder {
            json: typed.out,
            html: typed.html,
            pdf: typed.pdf,
            case: typed.case_file,
            scale: typed.verbal_scale,
        },
    })
}
