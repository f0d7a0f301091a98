//! Reads distributors from a CSV file.
//!
//! The first line names the columns: `id` and `name`, in any order and any
//! case, are required; every further column becomes a note under its name.
//! UTF-8, with or without a byte order mark; empty notes are left out.
//! Errors name the line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::{Distributor, Registry};
use leakmark_core::error::{Error, Result};
use leakmark_evidence::naming::shown;

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
    /// Imports the CSV file at `path`: all of it or nothing. Returns how many
    /// distributors were added.
    pub fn import_csv(&self, path: &Path) -> Result<usize> {
        let context = |error| prefixed(format_args!("{}", path.display()), error);
        let file = File::open(path).map_err(|error| context(Error::usage(error.to_string())))?;
        let rows = read_csv(file).map_err(context)?;
        self.import_distributors(rows).map_err(context)
    }
}

/// Reads the header now and the rows as they are asked for.
pub fn read_csv(source: impl Read) -> Result<impl Iterator<Item = Result<ImportRow>>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(source);
    let columns = Columns::of(reader.headers().map_err(reading)?)?;
    Ok(reader.into_records().map(move |record| {
        let record = record.map_err(reading)?;
        Ok(columns.row(&record))
    }))
}

/// Which column holds what.
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
                return Err(at_line(Some(1), Error::usage(problem)));
            }
        }
        match (id, name) {
            (Some(id), Some(name)) => Ok(Self { id, name, notes }),
            _ => Err(at_line(Some(1), missing(header))),
        }
    }

    fn row(&self, record: &StringRecord) -> ImportRow {
        let field = |column: usize| record.get(column).unwrap_or_default().to_owned();
        let notes: BTreeMap<_, _> = self
            .notes
            .iter()
            .map(|(column, title)| (title.clone(), field(*column)))
            .filter(|(_, note)| !note.is_empty())
            .collect();
        ImportRow {
            line: record.position().map(csv::Position::line),
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
        "the first line must name the columns id and name, separated by commas (id,name); it is {}",
        shown(&got)
    ))
}

fn reading(error: csv::Error) -> Error {
    let line = error.position().map(csv::Position::line);
    let problem = match error.kind() {
        ErrorKind::Utf8 { .. } => "the text is not UTF-8; save the file as UTF-8".to_owned(),
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} columns where the first line has {expected_len}"),
        ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    };
    at_line(line, Error::usage(problem))
}

/// The same error, saying on which line.
pub fn at_line(line: Option<u64>, error: Error) -> Error {
    match line {
        Some(line) => prefixed(format_args!("line {line}"), error),
        None => error,
    }
}

fn prefixed(place: std::fmt::Arguments<'_>, error: Error) -> Error {
    error.reworded(|words| format!("{place}: {words}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Result<Vec<ImportRow>> {
        read_csv(text)?.collect()
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
            (&b"id;name\na;A\n"[..], "line 1: the first line must name"),
            (b"", "line 1: the first line must name"),
            (b"id,name,id\n", "line 1: the column \"id\" is there twice"),
            (b"id,name\na,A\nb\n", "line 3: 1 columns where"),
            (b"id,name\na,\xe9\n", "line 2: the text is not UTF-8"),
        ] {
            let error = rows(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
