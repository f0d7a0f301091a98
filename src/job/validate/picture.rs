//! Measures what a mark costs the picture.

use std::path::Path;

use super::ffmpeg::Ffmpeg;
use super::jod;
use crate::error::{Error, Result};
use crate::evidence::{PictureFacts, rounded};
use crate::job::events::Observer;
use crate::media::StreamInfo;

/// PSNR of pictures without any difference, dB: more is never stated.
const HIGHEST_PSNR: f64 = 100.0;

/// Compares a marked copy and its unmarked twin with their master, which is `info`.
pub(super) fn measure(
    ffmpeg: &Ffmpeg,
    (master, marked, unmarked): (&Path, &Path, &Path),
    info: &StreamInfo,
    observer: &dyn Observer,
) -> Result<PictureFacts> {
    let vmaf = |copy: &Path| match ffmpeg.filters("libvmaf") {
        true => vmaf(ffmpeg, master, copy, observer).map(Some),
        false => Ok(None),
    };
    let size = |path: &Path| {
        let meta = std::fs::metadata(path);
        meta.map(|m| m.len() as f64)
            .map_err(|e| Error::unreadable(path, e.to_string()))
    };
    let seen = jod::compare(ffmpeg, (master, marked, unmarked), info, observer)?;
    Ok(PictureFacts {
        psnr_y_db: psnr_y(ffmpeg, unmarked, marked, observer)?,
        size_ratio: rounded(size(marked)? / size(unmarked)?.max(1.0)),
        vmaf_unmarked: vmaf(unmarked)?,
        vmaf_marked: vmaf(marked)?,
        cvvdp_unmarked_jod: seen.as_ref().map(|s| s.unmarked_jod),
        cvvdp_marked_jod: seen.as_ref().map(|s| s.marked_jod),
        cvvdp_frames: seen.map_or(0, |s| s.frames),
    })
}

/// Runs a filter of two films, both from time 0, that writes a line of figures a frame.
fn lines_of(
    ffmpeg: &Ffmpeg,
    (reference, copy): (&Path, &Path),
    filter: impl Fn(&str) -> String,
    observer: &dyn Observer,
) -> Result<String> {
    let log = tempfile::NamedTempFile::new()
        .map_err(|e| Error::unwritable("a temporary file", e.to_string()))?;
    let path = log
        .path()
        .to_string_lossy()
        .replace('\\', "/")
        .replace(':', "\\:");
    let graph = format!(
        "[0:v]settb=AVTB,setpts=PTS-STARTPTS[copy];[1:v]settb=AVTB,setpts=PTS-STARTPTS[reference];[copy][reference]{}",
        filter(&path)
    );
    let words = ["-v", "error", "-i"].map(std::ffi::OsString::from);
    let all = words
        .into_iter()
        .chain([
            copy.as_os_str().to_owned(),
            "-i".into(),
            reference.as_os_str().to_owned(),
        ])
        .chain([
            "-lavfi".into(),
            graph.into(),
            "-f".into(),
            "null".into(),
            "-".into(),
        ]);
    ffmpeg.run(all, observer)?;
    std::fs::read_to_string(log.path()).map_err(|e| Error::unreadable(log.path(), e.to_string()))
}

/// PSNR of the luma over all frames, dB.
fn psnr_y(ffmpeg: &Ffmpeg, reference: &Path, copy: &Path, observer: &dyn Observer) -> Result<f64> {
    let lines = lines_of(
        ffmpeg,
        (reference, copy),
        |log| format!("psnr=stats_file={log}"),
        observer,
    )?;
    psnr_of(&lines).ok_or_else(|| Error::Internal("ffmpeg's filter psnr gave no figures".into()))
}

/// PSNR from a log of ffmpeg's filter psnr: of the mean squared error over all frames.
fn psnr_of(lines: &str) -> Option<f64> {
    let figure = |line: &str, name: &str| -> Option<f64> {
        let (_, after) = line.split_once(name)?;
        after.split_whitespace().next()?.parse().ok()
    };
    let frames: Vec<(f64, f64)> = lines
        .lines()
        .filter_map(|l| {
            Some((
                figure(l, "mse_y:")?,
                figure(l, "psnr_y:").unwrap_or(f64::INFINITY),
            ))
        })
        .collect();
    let mean = frames.iter().map(|(mse, _)| mse).sum::<f64>() / frames.len() as f64;
    if frames.is_empty() || !mean.is_finite() {
        return None;
    }
    // The peak follows from any frame that differs: it depends on the bit depth.
    let peak = frames
        .iter()
        .find(|(mse, psnr)| *mse > 0.0 && psnr.is_finite());
    let peak_db = peak.map_or(f64::INFINITY, |(mse, psnr)| psnr + 10.0 * mse.log10());
    let psnr = peak_db - 10.0 * mean.log10();
    Some(if psnr.is_finite() {
        rounded(psnr.min(HIGHEST_PSNR))
    } else {
        HIGHEST_PSNR
    })
}

/// VMAF, mean over the frames.
fn vmaf(ffmpeg: &Ffmpeg, reference: &Path, copy: &Path, observer: &dyn Observer) -> Result<f64> {
    let filter = |log: &str| format!("libvmaf=log_fmt=json:log_path={log}");
    let text = lines_of(ffmpeg, (reference, copy), filter, observer)?;
    vmaf_of(&text).ok_or_else(|| Error::Internal("ffmpeg's filter libvmaf gave no figures".into()))
}

fn vmaf_of(text: &str) -> Option<f64> {
    let log: serde_json::Value = serde_json::from_str(text).ok()?;
    let frames = log.get("frames")?.as_array()?;
    let of = |frame: &serde_json::Value| frame.pointer("/metrics/vmaf")?.as_f64();
    let values: Vec<f64> = frames.iter().filter_map(of).collect();
    (!values.is_empty()).then(|| rounded(values.iter().sum::<f64>() / values.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn psnr_is_that_of_the_mean_error() {
        let log = "n:1 mse_avg:0.30 mse_y:1.00 mse_u:0 mse_v:0 psnr_avg:53 psnr_y:48.13 psnr_u:inf\n\
                   n:2 mse_avg:0.30 mse_y:3.00 mse_u:0 mse_v:0 psnr_avg:53 psnr_y:43.36 psnr_u:inf\n";
        assert_eq!(psnr_of(log), Some(45.12));
        assert_eq!(psnr_of("n:1 mse_y:0.00 psnr_y:inf"), Some(HIGHEST_PSNR));
        assert_eq!(psnr_of("nothing"), None);
    }

    #[test]
    fn vmaf_is_the_mean_of_the_frames() {
        let log = r#"{"frames":[{"metrics":{"vmaf":90.0}},{"metrics":{"vmaf":95.0}}]}"#;
        assert_eq!(vmaf_of(log), Some(92.5));
        assert_eq!(vmaf_of(r#"{"frames":[]}"#), None);
    }
}
