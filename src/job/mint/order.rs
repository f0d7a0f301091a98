//! Decides who gets which copy, and where it goes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::job::home::Home;
use crate::job::mint::film::Film;
use crate::job::mint::request::{MintRequest, What};
use crate::registry::Issue;

/// One copy to make.
#[derive(Debug)]
pub(crate) struct Ordered {
    pub distributor: String,
    pub copy: u32,
    pub path: PathBuf,
    /// Its record, if it was issued in an earlier run.
    pub issued: Option<Issue>,
}

/// The copies to make, in the order asked for.
///
/// # Errors
/// [`Error::Usage`] if a file is in the way, [`Error::Unwritable`], [`Error::Registry`].
pub(crate) fn order(home: &Home, request: &MintRequest, film: &Film) -> Result<Vec<Ordered>> {
    let folder = folder(request)?;
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    let mut issued: BTreeMap<&str, &Issue> = BTreeMap::new();
    let issues = home.registry.issues_of_title(&film.index.title)?;
    for issue in &issues {
        let highest = last.entry(&issue.distributor).or_default();
        *highest = issue.copy.max(*highest);
        if is_of(issue, request.what, &film.index_sha256) {
            issued.insert(&issue.distributor, issue);
        }
    }
    let one = |distributor: &String| {
        let before = issued.get(distributor.as_str());
        let issued = before
            .filter(|_| request.resume)
            .map(|issue| Issue::clone(issue));
        let next = last.get(distributor.as_str()).map_or(1, |copy| copy + 1);
        let path = match &folder {
            Some(folder) => folder.join(name(request, distributor)),
            None => request.output.clone(),
        };
        if path.exists() && !request.force && !may_stay(&path, request, issued.as_ref()) {
            return Err(Error::usage(format!("{} exists", path.display())).advise(
                "name another output with -o, replace it with --force, or go on with --resume",
            ));
        }
        Ok(Ordered {
            distributor: distributor.clone(),
            copy: issued.as_ref().map_or(next, |issue| issue.copy),
            path,
            issued,
        })
    };
    request.to.iter().map(one).collect()
}

/// Whether a file that is there is no obstacle: the copy that was issued, or a list that is
/// written anew.
fn may_stay(path: &Path, request: &MintRequest, issued: Option<&Issue>) -> bool {
    let bytes = path.metadata().map(|facts| facts.len()).ok();
    let same = issued.is_some_and(|issue| bytes == Some(issue.copy_bytes));
    let listed = matches!(request.what, What::Ranges | What::Hls);
    request.resume && (same || listed)
}

/// Whether a copy was put together from these variants, in this form.
fn is_of(issue: &Issue, what: What, index_sha256: &str) -> bool {
    let said = |name: &str| issue.parameters.get(name).and_then(|value| value.as_str());
    said("form") == Some(what.name()) && said("index_sha256") == Some(index_sha256)
}

/// The folder for a file each; `None` if there is one file.
fn folder(request: &MintRequest) -> Result<Option<PathBuf>> {
    let output = &request.output;
    let is_file = output.extension().is_some() && !output.is_dir();
    match request.what {
        What::Ranges => return Ok(None),
        _ if is_file && request.to.len() == 1 => return Ok(None),
        _ if is_file => {
            return Err(Error::usage(format!(
                "got the file {} for {} distributors",
                output.display(),
                request.to.len()
            ))
            .advise("name a folder with -o"));
        }
        _ => {}
    }
    std::fs::create_dir_all(output)
        .map_err(|e| Error::unwritable(output, format!("the folder cannot be made: {e}")))?;
    Ok(Some(output.clone()))
}

/// The name of a copy in the folder.
fn name(request: &MintRequest, distributor: &str) -> String {
    let stem = Path::new(&request.variants).file_stem();
    let stem = stem.map_or_else(|| "copy".into(), |stem| stem.to_string_lossy().into_owned());
    let ending = match request.what {
        What::Hls => "m3u8",
        _ => "mp4",
    };
    format!("{stem}.{distributor}.{ending}")
}
