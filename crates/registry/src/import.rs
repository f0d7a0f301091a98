//! Reads distributors from a CSV file, as spreadsheets save it.
//!
//! The first line names the columns: `id` and `name`, in any order and any
//! case, are required; every further column becomes a note under its name.
//! Between columns stand commas, semicolons or tabs, whichever the first line
//! has; a line `sep=;` before it is passed over. The text is UTF-8, UTF-16 or
//! Windows-1252. Empty notes and empty lines are left out. Errors name the line.

use std::collections::BTreeMap;
use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::text::{Decoded, decode};
use super::{Distributor, Imported, Known, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming::shown;

/// What may stand between two columns.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A distributor to import, and where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportRow {
    /// The line of the file, from 1, for error messages.
    pub line: Option<u64>,
    /// What it says.
    pub distributor: Distributor,
}

impl From<Distributor> for ImportRow {
    fn from(distributor: Distributor) -> Self {
        Self {
            line: None,
            distributor,
        }
    }
}

impl Registry {
    /// Imports the CSV file at `path`: all of it or nothing.
    ///
    /// # Errors
    /// As for [`Registry::import_distributors`], naming file and line.
    pub fn import_csv(&self, path: &Path, known: Known) -> Result<Imported> {
        let context = |error| prefixed(format_args!("{}", path.display()), error);
        let bytes = std::fs::read(path).map_err(|e| context(Error::usage(e.to_string())))?;
        let file = CsvFile::read(&bytes).map_err(context)?;
        let mut imported = self
            .import_distributors(file.rows(), known)
            .map_err(context)?;
        imported.remarks = file.remarks();
        Ok(imported)
    }
}

/// A CSV file of distributors.
#[derive(Debug)]
pub struct CsvFile {
    /// From the line on that names the columns.
    text: String,
    /// Lines before that.
    before: u64,
    delimiter: u8,
    columns: Columns,
    guessed: Option<&'static str>,
}

impl CsvFile {
    /// Reads the bytes of a file, and what its columns are.
    ///
    /// # Errors
    /// [`Error::Usage`] if no columns `id` and `name` are there.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let Decoded { text, guessed } = decode(bytes)?;
        let first = |error| at_line(Some(1), error);
        let (before, stated, text) = match stated(&text) {
            Some((delimiter, rest)) => (1, Some(delimiter), rest.to_owned()),
            None => (0, None, text),
        };
        let mut wrong = None;
        for delimiter in stated.map_or(DELIMITERS.to_vec(), |one| vec![one]) {
            let mut reader = reader(&text, delimiter);
            let header = reader
                .headers()
                .map_err(|e| first(reading(e, &text, before)))?;
            match Columns::of(header) {
                Ok(columns) => {
                    return Ok(Self {
                        text,
                        before,
                        delimiter,
                        columns,
                        guessed,
                    });
                }
                // What several columns come of says more than what one does.
                Err(error) if wrong.is_none() || header.len() > 1 => wrong = Some(error),
                Err(_) => {}
            }
        }
        let none = || Error::usage("no columns");
        Err(at_line(Some(before + 1), wrong.unwrap_or_else(none)))
    }

    /// The distributors, line by line.
    pub fn rows(&self) -> impl Iterator<Item = Result<ImportRow>> {
        let records = reader(&self.text, self.delimiter).into_records();
        records
            .map(|record| {
                let record = record.map_err(|e| reading(e, &self.text, self.before))?;
                let empty = record.iter().all(str::is_empty);
                Ok((!empty).then(|| self.columns.row(&record, self.line(&record))))
            })
            .filter_map(Result::transpose)
    }

    /// The line that a record begins on.
    fn line(&self, record: &StringRecord) -> Option<u64> {
        let at = record.position()?;
        Some(line(&self.text, at, self.before))
    }

    /// What people should know of how it was read.
    pub fn remarks(&self) -> Vec<String> {
        let guessed = self.guessed.map(|encoding| {
            format!(
                "the file does not say how its letters are kept and is not UTF-8: it was read as {encoding}; look the names over, and save it as UTF-8 if any is wrong"
            )
        });
        let notes: Vec<_> = self
            .columns
            .notes
            .iter()
            .map(|(_, title)| shown(title))
            .collect();
        let kept = format!("kept as notes: {}", notes.join(", "));
        let kept = (!notes.is_empty()).then_some(kept);
        guessed.into_iter().chain(kept).collect()
    }
}

/// The delimiter that a first line `sep=;` states, and what follows.
fn stated(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n')?;
    match line.trim_end().strip_prefix("sep=")?.as_bytes() {
        [delimiter] => Some((*delimiter, rest)),
        // Trimming took the tab.
        [] => Some((b'\t', rest)),
        _ => None,
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// Which column holds what.
#[derive(Debug)]
struct Columns {
    id: usize,
    name: usize,
    notes: Vec<(usize, String)>,
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self> {
        let mut notes: Vec<(usize, String)> = Vec::new();
        let (mut id, mut name) = (None, None);
        for (column, title) in header.iter().enumerate() {
            let again = match title.to_ascii_lowercase().as_str() {
                "id" => id.replace(column).is_some(),
                "name" => name.replace(column).is_some(),
                "" => false,
                _ => {
                    let again = notes.iter().any(|(_, other)| other == title);
                    notes.push((column, title.to_owned()));
                    again
                }
            };
            if again {
                let problem = format!("the column {} is there twice", shown(title));
                return Err(Error::usage(problem).advise("name each column once"));
            }
        }
        match (id, name) {
            (Some(id), Some(name)) => Ok(Self { id, name, notes }),
            _ => Err(missing(header)),
        }
    }

    /// What a record says that begins on this line.
    fn row(&self, record: &StringRecord, line: Option<u64>) -> ImportRow {
        let field = |column: usize| record.get(column).unwrap_or_default().to_owned();
        let notes: BTreeMap<_, _> = self
            .notes
            .iter()
            .map(|(column, title)| (title.clone(), field(*column)))
            .filter(|(_, note)| !note.is_empty())
            .collect();
        ImportRow {
            line,
            distributor: Distributor {
                id: field(self.id),
                name: field(self.name),
                notes,
            },
        }
    }
}

fn missing(header: &StringRecord) -> Error {
    let got = header.iter().collect::<Vec<_>>().join(",");
    Error::usage(format!(
        "the first line must name the columns id and name; it is {}",
        shown(&got)
    ))
    .advise("begin the file with the line id,name; commas, semicolons or tabs between columns")
}

/// The line of what begins at a position, which may lie before line ends that were
/// not counted yet.
fn line(text: &str, at: &csv::Position, before: u64) -> u64 {
    let start = usize::try_from(at.byte()).unwrap_or(text.len());
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| b"\r\n".contains(byte));
    at.line() + before + blank.filter(|byte| **byte == b'\n').count() as u64
}

fn reading(error: csv::Error, text: &str, before: u64) -> Error {
    let line = error.position().map(|at| line(text, at, before));
    let problem = match error.kind() {
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} columns where the first line has {expected_len}"),
        _ => error.to_string(),
    };
    at_line(line, Error::usage(problem))
}

/// This error, saying on which line.
pub fn at_line(line: Option<u64>, error: Error) -> Error {
    match line {
        Some(line) => prefixed(format_args!("line {line}"), error),
        None => error,
    }
}

fn prefixed(place: std::fmt::Arguments<'_>, error: Error) -> Error {
    error.reworded(|message| format!("{place}: {message}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Result<Vec<ImportRow>> {
        CsvFile::read(text)?.rows().collect()
    }

    #[test]
    fn columns_come_in_any_order_and_the_rest_are_notes() {
        let rows =
            rows(b"\xef\xbb\xbfcity,Name,ID\nOslo, Aurora ,aur\n,\"K, \"\"S\"\"\",ker\n").unwrap();
        assert_eq!(rows[0].distributor.id, "aur");
        assert_eq!(rows[0].distributor.name, "Aurora");
        assert_eq!(rows[0].distributor.notes["city"], "Oslo");
        assert_eq!(rows[1].distributor.name, "K, \"S\"");
        assert!(rows[1].distributor.notes.is_empty());
        assert_eq!(rows[1].line, Some(3));
    }

    #[test]
    fn a_byte_order_mark_before_id_is_no_part_of_it() {
        assert_eq!(rows(b"\xef\xbb\xbfid,name\r\na,A\r\n").unwrap().len(), 1);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, expected) in [
            (
                &b"identity;name\na;A\n"[..],
                "line 1: the first line must name",
            ),
            (b"sep=;\nid,name\n", "line 2: the first line must name"),
            (b"sep=;\nid;name\n\na\n", "line 4: 1 columns where"),
            (b"id;name\r\n\r\na;A\r\nb\r\n", "line 4: 1 columns where"),
            (b"id,name\r\na,A\r\nb\r\n", "line 3: 1 columns where"),
            (b"", "line 1: the first line must name"),
            (b"id,name,id\n", "line 1: the column \"id\" is there twice"),
            (b"id,name\na,A\nb\n", "line 3: 1 columns where"),
        ] {
            let error = rows(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn what_stands_between_columns_is_what_the_first_line_has() {
        for text in [
            &b"id,name\na,\"A; B\"\n"[..],
            b"ID;Name\r\na;\"A; B\"\r\n;\r\n",
            b"name\tid\nA; B\ta\n",
            b"sep=;\r\nid;name\r\na;\"A; B\"\r\n",
            b"sep=\t\nid\tname\na\tA; B\n",
        ] {
            let rows = rows(text).unwrap();
            let [row] = &rows[..] else { panic!("{rows:?}") };
            assert_eq!(
                (row.distributor.id.as_str(), row.distributor.name.as_str()),
                ("a", "A; B")
            );
        }
    }

    #[test]
    fn what_was_guessed_and_what_was_kept_is_said() {
        let file = CsvFile::read(b"id;name;city\na;Cin\xe9ma;Oslo\n").unwrap();
        let remarks = file.remarks().join("\n");
        assert!(
            remarks.contains("windows-1252") && remarks.contains("notes: \"city\""),
            "{remarks}"
        );
        assert!(CsvFile::read(b"id,name\n").unwrap().remarks().is_empty());
    }
}
