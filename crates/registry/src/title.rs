//! A title: one master, and the geometry its mark was laid out on.

use serde::{Deserialize, Serialize};

use leakmark_core::luma::Rect;

/// One master in the registry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Short, unique whatever the case of its letters; see [`validate_id`](leakmark_evidence::naming::validate_id).
    pub id: String,
    /// As printed in reports.
    pub name: String,
    /// The master's columns, bars included.
    pub width: u32,
    /// The master's rows, bars included.
    pub height: u32,
    /// Width of a pixel : height of a pixel.
    pub sar: (u32, u32),
    /// The picture inside any black bars.
    pub active: Rect,
    /// Width of the active picture in square pixels.
    pub display_width: f64,
    /// Height of the active picture in square pixels.
    pub display_height: f64,
    /// Length of the title as far as it is known, in seconds.
    pub duration_s: f64,
    /// Frames a second of the master, 0 if it varies.
    pub fps: f64,
    /// SHA-256 of the master file, lower-case hexadecimal, if it was hashed.
    pub master_sha256: Option<String>,
    /// When it was added, RFC 3339 UTC. [`Registry::add_title`](crate::Registry::add_title) sets it.
    pub added_at: String,
}
