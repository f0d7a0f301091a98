//! Lists the ranges of files that are copies: a line of JSON for each recipient.

use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::evidence::hash::sha256;
use crate::job::mark::part::Part;
use crate::job::mint::film::Film;
use crate::job::mint::order::Ordered;
use crate::job::mint::ready::Ready;
use crate::media::{Assembler, ByteRange, Form};

/// What a line says.
#[derive(Serialize)]
struct Line<'a> {
    /// `leakmark/ranges/1`.
    format: &'static str,
    title: &'a str,
    distributor: &'a str,
    /// The number among the distributor's copies of the title, from 1.
    copy: u32,
    /// The size of the copy.
    bytes: u64,
    /// Names of files in the folder of variants.
    files: Vec<String>,
    /// Index of a file, first byte, number of bytes: one after the other they are the copy.
    ranges: Vec<(usize, u64, u64)>,
}

/// The file with all lines, in the making.
pub(crate) struct Lists {
    part: Part,
    out: BufWriter<std::fs::File>,
}

impl Lists {
    /// Beside `output`.
    ///
    /// # Errors
    /// [`Error::Unwritable`].
    pub fn beside(output: &Path) -> Result<Self> {
        let part = Part::beside(output)?;
        let file = std::fs::File::options().write(true).open(&part.path);
        let file = file.map_err(|e| Error::unwritable(output, e.to_string()))?;
        Ok(Self {
            part,
            out: BufWriter::new(file),
        })
    }

    /// Adds the lines of a batch; what is to be recorded of it.
    ///
    /// # Errors
    /// [`Error::Unwritable`].
    pub fn write(
        &mut self,
        film: &Film,
        opened: &Assembler<'_>,
        batch: Vec<Ordered>,
    ) -> Result<Vec<Ready>> {
        let lines: Vec<(String, u64)> = batch
            .par_iter()
            .map(|ordered| line(film, opened, ordered))
            .collect::<Result<_>>()?;
        let mut ready = Vec::with_capacity(lines.len());
        for (ordered, (line, bytes)) in batch.into_iter().zip(lines) {
            let written = writeln!(self.out, "{line}");
            written.map_err(|e| Error::unwritable(&ordered.path, e.to_string()))?;
            let sha256 = sha256(&line);
            ready.push(Ready::listed(ordered, sha256, bytes));
        }
        Ok(ready)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// [`Error::Unwritable`].
    pub fn name(self, output: &Path, replace: bool) -> Result<()> {
        let fails = |e: std::io::Error| Error::unwritable(output, e.to_string());
        let file = self.out.into_inner().map_err(|e| fails(e.into_error()))?;
        file.sync_all().map_err(fails)?;
        self.part.name(output, replace)
    }
}

/// A recipient's line, and the size of the copy.
fn line(film: &Film, opened: &Assembler<'_>, ordered: &Ordered) -> Result<(String, u64)> {
    let letters = film.letters(&ordered.distributor, ordered.copy);
    let assembly = opened.assemble(Form::Fragmented, &letters)?;
    let names = opened.files().iter().map(|path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    });
    let init = &film.index.layout.init;
    let line = Line {
        format: "leakmark/ranges/1",
        title: &film.index.title,
        distributor: &ordered.distributor,
        copy: ordered.copy,
        bytes: assembly.bytes(),
        files: [init.name.clone()].into_iter().chain(names).collect(),
        ranges: joined(init.bytes, &assembly.ranges),
    };
    let text = serde_json::to_string(&line)
        .map_err(|e| Error::Internal(format!("ranges cannot be written as JSON: {e}")))?;
    Ok((text, line.bytes))
}

/// The ranges, those that go on where the last one ends as one; file 0 is the head.
fn joined(head: u64, ranges: &[ByteRange<'_>]) -> Vec<(usize, u64, u64)> {
    let mut joined = vec![(0, 0, head)];
    for range in ranges {
        match joined.last_mut() {
            Some((file, offset, bytes))
                if *file == range.file + 1 && *offset + *bytes == range.offset =>
            {
                *bytes += range.bytes;
            }
            _ => joined.push((range.file + 1, range.offset, range.bytes)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_are_one() {
        let range = |file, offset, bytes| ByteRange {
            file,
            offset,
            bytes,
            skip: 0,
            sha256: "",
        };
        let ranges = [
            range(0, 10, 5),
            range(0, 15, 5),
            range(1, 20, 5),
            range(1, 26, 5),
            range(0, 31, 5),
        ];
        let want = [(0, 0, 7), (1, 10, 10), (2, 20, 5), (2, 26, 5), (1, 31, 5)];
        assert_eq!(joined(7, &ranges), want);
    }
}
