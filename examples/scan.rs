//! Asks of each file whose copy it is, from a program of one's own.
//!
//! ```text
//! cargo run --release --example scan -- house leak.mp4 clean.mp4
//! ```

use std::path::Path;

use leakmark::error::{Error, Result};
use leakmark::job::{Home, ScanContext, ScanSettings, Silent, Task, scan};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [home, exhibits @ ..] = words.as_slice() else {
        return Err(Error::usage("expected HOME EXHIBIT…"));
    };
    // One context for all of them; `leakmark::scan` makes one for each.
    let context = ScanContext::new(&Home::open(Path::new(home))?, ScanSettings::default())?;
    for exhibit in exhibits {
        let report = scan(&context, Path::new(exhibit), Task::only(&Silent::default()))?;
        println!("{exhibit}: {:?}", report.verdict);
        for found in report.attributions {
            println!(
                "  {}: log10 LR {:.1}, log10 of the false-accusation bound {:.1}",
                found.distributor, found.log10_likelihood_ratio, found.log10_p_false
            );
        }
    }
    Ok(())
}
