//! This module states the bars that the project holds itself to.

/// The bars for the picture and the size.
pub const MEAN_VMAF_LOSS: f64 = 2.2;
/// No clip may lose more.
pub const WORST_VMAF_LOSS: f64 = 4.5;
/// Mean growth of the marked copy, as a ratio.
pub const MEAN_BITS_RATIO: f64 = 1.09;

/// Attacks that share a bar.
pub struct Group {
    /// Name in the summary.
    pub name: &'static str,
    /// Their names, between spaces.
    pub attacks: &'static str,
    /// Least share of clip × attack cells that are attributed.
    pub least_share: f64,
    /// Only clips that last as long.
    pub least_clip_s: f64,
    /// Only when clips are marked whole.
    pub whole_only: bool,
}

const fn group(name: &'static str, least_share: f64, attacks: &'static str) -> Group {
    Group {
        name,
        attacks,
        least_share,
        least_clip_s: 0.0,
        whole_only: false,
    }
}

/// All groups.
pub const GROUPS: [Group; 6] = [
    group(
        "mild, whole picture",
        0.95,
        "none crf23 crf28 hevc28 720p letterbox pillarbox stretch bright dark contrast60 \
         contrast150 gamma160 gray sharpen subtitles logo trim fps15 fps60 pal drop20 hflip rot90",
    ),
    group(
        "hard, whole picture",
        0.80,
        "crf35 crf40 hevc35 av1-45 vp9-45 mpeg4-q12 twice 480p30 360p28 360p35 240p30 blur \
         denoise nlmeans median noise speed110 speed90 fps-blend cut-middle",
    ),
    group("mild geometry", 0.85, "crop95 crop80 rot1 keystone pip"),
    group(
        "hard geometry",
        0.65,
        "crop75-corner-360p rot3-crop80 crop50 vertical-cut",
    ),
    group("camcorder", 0.60, "camcorder"),
    Group {
        name: "camcorder, 25 s or more",
        attacks: "camcorder",
        least_share: 0.85,
        least_clip_s: 25.0,
        whole_only: true,
    },
];

impl Group {
    /// How many attacks it has.
    pub fn len(&self) -> usize {
        self.attacks.split_whitespace().count()
    }

    /// Whether an attack belongs to it.
    pub fn has(&self, attack: &str) -> bool {
        self.attacks.split_whitespace().any(|name| name == attack)
    }
}
