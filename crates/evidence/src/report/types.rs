//! Defines the report, version 2, field by field.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Verdict;
use super::attribution::{Attribution, EvidenceReference, TitleFacts};
use super::case_fields::CaseFacts;
use super::clock_rate::{is_right_clock, right_clock};
use super::content::ContentFacts;
use super::finding::Finding;
use super::occasion::{Control, EarlierScans};
use super::part::ExhibitPart;
use super::scores::Decoys;
use super::titles::TitleResult;
use super::trail::Trail;
use super::validation::Validation;
use leakmark_core::detect::{Effort, Piece};
use leakmark_core::film::{FrameCounts, StreamCounts};
use leakmark_core::luma::Rect;

/// The report on one exhibit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Name and version of this format: always `leakmark/report/2`.
    pub schema: String,
    /// What made the report.
    pub tool: Tool,
    /// How it was told to scan.
    pub parameters: Parameters,
    /// The case, in the examiner's words; null if nothing was said.
    pub case: Option<CaseFacts>,
    /// The file examined.
    pub exhibit: Exhibit,
    /// The registry it was compared with.
    pub registry: RegistryFacts,
    /// Where the title's picture and time were found; null if there was nothing to look at.
    pub sync: Option<SyncFacts>,
    /// What the pictures under the mark are, in order of time: those that could be compared
    /// with the title's reference; empty without a mark or a reference.
    pub content: Vec<ContentFacts>,
    /// Parts of the exhibit that were read frame by frame, in order of time;
    /// none if keyframes settled the matter: see `coverage`.
    pub examined: Vec<Examined>,
    /// What was found, in one word.
    pub verdict: Verdict,
    /// The title whose key fits best, of those for which somebody is named if there are
    /// any; null unless the pilot was found or somebody is named. What follows is about it.
    pub title: Option<TitleFacts>,
    /// The distributors whose likelihood ratio reaches the threshold, strongest first; else
    /// empty. Of `mark_on_other_content`: whose symbols the mark has.
    pub attributions: Vec<Attribution>,
    /// What it takes to be attributed.
    pub threshold: ThresholdFacts,
    /// What distributors who never got a copy score on the same evidence; null without evidence.
    pub decoys: Option<Decoys>,
    /// How the evidence came together over the exhibit's time; null without evidence.
    pub trail: Option<Trail>,
    /// log10 likelihood ratio that the true source is expected to reach with
    /// evidence of this quality, if the reliabilities are right; parts in which the
    /// pilot was not found count nothing; null without evidence.
    pub expected_log10_likelihood_ratio: Option<f64>,
    /// The house's file with the soft symbols that all scores were computed from; null
    /// if no mark was found.
    pub evidence: Option<EvidenceReference>,
    /// What the exhibit shows of each other title of the registry that is there; left
    /// out if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_titles: Vec<TitleResult>,
    /// Where the exhibit lies in what the dossier given tested; null if none was given.
    pub validation: Option<Validation>,
    /// What weakens or supports the result, in a fixed order.
    pub findings: Vec<Finding>,
    /// How much of the exhibit was looked at.
    pub coverage: Coverage,
    /// Files of which it is known what must come out, examined in the same run with the
    /// same settings, as given; empty if there were none.
    pub controls: Vec<Control>,
    /// How often this file and this case were scanned before.
    pub earlier_scans: EarlierScans,
    /// How long it took: the one part that is not signed.
    pub timing: Timing,
    /// The registry's signature of all the rest.
    pub signature: RegistrySignature,
}

/// How much of the exhibit was looked at, and how closely.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Keyframes examined one by one, spread over the whole exhibit; 0 if it was
    /// read frame by frame alone.
    pub keyframes: u64,
    /// Seconds read frame by frame: the length of all that `examined` lists.
    pub frame_by_frame_s: f64,
    /// The longest stretch of which nothing was looked at, seconds; null if the
    /// exhibit does not say how long it is.
    pub widest_gap_s: Option<f64>,
}

/// What made the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The name of the program: always `leakmark`.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// The commit it was built from, `-dirty` if changed; `unknown` outside a checkout.
    pub commit: String,
    /// The FFmpeg libraries in use at run time.
    pub ffmpeg: String,
    /// The FFmpeg libraries it was built with; `unknown` if the build could not tell.
    pub ffmpeg_build: String,
    /// The crates that decide what is read from a copy, with their versions.
    pub crates: String,
    /// The platform it was built for.
    pub target: String,
    /// The signal format that was looked for.
    pub signal_format: u32,
}

/// How the tool was told to scan, as far as it bears on the result. How many
/// threads there were does not, and is in `timing`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// True if everything was to be read even once the verdict was settled.
    pub full: bool,
    /// How hard other geometries than the whole picture were looked for.
    pub effort: Effort,
    /// Largest picture that would be decoded, pixels.
    pub max_pixels: u64,
    /// Longest film that would be read, seconds.
    pub max_duration_s: f64,
    /// Most streams that a file might have.
    pub max_streams: u32,
}

/// The file examined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exhibit {
    /// Its path as given; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// Size of the file, bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits. The file was opened
    /// once, and every byte that a decoder was given is one of those hashed: blocks
    /// of 256 KiB were compared by their digests whenever they were read again.
    pub sha256: String,
    /// SHA-512 of the same bytes, 128 lower-case hexadecimal digits.
    pub sha512: String,
    /// The container's or image format's name.
    pub container: String,
    /// What else is in the container; null for a still image.
    pub streams: Option<StreamCounts>,
    /// The film in it.
    pub video: VideoFacts,
    /// What became of its frames in what was examined.
    pub frames: FrameCounts,
    /// The files, if several were examined as one exhibit (`scan --together`): then
    /// `path`, `container`, `streams` and `video` are the first one's, `size_bytes` and
    /// the running time are those of all together, `sha256` is the SHA-256 of the
    /// parts' SHA-256, each as 64 digits and a line feed, and `sha512` likewise. Not
    /// there if it is one file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ExhibitPart>,
}

/// The film in an exhibit, as its container declares it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VideoFacts {
    /// The codec's name.
    pub codec: String,
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Width of a pixel : height of a pixel.
    pub sample_aspect_ratio: (u32, u32),
    /// Degrees clockwise by which a player turns it.
    pub rotation_deg: u16,
    /// Bits a sample of the picture.
    pub bit_depth: u8,
    /// The codec's profile; null if not known.
    pub profile: Option<String>,
    /// FFmpeg's name of the pixel format; null for a still image.
    pub pixel_format: Option<String>,
    /// Mean frames a second; null if not declared.
    pub fps: Option<f64>,
    /// Running time of the pictures, seconds, whatever the container declares; null
    /// if not known, 0 for a still image.
    pub duration_s: Option<f64>,
    /// Seconds of exhibit time for each second stamped; left out if 1. Stamps that run at
    /// a wrong speed are not gone by where the mark is found by what the pictures declare.
    #[serde(default = "right_clock", skip_serializing_if = "is_right_clock")]
    pub clock_rate: f64,
}

/// The registry an exhibit was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryFacts {
    /// Its own name, 32 hexadecimal digits.
    pub id: String,
    /// Its public key, 64 lower-case hexadecimal digits. Compare it with the key that
    /// the registry's owner made known: anybody can make a registry of any name.
    pub public_key: String,
    /// Where its chain ended when the scan began.
    pub head: HeadFacts,
    /// How many titles the registry holds.
    pub titles: u64,
    /// How many distributors the registry holds.
    pub distributors: u64,
}

/// The end of a registry's chain: `registry verify --head` says whether it is
/// still in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadFacts {
    /// The number of the last entry, from 1.
    pub number: i64,
    /// SHA-256 of its text, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// Where the title's picture and time were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncFacts {
    /// True if the pilot is stronger than chance explains, or somebody is
    /// attributed: then the symbols themselves prove the place.
    pub found: bool,
    /// The pilot's strength in standard deviations.
    pub pilot_z: f64,
    /// The strongest that unrelated secrets find on the same pictures.
    pub decoy_pilot_z: f64,
    /// Title time at which the exhibit's first examined second begins.
    pub title_start_s: f64,
    /// Seconds of title for each second of exhibit.
    pub rate: f64,
    /// Width of the title's whole picture over that of the exhibit's: 1 is the whole, more
    /// than 1 a part of it, less than 1 a picture in a picture.
    pub scale_x: f64,
    /// Height of the title's whole picture over that of the exhibit's, likewise.
    pub scale_y: f64,
    /// Degrees by which the picture is turned clockwise beside quarter turns.
    pub angle_deg: f64,
    /// Quarter turns clockwise from the title's picture to the exhibit's.
    pub quarter_turns: u8,
    /// True if the picture is mirrored left to right.
    pub mirrored: bool,
    /// True if the picture shows black for white.
    pub inverted: bool,
    /// The picture inside any black bars, pixels of the exhibit.
    pub active: Rect,
    /// Stretches of the title that the exhibit runs through without a jump.
    pub pieces: Vec<Piece>,
}

/// A part of the exhibit that was examined.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Examined {
    /// Where it begins, seconds of exhibit time.
    pub start_s: f64,
    /// Where it ends, seconds of exhibit time.
    pub end_s: f64,
}

/// What it takes to be attributed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThresholdFacts {
    /// The bound for the whole registry that must be reached.
    pub log10_p_false: f64,
    /// The likelihood ratio that reaches it.
    pub log10_likelihood_ratio: f64,
    /// Copies that were compared, of all titles: those issued, and one for each
    /// distributor who was issued none; the bound covers all of them.
    pub hypotheses: u64,
}

/// How long it took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// When the scan began, RFC 3339 UTC.
    pub started_at: String,
    /// When it ended, RFC 3339 UTC.
    pub ended_at: String,
    /// Seconds from beginning to end.
    pub total_s: f64,
    /// Seconds in decoding and averaging.
    pub decode_s: f64,
    /// Seconds in detection.
    pub detect_s: f64,
    /// Seconds in scoring distributors.
    pub score_s: f64,
    /// Threads that were shared by all exhibits of the run.
    pub threads: u32,
    /// The words of the command line, the program's own name first; empty if
    /// there was none. Bytes that are no UTF-8 are replaced.
    pub command_line: Vec<String>,
}

/// The registry's signature of a report: of `leakmark report 2`, a line feed, and the
/// report without `timing` and `signature` as canonical JSON (RFC 8785).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrySignature {
    /// The registry's public key, 64 lower-case hexadecimal digits.
    pub public_key: String,
    /// The Ed25519 signature (RFC 8032), 128 lower-case hexadecimal digits.
    pub signature: String,
}
