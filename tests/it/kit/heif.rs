//! Writes HEIC pictures as phones do, from what `ffmpeg` encodes: one coded picture, or
//! a grid of tiles.

/// A box of an ISO file.
fn bx(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut all = (content.len() as u32 + 8).to_be_bytes().to_vec();
    all.extend(name);
    all.extend(content);
    all
}

fn full(name: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    bx(name, &[&[version, 0, 0, 0], content].concat())
}

/// The NAL units of a byte stream.
fn units(stream: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = (0..stream.len().saturating_sub(3))
        .filter(|&i| stream[i..].starts_with(&[0, 0, 1]))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let unit = |(start, end): (&usize, usize)| {
        let unit = &stream[start + 3..end];
        unit.strip_suffix(&[0]).unwrap_or(unit)
    };
    starts.iter().zip(ends).map(unit).collect()
}

fn kind(unit: &[u8]) -> u8 {
    unit[0] >> 1 & 63
}

/// The decoder's configuration: the parameter sets of a stream.
fn configuration(stream: &[u8]) -> Vec<u8> {
    let mut all = vec![
        1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 90, 0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F,
        3,
    ];
    for wanted in 32..=34 {
        let sets: Vec<&[u8]> = units(stream)
            .into_iter()
            .filter(|u| kind(u) == wanted)
            .collect();
        all.push(0x80 | wanted);
        all.extend((sets.len() as u16).to_be_bytes());
        for set in sets {
            all.extend((set.len() as u16).to_be_bytes());
            all.extend(set);
        }
    }
    all
}

/// The picture itself, each unit after its length.
fn picture(stream: &[u8]) -> Vec<u8> {
    let slices = units(stream).into_iter().filter(|u| kind(u) < 32);
    slices
        .flat_map(|u| [&(u.len() as u32).to_be_bytes(), u].concat())
        .collect()
}

/// A HEIC file of HEVC streams of one picture each, all with the same parameters: one,
/// or the tiles, row by row, of a grid of so many columns, `size` together.
pub fn heic(streams: &[Vec<u8>], columns: usize, size: (u16, u16)) -> Vec<u8> {
    let tiles: Vec<Vec<u8>> = streams.iter().map(|s| picture(s)).collect();
    let is_grid = tiles.len() > 1;
    let grid = match is_grid {
        true => {
            let rows = tiles.len() / columns;
            let mut grid = vec![0, 0, rows as u8 - 1, columns as u8 - 1];
            grid.extend(size.0.to_be_bytes());
            grid.extend(size.1.to_be_bytes());
            grid
        }
        false => Vec::new(),
    };
    let ftyp = bx(b"ftyp", b"heic\0\0\0\0mif1heic");
    let length = meta(&streams[0], &tiles, &grid, 0).len();
    let from = ftyp.len() + length + 8;
    let meta = meta(&streams[0], &tiles, &grid, from as u32);
    [ftyp, meta, bx(b"mdat", &tiles.concat())].concat()
}

/// Items 1, 2 … are the tiles, the one after them the grid.
fn meta(stream: &[u8], tiles: &[Vec<u8>], grid: &[u8], from: u32) -> Vec<u8> {
    let count = tiles.len() as u16;
    let items = count + u16::from(!grid.is_empty());
    let ids = 1..=items;
    let is_grid = |id: u16| id > count;
    let info = |id: u16| {
        let kind = if is_grid(id) { b"grid" } else { b"hvc1" };
        full(
            b"infe",
            2,
            &[&id.to_be_bytes()[..], &[0, 0], kind, &[0]].concat(),
        )
    };
    let mut iinf = items.to_be_bytes().to_vec();
    ids.clone().for_each(|id| iinf.extend(info(id)));
    let (mut iloc, mut at) = (vec![0x44, 0], from);
    iloc.extend(items.to_be_bytes());
    for id in ids.clone() {
        let (method, offset, length) = match is_grid(id) {
            true => (1_u16, 0, grid.len() as u32),
            false => (0, at, tiles[usize::from(id) - 1].len() as u32),
        };
        at += if is_grid(id) { 0 } else { length };
        iloc.extend([id.to_be_bytes(), method.to_be_bytes(), [0, 0], [0, 1]].concat());
        iloc.extend([offset.to_be_bytes(), length.to_be_bytes()].concat());
    }
    let properties = bx(b"ipco", &bx(b"hvcC", &configuration(stream)));
    let mut ipma = u32::from(count).to_be_bytes().to_vec();
    (1..=count).for_each(|id| ipma.extend([&id.to_be_bytes()[..], &[1, 0x81]].concat()));
    let mut inside = vec![
        full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        full(b"pitm", 0, &items.to_be_bytes()),
        full(b"iloc", 1, &iloc),
        full(b"iinf", 0, &iinf),
        bx(b"iprp", &[properties, full(b"ipma", 0, &ipma)].concat()),
    ];
    if !grid.is_empty() {
        let parts = (1..=count).flat_map(u16::to_be_bytes);
        let mut dimg = [items.to_be_bytes(), count.to_be_bytes()].concat();
        dimg.extend(parts);
        inside.push(full(b"iref", 0, &bx(b"dimg", &dimg)));
        inside.push(bx(b"idat", grid));
    }
    full(b"meta", 0, &inside.concat())
}
