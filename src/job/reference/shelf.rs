//! Finds the pictures of a title around a time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::detect::{MasterPictures, Masters, Region};
use crate::evidence::reference::{FileKey, Header, InWords, ReferenceFile, SALT};
use crate::key::Secret;
use crate::luma::Plane;
use crate::media::GrayGroup;
use crate::registry::Reference;

/// Pictures this far from a time are around it, seconds: the nearest one and those beside it.
const AROUND_S: f64 = 1.3;

/// Groups kept unpacked, the ones last used: a window of a minute shows three.
const KEPT_GROUPS: usize = 4;

/// The folder beside the registry in which the files lie.
pub(crate) const FOLDER: &str = "references";

/// Where the file of a reference lies in a home folder.
pub(crate) fn path_of(home: &Path, reference: &Reference) -> PathBuf {
    home.join(FOLDER).join(&reference.sha256)
}

/// The key of a reference's file; in words if its entry is none.
pub(crate) fn key_of(secret: &Secret, reference: &Reference) -> InWords<FileKey> {
    let mut salt = [0; SALT];
    let read = base16ct::lower::decode(&reference.salt, &mut salt).map(<[u8]>::len);
    match read == Ok(SALT) {
        true => Ok(FileKey::of(secret, &salt)),
        false => Err("its entry in the registry is none".to_owned()),
    }
}

/// All references of a registry.
pub(crate) struct Shelf {
    home: PathBuf,
    secret: Secret,
    references: Vec<Reference>,
    /// The groups last used, newest first: a window's pictures are asked for more than once.
    unpacked: Mutex<Vec<(GroupKey, Arc<GrayGroup>)>>,
}

/// The SHA-256 of a reference, and the number of a group in it.
type GroupKey = (String, usize);

/// What of a title lies on the shelf around a time.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    /// The pictures; `None` if there are none.
    pub pictures: Option<MasterPictures>,
    /// Why some cannot be had, in words.
    pub problem: Option<String>,
}

impl Shelf {
    /// The references of the registry in `home`.
    pub fn new(home: PathBuf, secret: Secret, references: Vec<Reference>) -> Self {
        Self {
            home,
            secret,
            references,
            unpacked: Mutex::default(),
        }
    }

    /// The folder beside whose registry it stands.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// What the files are sealed with.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// What lies on it.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// True if nothing lies on it.
    pub fn is_empty(&self) -> bool {
        self.references.is_empty()
    }

    /// True if something of `title` lies on it.
    pub fn has(&self, title: &str) -> bool {
        self.references.iter().any(|r| r.title == title)
    }

    /// The pictures of `title` around each of `times_s`, seconds of title time.
    pub fn excerpt(&self, title: &str, times_s: &[f64]) -> Excerpt {
        let covered = |r: &Reference, time_s: f64| {
            r.title_start_s - AROUND_S <= time_s
                && time_s <= r.title_start_s + r.duration_s + AROUND_S
        };
        let mut excerpt = Excerpt::default();
        for reference in self.references.iter().filter(|r| r.title == title) {
            let wanted: Vec<f64> = times_s
                .iter()
                .copied()
                .filter(|time_s| covered(reference, *time_s))
                .collect();
            if wanted.is_empty() {
                continue;
            }
            match self.read(reference, &wanted) {
                Ok(pictures) => excerpt.add(pictures),
                Err(problem) => {
                    excerpt.problem = Some(format!(
                        "the reference of {title} from {:.1} s on cannot be used: {problem}",
                        reference.title_start_s
                    ));
                }
            }
        }
        excerpt
    }

    fn read(&self, reference: &Reference, wanted_s: &[f64]) -> InWords<MasterPictures> {
        let path = path_of(&self.home, reference);
        let mut file = opened_at(&self.secret, &path, reference)?;
        let header = file.header.clone();
        pictures(&header, wanted_s, |number| {
            self.group(&mut file, (reference.sha256.clone(), number))
        })
    }
}

/// The file of a reference, which lies at `path`, opened.
pub(crate) fn opened_at(
    secret: &Secret,
    path: &Path,
    reference: &Reference,
) -> InWords<ReferenceFile> {
    let file = ReferenceFile::open(path, key_of(secret, reference)?, &reference.sha256)?;
    match file.header.title == reference.title {
        true => Ok(file),
        false => Err("another title's file lies in its place".to_owned()),
    }
}

/// The groups that have pictures around one of `wanted_s`, seconds of title time.
pub(crate) fn groups_around(header: &Header, wanted_s: &[f64]) -> Vec<usize> {
    let around = |number: &usize| {
        let times = &header.times_s[header.group_range(*number)];
        times.iter().any(|time_s| is_near(wanted_s, *time_s))
    };
    (0..header.groups.len()).filter(around).collect()
}

fn is_near(wanted_s: &[f64], time_s: f64) -> bool {
    wanted_s.iter().any(|w| (w - time_s).abs() <= AROUND_S)
}

/// The pictures around each of `wanted_s` from the groups that hold them, unpacked.
pub(crate) fn pictures(
    header: &Header,
    wanted_s: &[f64],
    mut group: impl FnMut(usize) -> InWords<Arc<GrayGroup>>,
) -> InWords<MasterPictures> {
    let (rows, columns) = header.size;
    let mut pictures = Vec::new();
    for number in groups_around(header, wanted_s) {
        let times = &header.times_s[header.group_range(number)];
        for (time_s, samples) in times.iter().zip(&group(number)?.pictures) {
            if is_near(wanted_s, *time_s) {
                let values = samples.iter().copied().map(f32::from).collect();
                let plane = Plane::from_shape_vec((rows, columns), values);
                pictures.push((*time_s, plane.map_err(|e| e.to_string())?));
            }
        }
    }
    Ok(MasterPictures {
        region: Region {
            x: 0.0,
            y: 0.0,
            width: columns as f64,
            height: rows as f64,
        },
        extent: header.extent,
        pictures,
    })
}

/// The pictures of a packed group, which is `number` of a file with this header.
pub(crate) fn unpacked(header: &Header, number: usize, packed: &[u8]) -> InWords<GrayGroup> {
    let group = GrayGroup::unpacked(packed, header.size, header.pictures_a_group);
    let group = group.map_err(|e| e.to_string())?;
    match group.pictures.len() == header.group_range(number).len() {
        true => Ok(group),
        false => Err("a group has not as many pictures as its header says".to_owned()),
    }
}

impl Shelf {
    /// A group of the file, unpacked if it is not one of the last.
    fn group(&self, file: &mut ReferenceFile, key: GroupKey) -> InWords<Arc<GrayGroup>> {
        // Whoever panicked left the list whole: it changes in one step.
        let lock = || self.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, group)) = lock().iter().find(|(other, _)| *other == key) {
            return Ok(Arc::clone(group));
        }
        let packed = file.group(key.1)?;
        let group = Arc::new(unpacked(&file.header, key.1, &packed)?);
        let mut unpacked = lock();
        unpacked.insert(0, (key, Arc::clone(&group)));
        unpacked.truncate(KEPT_GROUPS);
        Ok(group)
    }
}

impl Masters for Shelf {
    fn pictures(&self, title: &str, times_s: &[f64]) -> Option<MasterPictures> {
        self.excerpt(title, times_s).pictures
    }
}

impl Excerpt {
    /// Adds the pictures of another part, on whatever grid they are.
    pub fn add(&mut self, more: MasterPictures) {
        match &mut self.pictures {
            Some(have) if have.region == more.region => {
                have.pictures.extend(more.pictures);
                have.pictures.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
            Some(have) if have.pictures.len() >= more.pictures.len() => {}
            slot => *slot = Some(more),
        }
    }
}
