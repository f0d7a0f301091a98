//! That a reference was given up.

use serde::{Deserialize, Serialize};

/// That a reference was given up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedReference {
    /// Its SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// When it was dropped, RFC 3339 UTC.
    pub dropped_at: String,
}
