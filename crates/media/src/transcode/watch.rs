//! Looks at every picture of the master for what the copies would lose of it.

use std::collections::BTreeMap;

use super::encoding::VideoCodec;
use super::loss::{Loss, LossKind};
use super::plan::Plan;
use crate::ff::facts::Color;
use crate::ff::frame::{self, Attached};
use crate::ff::{Frame, Rational};

/// What is expected of the pictures, and how many were otherwise.
pub(super) struct Watch {
    codec: VideoCodec,
    /// Encoded as fields, and if so whether the upper one comes first.
    fields: Option<bool>,
    hdr10: bool,
    /// True if the container says which way up pictures are.
    rotated: bool,
    aspect: Option<Rational>,
    color: Color,
    size: (u32, u32),
    seen: BTreeMap<LossKind, u64>,
}

impl Watch {
    /// For pictures that begin with `first` and are encoded as `plan` says; `rotated` if
    /// the container says which way up they are.
    pub(super) fn new(plan: &Plan, first: &Frame, rotated: bool) -> Self {
        Self {
            codec: plan.codec,
            fields: plan.top_first(),
            hdr10: plan.hdr10,
            rotated,
            aspect: frame::sample_aspect(first),
            color: frame::color(first),
            size: (plan.encoder.shape.width, plan.encoder.shape.height),
            seen: BTreeMap::new(),
        }
    }

    /// Looks at the next picture; gives the losses that are seen for the first time.
    pub(super) fn look(&mut self, picture: &Frame) -> Vec<Loss> {
        let lost = self.lost(picture);
        let fresh = |kind: LossKind, seen: &mut BTreeMap<LossKind, u64>| {
            let count = seen.entry(kind).or_default();
            *count += 1;
            *count == 1
        };
        let seen = &mut self.seen;
        lost.into_iter()
            .filter(|&kind| fresh(kind, seen))
            .map(|kind| Loss::new(kind, words(kind, self.codec)))
            .collect()
    }

    /// All that was seen, with how many pictures it concerns.
    pub(super) fn losses(&self) -> Vec<Loss> {
        let worded = |(&kind, count): (&LossKind, &u64)| {
            let pictures = if *count == 1 { "picture" } else { "pictures" };
            Loss::new(
                kind,
                format!("{} ({count} {pictures})", words(kind, self.codec)),
            )
        };
        self.seen.iter().map(worded).collect()
    }

    fn lost(&self, picture: &Frame) -> Vec<LossKind> {
        let mut lost = Vec::new();
        let mut add = |is: bool, kind| is.then(|| lost.push(kind));
        let fields = picture.is_interlaced().then(|| picture.is_top_first());
        add(
            fields.is_some() && fields != self.fields,
            LossKind::Interlacing,
        );
        add(
            frame::sample_aspect(picture) != self.aspect,
            LossKind::Aspect,
        );
        add(
            other_color(frame::color(picture), self.color),
            LossKind::Color,
        );
        // One row or column is cut where chroma asks for it.
        let (width, height) = (picture.width(), picture.height());
        add(
            width > self.size.0 + 3 || height > self.size.1 + 3,
            LossKind::Size,
        );
        let has = |what| frame::carries(picture, what);
        add(
            has(Attached::Captions) && self.codec == VideoCodec::Hevc,
            LossKind::Captions,
        );
        add(has(Attached::Hdr10) && !self.hdr10, LossKind::Hdr10);
        add(has(Attached::Rotation) && !self.rotated, LossKind::Rotation);
        add(has(Attached::DynamicHdr), LossKind::Hdr10Plus);
        add(has(Attached::DolbyVision), LossKind::DolbyVision);
        lost
    }
}

/// True if a known meaning of colours is another. The range is converted.
fn other_color(own: Color, first: Color) -> bool {
    let other = |a: i32, b: i32| a != b && a != 2 && b != 2;
    other(own.primaries, first.primaries)
        || other(own.transfer, first.transfer)
        || other(own.matrix, first.matrix)
}

fn words(kind: LossKind, codec: VideoCodec) -> &'static str {
    match kind {
        LossKind::Interlacing if codec == VideoCodec::Hevc => {
            "interlacing: HEVC here encodes whole frames; choose --codec h264"
        }
        LossKind::Interlacing => {
            "interlacing: fields begin in mid-film, or their order changes, and a copy has one way of it"
        }
        LossKind::Aspect => "the aspect ratio, which changes in mid-film: a copy has one",
        LossKind::Color => "the meaning of colours, which changes in mid-film: a copy has one",
        LossKind::Size => "size: pictures larger than the copy's are made smaller",
        LossKind::Captions => {
            "closed captions (CEA-608/708): HEVC here cannot carry them; choose --codec h264"
        }
        LossKind::Rotation => "rotation that the pictures carry and the container does not",
        LossKind::Hdr10 => "HDR10 metadata that begins in mid-film",
        LossKind::Hdr10Plus => "dynamic HDR metadata (HDR10+): the encoder cannot carry it",
        LossKind::DolbyVision => "Dolby Vision metadata: it does not fit the new encoding",
        _ => "something",
    }
}
