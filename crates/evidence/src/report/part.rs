//! Several files that are one exhibit: pieces of one capture.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};

use super::clock_rate::{is_right_clock, right_clock};
use crate::hash::sha256;

/// One of the files that are examined as one exhibit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExhibitPart {
    /// Its path as given; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// Size of the file, bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// SHA-512 of its bytes, 128 lower-case hexadecimal digits.
    pub sha512: String,
    /// The container's or image format's name.
    pub container: String,
    /// The codec's name.
    pub codec: String,
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Running time of its pictures, seconds; null if not known, 0 for a still image.
    pub duration_s: Option<f64>,
    /// When it begins, seconds of exhibit time: the parts follow each other with a gap,
    /// in the order in which they were given.
    pub start_s: f64,
    /// Frames of it that were decoded.
    pub decoded: u64,
    /// Seconds of exhibit time for each second stamped; left out if 1. Stamps that run at
    /// a wrong speed are not gone by where the mark is found by what the pictures declare.
    #[serde(default = "right_clock", skip_serializing_if = "is_right_clock")]
    pub clock_rate: f64,
}

/// The digest of several files together, SHA-256: that of their own digests, each in
/// hexadecimal digits and with a line feed (`sha256sum FILES | cut -c-64 | sha256sum`).
pub fn joint_sha256<'a>(digests: impl Iterator<Item = &'a str>) -> String {
    sha256(lines(digests))
}

/// The same with SHA-512.
pub fn joint_sha512<'a>(digests: impl Iterator<Item = &'a str>) -> String {
    base16ct::lower::encode_string(&Sha512::digest(lines(digests)))
}

fn lines<'a>(digests: impl Iterator<Item = &'a str>) -> String {
    let mut lines = String::new();
    for digest in digests {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{digest}");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_joint_digest_is_what_sha256sum_gives() {
        // printf 'a\nb\n' | sha256sum
        let joint = joint_sha256(["a", "b"].into_iter());
        assert_eq!(
            joint,
            "911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2"
        );
        assert_ne!(joint, joint_sha256(["b", "a"].into_iter()));
    }
}
