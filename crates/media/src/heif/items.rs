//! Reads the items of a `meta` box: what they are, where their bytes lie, what
//! belongs to them.

use std::collections::BTreeMap;

use super::bytes::{Bytes, boxes};

/// Items that are looked at, at most.
const MOST: usize = 1 << 16;

/// A picture, coded or put together.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// Four letters: `hvc1`, `av01`, `grid` …
    pub kind: [u8; 4],
    /// Where its bytes lie, one piece after another.
    pub extents: Vec<Extent>,
    /// The extents are those of the bytes inside the `meta` box, not of the file.
    pub in_meta: bool,
    /// Numbers of its properties, from 1.
    properties: Vec<usize>,
    /// The items that it is put together from.
    pub parts: Vec<u32>,
}

/// A run of bytes.
#[derive(Debug)]
pub(super) struct Extent {
    pub offset: u64,
    /// 0 for all to the end.
    pub length: u64,
}

/// All items of a file.
pub(super) struct Items<'a> {
    pub primary: u32,
    items: BTreeMap<u32, Item>,
    properties: Vec<([u8; 4], &'a [u8])>,
    /// The content of `idat`.
    pub inner: &'a [u8],
}

impl<'a> Items<'a> {
    /// Those that the content of a `meta` box describes.
    pub fn of(meta: &'a [u8]) -> Option<Self> {
        let inside = boxes(meta.get(4..)?);
        let named = |name: &[u8; 4]| inside.iter().find(|b| &b.0 == name).map(|b| b.1);
        let mut items = kinds(named(b"iinf")?)?;
        places(named(b"iloc")?, &mut items)?;
        if let Some(references) = named(b"iref") {
            parts(references, &mut items)?;
        }
        let about = boxes(named(b"iprp")?);
        let container = about.iter().find(|b| &b.0 == b"ipco")?.1;
        for (_, associations) in about.iter().filter(|b| &b.0 == b"ipma") {
            associate(associations, &mut items)?;
        }
        let mut primary = Bytes(named(b"pitm")?);
        let (version, _) = primary.full_box()?;
        Some(Self {
            primary: primary.id(version > 0)?,
            items,
            properties: boxes(container),
            inner: named(b"idat").unwrap_or_default(),
        })
    }

    pub fn get(&self, id: u32) -> Option<&Item> {
        self.items.get(&id)
    }

    /// The property of an item that is called `name`.
    pub fn property(&self, item: &Item, name: &[u8; 4]) -> Option<&'a [u8]> {
        let of = |&number: &usize| self.properties.get(number.checked_sub(1)?);
        let mut own = item.properties.iter().filter_map(of);
        own.find(|p| &p.0 == name).map(|p| p.1)
    }
}

/// `iinf`: which items there are, and what they are.
fn kinds(iinf: &[u8]) -> Option<BTreeMap<u32, Item>> {
    let mut bytes = Bytes(iinf);
    let (version, _) = bytes.full_box()?;
    bytes.id(version > 0)?;
    let mut items = BTreeMap::new();
    for (_, infe) in boxes(bytes.0).iter().filter(|b| &b.0 == b"infe").take(MOST) {
        let mut bytes = Bytes(infe);
        let (version, _) = bytes.full_box()?;
        if version < 2 {
            continue;
        }
        let id = bytes.id(version > 2)?;
        bytes.u16()?;
        let item = Item {
            kind: bytes.take(4)?.try_into().ok()?,
            ..Item::default()
        };
        items.insert(id, item);
    }
    Some(items)
}

/// `iloc`: where their bytes lie.
fn places(iloc: &[u8], items: &mut BTreeMap<u32, Item>) -> Option<()> {
    let mut bytes = Bytes(iloc);
    let (version, _) = bytes.full_box()?;
    let (sizes, bases) = (bytes.u8()?, bytes.u8()?);
    let (offset_size, length_size) = (usize::from(sizes >> 4), usize::from(sizes & 15));
    let (base_size, index_size) = (usize::from(bases >> 4), usize::from(bases & 15));
    for _ in 0..bytes.id(version > 1)? {
        let id = bytes.id(version > 1)?;
        let method = if version > 0 { bytes.u16()? & 15 } else { 0 };
        bytes.u16()?;
        let base = bytes.number(base_size)?;
        let mut extents = Vec::new();
        for _ in 0..bytes.u16()? {
            if version > 0 {
                bytes.number(index_size)?;
            }
            let offset = base.checked_add(bytes.number(offset_size)?)?;
            let length = bytes.number(length_size)?;
            extents.push(Extent { offset, length });
        }
        if let Some(item) = items.get_mut(&id).filter(|_| method < 2) {
            item.extents = extents;
            item.in_meta = method == 1;
        }
    }
    Some(())
}

/// `iref`: what they are put together from.
fn parts(iref: &[u8], items: &mut BTreeMap<u32, Item>) -> Option<()> {
    let mut bytes = Bytes(iref);
    let (version, _) = bytes.full_box()?;
    for (_, reference) in boxes(bytes.0).iter().filter(|b| &b.0 == b"dimg") {
        let mut bytes = Bytes(reference);
        let from = bytes.id(version > 0)?;
        let count = bytes.u16()?;
        let to: Option<Vec<u32>> = (0..count).map(|_| bytes.id(version > 0)).collect();
        if let Some(item) = items.get_mut(&from) {
            item.parts = to?;
        }
    }
    Some(())
}

/// `ipma`: which properties are whose.
fn associate(ipma: &[u8], items: &mut BTreeMap<u32, Item>) -> Option<()> {
    let mut bytes = Bytes(ipma);
    let (version, flags) = bytes.full_box()?;
    for _ in 0..bytes.u32()? {
        let id = bytes.id(version > 0)?;
        let count = bytes.u8()?;
        let number = |_| match flags & 1 {
            1 => bytes.u16().map(|n| usize::from(n & 0x7FFF)),
            _ => bytes.u8().map(|n| usize::from(n & 0x7F)),
        };
        let numbers: Option<Vec<usize>> = (0..count).map(number).collect();
        if let Some(item) = items.get_mut(&id) {
            item.properties.extend(numbers?);
        }
    }
    Some(())
}
