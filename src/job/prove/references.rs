//! The masters' pictures that readings took away: packed from the registry, and had again
//! from a pack.

use std::sync::Arc;

use crate::detect::{BIN_S, FitRun, HostFit, MasterPictures, Masters};
use crate::error::{Error, Result};
use crate::evidence::SlotReading;
use crate::evidence::reference::{InWords, OpenedReference, PackedReference};
use crate::job::home::Home;
use crate::job::reference::shelf::{
    Excerpt, groups_around, key_of, opened_at, path_of, pictures, unpacked,
};
use crate::registry::Reference;

/// Those of the registry's references that have pictures which the readings took away.
///
/// # Errors
/// [`Error::Registry`] if one is not there any more, or cannot be read.
pub(crate) fn packed_references(
    home: &Home,
    readings: &[SlotReading],
) -> Result<Vec<PackedReference>> {
    let hosts: Vec<&HostFit> = readings.iter().flat_map(|r| &r.fit.hosts).collect();
    let mut packed = Vec::new();
    for reference in home.registry.references()? {
        let own = hosts.iter().filter(|host| host.title == reference.title);
        let times: Vec<f64> = own.flat_map(|host| title_times(host)).collect();
        if times.is_empty() {
            continue;
        }
        let of_title = |problem: String| {
            Error::registry(format!(
                "the reference of {} from {:.1} s on, whose pictures were taken away, cannot be packed: {problem}",
                reference.title, reference.title_start_s
            ))
            .advise("put it back with `leakmark title reference import`, or scan again")
        };
        let entry = home.registry.reference_entry(&reference.sha256)?;
        let entry = entry.ok_or_else(|| of_title("its entry is gone".into()))?;
        packed.extend(packed_of(home, &reference, entry, &times).map_err(of_title)?);
    }
    let has = |host: &&HostFit| packed.iter().any(|(title, _)| *title == host.title);
    match hosts.iter().find(|host| !has(host)) {
        None => Ok(packed.into_iter().map(|(_, packed)| packed).collect()),
        Some(host) => Err(Error::registry(format!(
            "the reference of {}, whose pictures were taken away, was given up since",
            host.title
        ))
        .advise("scan the exhibit again, and make the pack of that report")),
    }
}

/// The title's id and the part of its reference with pictures around these times, if it
/// has any.
fn packed_of(
    home: &Home,
    reference: &Reference,
    entry: (String, String),
    times_s: &[f64],
) -> InWords<Option<(String, PackedReference)>> {
    let key = key_of(&home.secret, reference)?;
    let path = path_of(home.dir(), reference);
    let mut file = opened_at(&home.secret, &path, reference)?;
    let numbers = groups_around(&file.header, times_s);
    if numbers.is_empty() {
        return Ok(None);
    }
    let packed = PackedReference::new(entry, &key, &mut file, numbers)?;
    Ok(Some((reference.title.clone(), packed)))
}

/// Title times of the bins from which a host was taken, a bin's length apart.
fn title_times(host: &HostFit) -> Vec<f64> {
    let of_run = |run: &FitRun| {
        let FitRun {
            first_s,
            last_s,
            offset_s,
        } = *run;
        let bins = ((last_s - first_s) / BIN_S).round().max(0.0) as usize;
        let step_s = (last_s - first_s) / bins.max(1) as f64;
        let exhibit_s = (0..=bins).map(move |bin| first_s + bin as f64 * step_s);
        exhibit_s.map(move |time_s| offset_s + host.rate * time_s)
    };
    host.runs.iter().flat_map(of_run).collect()
}

/// The masters' pictures that a pack carries.
pub(crate) struct PackedMasters(pub Vec<OpenedReference>);

impl Masters for PackedMasters {
    fn pictures(&self, title: &str, times_s: &[f64]) -> Option<MasterPictures> {
        let mut excerpt = Excerpt::default();
        for opened in self.0.iter().filter(|o| o.reference.title == title) {
            let group = |number: usize| {
                let packed = opened.groups.get(&number).ok_or("the pack lacks a group")?;
                unpacked(&opened.header, number, packed).map(Arc::new)
            };
            if let Ok(pictures) = pictures(&opened.header, times_s, group) {
                excerpt.add(pictures);
            }
        }
        excerpt.pictures
    }
}
