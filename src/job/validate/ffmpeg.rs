//! Runs the `ffmpeg` command, and asks what it can do.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::job::events::Observer;

/// How often a run is looked at.
const PAUSE: Duration = Duration::from_millis(10);
/// A run that takes longer hangs: some filters never end a film shorter than they expect.
const LIMIT: Duration = Duration::from_secs(1800);

/// The `ffmpeg` command, and what it can do.
#[derive(Debug, Clone)]
pub(super) struct Ffmpeg {
    program: PathBuf,
    /// Its version, as it states it.
    pub version: String,
    encoders: BTreeSet<String>,
    filters: BTreeSet<String>,
}

impl Ffmpeg {
    /// The command at `program`, which may be a name to be looked for.
    ///
    /// # Errors
    /// [`Error::Usage`] if it cannot be run or is another program.
    pub fn find(program: &Path, observer: &dyn Observer) -> Result<Self> {
        let found = Self {
            program: program.to_owned(),
            version: String::new(),
            encoders: BTreeSet::new(),
            filters: BTreeSet::new(),
        };
        let ask = |what: &str| {
            let ran = found.run([what], observer);
            ran.map(|stdout| String::from_utf8_lossy(&stdout).into_owned())
        };
        let version = match ask("-version") {
            Ok(text) => text,
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(e) => {
                return Err(Error::usage(format!("{}: {e}", program.display()))
                    .advise("install the program ffmpeg, or name it with --ffmpeg"));
            }
        };
        let first = version.lines().next().unwrap_or_default();
        let Some(version) = first.strip_prefix("ffmpeg version ") else {
            return Err(Error::usage(format!(
                "{} says {first:?} when asked for its version; expected FFmpeg's command",
                program.display()
            )));
        };
        let version = version
            .split(" Copyright")
            .next()
            .unwrap_or(version)
            .to_owned();
        let (encoders, filters) = (listed(&ask("-encoders")?), listed(&ask("-filters")?));
        Ok(Self {
            version,
            encoders,
            filters,
            ..found
        })
    }

    /// Whether it has the encoder.
    pub fn encodes(&self, encoder: &str) -> bool {
        self.encoders.contains(encoder)
    }

    /// Whether it has the filter.
    pub fn filters(&self, filter: &str) -> bool {
        self.filters.contains(filter)
    }

    /// Runs it with these arguments to its end, and returns what it wrote to standard
    /// output; it is killed if the observer asks to stop.
    ///
    /// # Errors
    /// [`Error::Usage`] with its last words if it fails, [`Error::Interrupted`].
    pub fn run<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        observer: &dyn Observer,
    ) -> Result<Vec<u8>> {
        let cannot =
            |e: std::io::Error| Error::usage(format!("cannot run {}: {e}", self.program.display()));
        // Files, not pipes: a child can fill a pipe and wait for ever.
        let (mut stdout, mut stderr) = (
            tempfile::tempfile().map_err(cannot)?,
            tempfile::tempfile().map_err(cannot)?,
        );
        let mut child = Command::new(&self.program)
            .args(["-hide_banner", "-nostdin", "-y"])
            .args(arguments)
            .env("SVT_LOG", "1")
            .stdin(Stdio::null())
            .stdout(stdout.try_clone().map_err(cannot)?)
            .stderr(stderr.try_clone().map_err(cannot)?)
            .spawn()
            .map_err(cannot)?;
        let status = ended(&mut child, &cannot, observer)?;
        let stderr = String::from_utf8_lossy(&content(&mut stderr).map_err(cannot)?).into_owned();
        if !status.success() {
            return Err(Error::usage(format!(
                "ffmpeg failed: {}",
                last_words(&stderr)
            )));
        }
        content(&mut stdout).map_err(cannot)
    }
}

/// Waits for the end of a child, or kills it.
fn ended(
    child: &mut Child,
    cannot: &dyn Fn(std::io::Error) -> Error,
    observer: &dyn Observer,
) -> Result<ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            return Ok(status);
        }
        let late = begun.elapsed() > LIMIT;
        if late || observer.is_cancelled() {
            // It may have ended by itself in between.
            let _ = child.kill();
            child.wait().map_err(cannot)?;
            return Err(match late {
                true => Error::usage(format!("ffmpeg had not ended after {} s", LIMIT.as_secs())),
                false => Error::Interrupted,
            });
        }
        std::thread::sleep(PAUSE);
    }
}

fn content(file: &mut File) -> std::io::Result<Vec<u8>> {
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The last lines that say something: FFmpeg names the cause before the consequence.
fn last_words(stderr: &str) -> String {
    let lines: Vec<&str> = stderr
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    match lines.len() {
        0 => "it said nothing".into(),
        count => lines[count.saturating_sub(3)..].join(" / "),
    }
}

/// The names in a list of encoders or filters: the second word of each line that
/// begins with flags.
fn listed(text: &str) -> BTreeSet<String> {
    let name = |line: &str| {
        let mut words = line.split_whitespace();
        let flags = words.next()?;
        let is_flags = flags.chars().all(|c| c == '.' || c.is_ascii_uppercase());
        let name = words.next().filter(|_| is_flags)?;
        (name != "=").then(|| name.to_owned())
    };
    text.lines().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_both_kinds_are_read() {
        let encoders = "Encoders:\n V..... = Video\n ------\n V....D libx264   libx264 H.264\n A....D aac  AAC";
        assert_eq!(
            listed(encoders),
            ["aac", "libx264"].map(String::from).into()
        );
        let filters =
            "Filters:\n  T.. = Timeline support\n TSC gblur  V->V  Blur.\n ... null V->V  Pass.";
        assert_eq!(listed(filters), ["gblur", "null"].map(String::from).into());
    }

    #[test]
    fn what_is_no_ffmpeg_is_refused() {
        let silent = crate::job::Silent::default();
        for program in ["/nowhere/ffmpeg", "true"] {
            let refused = Ffmpeg::find(Path::new(program), &silent);
            assert!(matches!(refused, Err(Error::Usage(_))), "{program}");
        }
    }
}
