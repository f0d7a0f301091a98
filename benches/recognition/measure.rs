//! Holds what is recognized against the truth.

use std::path::Path;

use leakmark::detect::Known;

use super::attacks::Attack;
use super::film::{Film, Library, ffmpeg};

/// Points across and down at which the geometry is looked at.
const POINTS: usize = 9;
/// An exhibit is recognized if so much of it is.
const SHARE: f64 = 0.6;

/// One line of the table.
pub fn measure(library: &Library, attack: &Attack, work: &Path) -> Result<String, String> {
    let (mut geometry, mut time, mut rate) = (Vec::new(), Vec::new(), Vec::new());
    let mut as_others = 0;
    for film in &library.films {
        let path = work.join(format!("{}.{}.mp4", film.name, attack.name));
        ffmpeg(
            &film.path,
            &path,
            &["-vf", attack.filter, "-crf", attack.crf],
        )?;
        let exhibit = Film::read(path, film.name.clone())?;
        let found = library.index.recognize(&exhibit.bins, library);
        as_others += found.iter().filter(|r| r.title != film.name).count();
        as_others += library
            .without(&film.name)
            .recognize(&exhibit.bins, library)
            .len();
        let own: Vec<&Known> = found.iter().filter(|r| r.title == film.name).collect();
        let lasts_s = |r: &Known| r.exhibit_end_s - r.exhibit_start_s;
        let length_s = exhibit.bins.last().map_or(0.0, |b| b.last_s);
        let share = own.iter().map(|r| lasts_s(r)).sum::<f64>() / length_s.max(1e-9);
        let longest = own.iter().max_by(|a, b| lasts_s(a).total_cmp(&lasts_s(b)));
        if let Some(longest) = longest.filter(|_| share >= SHARE) {
            geometry.push(geometry_off(longest, film, &exhibit, attack));
            time.push(time_off_s(longest, attack));
            rate.push((longest.rate - ((attack.time)(1.0) - (attack.time)(0.0))).abs());
        }
    }
    let of = library.films.len();
    let recognized = format!("{}/{of}", geometry.len());
    let [(g, g_most), (t, t_most), (r, r_most)] =
        [&mut geometry[..], &mut time, &mut rate].map(median_and_largest);
    let name = attack.name;
    Ok(format!(
        "{name:20} {recognized:>10}  {g:6.2}  {g_most:7.2}  {t:6.2}  {t_most:7.2}  {r:6.4}  {r_most:7.4}  {as_others:9}"
    ))
}

/// The largest distance, in chips, of a point that the exhibit shows from where it is.
fn geometry_off(found: &Known, film: &Film, exhibit: &Film, attack: &Attack) -> f64 {
    let (rows, columns) = exhibit.grid();
    let extent = film.extent();
    let mut worst: f64 = 0.0;
    for point in 0..POINTS * POINTS {
        let part = |i: usize| i as f64 / (POINTS - 1) as f64;
        let at = (part(point % POINTS), part(point / POINTS));
        let (x, y) = (attack.place)(at, film.size);
        if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) {
            let sample = (x * columns as f64 - 0.5, y * rows as f64 - 0.5);
            let (u, v) = found.geometry.chip_at(sample.0, sample.1);
            let (right, down) = (u - at.0 * extent.0 + 0.5, v - at.1 * extent.1 + 0.5);
            worst = worst.max(right.hypot(down));
        }
    }
    worst
}

/// The larger distance in time at both ends, seconds.
fn time_off_s(found: &Known, attack: &Attack) -> f64 {
    let off = |t: f64| (found.offset_s + found.rate * t - (attack.time)(t)).abs();
    off(found.exhibit_start_s).max(off(found.exhibit_end_s))
}

fn median_and_largest(all: &mut [f64]) -> (f64, f64) {
    all.sort_by(f64::total_cmp);
    let last = all.last().copied().unwrap_or(f64::NAN);
    (all.get(all.len() / 2).copied().unwrap_or(f64::NAN), last)
}
