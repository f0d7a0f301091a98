//! Names what weakens or supports a result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A finding: a stable code and words for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The finding as a word that stays the same from version to version.
    pub code: FindingCode,
    /// What it means here, a sentence or two.
    pub words: String,
}

impl Finding {
    /// A finding.
    pub fn new(code: FindingCode, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
        }
    }
}

/// What was noticed. The order is the order in reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// The exhibit is byte for byte a copy that was issued.
    IdenticalToIssuedCopy,
    /// The registry has no record of issuing the copy named.
    NoIssueRecord,
    /// The registry's tables give another name than its chain.
    NameChanged,
    /// A distributor named was renamed since the copy was issued.
    Renamed,
    /// A distributor named gets no more copies: since when, and why.
    Revoked,
    /// More than one distributor reaches the threshold: copies may have been mixed.
    SeveralSources,
    /// The scan was not entered in the registry's audit log, because that was asked for.
    NotInAuditLog,
    /// More than one title of the registry is shown: films were put together.
    SeveralTitles,
    /// A decoy, who never got a copy, scored high: the evidence is to be mistrusted.
    DecoyScoredHigh,
    /// A control did not come out as it must: the run is to be mistrusted.
    ControlFailed,
    /// The pictures under the mark, or some of them, are not the title's.
    OtherContent,
    /// The pilot says something else than pictures and data: the mark was tampered with.
    PilotContradicts,
    /// A reference is missing or damaged: the pictures were not compared with it.
    ReferenceUnusable,
    /// No mark was found, but the pictures are a title's: which, and from when on.
    RecognizedWithoutMark,
    /// The pilot was found, but the symbols are too weak to name anyone.
    WeakSymbols,
    /// The file declares more frames or time than could be decoded.
    Truncated,
    /// Frames were damaged or refused by the decoder.
    DamagedFrames,
    /// The file holds more than one video track: which was read.
    OtherTracks,
    /// The container declares another length than its pictures have.
    FalseLength,
    /// Time stamps contradict each other or jump: times are counted through.
    BrokenTimeStamps,
    /// The time stamps run at a wrong speed throughout: by what the film was read instead.
    FalseClock,
    /// Several files were examined as one exhibit.
    ExaminedTogether,
    /// Only parts of the exhibit were examined.
    ExaminedInPart,
    /// The exhibit is too short for much evidence.
    Short,
    /// The exhibit is a still image: it holds what one frame can give.
    StillImage,
    /// The picture is smaller than the mark needs.
    SmallPicture,
    /// The picture is mirrored.
    Mirrored,
    /// The picture shows black for white.
    Inverted,
    /// The picture is turned by quarter turns.
    Turned,
    /// The picture has black bars around it.
    BlackBars,
    /// The picture was cropped, zoomed, turned, tilted or put into another.
    Registered,
    /// The picture moves against the exhibit's frame.
    GeometryMoves,
    /// Parts of the exhibit show the title's picture in different geometries.
    SeveralGeometries,
    /// No mark was found; which geometries were tried.
    SearchedRange,
    /// The speed was changed.
    SpeedChanged,
    /// Pieces of the title are missing or in another order.
    Cut,
    /// The registry holds no titles or no distributors.
    EmptyRegistry,
    /// Size, bitrate and length lie inside what the dossier given tested.
    InsideValidation,
    /// Size, bitrate or length lie outside what the dossier given tested, or are not known.
    OutsideValidation,
}
