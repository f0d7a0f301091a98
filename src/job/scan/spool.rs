//! Takes an exhibit from standard input: it is read twice and sought in, so it is
//! written to a file first, one that has no name and vanishes with us.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use crate::error::Result;
use crate::job::task::Task;
use crate::media::Source;
use crate::problem::{Problem, ProblemKind};

/// What standard input is called on the command line and in reports.
pub const STDIN: &str = "-";
/// Bytes taken at most: ten hours of a Blu-ray.
const MOST_BYTES: u64 = 256 << 30;

/// All that `input` gives, as an open exhibit.
pub(crate) fn spooled(input: &mut dyn Read, task: Task<'_>) -> Result<Source> {
    spooled_within(input, task, MOST_BYTES)
}

fn spooled_within(input: &mut dyn Read, task: Task<'_>, most: u64) -> Result<Source> {
    let path = Path::new(STDIN);
    let failed = |what: &str, e: std::io::Error, hint: &str| {
        Problem::new(ProblemKind::ReadError, format!("{what}: {e}"), hint).at(path)
    };
    let no_room = |e| {
        let hint = "make room there, or name another folder with TMPDIR";
        failed(
            "standard input cannot be kept in the temporary folder",
            e,
            hint,
        )
    };
    let mut file = tempfile::tempfile().map_err(no_room)?;
    let (mut buffer, mut bytes) = (vec![0; 1 << 20], 0_u64);
    loop {
        task.check()?;
        let count = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => {
                return Err(failed(
                    "standard input cannot be read",
                    e,
                    "save it to a file",
                ));
            }
        };
        bytes += count as u64;
        if bytes > most {
            let got = format!("standard input gives more than {most} bytes");
            let hint = "save it to a file, and scan that";
            return Err(Problem::new(ProblemKind::TooLarge, got, hint).at(path));
        }
        file.write_all(&buffer[..count]).map_err(no_room)?;
    }
    Source::spooled(file, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::events::Silent;

    #[test]
    fn what_comes_in_is_kept_up_to_the_limit() {
        let silent = Silent::default();
        let task = Task::only(&silent);
        let source = spooled_within(&mut &b"a film"[..], task, 6).expect("kept");
        let mut kept = Vec::new();
        source.reader().read_to_end(&mut kept).expect("read");
        assert_eq!((kept.as_slice(), source.size()), (&b"a film"[..], 6));
        source.confirm().expect("nobody changed it");
        assert!(spooled_within(&mut &b"a film!"[..], task, 6).is_err());
        assert!(spooled_within(&mut &b""[..], task, 6).is_err());
    }
}
