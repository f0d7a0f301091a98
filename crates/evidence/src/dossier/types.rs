//! Defines the dossier, version 1, field by field.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::{Tool, Verdict, VideoFacts};
use leakmark_core::detect::Effort;

/// What a mark withstands on the films named in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    /// Name and version of this format: always `leakmark/dossier/1`.
    pub schema: String,
    /// What scanned, and wrote this.
    pub tool: Tool,
    /// What else the figures depend on.
    pub environment: Environment,
    /// What was asked for.
    pub parameters: DossierParameters,
    /// The films, in the order given.
    pub films: Vec<FilmFacts>,
    /// The excerpts, film by film, in order of time.
    pub excerpts: Vec<ExcerptFacts>,
    /// What was done to the marked copies; the first is `none`, the copy as it was issued.
    pub attacks: Vec<AttackFacts>,
    /// One for each attack and excerpt: all excerpts under the first attack, then under the next.
    pub cells: Vec<Cell>,
    /// Scans in which nobody, or nobody listed, may be named.
    pub controls: Vec<TestControl>,
    /// What all those scored who had nothing to do with the exhibits.
    pub innocents: Innocents,
    /// When and how long: the one part that differs from run to run.
    pub timing: DossierTiming,
}

/// What else the figures depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// The version of the `ffmpeg` command that made the attacks, as it states it.
    pub ffmpeg: String,
    /// SHA-256 of the program that scanned, 64 lower-case hexadecimal digits.
    pub program_sha256: String,
    /// The operating system and processor family, as in `linux x86_64`.
    pub platform: String,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierParameters {
    /// The number that the test registry's secret, who leaks and all noise follow from.
    /// That secret is no secret: copies made for a dossier trace nobody.
    pub seed: u64,
    /// Length of an excerpt, seconds; a shorter film is one excerpt.
    pub seconds: f64,
    /// Distributors in the test registry.
    pub distributors: u32,
    /// Strength of the mark, 1 is the default.
    pub strength: f32,
    /// Codec of the marked copies.
    pub codec: String,
    /// Constant rate factor of the marked copies.
    pub crf: f32,
    /// The encoder's preset.
    pub preset: String,
    /// How hard the scans looked for geometries.
    pub effort: Effort,
    /// What it took to name somebody: log10 of the bound on naming anyone innocent.
    pub threshold_log10_p_false: f64,
    /// Lengths of the beginnings that were scanned by themselves, seconds, rising.
    pub beginnings_s: Vec<f64>,
}

/// A film that excerpts were taken from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilmFacts {
    /// Its file name; bytes that are no UTF-8 are replaced.
    pub name: String,
    /// Its id as a title of the test registry.
    pub title: String,
    /// Size of the file, bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// The picture in it.
    pub video: VideoFacts,
}

/// An excerpt of a film, and the copies made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcerptFacts {
    /// The film, counted from 0.
    pub film: u32,
    /// Where it begins in the film, seconds.
    pub start_s: f64,
    /// Its length, seconds.
    pub duration_s: f64,
    /// The distributors whose copies were made, first the one who leaks: attacks that
    /// put several copies together take as many as they need from the front.
    pub distributors: Vec<String>,
    /// The marked copies, in the same order; empty if marking failed.
    pub copies: Vec<CopyFacts>,
    /// The same encode without a mark; null if marking failed.
    pub unmarked: Option<CopyFacts>,
    /// What the mark costs the picture; null if that was not measured.
    pub picture: Option<PictureFacts>,
    /// What marked it, if that was another build than the one that scanned: SHA-256 of
    /// that program; else null.
    pub marked_by_sha256: Option<String>,
    /// Why there are no copies; null if there are.
    pub problem: Option<String>,
}

/// A copy of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyFacts {
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Size of the file, bytes.
    pub size_bytes: u64,
}

/// What the mark costs the picture of one excerpt. Master, marked copy and unmarked
/// twin are compared frame by frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PictureFacts {
    /// PSNR of the marked copy's luma against the unmarked twin's, over all frames, dB.
    pub psnr_y_db: f64,
    /// Size of the marked copy over that of the unmarked twin.
    pub size_ratio: f64,
    /// VMAF of the unmarked twin against the master, mean over the frames, 0 to 100;
    /// null if the `ffmpeg` used cannot measure it.
    pub vmaf_unmarked: Option<f64>,
    /// VMAF of the marked copy against the master; null as before.
    pub vmaf_marked: Option<f64>,
    /// ColorVideoVDP of the unmarked twin against the master, JOD: 10 is no visible
    /// difference; null if not measured.
    pub cvvdp_unmarked_jod: Option<f64>,
    /// ColorVideoVDP of the marked copy against the master, JOD; null as before.
    pub cvvdp_marked_jod: Option<f64>,
    /// Frames that ColorVideoVDP looked at, from the middle of the excerpt.
    pub cvvdp_frames: u32,
}

/// Something that was done to marked copies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttackFacts {
    /// The attack's name.
    pub name: String,
    /// The class it belongs to.
    pub class: String,
    /// What it stands for, half a sentence.
    pub stands_for: String,
    /// How many distributors' copies it puts together.
    pub copies: u32,
    /// Seconds of title for each second of what it makes; null if the title does not run
    /// straight on in it.
    #[serde(default)]
    pub speed: Option<f64>,
    /// Title time at which what it makes begins, seconds after the excerpt's beginning;
    /// null likewise.
    #[serde(default)]
    pub start_s: Option<f64>,
    /// The commands, one after another; `{width}` and such stand for those of the excerpt.
    pub commands: Vec<String>,
    /// SHA-256 of the recipe, 64 lower-case hexadecimal digits: attacks of one name and
    /// another recipe are different attacks.
    pub sha256: String,
}

/// One excerpt under one attack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The excerpt, counted from 0.
    pub excerpt: u32,
    /// The attack, counted from 0.
    pub attack: u32,
    /// The file that was scanned; null if it could not be made.
    pub exhibit: Option<TestExhibit>,
    /// What the scan found; null if there was none.
    pub outcome: Option<TestOutcome>,
    /// Length of the shortest beginning of the exhibit that is attributed, seconds, of
    /// those in `parameters.beginnings_s` and the whole; null if not even the whole is.
    pub seconds_to_attribute: Option<f64>,
    /// Beginnings that named somebody who had no part in it, seconds; empty is as it should be.
    pub wrong_beginnings_s: Vec<f64>,
    /// Why there is no outcome; null if there is one.
    pub problem: Option<String>,
}

/// A file that was made for a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestExhibit {
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Size of the file, bytes; it holds nothing but the picture.
    pub size_bytes: u64,
    /// The codec's name.
    pub codec: String,
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Length, seconds; null if not declared.
    pub duration_s: Option<f64>,
}

/// What a scan of a test's exhibit found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestOutcome {
    /// The verdict of the scan.
    pub verdict: Verdict,
    /// The distributors named, strongest first.
    pub named: Vec<String>,
    /// The title named beside them; null if none.
    pub title: Option<String>,
    /// log10 likelihood ratio of the strongest distributor whose copy went in; null if
    /// nothing could be scored or, in a control, nobody's did.
    pub log10_likelihood_ratio: Option<f64>,
    /// log10 of the bound on accusing anyone innocent, at that likelihood ratio; null as before.
    pub log10_p_false: Option<f64>,
    /// The likelihood ratio that names somebody, log10.
    pub threshold_log10_likelihood_ratio: f64,
    /// log10 likelihood ratio of the strongest of all others; null if nothing could be scored.
    pub best_innocent_log10_likelihood_ratio: Option<f64>,
    /// The strongest decoy's log10 likelihood ratio; null if nothing could be scored.
    pub best_decoy_log10_likelihood_ratio: Option<f64>,
    /// The pilot's strength, standard deviations; null if there was nothing to look at.
    pub pilot_z: Option<f64>,
    /// Seconds of title for each second, as the scan found; null if it found no mark.
    #[serde(default)]
    pub rate: Option<f64>,
    /// Title time at which the file begins, seconds, as the scan found; null likewise.
    #[serde(default)]
    pub start_s: Option<f64>,
    /// Distributors who had no part in it and were scored.
    pub innocents: u32,
    /// How many of them reached 10⁰, 10¹, 10² … 10⁶.
    pub innocents_reaching: [u32; 7],
}

/// How a cell came out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CellResult {
    /// Whoever was named had a part in it.
    Attributed,
    /// Nobody was named.
    NotAttributed,
    /// Somebody was named who had no part in it, or for another title.
    Wrong,
    /// It could not be made or scanned.
    NotRun,
}

/// A scan in which nobody may be named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestControl {
    /// What is wrong with it.
    pub kind: ControlKind,
    /// The excerpt, counted from 0.
    pub excerpt: u32,
    /// The attack, counted from 0 in `attacks`.
    pub attack: u32,
    /// The file that was scanned; null if it could not be made.
    pub exhibit: Option<TestExhibit>,
    /// What the scan found; null if there was none.
    pub outcome: Option<TestOutcome>,
    /// Why there is no outcome; null if there is one.
    pub problem: Option<String>,
}

/// Why nobody may be named.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ControlKind {
    /// The copy carries no mark.
    Unmarked,
    /// The copy was marked with another secret.
    WrongSecret,
    /// The copy's distributor is missing from the registry that scans.
    SourceMissing,
}

/// What all those scored who had nothing to do with the exhibits they were compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Innocents {
    /// Scans, cells and controls together.
    pub scans: u32,
    /// Comparisons of an innocent distributor with an exhibit.
    pub compared: u64,
    /// How many of these reached which likelihood ratio.
    pub reached: Vec<Reached>,
    /// The highest log10 likelihood ratio of all of them; null without comparisons.
    pub highest_log10_likelihood_ratio: Option<f64>,
    /// The highest of all decoys, a thousand a scan; null without scans that were scored.
    pub highest_decoy_log10_likelihood_ratio: Option<f64>,
}

/// How many innocents reached a likelihood ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// The likelihood ratio, log10.
    pub log10_likelihood_ratio: f64,
    /// Comparisons that reached it.
    pub count: u64,
    /// What the bound allows on average: `compared` over the likelihood ratio.
    pub allowed: f64,
}

/// When, and how long it took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierTiming {
    /// When the run that wrote this began, RFC 3339 UTC.
    pub started_at: String,
    /// When it ended, RFC 3339 UTC.
    pub ended_at: String,
    /// Seconds from beginning to end; what earlier runs had done already is not in it.
    pub total_s: f64,
    /// Cells and controls that this run made; the others were there from earlier runs.
    pub made: u32,
    /// Median seconds of a scan, others running beside it; null without scans.
    pub median_scan_s: Option<f64>,
    /// Cells worked on at a time.
    pub jobs: u32,
    /// The words of the command line, the program's own name first; empty if there was none.
    pub command_line: Vec<String>,
}
