//! Walks the outermost boxes of an ISO file (mp4, mov), to say why its film
//! cannot be read.

use std::io::{self, Read, Seek, SeekFrom};

use leakmark_core::problem::{Problem, ProblemKind as Kind};

use crate::source::Source;

/// Boxes looked at, at most.
const MOST: usize = 4096;

/// A box: its name, where its content begins and where it ends by its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TopBox {
    pub name: [u8; 4],
    pub content: u64,
    pub end: u64,
}

/// The outermost boxes, as far as they go.
pub(crate) fn top_boxes(source: &Source) -> Vec<TopBox> {
    boxes_in(&mut source.reader(), 0, source.size())
}

/// The boxes that lie between two places of a file.
pub(crate) fn boxes_in(reader: &mut (impl Read + Seek), from: u64, to: u64) -> Vec<TopBox> {
    let mut boxes = Vec::new();
    let mut at = from;
    while boxes.len() < MOST && at < to {
        match one(reader, at, to) {
            Ok(Some(found)) => {
                boxes.push(found);
                at = found.end;
            }
            _ => break,
        }
    }
    boxes
}

fn one(reader: &mut (impl Read + Seek), at: u64, to: u64) -> io::Result<Option<TopBox>> {
    let mut head = [0; 8];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut head)?;
    let [a, b, c, d, name @ ..] = head;
    let (size, length) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (to - at, 8),
        1 => {
            let mut large = [0; 8];
            reader.read_exact(&mut large)?;
            (u64::from_be_bytes(large), 16)
        }
        size => (u64::from(size), 8),
    };
    let sound = size >= length && name.iter().all(|&byte| byte >= 0x20);
    Ok(sound.then_some(TopBox {
        name,
        content: at + length,
        end: at.saturating_add(size),
    }))
}

/// Why an ISO file cannot be opened.
pub(super) fn problem(source: &Source) -> Problem {
    let boxes = top_boxes(source);
    let has = |name: &[u8; 4]| boxes.iter().any(|b| &b.name == name);
    let size = source.size();
    let end = boxes.last().map_or(0, |b| b.end);
    let missing = match end > size {
        true => format!("only {size} of at least {end} bytes are here"),
        false => "the rest of it is not here, or was not written".to_owned(),
    };
    if has(b"moof") && !has(b"moov") {
        return Problem::new(
            Kind::Unfinished,
            "it is a fragment of a streamed mp4 without its beginning, which says how to read it",
            "join the beginning (init segment) and the fragments into one file",
        );
    }
    if !has(b"moov") {
        return Problem::new(
            Kind::Unfinished,
            format!(
                "its index (moov), which comes at its end, is missing: the mp4 was cut off, {missing}"
            ),
            "fetch the rest of it: without the index no picture can be found in it",
        );
    }
    let damaged = match end > size {
        true => format!("it is an mp4 that cannot be opened: {missing}"),
        false => "it is an mp4 whose index cannot be read: it is damaged".to_owned(),
    };
    Problem::new(Kind::Damaged, damaged, "fetch it again, whole")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn boxes_are_walked_as_far_as_they_go() {
        let mut file =
            b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x01mdat\0\0\0\0\0\0\0\x18abcdefgh".to_vec();
        file.extend(b"\0\0\x01\0moov");
        let boxes = boxes_in(&mut Cursor::new(&file), 0, file.len() as u64);
        let names: Vec<[u8; 4]> = boxes.iter().map(|b| b.name).collect();
        assert_eq!(names, [*b"ftyp", *b"mdat", *b"moov"]);
        assert_eq!((boxes[1].content, boxes[1].end), (32, 40));
        assert_eq!(boxes[2].end, 40 + 256);
        assert!(boxes_in(&mut Cursor::new([0; 3]), 0, 3).is_empty());
        assert!(boxes_in(&mut Cursor::new(b"\0\0\0\x04free"), 0, 8).is_empty());
    }
}
