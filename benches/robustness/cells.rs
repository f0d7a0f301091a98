//! This module attacks and scans: one cell is one clip under one attack.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::clips::Clip;
use super::copies::{AT_S, Copies, Copy, MARKED};
use super::outcome::{Outcome, Truth};
use super::sets::{self, Set};
use super::setting::Setting;
use super::{cache, child, exhibits, pool};

/// An outcome, or why there is none.
pub type Cell = Result<Outcome, String>;

/// A copy in front of a registry.
pub struct Bed<'a> {
    /// The registry that scans.
    pub home: &'a PathBuf,
    /// What the result depends on in it.
    pub registry_hash: String,
    /// What it should find, apart from the start.
    pub clip: &'a Clip,
    /// Nobody may be named.
    pub is_negative: bool,
    /// The copy that is attacked.
    pub copy: &'a Copy,
}

/// Scans every clip under every attack: outcomes by clip, then by attack.
pub fn scan_all(setting: &Setting, set: &Set, copies: &[Result<Copies, String>]) -> Vec<Vec<Cell>> {
    let count = setting.attacks.len();
    // Attack by attack, so that an interrupted run has something of every clip.
    let mut tasks: Vec<(usize, usize)> = Vec::new();
    for attack in 0..count {
        tasks.extend((0..setting.clips.len()).map(|clip| (clip, attack)));
    }
    let cells = pool::map("cells", setting.jobs, &tasks, |&(clip, attack)| {
        let copies = copies[clip].as_ref().map_err(String::clone)?;
        let bed = marked_bed(setting, set, clip, copies)?;
        let attack = &setting.attacks[attack];
        let cell = scan(setting, &bed, attack, None);
        cell.inspect_err(|why| eprintln!("{} {attack}: {why}", bed.clip.id))
    });
    let mut by_clip: Vec<Vec<Cell>> = setting.clips.iter().map(|_| Vec::new()).collect();
    for ((clip, _), cell) in tasks.into_iter().zip(cells) {
        by_clip[clip].push(cell);
    }
    by_clip
}

/// A clip's marked copy in front of its own registry.
pub fn marked_bed<'a>(
    setting: &'a Setting,
    set: &'a Set,
    clip: usize,
    copies: &'a Copies,
) -> Result<Bed<'a>, String> {
    let registry_hash = sets::registry_hash(set, &set.home, MARKED)?;
    let (clip, copy) = (&setting.clips[clip], &copies.marked);
    Ok(Bed {
        home: &set.home,
        registry_hash,
        clip,
        is_negative: false,
        copy,
    })
}

/// Attacks a copy, unless that is done, and scans it or its beginning.
pub fn scan(setting: &Setting, bed: &Bed, attack: &str, prefix_s: Option<f64>) -> Cell {
    let prefix = prefix_s.map_or("whole".to_owned(), |s| s.to_string());
    let mut words = vec![&setting.binary_hash, &bed.registry_hash, &bed.copy.hash];
    let attack_name = attack.to_owned();
    words.extend([&setting.attack_hash, &attack_name, &prefix]);
    words.extend(&setting.options.scan_arg);
    let name = format!("{}.json", cache::hash_words(&words));
    let kept = setting.work.join("cells").join(name);
    cache::keep_file(&kept, |part| {
        let exhibit = match prefix_s {
            None => exhibits::attacked(setting, bed.copy, attack)?,
            Some(length_s) => exhibits::beginning(setting, bed.copy, attack, length_s)?,
        };
        let mut scan = setting.leakmark(bed.home);
        scan.arg("scan")
            .arg(&exhibit)
            .args(["--json", "--jobs", "1"]);
        let limit = Duration::from_secs(setting.options.scan_limit);
        let ended = child::run(scan.args(&setting.options.scan_arg), Some(limit))?;
        if !matches!(ended.code, Some(0 | 1)) {
            return Err(ended.complaint());
        }
        let line = ended
            .stdout
            .lines()
            .next()
            .ok_or("scan printed no report")?;
        let report: Value = serde_json::from_str(line).map_err(|e| format!("report: {e}"))?;
        let cell = json!({
            "clip": bed.clip.id, "attack": attack, "prefix": prefix,
            "scan_s": ended.seconds, "report": report,
        });
        cache::write_file(part, cell.to_string().as_bytes())
    })?;
    let text = fs::read_to_string(&kept).map_err(|e| format!("{}: {e}", kept.display()))?;
    let cell: Value =
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", kept.display()))?;
    let truth = Truth {
        leaker: (!bed.is_negative).then_some(bed.clip.leaker.as_str()),
        title: &bed.clip.id,
        start_s: AT_S + exhibits::skipped_s(attack),
    };
    Outcome::read(
        &cell["report"],
        cell["scan_s"].as_f64().unwrap_or(f64::NAN),
        &truth,
    )
}
