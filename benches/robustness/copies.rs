//! This module makes each clip's marked copy and its unmarked twin, and
//! measures what the mark costs the picture.

use std::path::{Path, PathBuf};

use super::clips::Clip;
use super::masters::Master;
use super::quality::Quality;
use super::sets::Set;
use super::setting::Setting;
use super::{cache, child, pool, quality};

/// The title time at which every master begins.
pub const AT_S: f64 = 1000.0;
/// Name of the marked copy in its folder.
pub const MARKED: &str = "marked.mp4";
/// Name of its unmarked twin.
pub const UNMARKED: &str = "unmarked.mp4";

/// One clip's copies.
pub struct Copies {
    /// The marked copy.
    pub marked: Copy,
    /// The same encode at strength 0.
    pub unmarked: Copy,
    /// What the mark costs, if it was measured.
    pub quality: Option<Quality>,
    /// The master's length.
    pub duration_s: f64,
}

/// A file that can be attacked.
pub struct Copy {
    /// The file.
    pub path: PathBuf,
    /// Hash of its bytes.
    pub hash: String,
}

/// Makes and measures every clip's copies.
pub fn make_all(
    setting: &Setting,
    set: &Set,
    masters: Vec<Result<Master, String>>,
) -> Vec<Result<Copies, String>> {
    // A registry has one writer at a time, and an encoder takes all cores.
    let lanes = [(&set.home, MARKED), (&set.other, UNMARKED)];
    let mut made = pool::map("marks", setting.jobs.min(2), &lanes, |(home, name)| {
        let pairs = setting.clips.iter().zip(&masters);
        let one = |(clip, master): (&Clip, &Result<Master, String>)| match master {
            Ok(master) => make(setting, set, clip, master, home, name),
            Err(why) => Err(why.clone()),
        };
        pairs.map(one).collect::<Vec<_>>()
    });
    let unmarked = made.pop().unwrap_or_default();
    let marked = made.pop().unwrap_or_default();
    let tasks: Vec<_> = setting
        .clips
        .iter()
        .zip(masters)
        .zip(marked)
        .zip(unmarked)
        .collect();
    // The comparison runs several threads of its own.
    pool::map(
        "quality",
        setting.jobs.div_ceil(4),
        &tasks,
        |(((clip, master), marked), unmarked)| {
            let copies = (master.as_ref(), marked.as_ref(), unmarked.as_ref());
            let copies = match copies {
                (Ok(master), Ok(marked), Ok(unmarked)) => join(setting, master, marked, unmarked),
                (Err(why), _, _) | (_, Err(why), _) | (_, _, Err(why)) => Err(why.clone()),
            };
            copies.inspect_err(|why| eprintln!("{}: {why}", clip.id))
        },
    )
}

fn make(
    setting: &Setting,
    set: &Set,
    clip: &Clip,
    master: &Master,
    home: &Path,
    name: &str,
) -> Result<Copy, String> {
    let path = set
        .clips
        .join(format!("{}-{}", clip.id, master.hash))
        .join(name);
    cache::keep_file(&path, |part| {
        eprintln!("marks: {} {name}", clip.id);
        let mut mark = setting.leakmark(home);
        mark.arg("mark")
            .arg(&master.path)
            .args(["--to", &clip.leaker, "--title", &clip.id]);
        mark.arg("-o")
            .arg(part)
            .args(["--at", &AT_S.to_string(), "--no-verify"]);
        let strength = if name == UNMARKED {
            Some(0.0)
        } else {
            setting.options.strength
        };
        if let Some(strength) = strength {
            mark.args(["--strength", &strength.to_string()]);
        }
        child::run_well(mark.args(&setting.options.mark_arg))?;
        if part.exists() {
            Ok(())
        } else {
            Err("mark wrote no file".to_owned())
        }
    })
    .map_err(|why| format!("mark: {why}"))?;
    Ok(Copy {
        hash: cache::hash_file(&path)?,
        path,
    })
}

fn join(
    setting: &Setting,
    master: &Master,
    marked: &Copy,
    unmarked: &Copy,
) -> Result<Copies, String> {
    let quality = setting.quality_script.as_ref().and_then(|script| {
        let measured = quality::measure(script, master, marked, unmarked);
        measured
            .inspect_err(|why| eprintln!("{}: {why}", marked.path.display()))
            .ok()
    });
    let again = |copy: &Copy| Copy {
        path: copy.path.clone(),
        hash: copy.hash.clone(),
    };
    let (marked, unmarked) = (again(marked), again(unmarked));
    Ok(Copies {
        marked,
        unmarked,
        quality,
        duration_s: master.duration_s,
    })
}
