//! Decides where marked copies go, before any long work.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::job::mark::request::MarkRequest;
use crate::media::Container;

/// One copy to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub distributor: String,
    /// The number among the distributor's copies of the title, from 1; 0 until the
    /// title is known.
    pub copy: u32,
    pub path: PathBuf,
    pub container: Container,
}

/// The outputs of a request: checked to be writable and, unless asked for, new.
pub(crate) fn plan_outputs(request: &MarkRequest) -> Result<Vec<Output>> {
    let mut outputs = Vec::with_capacity(request.to.len());
    for distributor in &request.to {
        let path = path_for(request, distributor)?;
        if path.exists() && !request.force && !request.resume {
            return Err(Error::usage(format!("{} exists", path.display()))
                .advise("name another output with -o, or replace it with --force"));
        }
        if same_file(&path, &request.master) {
            return Err(
                Error::usage(format!("{} is the master itself", path.display()))
                    .advise("name another output with -o"),
            );
        }
        if !path.exists() {
            try_name(&path)?;
        }
        outputs.push(Output {
            distributor: distributor.clone(),
            copy: 0,
            container: container(&path)?,
            path,
        });
    }
    Ok(outputs)
}

/// Makes sure, before the long work, that a file can be given this name.
fn try_name(path: &Path) -> Result<()> {
    let tried = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    tried.and_then(|_| std::fs::remove_file(path)).map_err(|e| {
        Error::unwritable(path, format!("a file cannot be given this name: {e}"))
            .advise("name another with -o")
            .caused_by(e)
    })
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn path_for(request: &MarkRequest, distributor: &str) -> Result<PathBuf> {
    let stem = request.master.file_stem().unwrap_or_default().to_owned();
    let own_extension = request.master.extension().filter(|e| {
        ["mp4", "mkv", "mov"]
            .iter()
            .any(|k| e.eq_ignore_ascii_case(k))
    });
    let mut name = stem;
    name.push(format!(".{distributor}."));
    name.push(own_extension.unwrap_or("mkv".as_ref()));
    // A name without an ending is no film's.
    let folder_named = |p: &Path| p.is_dir() || p.extension().is_none() && !p.is_file();
    match &request.output {
        None => Ok(request.master.with_file_name(name)),
        Some(folder) if folder_named(folder) || ends_with_slash(folder) => {
            std::fs::create_dir_all(folder).map_err(|e| {
                Error::unwritable(folder, format!("the folder cannot be made: {e}"))
            })?;
            Ok(folder.join(name))
        }
        Some(file) if request.to.len() > 1 => Err(Error::usage(format!(
            "got the file {} for {} distributors",
            file.display(),
            request.to.len()
        ))
        .advise("name a folder with -o")),
        Some(file) => Ok(file.clone()),
    }
}

fn ends_with_slash(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with('/')
}

fn container(path: &Path) -> Result<Container> {
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    match extension.as_str() {
        "mp4" | "m4v" => Ok(Container::Mp4),
        "mkv" => Ok(Container::Mkv),
        "mov" => Ok(Container::Mov),
        other => Err(Error::usage(format!(
            "{}: got the extension {other:?}; expected .mp4, .mkv or .mov",
            path.display()
        ))),
    }
}
