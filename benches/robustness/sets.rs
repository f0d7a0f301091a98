//! This module opens a set: the copies made by one build with one choice of
//! options, and the two registries they were made with.
//!
//! `home` is the registry under test. `other` has the same titles and
//! distributors under another secret: it makes the unmarked copies (strength
//! 0), and scanning with it is scanning with the wrong secret.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::clips::distributor_id;
use super::setting::Setting;
use super::{cache, child};

/// Written last when a set is begun: it names the options.
const RECIPE: &str = "recipe.txt";

/// A set and its two registries.
pub struct Set {
    /// One folder per master.
    pub clips: PathBuf,
    /// The registry under test.
    pub home: PathBuf,
    /// The same with another secret.
    pub other: PathBuf,
}

/// Opens the set for these options, or begins it.
pub fn open(setting: &Setting) -> Result<Set, String> {
    let recipe = recipe(setting);
    let all = setting.work.join("sets");
    let key = setting
        .options
        .mark_key
        .as_ref()
        .unwrap_or(&setting.binary_hash);
    let own = all.join(cache::hash_words(&[&recipe, key]));
    let newest = setting
        .options
        .reuse_marks
        .then(|| newest_set(&all, &recipe))
        .flatten();
    if setting.options.reuse_marks && newest.is_none() {
        println!("no marked copies to reuse: this build makes its own");
    }
    let folder = newest.unwrap_or(own);
    if setting.options.prune {
        prune(&all, &folder)?;
    }
    let (home, other) = (folder.join("home"), folder.join("other"));
    if !folder.join(RECIPE).exists() {
        begin_registry(setting, &home, "main")?;
        begin_registry(setting, &other, "other")?;
        if secret_hash(&home)? == secret_hash(&other)? {
            return Err("two registries came out with one secret".to_owned());
        }
        cache::write_file(&folder.join(RECIPE), recipe.as_bytes())?;
    }
    Ok(Set {
        clips: folder.join("clips"),
        home,
        other,
    })
}

fn recipe(setting: &Setting) -> String {
    let options = &setting.options;
    let strength = options
        .strength
        .map_or("default".to_owned(), |x| x.to_string());
    format!(
        "length {}\nstrength {strength}\ndistributors {}\nmark arguments {:?}\n",
        setting.length_name(),
        options.distributors,
        options.mark_arg
    )
}

fn newest_set(all: &Path, recipe: &str) -> Option<PathBuf> {
    let candidates = cache::names_in(all).into_iter().map(|name| all.join(name));
    let same = candidates.filter(|f| fs::read_to_string(f.join(RECIPE)).is_ok_and(|r| r == recipe));
    let begun = |folder: &PathBuf| {
        let metadata = fs::metadata(folder.join(RECIPE));
        metadata
            .and_then(|m| m.modified())
            .unwrap_or(SystemTime::UNIX_EPOCH)
    };
    same.max_by_key(begun)
}

fn prune(all: &Path, kept: &Path) -> Result<(), String> {
    for folder in cache::names_in(all).into_iter().map(|name| all.join(name)) {
        if folder != kept {
            fs::remove_dir_all(&folder)
                .map_err(|e| format!("cannot delete {}: {e}", folder.display()))?;
        }
    }
    Ok(())
}

/// Begins a registry, with the secret that this work folder has kept under
/// `name` if the build takes one that lies in the home folder already: then
/// two builds are compared under one secret.
fn begin_registry(setting: &Setting, home: &Path, name: &str) -> Result<(), String> {
    let kept = setting.work.join("keys").join(format!("{name}.key"));
    let key = home.join("leakmark.key");
    let init = || child::run_well(setting.leakmark(home).arg("init")).map(|_| ());
    let copy = |from: &Path, to: &Path| {
        fs::copy(from, to)
            .map(|_| ())
            .map_err(|e| format!("cannot copy {}: {e}", from.display()))
    };
    empty_folder(home)?;
    let with_kept = kept.exists() && copy(&kept, &key).is_ok() && init().is_ok();
    if !with_kept {
        empty_folder(home)?;
        init()?;
    }
    if !kept.exists() {
        cache::keep_file(&kept, |part| copy(&key, part))?;
    } else if fs::read(&kept).ok() != fs::read(&key).ok() {
        println!("{name} registry: the build made a new secret, figures vary a little with it");
    }
    let list = home.with_extension("csv");
    let rows = (0..setting.options.distributors.max(1))
        .map(|index| format!("{},Outlet {index}\n", distributor_id(index)));
    cache::write_file(
        &list,
        format!("id,name\n{}", rows.collect::<String>()).as_bytes(),
    )?;
    let mut import = setting.leakmark(home);
    child::run_well(import.args(["distributor", "import"]).arg(&list)).map(|_| ())
}

fn empty_folder(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .map_err(|e| format!("cannot empty {}: {e}", folder.display()))?;
    }
    cache::create_folder(folder)
}

/// A hash of a registry's key file.
fn secret_hash(home: &Path) -> Result<String, String> {
    cache::hash_file(&home.join("leakmark.key"))
}

/// What a scan's result depends on in a registry: secret, distributors and
/// titles (those of which `copy` was made with it).
pub fn registry_hash(set: &Set, home: &Path, copy: &str) -> Result<String, String> {
    let mut words = cache::names_in(&set.clips);
    words.retain(|name| set.clips.join(name).join(copy).exists());
    words.push(secret_hash(home)?);
    words.push(cache::hash_file(&home.with_extension("csv"))?);
    Ok(cache::hash_words(&words))
}
