//! Finds the pictures of a title around a time.

use std::path::{Path, PathBuf};

use super::file::{InWords, ReferenceFile, SALT};
use crate::detect::{MasterPictures, Region};
use crate::key::Secret;
use crate::luma::Plane;
use crate::registry::Reference;

/// Pictures this far from a time are around it, seconds: the nearest one and those beside it.
const AROUND_S: f64 = 1.3;

/// The folder beside the registry in which the files lie.
pub(crate) const FOLDER: &str = "references";

/// Where the file of a reference lies in a home folder.
pub(crate) fn path_of(home: &Path, reference: &Reference) -> PathBuf {
    home.join(FOLDER).join(&reference.sha256)
}

/// The salt of a reference; `None` if what is written there is none.
pub(crate) fn salt_of(reference: &Reference) -> Option<[u8; SALT]> {
    let mut salt = [0; SALT];
    let read = base16ct::lower::decode(&reference.salt, &mut salt).ok()?;
    (read.len() == SALT).then_some(salt)
}

/// All references of a registry.
pub(crate) struct Shelf {
    home: PathBuf,
    secret: Secret,
    references: Vec<Reference>,
}

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
        }
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
        let salt = salt_of(reference).ok_or("its entry in the registry is none")?;
        let mut file = ReferenceFile::open(&path_of(&self.home, reference), &self.secret, &salt)?;
        if file.header.title != reference.title {
            return Err("another title's file lies in its place".to_owned());
        }
        let (rows, columns) = file.header.size;
        let mut pictures = Vec::new();
        for number in 0..file.header.groups.len() {
            let times = file.header.times_s[file.header.group_range(number)].to_vec();
            let near = |time_s: &f64| wanted_s.iter().any(|w| (w - time_s).abs() <= AROUND_S);
            if !times.iter().any(near) {
                continue;
            }
            let group = file.group(number)?;
            for (time_s, samples) in times.into_iter().zip(group.pictures) {
                if near(&time_s) {
                    let values = samples.into_iter().map(f32::from).collect();
                    let plane = Plane::from_shape_vec((rows, columns), values);
                    pictures.push((time_s, plane.map_err(|e| e.to_string())?));
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
            extent: file.header.extent,
            pictures,
        })
    }
}

impl Excerpt {
    /// Adds the pictures of another part, on whatever grid they are.
    fn add(&mut self, more: MasterPictures) {
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
