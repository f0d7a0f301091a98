//! Marks a film for the distributors named, from a program of one's own.
//!
//! ```text
//! leakmark --home house init
//! leakmark --home house distributor add aurora --name "Aurora Cinemas"
//! cargo run --release --example mark -- house film.mp4 copies aurora
//! ```

use std::path::Path;

use leakmark::error::{Error, Result};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [home, master, copies, to @ ..] = words.as_slice() else {
        return Err(Error::usage("expected HOME MASTER COPIES DISTRIBUTOR…"));
    };
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let marked = leakmark::mark(Path::new(home), Path::new(master), &to, Path::new(copies))?;
    for copy in marked.copies {
        println!(
            "{}: {:?}, SHA-256 {}",
            copy.distributor, copy.path, copy.sha256
        );
    }
    Ok(())
}
