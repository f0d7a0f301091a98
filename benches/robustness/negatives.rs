//! This module tries what nobody may be named for: unmarked copies, and
//! marked ones under the wrong secret.

use super::cells::{Bed, Cell, scan};
use super::copies::{Copies, MARKED, UNMARKED};
use super::pool;
use super::sets::{self, Set};
use super::setting::Setting;

/// A negative: what was tried, and what came of it.
pub struct Negative {
    /// Clip, what is wrong with it, attack.
    pub what: String,
    /// The outcome.
    pub cell: Cell,
}

/// Scans what nobody may be named for.
pub fn scan_all(setting: &Setting, set: &Set, copies: &[Result<Copies, String>]) -> Vec<Negative> {
    let mut tasks = Vec::new();
    for attack in &setting.options.negative_attacks {
        for (clip, copies) in setting.clips.iter().zip(copies) {
            let Ok(copies) = copies else { continue };
            tasks.push((
                "unmarked",
                attack,
                clip,
                &set.home,
                MARKED,
                &copies.unmarked,
            ));
            tasks.push((
                "wrong secret",
                attack,
                clip,
                &set.other,
                UNMARKED,
                &copies.marked,
            ));
        }
    }
    pool::map(
        "negatives",
        setting.jobs,
        &tasks,
        |&(kind, attack, clip, home, titles, copy)| {
            let cell = sets::registry_hash(set, home, titles).and_then(|registry_hash| {
                let bed = Bed {
                    home,
                    registry_hash,
                    clip,
                    is_negative: true,
                    copy,
                };
                scan(setting, &bed, attack, None)
            });
            let what = format!("{}, {kind}, {attack}", clip.id);
            Negative {
                cell: cell.inspect_err(|why| eprintln!("{what}: {why}")),
                what,
            }
        },
    )
}
