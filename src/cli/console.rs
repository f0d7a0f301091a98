//! Prints results on standard output, words on standard error.
//!
//! A closed standard output is no error: the reader has seen enough.

use std::cell::Cell;
use std::io::{ErrorKind, Write};

use super::progress::Bars;
use crate::error::{Error, Result};
use crate::evidence::escape::{plain, plain_json};

/// Where a run prints.
pub struct Console {
    /// The progress bars.
    pub bars: Bars,
    quiet: bool,
    closed: Cell<bool>,
}

impl Console {
    /// A console with or without words and bars.
    pub fn new(quiet: bool, no_progress: bool) -> Self {
        Self {
            bars: Bars::new(!quiet && !no_progress),
            quiet,
            closed: Cell::new(false),
        }
    }

    /// A line of result.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if standard output cannot take it.
    pub fn result(&self, line: &str) -> Result<()> {
        self.raw(format!("{}\n", plain(line)).as_bytes())
    }

    /// A line of JSON as a result.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if standard output cannot take it.
    pub fn json(&self, json: &str) -> Result<()> {
        self.raw(format!("{}\n", plain_json(json)).as_bytes())
    }

    /// Bytes as a result, as they are.
    ///
    /// # Errors
    /// [`Error::Unwritable`] if standard output cannot take them.
    pub fn raw(&self, bytes: &[u8]) -> Result<()> {
        if self.closed.get() {
            return Ok(());
        }
        let written = self.bars.aside(|| {
            let mut out = std::io::stdout().lock();
            out.write_all(bytes).and_then(|()| out.flush())
        });
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.closed.set(true),
            Err(error) => return Err(Error::unwritable("standard output", error.to_string())),
            Ok(()) => {}
        }
        Ok(())
    }

    /// True if nobody reads standard output any more.
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// A line for people, who may not want any.
    pub fn words(&self, line: &str) {
        if !self.quiet {
            self.warn(line);
        }
    }

    /// A line for people that they must see.
    pub fn warn(&self, line: &str) {
        self.bars.aside(|| complain(line));
    }
}

/// A line on standard error. If that is closed too there is nobody left to tell.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", plain(line));
}

/// A line of JSON on standard output. If that is closed nobody asks any more.
pub fn state(json: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", plain_json(json));
}
