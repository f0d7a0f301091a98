//! This module turns what was typed into what it means, once. It touches no
//! file: whether a file or a distributor is there is for the commands to see.

use std::path::PathBuf;

use super::args::{self, Command, Common, DistributorCommand, TitleCommand, Typed};
use crate::error::{Error, Result};
use crate::job::{Home, Limits, MarkRequest, ScanSettings, Threshold};
use crate::units::Log10;

/// The environment variable that names the home folder.
const HOME_VARIABLE: &str = "LEAKMARK_HOME";

/// Stands for every distributor.
const EVERYBODY: &str = "all";

/// What is to be done, and how.
pub struct Order {
    /// What holds for every command.
    pub setting: Setting,
    /// What is to be done.
    pub task: Task,
}

/// What holds for every command.
pub struct Setting {
    /// The home folder, if one is named.
    pub home: Option<PathBuf>,
    /// Threads; 0 for one a core.
    pub threads: usize,
    /// No words for people.
    pub quiet: bool,
    /// No progress bars.
    pub no_progress: bool,
    /// What a file may demand.
    pub limits: Limits,
}

/// What is to be done.
#[allow(missing_docs)]
pub enum Task {
    Init,
    AddDistributor {
        id: String,
        name: String,
    },
    ImportDistributors {
        file: PathBuf,
    },
    ListDistributors {
        json: bool,
    },
    AddTitle {
        master: PathBuf,
        id: String,
        name: Option<String>,
    },
    ListTitles {
        json: bool,
    },
    Mark(Box<MarkOrder>),
    Scan(ScanOrder),
    VerifyCopy {
        file: PathBuf,
        json: bool,
    },
    Audit {
        json: bool,
    },
    Completions(clap_complete::Shell),
    Man {
        dir: PathBuf,
    },
}

/// What to mark for whom.
pub struct MarkOrder {
    /// The request; its recipients are looked up later.
    pub request: MarkRequest,
    /// Who is to receive a copy.
    pub to: Recipients,
    /// JSON instead of words.
    pub json: bool,
}

/// Who is to receive a copy.
#[derive(Debug, PartialEq, Eq)]
pub enum Recipients {
    /// Every distributor in the registry.
    Everybody,
    /// These, each once.
    Ids(Vec<String>),
}

/// What to scan and where the reports go.
pub struct ScanOrder {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// How to scan.
    pub settings: ScanSettings,
    /// Exhibits at once; 0 to choose.
    pub jobs: usize,
    /// JSON on standard output.
    pub json: bool,
    /// The folder for report files.
    pub out: Option<PathBuf>,
}

impl Order {
    /// What `typed` means.
    ///
    /// # Errors
    /// [`Error::Usage`] if it contradicts itself.
    pub fn of(typed: Typed) -> Result<Self> {
        let setting = Setting::of(typed.common);
        let task = match typed.command {
            Command::Init => Task::Init,
            Command::Distributor(typed) => match typed.command {
                DistributorCommand::Add { id, name } => Task::AddDistributor { id, name },
                DistributorCommand::Import { file } => Task::ImportDistributors { file },
                DistributorCommand::List(list) => Task::ListDistributors { json: list.json },
            },
            Command::Title(typed) => match typed.command {
                TitleCommand::List(list) => Task::ListTitles { json: list.json },
                TitleCommand::Add { master, id, name } => Task::AddTitle { master, id, name },
            },
            Command::Mark(typed) => Task::Mark(Box::new(mark(typed, &setting)?)),
            Command::Scan(typed) => Task::Scan(scan(typed, &setting)),
            Command::VerifyCopy(typed) => Task::VerifyCopy {
                file: typed.file,
                json: typed.json,
            },
            Command::Audit(list) => Task::Audit { json: list.json },
            Command::Completions { shell } => Task::Completions(shell),
            Command::Man { dir } => Task::Man { dir },
        };
        Ok(Self { setting, task })
    }
}

impl Setting {
    fn of(typed: Common) -> Self {
        let variable = std::env::var_os(HOME_VARIABLE).filter(|dir| !dir.is_empty());
        Self {
            home: typed.home.or(variable.map(PathBuf::from)),
            threads: typed.threads.map_or(0, |threads| threads as usize),
            quiet: typed.quiet,
            no_progress: typed.no_progress,
            limits: Limits {
                max_pixels: typed.max_pixels,
                max_duration_s: typed.max_duration,
                max_streams: typed.max_streams,
            },
        }
    }

    /// The home folder.
    ///
    /// # Errors
    /// [`Error::Usage`] if none is named and the platform has none.
    pub fn home_dir(&self) -> Result<PathBuf> {
        self.home.clone().map_or_else(Home::default_dir, Ok)
    }
}

fn mark(typed: args::Mark, setting: &Setting) -> Result<MarkOrder> {
    let to = recipients(typed.to)?;
    let mut request = MarkRequest::new(typed.master, Vec::new());
    request.output = typed.output;
    request.title = typed.title;
    request.at_s = typed.at;
    request.strength = typed.strength;
    request.codec = typed.codec.into();
    request.crf = typed.crf;
    request.preset = typed.preset;
    request.verify = !typed.no_verify;
    request.force = typed.force;
    request.limits = setting.limits;
    request.threads = setting.threads;
    Ok(MarkOrder {
        request,
        to,
        json: typed.json,
    })
}

fn recipients(typed: Vec<String>) -> Result<Recipients> {
    let mut ids: Vec<String> = Vec::new();
    for id in typed.iter().map(|id| id.trim()) {
        if id.is_empty() {
            return Err(Error::usage(
                "--to names nobody between two commas: give ids, as in --to aurora,kernel",
            ));
        }
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    match ids.iter().any(|id| id == EVERYBODY) {
        true if ids.len() > 1 => Err(Error::usage(
            "--to all means every distributor: name no others beside it",
        )),
        true => Ok(Recipients::Everybody),
        false => Ok(Recipients::Ids(ids)),
    }
}

fn scan(typed: args::Scan, setting: &Setting) -> ScanOrder {
    let settings = ScanSettings {
        threshold: Threshold {
            log10_p_false: Log10(typed.threshold),
        },
        limits: setting.limits,
        threads: setting.threads,
        full: typed.full,
    };
    let jobs = typed.jobs.map_or(0, |jobs| jobs as usize);
    ScanOrder {
        paths: typed.paths,
        settings,
        jobs,
        json: typed.json,
        out: typed.out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(words: &[&str]) -> Result<Recipients> {
        recipients(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn recipients_are_named_once_and_all_stands_alone() {
        assert_eq!(
            ids(&["b", "a", "b"]).unwrap(),
            Recipients::Ids(vec!["b".to_owned(), "a".to_owned()])
        );
        assert_eq!(ids(&["all"]).unwrap(), Recipients::Everybody);
        assert!(ids(&["all", "a"]).is_err());
        assert!(ids(&["a", ""]).is_err());
    }
}
