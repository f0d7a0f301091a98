//! Holds speeds and places that scans found against what attacks did.

use leakmark::evidence::{Cell, Dossier};

/// A speed this far from the true one is right, as a share of it.
const RATE: f64 = 0.001;
/// A beginning this far from the true one is right, seconds.
const START_S: f64 = 0.25;
/// Cells that are listed, the worst first.
const LISTED: usize = 12;

/// How far a scan was from the truth.
#[derive(Debug, Clone, Copy)]
pub struct Off {
    /// Share of the true speed.
    pub rate: f64,
    /// Seconds of title time.
    pub start_s: f64,
}

impl Off {
    fn is_right(&self) -> bool {
        self.rate.abs() <= RATE && self.start_s.abs() <= START_S
    }

    /// How far beyond what is right, in those units.
    fn badness(&self) -> f64 {
        (self.rate.abs() / RATE).max(self.start_s.abs() / START_S)
    }
}

/// How far the scan of a cell was off; `None` if it found no mark, or nothing can be held
/// against it.
pub fn off(dossier: &Dossier, cell: &Cell) -> Option<Off> {
    let attack = &dossier.attacks[cell.attack as usize];
    let (speed, start_s) = (attack.speed?, attack.start_s?);
    let outcome = cell.outcome.as_ref()?;
    Some(Off {
        rate: outcome.rate? / speed - 1.0,
        start_s: outcome.start_s? - start_s,
    })
}

/// Prints how many are right, and those furthest off.
pub fn print(dossier: &Dossier) {
    let offs = dossier
        .cells
        .iter()
        .filter_map(|c| Some((c, off(dossier, c)?)));
    let mut offs: Vec<(&Cell, Off)> = offs.collect();
    let share = |is_right: &dyn Fn(&Off) -> bool| {
        let right = offs.iter().filter(|(_, off)| is_right(off)).count();
        format!("{right} of {}", offs.len())
    };
    let rates = share(&|off| off.rate.abs() <= RATE);
    let starts = share(&|off| off.start_s.abs() <= START_S);
    println!("\nSPEED AND PLACE where a mark was found");
    println!("speed within {} %: {rates}", RATE * 100.0);
    println!("beginning within {START_S} s: {starts}");
    offs.retain(|(_, off)| !off.is_right());
    offs.sort_by(|a, b| b.1.badness().total_cmp(&a.1.badness()));
    for (cell, off) in offs.iter().take(LISTED) {
        let film = dossier.excerpts[cell.excerpt as usize].film as usize;
        println!(
            "  {:<32}{:<20}speed {:+.2} %  beginning {:+.2} s",
            dossier.films[film].name,
            dossier.attacks[cell.attack as usize].name,
            off.rate * 100.0,
            off.start_s
        );
    }
    match offs.len().saturating_sub(LISTED) {
        0 => {}
        more => println!("  and {more} more"),
    }
}
