//! What commands share: the console, the home folder, the audit log.

use std::path::Path;

use super::console::Console;
use super::exit::Exit;
use super::interrupt;
use super::setting::Setting;
use crate::error::{Error, Result};
use crate::job::Home;
use crate::registry::{AuditEntry, Registry};

/// One run of the program.
pub struct Session {
    /// What holds for every command.
    pub setting: Setting,
    /// Where to print.
    pub console: Console,
}

impl Session {
    /// Begins.
    pub fn new(setting: Setting) -> Self {
        let console = Console::new(setting.quiet, setting.no_progress);
        Self { setting, console }
    }

    /// The registry and its secret, for what is done at once.
    ///
    /// # Errors
    /// [`Error::Registry`] if either is missing, damaged, too new or wrong.
    pub fn home(&self) -> Result<Home> {
        Home::open(&self.setting.home_dir()?)
    }

    /// Opens the home for work that takes long: from now on, a signal stops it tidily.
    ///
    /// # Errors
    /// [`Error::Registry`] if either is missing, damaged, too new or wrong.
    pub fn home_for_work(&self) -> Result<Home> {
        let home = self.home()?;
        interrupt::listen(self.console.bars.stop_flag());
        Ok(home)
    }

    /// The registry and its secret, for what is recorded at once.
    ///
    /// # Errors
    /// As for [`Session::home`], or if the registry cannot be written.
    pub fn home_to_write(&self) -> Result<Home> {
        Home::open_to_write(&self.setting.home_dir()?)
    }

    /// Opens the home to write, for work that takes long: from now on, a signal stops it tidily.
    ///
    /// # Errors
    /// As for [`Session::home_to_write`].
    pub fn home_for_recorded_work(&self) -> Result<Home> {
        let home = self.home_to_write()?;
        interrupt::listen(self.console.bars.stop_flag());
        Ok(home)
    }

    /// The registry alone, to read: it needs no secret.
    ///
    /// # Errors
    /// [`Error::Registry`] if it is missing, damaged or too new.
    pub fn registry(&self) -> Result<Registry> {
        Registry::open(&self.setting.home_dir()?)
    }

    /// Adds a line to the audit log, if the registry can be written and signed for.
    /// What was done stands even if it cannot be logged.
    pub fn log(&self, registry: &Registry, command: &str, subject: &str, result: &str) {
        self.enter(registry, &AuditEntry::here(command, subject, result));
    }

    /// Logs what was done to an exhibit, whose hash is known unless it could not be read.
    pub fn log_exhibit(
        &self,
        registry: &Registry,
        command: &str,
        (path, sha256): (&Path, Option<&str>),
        result: &str,
    ) {
        let subject = sha256.map_or_else(|| path.display().to_string(), Into::into);
        self.log_about(registry, command, &subject, (path, sha256), result);
    }

    /// Logs what was done to an exhibit, about something that is named, such as a case.
    pub fn log_about(
        &self,
        registry: &Registry,
        command: &str,
        subject: &str,
        (path, sha256): (&Path, Option<&str>),
        result: &str,
    ) {
        let entry = AuditEntry::here(command, subject, result);
        self.enter(registry, &entry.on_exhibit(path, sha256));
    }

    /// The same, as an error if it cannot be entered.
    ///
    /// # Errors
    /// [`Error::Registry`] if the registry cannot be written.
    pub fn enter_about(
        &self,
        registry: &Registry,
        command: &str,
        subject: &str,
        (path, sha256): (&Path, Option<&str>),
        result: &str,
    ) -> Result<()> {
        let entry = AuditEntry::here(command, subject, result);
        registry.log(&entry.on_exhibit(path, sha256))
    }

    fn enter(&self, registry: &Registry, entry: &AuditEntry) {
        if registry.is_locked() {
            let words = "not in the audit log: without the secret no line of it can be signed";
            return self.console.words(words);
        }
        if registry.read_only() {
            let words = "leakmark: not in the audit log: the registry is read-only";
            return self.console.warn(words);
        }
        if let Err(error) = registry.log(entry) {
            self.console
                .warn(&format!("leakmark: not in the audit log: {error}"));
        }
    }

    /// Logs that `command` failed on `subject`, and hands the error on.
    pub fn log_failure(
        &self,
        registry: &Registry,
        command: &str,
        subject: &str,
        error: Error,
    ) -> Error {
        self.log(registry, command, subject, &format!("failed: {error}"));
        error
    }

    /// Tells of `error`; the exit that it means.
    pub fn fail(&self, error: &Error) -> Exit {
        self.console.warn(&format!("leakmark: {error}"));
        Exit::of(error)
    }
}
