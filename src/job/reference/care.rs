//! Adds references to the registry, checks them, and moves them about.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base16ct::lower;

use super::gather::{Gathered, ReferenceGatherer, SharedGatherer};
use super::shelf::{FOLDER, opened_at, path_of, unpacked};
use super::sketch;
use crate::error::{Error, Result};
use crate::evidence::reference::{Header, InWords, head_sha256, write};
use crate::evidence::whole::{OWNER, give_name, nameless};
use crate::job::home::Home;
use crate::key::random;
use crate::mark::chip_extent;
use crate::registry::{Reference, Title};

/// What a check of a reference came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CheckedReference {
    /// The reference, as the registry has it.
    pub reference: Reference,
    /// Bytes of its file, if it is there.
    pub bytes: Option<u64>,
    /// What is wrong with it, in words; `None` if nothing is.
    pub problem: Option<String>,
}

/// The reference that the registry has of this master at this place of a title.
fn known(home: &Home, title: &str, master_sha256: &str, at_s: f64) -> Result<Option<Reference>> {
    let mut all = home.registry.references()?;
    all.retain(|r| r.title == title && r.master_sha256 == master_sha256 && r.title_start_s == at_s);
    Ok(all.pop().filter(|r| path_of(home.dir(), r).exists()))
}

/// What gathers the pictures of a master that begins at `at_s` of a title; `None` if they
/// are kept already.
///
/// # Errors
/// [`Error::Registry`] if the registry cannot be read.
pub(crate) fn gatherer(
    home: &Home,
    title: &Title,
    master_sha256: &str,
    at_s: f64,
) -> Result<Option<Arc<SharedGatherer>>> {
    let kept = known(home, &title.id, master_sha256, at_s)?;
    let gatherer = || SharedGatherer::new(ReferenceGatherer::of_title(title));
    Ok(kept.is_none().then(|| Arc::new(gatherer())))
}

/// [`keep`] for a title that is worked on for its own sake: why nothing was kept of what
/// was gathered, in words, if anything was.
pub(crate) fn keep_or_note(
    home: &Home,
    title: &Title,
    master: (&str, f64),
    at_s: f64,
    gathered: Option<&Gathered>,
) -> Option<String> {
    let error = keep(home, title, master, at_s, gathered?).err()?;
    Some(format!(
        "no reference was kept, so that leaks of this title are found by the mark alone: {error}"
    ))
}

/// Keeps what was gathered of a master that begins at `at_s` of a title.
///
/// # Errors
/// [`Error::Registry`] if the file or the entry cannot be written; then neither is there.
pub(crate) fn keep(
    home: &Home,
    title: &Title,
    master: (&str, f64),
    at_s: f64,
    gathered: &Gathered,
) -> Result<Reference> {
    let salt = random()?;
    let header = Header {
        title: title.id.clone(),
        size: gathered.size,
        extent: chip_extent(title.display_width, title.display_height),
        times_s: gathered.times_s.iter().map(|t| at_s + t).collect(),
        pictures_a_group: gathered.pictures_a_group,
        groups: Vec::new(),
    };
    let folder = home.dir().join(FOLDER);
    let full = |e: std::io::Error| {
        Error::registry(format!(
            "a reference cannot be written to {}: {e}",
            folder.display()
        ))
    };
    std::fs::create_dir_all(&folder).map_err(full)?;
    let mut file = nameless(&folder, OWNER).map_err(full)?;
    let sha256 = write(
        &mut std::io::BufWriter::new(file.as_file_mut()),
        &home.secret,
        &salt,
        &header,
        &gathered.groups,
    )?;
    file.flush()
        .and_then(|()| file.as_file().sync_all())
        .map_err(full)?;
    let reference = Reference {
        title: title.id.clone(),
        title_start_s: at_s,
        duration_s: master.1,
        pictures: gathered.times_s.len() as u64,
        master_sha256: master.0.to_owned(),
        salt: lower::encode_string(&salt),
        sha256,
        added_at: String::new(),
    };
    let path = path_of(home.dir(), &reference);
    give_name(file.into_temp_path(), &path, true).map_err(full)?;
    let added = home.registry.add_reference(&reference);
    added.inspect_err(|_| drop(std::fs::remove_file(&path)))?;
    // Where it cannot be written, who looks for it makes it.
    let sketches = gathered.sketches.moved(at_s);
    let _ = sketch::keep(home.dir(), &home.secret, &reference, &sketches);
    Ok(reference)
}

fn of_title(home: &Home, title: &str) -> Result<Vec<Reference>> {
    let mut all = home.registry.references()?;
    all.retain(|r| r.title == title);
    match all.is_empty() {
        false => Ok(all),
        true => Err(Error::usage(format!(
            "there is no reference of {title}: `leakmark mark` and `leakmark title add` make one; `leakmark title reference check` lists those that are there"
        ))),
    }
}

/// Checks the references of a title, or of all: that each file is there, whole, and opens.
///
/// # Errors
/// [`Error::Registry`] if the registry cannot be read, [`Error::Usage`] if the title has none.
pub fn check_references(home: &Home, title: Option<&str>) -> Result<Vec<CheckedReference>> {
    let all = match title {
        Some(title) => of_title(home, title)?,
        None => home.registry.references()?,
    };
    Ok(all
        .into_iter()
        .map(|reference| checked(home, reference))
        .collect())
}

fn checked(home: &Home, reference: Reference) -> CheckedReference {
    let path = path_of(home.dir(), &reference);
    CheckedReference {
        bytes: std::fs::metadata(&path).ok().map(|m| m.len()),
        problem: opened(home, &reference).err(),
        reference,
    }
}

fn opened(home: &Home, reference: &Reference) -> InWords<()> {
    let mut file = opened_at(&home.secret, &path_of(home.dir(), reference), reference)?;
    (0..file.header.groups.len()).try_for_each(|number| {
        let packed = file.group(number)?;
        unpacked(&file.header, number, &packed).map(drop)
    })
}

/// Copies the references of a title, encrypted as they are, to a folder.
///
/// # Errors
/// [`Error::Usage`] if there is none, [`Error::Unwritable`] if a file cannot be written or is there.
pub fn export_references(home: &Home, title: &str, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for reference in of_title(home, title)? {
        let from = path_of(home.dir(), &reference);
        let name = format!("{title}.{:.0}s.reference", reference.title_start_s);
        let to = folder.join(name);
        let bytes = std::fs::read(&from).map_err(|e| {
            Error::registry(format!(
                "the reference {} cannot be read: {e}",
                from.display()
            ))
        })?;
        crate::evidence::files::write_new(&to, &bytes)?;
        written.push(to);
    }
    Ok(written)
}

/// Takes back the file of a reference that the registry knows.
///
/// # Errors
/// [`Error::Usage`] if it is none of them, [`Error::Unreadable`], [`Error::Registry`] if it
/// cannot be written.
pub fn import_reference(home: &Home, path: &Path) -> Result<Reference> {
    let expected = "expected a file that `leakmark title reference export` wrote";
    let sha256 = head_sha256(path)
        .map_err(|problem| Error::usage(format!("{}: {problem}; {expected}", path.display())))?;
    let all = home.registry.references()?;
    let Some(reference) = all.into_iter().find(|r| r.sha256 == sha256) else {
        return Err(Error::usage(format!(
            "{} is no reference of this registry, or was changed: the SHA-256 of its head is {sha256}; {expected}",
            path.display()
        )));
    };
    let to = path_of(home.dir(), &reference);
    let full =
        |e: std::io::Error| Error::registry(format!("{} cannot be written: {e}", to.display()));
    let folder = home.dir().join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(full)?;
    let mut file = nameless(&folder, OWNER).map_err(full)?;
    let unreadable = |e: std::io::Error| Error::unreadable(path, e.to_string()).caused_by(e);
    let mut from = std::fs::File::open(path).map_err(unreadable)?;
    std::io::copy(&mut from, file.as_file_mut()).map_err(full)?;
    file.as_file().sync_all().map_err(full)?;
    let copied = opened_at(&home.secret, file.path(), &reference).and_then(|mut file| file.check());
    copied.map_err(|problem| Error::unreadable(path, problem))?;
    give_name(file.into_temp_path(), &to, true).map_err(full)?;
    Ok(reference)
}

/// Gives up the references of a title: deletes their files, and says so in the chain.
///
/// # Errors
/// [`Error::Usage`] if there is none, [`Error::Registry`] if nothing can be written.
pub fn drop_references(home: &Home, title: &str) -> Result<usize> {
    let all = of_title(home, title)?;
    for reference in &all {
        home.registry.drop_reference(&reference.sha256)?;
        sketch::forget(home.dir(), reference);
        let path = path_of(home.dir(), reference);
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => {
                return Err(
                    Error::registry(format!("{} cannot be deleted: {e}", path.display()))
                        .advise("delete it by hand"),
                );
            }
        }
    }
    Ok(all.len())
}
