//! Reads and writes the boxes of an MP4 as a tree. Those whose content is not of interest
//! here stay bytes, so that nothing of them is lost.

use mp4_atom::Atom;

/// The name of a box.
pub(super) type Name = [u8; 4];

/// Boxes that hold nothing but boxes.
const FOLDERS: [&Name; 9] = [
    b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf", b"edts",
];
/// Boxes in each other at most.
const DEEPEST: usize = 8;

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mp4Box {
    pub name: Name,
    pub content: Content,
}

/// What a box holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Boxes(Vec<Mp4Box>),
    Bytes(Vec<u8>),
}

impl Mp4Box {
    /// The boxes in `bytes`; `None` if they are not whole.
    pub fn all(bytes: &[u8]) -> Option<Vec<Self>> {
        parse(bytes, 0)
    }

    /// A box that holds boxes.
    pub fn folder(name: &Name, boxes: Vec<Self>) -> Self {
        Self {
            name: *name,
            content: Content::Boxes(boxes),
        }
    }

    /// A box that holds bytes.
    pub fn bytes(name: &Name, bytes: Vec<u8>) -> Self {
        Self {
            name: *name,
            content: Content::Bytes(bytes),
        }
    }

    /// A box with this content; `None` if it cannot be written.
    pub fn of<T: Atom>(atom: &T) -> Option<Self> {
        let mut bytes = Vec::new();
        atom.encode_body(&mut bytes).ok()?;
        Some(Self {
            name: T::KIND.into(),
            content: Content::Bytes(bytes),
        })
    }

    /// What the box says; `None` if it is none of this kind, or malformed.
    pub fn atom<T: Atom>(&self) -> Option<T> {
        let mut bytes = self.raw()?;
        T::decode_body(&mut bytes).ok()
    }

    /// Its bytes, if it holds any.
    pub fn raw(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Boxes(_) => None,
        }
    }

    /// The boxes in it.
    pub fn boxes(&self) -> &[Self] {
        match &self.content {
            Content::Boxes(boxes) => boxes,
            Content::Bytes(_) => &[],
        }
    }

    /// The boxes in it, to be changed; none if it holds bytes.
    pub fn boxes_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.content {
            Content::Boxes(boxes) => Some(boxes),
            Content::Bytes(_) => None,
        }
    }

    /// The first box at a path of names below it.
    pub fn at(&self, path: &[&Name]) -> Option<&Self> {
        path.iter().try_fold(self, |within, name| {
            within.boxes().iter().find(|own| own.name == **name)
        })
    }

    /// The same, to be changed.
    pub fn at_mut(&mut self, path: &[&Name]) -> Option<&mut Self> {
        path.iter().try_fold(self, |within, name| {
            let mut boxes = within.boxes_mut()?.iter_mut();
            boxes.find(|own| own.name == **name)
        })
    }

    /// Puts `fresh` in the place of the box of its name, or at the end.
    pub fn put(&mut self, fresh: Self) {
        let Some(boxes) = self.boxes_mut() else {
            return;
        };
        match boxes.iter_mut().find(|own| own.name == fresh.name) {
            Some(own) => *own = fresh,
            None => boxes.push(fresh),
        }
    }

    /// Takes the boxes of these names out.
    pub fn drop_all(&mut self, names: &[&Name]) {
        if let Some(boxes) = self.boxes_mut() {
            boxes.retain(|own| !names.contains(&&own.name));
        }
    }

    /// Writes it at the end of `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend([0; 4]);
        out.extend(self.name);
        match &self.content {
            Content::Bytes(bytes) => out.extend(bytes),
            Content::Boxes(boxes) => boxes.iter().for_each(|own| own.write(out)),
        }
        let size = (out.len() - start) as u32;
        out[start..start + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// It as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }
}

fn parse(mut bytes: &[u8], depth: usize) -> Option<Vec<Mp4Box>> {
    let mut boxes = Vec::new();
    while !bytes.is_empty() {
        let (size, rest) = bytes.split_first_chunk::<4>()?;
        let (name, rest) = rest.split_first_chunk::<4>()?;
        let (size, header) = match u32::from_be_bytes(*size) {
            0 => (bytes.len(), 8),
            1 => {
                let large = u64::from_be_bytes(*rest.first_chunk::<8>()?);
                (usize::try_from(large).ok()?, 16)
            }
            size => (size as usize, 8),
        };
        let content = bytes.get(header..size)?;
        let content = match FOLDERS.contains(&name) && depth < DEEPEST {
            true => Content::Boxes(parse(content, depth + 1)?),
            false => Content::Bytes(content.to_vec()),
        };
        boxes.push(Mp4Box {
            name: *name,
            content,
        });
        bytes = bytes.get(size..)?;
    }
    Some(boxes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn boxes_survive_their_bytes() {
        let mut tree = Mp4Box::folder(
            b"moov",
            vec![
                Mp4Box::bytes(b"mvhd", vec![1; 20]),
                Mp4Box::folder(b"trak", vec![Mp4Box::bytes(b"tkhd", vec![2; 7])]),
                Mp4Box::bytes(b"udta", vec![0xFF; 9]),
            ],
        );
        let bytes = tree.to_bytes();
        assert_eq!(Mp4Box::all(&bytes).unwrap(), [tree.clone()]);
        assert_eq!(
            tree.at(&[b"trak", b"tkhd"]).unwrap().raw(),
            Some(&[2; 7][..])
        );
        for cut in [1, 7, 9, bytes.len() - 1] {
            assert_eq!(Mp4Box::all(&bytes[..cut]), None, "{cut}");
        }
        tree.drop_all(&[b"udta"]);
        tree.put(Mp4Box::bytes(b"mvhd", vec![3]));
        assert_eq!(tree.boxes().len(), 2);
        assert_eq!(tree.at(&[b"mvhd"]).unwrap().raw(), Some(&[3][..]));
    }

    #[test]
    fn hostile_sizes_are_refused() {
        for bytes in [
            &[0, 0, 0, 7, b'm', b'o', b'o', b'v'][..],
            &[0xFF, 0xFF, 0xFF, 0xFF, b'm', b'o', b'o', b'v'],
            &[
                0, 0, 0, 1, b'm', b'o', b'o', b'v', 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            ],
            &[0, 0, 0, 1, b'm', b'o', b'o', b'v', 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(Mp4Box::all(bytes), None);
        }
        let mut deep = Mp4Box::bytes(b"free", Vec::new());
        for _ in 0..100 {
            deep = Mp4Box::folder(b"trak", vec![deep]);
        }
        assert!(Mp4Box::all(&deep.to_bytes()).is_some());
    }
}
