//! The bars that the project holds itself to, for excerpts of 12 s.

/// The bars for the picture and the size.
pub const MEAN_VMAF_LOSS: f64 = 2.2;
/// No clip may lose more.
pub const WORST_VMAF_LOSS: f64 = 4.5;
/// Mean growth of the marked copy, as a ratio.
pub const MEAN_SIZE_RATIO: f64 = 1.09;

/// Attacks that share a bar.
pub struct Group {
    /// Name in the summary.
    pub name: &'static str,
    /// Least share of cells that are attributed.
    pub least_share: f64,
    /// Their names, between spaces.
    pub attacks: &'static str,
}

const fn group(name: &'static str, least_share: f64, attacks: &'static str) -> Group {
    Group {
        name,
        least_share,
        attacks,
    }
}

/// All groups.
pub const GROUPS: [Group; 5] = [
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
